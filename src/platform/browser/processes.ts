import type { ChildProcess } from "../processes.js";
import { threadStart } from "./page.js";
import { Worker } from "./workers.js";

/** Other programs: a page starts none but the library's own, each in a thread. */

export type { ChildProcess };

/** What a thread that runs a program is started with. */
export interface ProgramStart {
  readonly words: readonly string[];
}

/** What it tells. */
export type FromProgram =
  | { readonly kind: "sent"; readonly message: object }
  | { readonly kind: "said"; readonly text: string }
  | { readonly kind: "ended"; readonly code: number };

/** Stands for {@link ownProgram} in a page. */
export const ownProgram = "this page";

/**
 * Starts a program of the library, `words` being its built file and its own words. As much of Node's `ChildProcess` is there
 * as the library uses. Throws for every other program.
 */
export function spawn(program: string, words: readonly string[] = []): ChildProcess {
  if (program !== ownProgram) throw noPrograms(program);
  return new ThreadProgram(words[0], words.slice(1)) as unknown as ChildProcess;
}

type Listener = (...values: never[]) => void;

/** A program in a thread, which tells what a process would. */
class ThreadProgram {
  readonly pid: number | undefined = undefined;
  readonly stderr = {
    setEncoding: () => this.stderr,
    on: (_event: "data", listener: (text: string) => void) => {
      this.on("said", listener);
      return this.stderr;
    },
  };
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly thread: Worker;
  private isOver = false;

  constructor(script: string, words: readonly string[]) {
    this.thread = new Worker(script, { workerData: { words } satisfies ProgramStart, isProgram: true });
    this.thread.on("message", (message: FromProgram) => this.receive(message));
    this.thread.on("error", (error: Error) => {
      this.emit("said", `${error.message}\n`);
      this.end(1, null);
    });
  }

  on(event: string, listener: Listener): this {
    const known = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, known.add(listener));
    return this;
  }

  once(event: string, listener: Listener): this {
    const heard: Listener = (...values) => {
      this.listeners.get(event)?.delete(heard);
      listener(...values);
    };
    return this.on(event, heard);
  }

  /** Asks the program to end, or ends its thread in whatever it does. */
  kill(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): boolean {
    if (this.isOver) return false;
    if (signal === "SIGKILL") this.end(null, signal);
    else this.thread.postMessage("end");
    return true;
  }

  private receive(message: FromProgram): void {
    if (message.kind === "sent") this.emit("message", message.message);
    else if (message.kind === "said") this.emit("said", message.text);
    else this.end(message.code, null);
  }

  private end(code: number | null, killedBy: string | null): void {
    if (this.isOver) return;
    this.isOver = true;
    void this.thread.terminate();
    this.emit("close", code, killedBy);
  }

  private emit(event: string, ...values: unknown[]): void {
    for (const listener of [...(this.listeners.get(event) ?? [])]) listener(...(values as never[]));
  }
}

/** Rejects: a page cannot start a program that is not the library's. */
export function runProgram(name: string, _words: readonly string[], _folder: string): Promise<string> {
  return Promise.reject(noPrograms(name));
}

/** Whether a process runs: of the kernels and programs of a page only its own and its starter are known. */
export function isRunning(pid: number): boolean {
  return pid === threadStart.pid || pid === threadStart.parentPid;
}

/** Number of the kernel or program that this thread belongs to, and of what started it, for names and locks. */
export const ownPid: number = threadStart.pid;
export function parentPid(): number {
  return threadStart.parentPid ?? 0;
}

function noPrograms(name: string): Error {
  const message = `${name} cannot be started: a page starts no programs. Use the installed lab for this (npm start).`;
  return Object.assign(new Error(message), { code: "ENOENT" });
}
