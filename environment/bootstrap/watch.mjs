import { existsSync, readdirSync, watch } from "node:fs";
import { join } from "node:path";
import { buildTypeScript } from "./build.mjs";

/**
 * @typedef {import("./project.mjs").Project} Project
 */

/** Editors write a file in several steps, and several files at once. */
const settleMs = 150;
const notWatched = new Set(["dist", "node_modules"]);

/**
 * Recompiles `src/` whenever a file of it is saved, until it is stopped. Type errors are told, and that they are gone; a
 * rebuild that went well is not (the notebook itself says when its kernel has to be restarted). Nothing runs between two
 * saves: a compiler that watches would keep hundreds of megabytes.
 *
 * @param {Project} project
 * @param {(text: string) => void} say
 * @returns {{ stop: () => void }}
 */
export function watchSources(project, say) {
  const folder = join(project.root, "src");
  const told = createResultTeller(say);
  const stopped = new AbortController();
  /** @type {import("node:fs").FSWatcher[]} */
  let watchers = [];
  /** @type {NodeJS.Timeout | undefined} */
  let settling;
  let compiling = Promise.resolve();

  const compile = async () => {
    if (stopped.signal.aborted) return;
    const result = await buildTypeScript(project, ["src"], stopped.signal);
    if (!stopped.signal.aborted) told(result);
  };
  const plan = () => {
    clearTimeout(settling);
    settling = setTimeout(() => {
      watchFolders();
      compiling = compiling.then(compile);
    }, settleMs);
  };
  const giveUp = (/** @type {unknown} */ error) => {
    if (stopped.signal.aborted) return;
    stop();
    say(
      `Sources are not recompiled while the lab runs: ${error instanceof Error ? error.message : String(error)}`,
    );
  };
  /** Watches all folders anew: they come and go while one works, also under the same name. */
  const watchFolders = () => {
    const before = watchers;
    watchers = [];
    try {
      for (const place of listFolders(folder)) {
        const watcher = watch(place, (_, name) => (name === null || /\.ts$|^[^.]+$/.test(name)) && plan());
        // A folder that is gone fails; its parent tells of that too.
        watcher.on("error", () => watcher.close());
        watchers.push(watcher);
      }
    } catch (error) {
      // A folder that went while they were listed; where all are gone there is nothing to wait for.
      const isGone = /** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT";
      if (isGone && existsSync(folder)) plan();
      else giveUp(error);
    }
    for (const watcher of before) watcher.close();
  };
  const stop = () => {
    stopped.abort();
    clearTimeout(settling);
    for (const watcher of watchers) watcher.close();
  };

  watchFolders();
  // What was saved since the last build.
  plan();
  return { stop };
}

/**
 * Tells of a build what changed for the reader.
 *
 * @param {(text: string) => void} say
 * @returns {(result: import("./build.mjs").BuildResult) => void}
 */
export function createResultTeller(say) {
  let broken = false;
  return ({ ok, output }) => {
    const errors = output.split("\n").filter((line) => /\berror TS\d+:/.test(line));
    if (errors.length > 0)
      say(
        [
          `src/ has ${errors.length} type ${errors.length === 1 ? "error" : "errors"}:`,
          ...errors.slice(0, 10),
        ].join("\n  "),
      );
    else if (!ok) say(`src/ could not be compiled: ${output.trim()}`);
    else if (broken) say("src/ compiles again. Restart the kernels that use it.");
    broken = !ok;
  };
}

/** A folder and those below it that hold sources. @param {string} folder @returns {string[]} */
function listFolders(folder) {
  const below = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !notWatched.has(entry.name))
    .flatMap((entry) => listFolders(join(folder, entry.name)));
  return [folder, ...below];
}
