import { readFile } from "node:fs/promises";
import { arch, platform } from "node:os";
import { join } from "node:path";
import { type CheckContext, ok } from "../check.js";

/** Node's version; that it is one of those in package.json was asked before anything was built. */
export async function checkNode({ root }: CheckContext) {
  const { engines } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
    engines: { node: string };
  };
  return [ok(`${process.versions.node} on ${platform()}-${arch()} (needs ${engines.node})`)];
}
