import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * @typedef {object} ChildResult
 * @property {number} code exit status; 128 + n when a signal ended it, 127 when it could not be started
 * @property {string} output the last part of what it printed on both streams, at most 256 kB
 *
 * @typedef {object} ChildOptions
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} [env] default: this process's own
 * @property {(line: string) => void} [onLine] each line of both streams as it comes
 * @property {AbortSignal} [signal] stops the child: SIGTERM, and SIGKILL five seconds later
 * @property {(pid: number) => void} [onStart]
 */

const keptBytes = 256 * 1024;
const graceMs = 5000;
/** @type {Record<string, number>} */
const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };

/**
 * Runs a program to its end with standard input closed. Never rejects: a program that cannot be started is a
 * result with code 127.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {ChildOptions} options
 * @returns {Promise<ChildResult>}
 */
export function runChild(command, args, { cwd, env = process.env, onLine, signal, onStart }) {
  return new Promise((resolve) => {
    let output = "";
    /** @param {string} line */
    const keep = (line) => {
      output = (output + line + "\n").slice(-keptBytes);
      onLine?.(line);
    };
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", keep);
    if (child.pid !== undefined) onStart?.(child.pid);

    /** @type {NodeJS.Timeout | undefined} */
    let killer;
    const stop = () => {
      child.kill("SIGTERM");
      killer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    };
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });

    /** @param {ChildResult} result */
    const finish = (result) => {
      clearTimeout(killer);
      signal?.removeEventListener("abort", stop);
      resolve(result);
    };
    child.once("error", (error) => finish({ code: 127, output: `${output}${error.message}\n` }));
    child.once("close", (code, by) => {
      finish({ code: code ?? 128 + (by ? (signalNumbers[by] ?? 0) : 0), output });
    });
  });
}

/**
 * Runs a Node program to its end; see {@link runChild}.
 *
 * @param {readonly string[]} args
 * @param {ChildOptions} options
 */
export function runNode(args, options) {
  return runChild(process.execPath, args, options);
}
