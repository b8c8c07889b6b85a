import { threadStart } from "./page.js";

/** Names of files and folders in a page, with the meaning that Node gives them where `/` parts folders. */

/** What parts the folders of a path. */
export const sep = "/";

/** A path without `.`, `..` and doubled slashes. */
export function normalize(path: string): string {
  const isRooted = path.startsWith("/");
  const kept: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") kept.push(part);
    else if (kept.length > 0 && kept[kept.length - 1] !== "..") kept.pop();
    else if (!isRooted) kept.push("..");
  }
  const tail = path.endsWith("/") && kept.length > 0 ? "/" : "";
  return (isRooted ? "/" : "") + kept.join("/") + tail || ".";
}

export function join(...parts: string[]): string {
  const joined = parts.filter((part) => part !== "").join("/");
  return joined === "" ? "." : normalize(joined);
}

/** The absolute path that the parts lead to, from the current folder on. */
export function resolve(...parts: string[]): string {
  let path = "";
  for (let i = parts.length - 1; i >= 0 && !path.startsWith("/"); i--)
    if (parts[i] !== "") path = path === "" ? parts[i] : `${parts[i]}/${path}`;
  if (!path.startsWith("/")) path = `${threadStart.folder}/${path}`;
  const resolved = normalize(path);
  return resolved.length > 1 && resolved.endsWith("/") ? resolved.slice(0, -1) : resolved;
}

export function isAbsolute(path: string): boolean {
  return path.startsWith("/");
}

export function dirname(path: string): string {
  const plain = withoutTail(path);
  const at = plain.lastIndexOf("/");
  if (at < 0) return ".";
  return at === 0 ? "/" : withoutTail(plain.slice(0, at));
}

/** @param suffix taken off the name where it ends in it and is more than that. */
export function basename(path: string, suffix = ""): string {
  const plain = withoutTail(path);
  const name = plain === "/" ? "" : plain.slice(plain.lastIndexOf("/") + 1);
  return suffix !== "" && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

export function extname(path: string): string {
  const name = basename(path);
  const at = name.lastIndexOf(".");
  return at <= 0 || name === ".." ? "" : name.slice(at);
}

/** The way from one path to another. */
export function relative(from: string, to: string): string {
  const [start, end] = [from, to].map((path) => resolve(path).split("/").filter(Boolean));
  let common = 0;
  while (common < start.length && common < end.length && start[common] === end[common]) common++;
  return [...start.slice(common).map(() => ".."), ...end.slice(common)].join("/");
}

function withoutTail(path: string): string {
  return path.replace(/(?!^)\/+$/, "");
}
