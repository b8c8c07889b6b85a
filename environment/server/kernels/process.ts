import { type ChildProcess, spawn } from "node:child_process";
import type { KernelSpec } from "../../kernel/spec.js";

/** How a process ended. */
export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The last lines it wrote to stderr. */
  lastWords: string;
}

/** A running kernel process with all it has started. */
export interface KernelProcess {
  readonly pid: number | undefined;
  /** Resolves when the process is gone, also when it never started. */
  readonly ended: Promise<ProcessEnd>;
  readonly isRunning: boolean;
  /** Sends a signal to the kernel alone. */
  signal(signal: NodeJS.Signals): void;
  /** Ends the process and its children for good. */
  kill(signal?: NodeJS.Signals): void;
}

/** Where and for whom a kernel runs. */
export interface ProcessOptions {
  connectionFile: string;
  cwd: string;
  env: Record<string, string>;
  /** Takes what the process writes outside of the protocol. */
  log: (text: string) => void;
}

const lastWordsLength = 4000;

/**
 * Starts a kernel in a process group of its own, so that Ctrl-C in the server's terminal doesn't reach it and its
 * children end with it.
 */
export function spawnKernel(
  spec: KernelSpec,
  { connectionFile, cwd, env, log }: ProcessOptions,
): KernelProcess {
  const [program, ...args] = spec.argv.map((part) => part.replace("{connection_file}", connectionFile));
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...spec.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  let lastWords = "";
  child.stdout.on("data", (bytes: Buffer) => log(bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => {
    lastWords = (lastWords + bytes.toString()).slice(-lastWordsLength);
    log(bytes.toString());
  });
  let running = true;
  const ended = new Promise<ProcessEnd>((resolve) => {
    const finish = (code: number | null, signal: NodeJS.Signals | null) => {
      if (!running) return;
      running = false;
      // What the kernel leaves behind holds no port and no memory any longer.
      signalGroup(child, "SIGKILL");
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ code, signal, lastWords });
    };
    child.once("error", (error) => {
      if (child.pid !== undefined) return;
      lastWords += error.message;
      finish(null, null);
    });
    // The pipes may stay open in grandchildren: a moment for the last words, then it is over.
    child.once("exit", (code, signal) => {
      child.once("close", () => finish(code, signal));
      setTimeout(() => finish(code, signal), 200);
    });
  });
  return {
    pid: child.pid,
    ended,
    get isRunning() {
      return running;
    },
    signal: (signal) => void child.kill(signal),
    kill: (signal = "SIGKILL") => signalGroup(child, signal),
  };
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It is gone already.
  }
}
