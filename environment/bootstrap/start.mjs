import { spawn } from "node:child_process";
import { noteOpenLab } from "./open-labs.mjs";
import { prepareLab } from "./prepare.mjs";
import { dieWithParent, watchSources } from "./watch.mjs";

/**
 * @typedef {import("./project.mjs").Project} Project
 * @typedef {import("./say.mjs").Teller} Teller
 */

const sigintStatus = 130;
const goodbyeMs = 5000;

/**
 * Opens the lab: set-up, then the server with the given arguments, with `src/` recompiled as it is edited.
 *
 * @param {Project} project
 * @param {readonly string[]} args for the server: --no-browser, --port, --host, ...
 * @param {Teller} teller
 * @param {AbortSignal} signal ends the lab
 * @returns {Promise<number>} the server's exit status
 */
export async function startLab(project, args, teller, signal) {
  if (!args.includes("--help")) await prepareLab(project, teller, signal);
  noteOpenLab(project);
  const watch = watchSources(project, teller.say);
  try {
    return await serve(project, args, signal);
  } finally {
    watch.stop();
  }
}

/** @param {Project} project @param {readonly string[]} args @param {AbortSignal} signal @returns {Promise<number>} */
function serve(project, args, signal) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...dieWithParent, project.entries.start, ...args], {
      cwd: project.root,
      stdio: ["inherit", "inherit", "inherit", "ipc"],
    });
    // Closing the channel asks the server to end. Ctrl-C in a terminal has reached it already: once is enough.
    const askToEnd = () => {
      const reachedIt = signal.reason === sigintStatus && process.stdin.isTTY;
      setTimeout(() => child.connected && child.disconnect(), reachedIt ? goodbyeMs : 0).unref();
    };
    if (signal.aborted) askToEnd();
    signal.addEventListener("abort", askToEnd, { once: true });
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}
