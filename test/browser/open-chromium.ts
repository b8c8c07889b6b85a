import { existsSync } from "node:fs";
import type { Browser } from "playwright-core";
import { chromium } from "playwright-core";

const candidates = [
  process.env.CHROMIUM_PATH,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** Path of an installed Chromium or Chrome; `CHROMIUM_PATH` names another. */
export function findChromium(): string | undefined {
  return candidates.find((path) => path !== undefined && existsSync(path));
}

/**
 * A headless browser that draws WebGL in software and looks for nothing outside. Where there is none, the suite or
 * test that asks is skipped, and says so.
 */
export async function openChromium(context: Mocha.Context): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) {
    console.log("      skipped: no Chromium here (apt-get install chromium, or set CHROMIUM_PATH)");
    context.skip();
  }
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--use-angle=swiftshader",
      "--enable-unsafe-swiftshader",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
