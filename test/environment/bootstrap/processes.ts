import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { bootstrapFile } from "./fake-project.js";

/** A child that has been started, what it printed so far, and its end. */
export interface Running {
  child: ChildProcess;
  output(): string;
  /** Resolves with exit status (or signal name) once it has ended and its output is complete. */
  ended: Promise<number | string>;
}

/** Starts Node on some arguments. */
export function startNode(args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd?: string): Running {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (text += String(data)));
  const ended = new Promise<number | string>((resolve) =>
    child.once("close", (code, signal) => resolve(code ?? signal ?? "")),
  );
  return { child, output: () => text, ended };
}

/** Starts a module script that may import from environment/bootstrap by `$NAME`, as in `import ... from "$lock.mjs"`. */
export function startScript(code: string, env: NodeJS.ProcessEnv = {}, cwd?: string): Running {
  const script = code.replace(
    /"\$([\w./-]+)"/g,
    (_, name: string) => `"${pathToFileURL(bootstrapFile(name)).href}"`,
  );
  return startNode(["--input-type=module", "-e", script], env, cwd);
}

/** Waits until `condition` holds; fails after a time no loaded machine should need. */
export async function waitFor(condition: () => boolean, what: string, limitMs = 60_000): Promise<void> {
  const startedMs = performance.now();
  while (!condition()) {
    if (performance.now() - startedMs > limitMs) throw new Error(`waited ${limitMs} ms in vain for ${what}`);
    await sleep(20);
  }
}

/** Whether a process exists and has not ended. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Whether a process of Linux was started by another. */
export function isChildOf(pid: string, parent: number): boolean {
  if (!/^\d+$/.test(pid)) return false;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === parent;
  } catch {
    return false;
  }
}
