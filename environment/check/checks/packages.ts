import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type CheckContext, fail, info, ok } from "../check.js";

interface Lockfile {
  packages: Record<string, { version?: string; optional?: boolean; devOptional?: boolean }>;
}

/** Whether what is installed is what package-lock.json names, and whether the native parts of it load. */
export async function checkPackages({ root }: CheckContext) {
  const wanted = await readLockfile(join(root, "package-lock.json"));
  const installed = await readLockfile(join(root, "node_modules", ".package-lock.json"));
  const required = Object.entries(wanted.packages).filter(
    ([path, entry]) =>
      path.includes("node_modules/") && entry.version && !entry.optional && !entry.devOptional,
  );
  const wrong = required
    .filter(
      ([path, { version }]) =>
        installed.packages[path]?.version !== version || !existsSync(join(root, path, "package.json")),
    )
    .map(([path, { version }]) => `${path.slice("node_modules/".length)}@${version}`);
  const lock =
    wrong.length === 0
      ? ok(`${required.length} required packages are those of package-lock.json`)
      : fail(`${wrong.length} are not those of package-lock.json, ${wrong[0]} among them: run npm ci`);
  return [lock, ...["zeromq", "@napi-rs/canvas", "@resvg/resvg-js"].map((name) => loadNative(root, name))];
}

function loadNative(root: string, name: string) {
  try {
    createRequire(join(root, "src", "package.json"))(name);
    return ok(`${name} loads`);
  } catch (error) {
    const reason = (error as Error).message.split("\n")[0];
    return name === "zeromq"
      ? fail(`${name} does not load, and no kernel starts without it: ${reason}. Run npm ci`)
      : info(`${name} does not load (${reason}): figures have no picture for GitHub and print`);
  }
}

async function readLockfile(path: string): Promise<Lockfile> {
  return JSON.parse(await readFile(path, "utf8")) as Lockfile;
}
