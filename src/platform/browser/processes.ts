import type { ChildProcess } from "../processes.js";
import { threadStart } from "./page.js";

/** Other programs: a page starts none. */

export type { ChildProcess };

/** Throws: a page cannot start a program. */
export function spawn(program: string): ChildProcess {
  throw noPrograms(program);
}

/** Rejects: a page cannot start a program. */
export function runProgram(name: string, _words: readonly string[], _folder: string): Promise<string> {
  return Promise.reject(noPrograms(name));
}

/** Whether a process runs: of the kernels of a page only its own is known. */
export function isRunning(pid: number): boolean {
  return pid === threadStart.pid;
}

/** There is no program that runs this one. */
export const ownProgram = "";

/** Number of the kernel that this thread belongs to, for names and locks. */
export const ownPid: number = threadStart.pid;
export function parentPid(): number {
  return 0;
}

function noPrograms(name: string): Error {
  const message = `${name} cannot be started: a page starts no programs. Use the installed lab for this (npm start).`;
  return Object.assign(new Error(message), { code: "ENOENT" });
}
