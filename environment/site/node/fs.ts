import { workerScope } from "tumorlab/internal/platform/browser/page";
import { find, requireAny, sizeOf } from "tumorlab/internal/platform/browser/store";
import { readFileNow } from "tumorlab/internal/platform/files";

/** What is known of a file. */
interface Stats {
  size: number;
  mtimeMs: number;
  isFile(): boolean;
  isDirectory(): boolean;
}

/** Bytes, or text where an encoding is named. A script of the site is read at its address. */
export function readFileSync(path: string): Uint8Array;
export function readFileSync(path: string, encoding: "utf8"): string;
export function readFileSync(path: string, encoding?: "utf8"): Uint8Array | string {
  const bytes = /^https?:/.test(path) ? readAddress(path) : readFileNow(path);
  return encoding === undefined ? bytes : new TextDecoder().decode(bytes);
}

export function existsSync(path: string): boolean {
  return find(path) !== undefined;
}

export function statSync(path: string, options: { throwIfNoEntry: false }): Stats | undefined;
export function statSync(path: string): Stats;
export function statSync(path: string, { throwIfNoEntry = true } = {}): Stats | undefined {
  if (!throwIfNoEntry && !find(path)) return undefined;
  const found = requireAny(path, "stat");
  return {
    size: found.kind === "file" ? sizeOf(found) : 0,
    mtimeMs: found.mtimeMs,
    isFile: () => found.kind === "file",
    isDirectory: () => found.kind === "folder",
  };
}

function readAddress(url: string): Uint8Array {
  const request = new workerScope.XMLHttpRequest();
  request.open("GET", url, false);
  request.responseType = "arraybuffer";
  request.send();
  if (request.status !== 200) throw new Error(`ENOENT: HTTP ${request.status}, open '${url}'`);
  return new Uint8Array(request.response as ArrayBuffer);
}

export default { existsSync, readFileSync, statSync };
