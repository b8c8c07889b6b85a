import { type FileChange, threadStart, type ThreadStart, type WebWorker, workerScope } from "./page.js";
import { applyChange, listWritten, onChange } from "./store.js";

/**
 * Threads of a page with the names that Node's have. A thread sees the files as they were when it started, and what is
 * changed later with the next message it is sent; what it changes itself is seen by the others before they get its answer.
 */

/** What goes between two threads. */
export type Envelope =
  | { kind: "start"; start: ThreadStart }
  | { kind: "message"; value: unknown; changes?: readonly FileChange[] }
  | { kind: "change"; change: FileChange }
  | { kind: "failed"; message: string; stack?: string };

type Listener = (value: never) => void;

let started = 0;

/** Numbers of threads stay apart in a whole kernel: each one numbers those that it starts within its own. */
function nextThreadId(): number {
  return threadStart.threadId * 1000 + ++started;
}

/** A thread that runs a built file of the library. */
export class Worker {
  private readonly worker: WebWorker;
  private readonly listeners = new Map<string, Set<Listener>>();
  /** The latest change of each path that the thread has not been told. */
  private readonly untold = new Map<string, FileChange>();
  private readonly stopListening: () => void;
  private isOver = false;

  /** @param isProgram whether it is a program of its own, with a number as a process has one. */
  constructor(
    script: string,
    { workerData, isProgram = false }: { workerData?: unknown; isProgram?: boolean } = {},
  ) {
    this.worker = new workerScope.Worker(`${threadStart.scripts}thread.js`);
    this.worker.onmessage = ({ data }) => this.receive(data as Envelope);
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.fail(new Error(event.message ?? `${script} could not be started`));
    };
    this.stopListening = onChange((change) => {
      this.untold.delete(change.path);
      this.untold.set(change.path, change);
    });
    const { scripts, folder, served } = threadStart;
    const threadId = nextThreadId();
    const pid = isProgram ? threadStart.pid * 1000 + threadId : threadStart.pid;
    const parentPid = isProgram ? threadStart.pid : threadStart.parentPid;
    const changes = listWritten();
    const start = { scripts, folder, served, pid, parentPid, threadId, changes, script, workerData };
    this.worker.postMessage({ kind: "start", start } satisfies Envelope);
  }

  on(event: string, listener: Listener): this {
    const known = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, known.add(listener));
    return this;
  }

  off(event: string, listener: Listener): this {
    this.listeners.get(event)?.delete(listener);
    return this;
  }

  once(event: string, listener: Listener): this {
    const heard = ((value: never) => {
      this.off(event, heard);
      listener(value);
    }) as Listener;
    return this.on(event, heard);
  }

  postMessage(value: unknown): void {
    const changes = [...this.untold.values()];
    this.untold.clear();
    this.worker.postMessage({ kind: "message", value, changes } satisfies Envelope);
  }

  /** Ends the thread in whatever it does. */
  terminate(): Promise<number> {
    if (!this.isOver) {
      this.isOver = true;
      this.stopListening();
      this.worker.terminate();
      queueMicrotask(() => this.emit("exit", 1));
    }
    return Promise.resolve(1);
  }

  /** A page goes on whatever its threads do. */
  ref(): void {}
  unref(): void {}

  private receive(envelope: Envelope): void {
    if (envelope.kind === "message") this.emit("message", envelope.value);
    else if (envelope.kind === "change") applyFrom(this.untold, envelope.change);
    else if (envelope.kind === "failed") this.fail(restore(envelope));
  }

  private fail(error: Error): void {
    if (this.isOver) return;
    this.emit("error", error);
    void this.terminate();
  }

  private emit(event: string, value: unknown): void {
    for (const listener of [...(this.listeners.get(event) ?? [])]) listener(value as never);
  }
}

/** A thread's own change is not told to itself again. */
function applyFrom(untold: Map<string, FileChange>, change: FileChange): void {
  applyChange(change);
  tellChange(change);
  untold.delete(change.path);
}

const forwarding = new Set<(change: FileChange) => void>();

/** Hands what threads of this thread change on, to whoever keeps the files of the page. */
export function onThreadChange(listener: (change: FileChange) => void): void {
  forwarding.add(listener);
}

function tellChange(change: FileChange): void {
  for (const listener of forwarding) listener(change);
}

function restore({ message, stack }: { message: string; stack?: string }): Error {
  return Object.assign(new Error(message), stack === undefined ? {} : { stack });
}

/** Where a thread hears from whoever started it. */
export interface ParentPort {
  on(event: "message", listener: (value: never) => void): void;
  postMessage(value: unknown): void;
}

/** `null` in a thread that no other thread of the library started. */
export const parentPort: ParentPort | null = threadStart.script === undefined ? null : openParentPort();

/** What this thread was started with. */
export const workerData: unknown = threadStart.workerData;

/** 0 in a kernel's own thread. */
export const threadId: number = threadStart.threadId;

function openParentPort(): ParentPort {
  const post = (envelope: Envelope): void => workerScope.postMessage(envelope);
  const early: unknown[] = [];
  let listener: ((value: never) => void) | undefined;
  const tellParent = (change: FileChange): void => post({ kind: "change", change });
  onChange(tellParent);
  onThreadChange(tellParent);
  workerScope.onmessage = ({ data }) => {
    const envelope = data as Envelope;
    if (envelope.kind !== "message") return;
    envelope.changes?.forEach(applyChange);
    if (listener) listener(envelope.value as never);
    else early.push(envelope.value);
  };
  return {
    on(_event, hears) {
      listener = hears;
      for (const value of early.splice(0)) hears(value as never);
    },
    postMessage: (value) => post({ kind: "message", value }),
  };
}
