import { randomBytes } from "node:crypto";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isRunning } from "../files/is-running.js";
import { formatForwardPage } from "./frontend/plain-page.js";

/** A page on disk that leads the browser to the lab. */
export interface RedirectFile {
  /** Its `file:` address. */
  url: string;
  /** Deletes it; harmless when repeated. */
  remove(): void;
}

const pattern = /^open-(\d+)-[0-9a-f]{12}\.html$/;

/**
 * Writes a page, readable by its owner only, that goes on to `target`. A browser is started with the page's address and
 * not with the target's: what stands on a command line can be read by every user of the machine, and the target holds
 * the token. Pages that killed servers left in the folder are deleted.
 */
export function writeRedirectFile(folder: string, target: string): RedirectFile {
  for (const name of readdirSync(folder)) {
    const pid = pattern.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name), { force: true });
  }
  const file = join(folder, `open-${process.pid}-${randomBytes(6).toString("hex")}.html`);
  writeFileSync(file, formatForwardPage(target), { mode: 0o600, flag: "wx" });
  return { url: pathToFileURL(file).href, remove: () => rmSync(file, { force: true }) };
}
