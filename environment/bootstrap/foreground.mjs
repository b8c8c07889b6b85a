import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { interruptedStatus } from "./interrupt.mjs";
import { SetupError } from "./setup-error.mjs";

/** Preloads into a child the module that ends it when this process ends, however that happens. */
const dieWithParent = ["--require", fileURLToPath(new URL("./die-with-parent.cjs", import.meta.url))];

const terminalGraceMs = 10_000;

/**
 * Runs a built program of this project in the foreground, on this process's own terminal. It ends when this process
 * does, however that happens.
 *
 * @param {string} path the program
 * @param {readonly string[]} args
 * @param {{ cwd: string, signal: AbortSignal }} options
 * @returns {Promise<number>} its exit status
 */
export function runForeground(path, args, { cwd, signal }) {
  if (!existsSync(path))
    throw new SetupError(`${path} is missing after the build: is this a complete checkout?`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...dieWithParent, path, ...args], {
      cwd,
      stdio: ["inherit", "inherit", "inherit", "ipc"],
    });
    // Closing the channel asks the program to end, see die-with-parent.cjs. Ctrl-C in a terminal has reached it by
    // itself, and to ask twice would mean "at once"; it is asked later in case only this process was meant.
    const askToEnd = () => {
      const heardAlready = signal.reason === interruptedStatus && process.stdin.isTTY;
      setTimeout(() => child.connected && child.disconnect(), heardAlready ? terminalGraceMs : 0).unref();
    };
    if (signal.aborted) askToEnd();
    signal.addEventListener("abort", askToEnd, { once: true });
    child.once("error", reject);
    // Not "close": that waits for the channel too, which this side has closed.
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
