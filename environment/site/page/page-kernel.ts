import type { FileChange, ThreadStart } from "tumorlab/internal/platform/browser/page";
import { createSharedState, word } from "../../kernel/shared-state.js";
import { createId } from "../../wire/identity.js";
import { createHeader, type Message, type MessageHeader } from "../../wire/message.js";
import type { FromKernel, KernelStart, ToKernel } from "../kernel/page-messages.js";
import { sharesMemory, startWorker } from "./browser.js";

/** A message of a kernel on its way to the front end. */
export interface KernelMessage {
  channel: string;
  /** Header, parent header, metadata and content as JSON text. */
  parts: readonly string[];
  buffers: readonly Uint8Array[];
}

/** What the API says of a kernel. */
export interface KernelModel {
  id: string;
  name: string;
  last_activity: string;
  execution_state: string;
  connections: number;
}

/** What a kernel of a page needs to know of it. */
export interface KernelParts {
  name: string;
  start: () => Omit<ThreadStart, "pid" | "threadId">;
  kernel: Omit<KernelStart, "state">;
  /** Told what the kernel changes in the files. */
  onChange: (change: FileChange) => void;
}

/** A loop that hears nothing for so long after an interrupt can only be stopped with its kernel. */
const patienceMs = 2000;

let started = 0;

/** A kernel in a worker, which is replaced at a restart. */
export class PageKernel {
  readonly id: string = createId();
  readonly listeners: Set<(message: KernelMessage) => void> = new Set();
  private readonly parts: KernelParts;
  private worker: ReturnType<typeof startWorker> | undefined;
  private state: Int32Array | undefined;
  private executionState = "starting";
  private lastActivity = new Date().toISOString();
  /** Cells that were sent and have not ended, in order. */
  private readonly pending = new Map<string, MessageHeader>();
  private patience: ReturnType<typeof setTimeout> | undefined;
  private isDeaf = false;

  constructor(parts: KernelParts) {
    this.parts = parts;
    this.boot();
  }

  get model(): KernelModel {
    return {
      id: this.id,
      name: this.parts.name,
      last_activity: this.lastActivity,
      execution_state: this.executionState,
      connections: this.listeners.size,
    };
  }

  /** Sends a message of the front end. */
  send(channel: "shell" | "control" | "stdin", message: Message): void {
    if (message.header.msg_type === "execute_request")
      this.pending.set(message.header.msg_id, message.header);
    this.post({ kind: "message", channel, message });
  }

  /** Tells the kernel what others have changed in the files. */
  tellChange(change: FileChange): void {
    this.post({ kind: "changes", changes: [change] });
  }

  /**
   * Interrupts the running cell. Code that never pauses and never looks at its signal does not hear of it: the reader is
   * told, and a second interrupt ends the kernel and what it held.
   */
  interrupt(): void {
    if (this.isDeaf) return this.end("The cell computed without a pause, and the kernel was ended with it.");
    if (this.state) Atomics.add(this.state, word.interrupts, 1);
    this.post({ kind: "interrupt" });
    const [running] = this.pending.values();
    if (!running) return;
    clearTimeout(this.patience);
    this.patience = setTimeout(() => {
      this.isDeaf = true;
      const text =
        "[The cell computes without a pause and does not hear the interrupt. Interrupt once more to end the kernel; all variables are lost then.]\n";
      this.publish("stream", { name: "stderr", text }, running);
    }, patienceMs);
  }

  /** Ends the worker and starts a new one, without variables. */
  restart(): void {
    this.worker?.terminate();
    this.failPending("KernelRestarted", "The kernel was restarted.");
    this.publish("status", { execution_state: "restarting" }, undefined);
    this.boot();
  }

  shutdown(): void {
    this.worker?.terminate();
    this.worker = undefined;
    this.failPending("KernelDied", "The kernel was shut down.");
    this.publish("status", { execution_state: "dead" }, undefined);
  }

  private boot(): void {
    this.executionState = "starting";
    this.isDeaf = false;
    clearTimeout(this.patience);
    this.state = sharesMemory() ? createSharedState() : undefined;
    const start = { ...this.parts.start(), pid: ++started, threadId: 0 };
    const worker = startWorker(`${start.scripts}thread.js`);
    this.worker = worker;
    worker.onmessage = ({ data }) => {
      if (this.worker === worker) this.receive(data as FromKernel);
    };
    worker.onerror = ({ message }) => this.end(message ?? "The kernel's script could not be loaded.");
    this.post({ kind: "start", start, kernel: { ...this.parts.kernel, state: this.state } });
  }

  /** Ends a kernel that is of no more use, says why where cells wait, and starts another. */
  private end(reason: string): void {
    this.worker?.terminate();
    this.failPending("KernelDied", reason);
    this.publish("status", { execution_state: "autorestarting" }, undefined);
    this.boot();
  }

  private post(message: ToKernel): void {
    this.worker?.postMessage(message);
  }

  private receive(message: FromKernel): void {
    if (message.kind === "change") return this.parts.onChange(message.change);
    if (message.kind === "heard") {
      clearTimeout(this.patience);
      this.isDeaf = false;
      return;
    }
    if (message.kind === "failed") return this.giveUp(`${message.message}\n${message.stack ?? ""}`);
    if (message.kind === "end") return;
    const { channel, parts, buffers } = message;
    this.lastActivity = new Date().toISOString();
    const [header, parent, , content] = parts.map((part) => JSON.parse(part) as Record<string, unknown>);
    if (header.msg_type === "status") this.executionState = String(content.execution_state);
    if (header.msg_type === "execute_reply") {
      this.pending.delete(String(parent.msg_id));
      clearTimeout(this.patience);
      this.isDeaf = false;
    }
    this.deliver({ channel, parts, buffers });
  }

  /** A kernel that cannot start is not started again and again. */
  private giveUp(reason: string): void {
    this.worker?.terminate();
    this.worker = undefined;
    this.failPending("KernelDied", reason);
    this.executionState = "dead";
    this.publish("status", { execution_state: "dead" }, undefined);
    console.error(`The kernel could not start: ${reason}`);
  }

  private failPending(ename: string, evalue: string): void {
    for (const header of [...this.pending.values()]) {
      const failure = { ename, evalue, traceback: [`${ename}: ${evalue}`] };
      this.publish("error", failure, header);
      this.publish("execute_reply", { status: "error", execution_count: 0, ...failure }, header, "shell");
      this.publish("status", { execution_state: "idle" }, header);
    }
    this.pending.clear();
  }

  private publish(
    type: string,
    content: Record<string, unknown>,
    parent: MessageHeader | undefined,
    channel = "iopub",
  ): void {
    const header = createHeader(type, this.id);
    if (type === "status") this.executionState = String(content.execution_state);
    const parts = [header, parent ?? {}, {}, content].map((part) => JSON.stringify(part));
    this.deliver({ channel, parts, buffers: [] });
  }

  private deliver(message: KernelMessage): void {
    for (const listener of this.listeners) listener(message);
  }
}
