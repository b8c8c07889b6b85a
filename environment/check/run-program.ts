import { spawn } from "node:child_process";

/** How a program ended, and all that it printed. */
export interface ProgramEnd {
  /** Its exit status; null where a signal ended it. */
  code: number | null;
  output: string;
}

/** Runs a program of Node in a folder and waits for its end. Rejects where it can't be started or the signal aborts. */
export function runProgram(
  args: readonly string[],
  { root, signal, env = {} }: { root: string; signal: AbortSignal; env?: NodeJS.ProcessEnv },
): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...env },
      signal,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += String(data)));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}
