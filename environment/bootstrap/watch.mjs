import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/**
 * @typedef {import("./project.mjs").Project} Project
 */

/** Preloads into a child the module that ends it when this process ends, however that happens. */
export const dieWithParent = ["--require", fileURLToPath(new URL("./die-with-parent.cjs", import.meta.url))];

/**
 * Recompiles `src/` whenever a file of it is saved, until this process ends. Type errors are told, and that they
 * are gone; a rebuild that went well is not (the notebook itself says when its kernel has to be restarted).
 *
 * @param {Project} project
 * @param {(text: string) => void} say
 * @returns {{ pid: number | undefined, stop: () => void }}
 */
export function watchSources(project, say) {
  const args = ["-b", join(project.root, "src"), "--watch", "--preserveWatchOutput", "--pretty", "false"];
  const child = spawn(process.execPath, [...dieWithParent, project.typescript, ...args], {
    cwd: project.root,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    windowsHide: true,
  });
  child.on("error", (error) => say(`Sources are not recompiled while the lab runs: ${error.message}`));
  const readLine = createWatchReader(say);
  for (const stream of [child.stdout, child.stderr])
    if (stream) createInterface({ input: stream }).on("line", readLine);
  const stop = () => void child.kill("SIGTERM");
  process.once("exit", stop);
  return { pid: child.pid, stop };
}

/**
 * Reads what the watching compiler prints, line by line, and tells only what changed for the reader.
 *
 * @param {(text: string) => void} say
 * @returns {(line: string) => void}
 */
export function createWatchReader(say) {
  /** @type {string[]} */
  let errors = [];
  let broken = false;
  return (line) => {
    if (/: error TS\d+:/.test(line)) errors.push(line);
    const found = /Found (\d+) errors?\. Watching/.exec(line);
    if (!found) return;
    const count = Number(found[1]);
    if (count > 0)
      say(
        [`src/ has ${count} type ${count === 1 ? "error" : "errors"}:`, ...errors.slice(0, 10)].join("\n  "),
      );
    else if (broken) say("src/ compiles again. Restart the kernels that use it.");
    broken = count > 0;
    errors = [];
  };
}
