import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Other programs. A browser has none: what needs them says so there. */
export { type ChildProcess, spawn } from "node:child_process";

/** What a program printed; fails where it cannot be started or ends with another code than 0. */
export async function runProgram(name: string, words: readonly string[], folder: string): Promise<string> {
  return (await promisify(execFile)(name, words, { cwd: folder })).stdout;
}

/** Whether a process of this machine runs; one of another user, which may not be asked, counts. */
export function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0); // asks, and does nothing
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The program that runs this one, with which another of its kind is started. */
export const ownProgram: string = process.execPath;

/** Number of this process, and of the one that started it, for names and locks. */
export const ownPid: number = process.pid;
export function parentPid(): number {
  return process.ppid;
}
