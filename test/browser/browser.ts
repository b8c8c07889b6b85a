import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";

/** The repository's root; tests are compiled to test/dist/browser. */
export const root: string = join(__dirname, "..", "..", "..");

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";

/** Without the network flags a browser asks its maker's servers for news. */
const quiet = [
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** 3D is drawn by the processor: test machines have no graphics card. All else takes a quarter less without its help. */
const software = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-gpu-compositing"];

/**
 * Starts a headless browser; where there is none, skips the suite and says so.
 *
 * @param suite the `this` of a mocha hook
 */
export async function launchBrowser(suite: Mocha.Context): Promise<Browser> {
  if (!existsSync(executablePath)) {
    console.log(
      `Browser tests skipped: no browser at ${executablePath}. Set CHROMIUM_PATH, or install chromium.`,
    );
    return suite.skip();
  }
  // Root, as in containers, may only start it without its sandbox; the pages are our own.
  const args = [...quiet, ...software, ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])];
  return chromium.launch({ executablePath, args });
}

/** A page whose complaints are written down. */
export interface WatchedPage {
  page: Page;
  /** Errors and warnings on the console, exceptions, failed requests, and requests that left this computer. */
  complaints: string[];
}

/**
 * What a page says without anything being wrong: notes of the software graphics, Chromium's advice on how Plotly writes
 * the names of 3D axes, JupyterLab's own word at each restart, and its asking whether what looks like a path in a traceback is one.
 */
const harmless =
  /Connection lost, reconnecting in 0 seconds|GL Driver Message|Automatic fallback to software WebGL|Multiple readback operations using getImageData|404.*\/api\/(resolvePath\?|contents\/.*\?content=0&hash=0)/;

/** Opens a page of the given size that waits as long as a busy machine may take. */
export async function openPage(
  browser: Browser,
  options: { width?: number; density?: number } = {},
): Promise<WatchedPage> {
  const { width = 1400, density = 1 } = options;
  const context = await browser.newContext({ viewport: { width, height: 1000 }, deviceScaleFactor: density });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  const complain = (text: string) => {
    if (!harmless.test(text)) complaints.push(text);
  };
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()))
      complain(`${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => complain(`exception: ${error.stack ?? error.message}`));
  page.on("response", (response) => {
    if (response.status() >= 400) complain(`${response.status()}: ${response.url()}`);
  });
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (/^(http|ws)s?:$/.test(protocol) && hostname !== "127.0.0.1") complain(`left: ${request.url()}`);
  });
  return { page, complaints };
}

/** Keeps a picture of the page in .tumorlab/screenshots/, for people to look at. */
export async function takeScreenshot(page: Page, name: string): Promise<void> {
  const folder = join(root, ".tumorlab", "screenshots");
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name.replaceAll(/[^\w-]+/g, "-")}.png`) });
}

/** The text of an element, also of one that lies outside the window: there the lab leaves it unrendered. */
export async function readText(element: Locator): Promise<string> {
  return (await element.textContent()) ?? "";
}
