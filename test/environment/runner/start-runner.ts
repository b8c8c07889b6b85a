import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { projectRoot } from "./make-notebook.js";

/** How a run ended, and all it printed. */
export interface Ended {
  code: number | null;
  output: string;
}

/** Starts `npm run notebooks` with some arguments, as npm does. */
export function startRunner(
  args: string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const main = path.join(projectRoot, "environment", "dist", "runner", "main.js");
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: { ...process.env, INIT_CWD: cwd, ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text: Buffer) => (output += text.toString()));
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, output }));
  return { child, ended };
}
