import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const endings = [".js", ".js.map", ".d.ts"];

/**
 * Deletes compiled files whose source is gone: the compiler leaves them, and a module that was renamed or removed
 * would go on being imported, a test that was removed go on being run.
 *
 * @param {string} room a folder with sources and, in `dist`, what was compiled from them
 * @returns {string[]} what was deleted, as paths from the room
 */
export function sweepStaleOutput(room) {
  const folder = join(room, "dist");
  if (!existsSync(folder)) return [];
  const stale = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => {
    const ending = endings.find((candidate) => name.endsWith(candidate));
    return ending && !existsSync(join(room, `${name.slice(0, -ending.length)}.ts`));
  });
  for (const name of stale) rmSync(join(folder, name), { force: true });
  return stale.map((name) => join("dist", name));
}
