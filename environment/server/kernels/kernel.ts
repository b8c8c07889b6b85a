import { randomUUID } from "node:crypto";
import { portTakenExitCode } from "../../wire/exit-codes.js";
import type { RequestChannel } from "../../wire/kernel-connection.js";
import type { ProcessEnd } from "../../wire/kernel-process.js";
import {
  type LaunchedKernel,
  launchKernel,
  type LaunchOptions,
  type Received,
} from "../../wire/launch-kernel.js";
import { createMessage, type Message, type MessageHeader } from "../../wire/message.js";
import { createLocks } from "../contents/locks.js";
import { describeEnd } from "./describe-end.js";
import { toFrames } from "./frames.js";
import { readMemoryBytes } from "./memory.js";
import { createOutputLimit } from "./output-limit.js";
import { createSubscribers, type Listener } from "./subscribers.js";

/** What the API says about a kernel. */
export interface KernelModel {
  id: string;
  name: string;
  last_activity: string;
  execution_state: string;
  connections: number;
  /** Memory that its process holds, where the system tells; an addition of ours. */
  memory_bytes?: number;
  /** How its process last ended by itself in the middle of a cell; an addition of ours, for a page that was not there then. */
  lost?: LostCell;
  /** Why a dead kernel died. */
  reason?: string;
  /** What it last wrote to stderr. */
  traceback?: string;
}

/** A cell that the kernel's process did not survive. */
export interface LostCell {
  /** The notebook's cell, where the page said which. */
  cell_id: string;
  reason: string;
  traceback: string[];
}

/** How a kernel is started and ended. */
export interface KernelOptions extends LaunchOptions {
  log: (text: string) => void;
  /** How long a kernel may take to answer for the first time, in ms. Defaults to 60,000. */
  startTimeoutMs?: number;
  /** How long it may take to end by itself, in ms. Defaults to 2,000. */
  graceMs?: number;
  /** How much one cell may print; see {@link createOutputLimit}. */
  outputLimitBytes?: number;
}

/** Messages of a kernel that are taken in before pages have taken those before them. */
const readAhead = 64;

/** A kernel that ends by itself so many times within the window stays dead. */
const maxDeaths = 5;
const deathWindowMs = 300_000;

/** Tries to start a kernel whose port was taken by someone else in the same moment. */
const maxLaunches = 4;

/** A kernel: its identity and its clients outlive the processes that do its work. */
export class Kernel {
  readonly id: string = randomUUID();
  readonly subscribers = createSubscribers();
  readonly options: KernelOptions;
  private state = "starting";
  private lastActivity = new Date();
  private reason: string | undefined;
  private traceback: string | undefined;
  private current: LaunchedKernel | undefined;
  private isReady = false;
  /** What clients sent before the kernel was ready. */
  private waiting: [RequestChannel, Message][] = [];
  /** Header of the cell that runs. */
  private running: Partial<MessageHeader> | undefined;
  /** Cells by the message that asked for them, as far as pages say so. */
  private readonly cellOf = new Map<string, string>();
  private lost: LostCell | undefined;
  private deaths: number[] = [];
  /** Counts what was asked for; a launch that finds it changed gives way. */
  private wish = 0;
  private isClosed = false;
  private readonly locked = createLocks();
  private readonly limitOutput: ReturnType<typeof createOutputLimit>;

  constructor(options: KernelOptions) {
    this.options = options;
    this.limitOutput = createOutputLimit(options.outputLimitBytes);
  }

  get model(): KernelModel {
    const { id, pid, reason, traceback } = this;
    const memory = pid === undefined ? undefined : readMemoryBytes(pid);
    return {
      id,
      name: this.options.name,
      last_activity: this.lastActivity.toISOString(),
      execution_state: this.state,
      connections: this.subscribers.size,
      ...(memory === undefined ? {} : { memory_bytes: memory }),
      ...(this.lost === undefined ? {} : { lost: this.lost }),
      ...(reason === undefined ? {} : { reason }),
      ...(traceback === undefined ? {} : { traceback }),
    };
  }

  get isDead(): boolean {
    return this.state === "dead";
  }

  /** Process id of the kernel, while it has one. */
  get pid(): number | undefined {
    return this.current?.process.pid;
  }

  /** Starts the kernel. Fulfilled when it answers; rejects when it doesn't, and the kernel is dead. */
  start(): Promise<void> {
    return this.locked("life", () => this.launch());
  }

  /** Passes a client's message on; what comes before the kernel is ready waits for it. The answers go to `asker`. */
  send(channel: RequestChannel, message: Message, asker: Listener): void {
    this.lastActivity = new Date();
    if (message.header.msg_type === "execute_request") this.noteCell(message);
    // What is said on stdin is an answer itself.
    if (channel !== "stdin") this.subscribers.note(asker, message.header);
    if (this.isReady) this.current?.send(channel, message);
    else if (!this.isDead) this.waiting.push([channel, message]);
  }

  private noteCell({ header, metadata }: Message): void {
    const cell = metadata.cellId;
    if (typeof cell !== "string") return;
    this.cellOf.set(header.msg_id, cell);
    // Run again, it has an output of its own.
    if (this.lost?.cell_id === cell) this.lost = undefined;
  }

  /** Interrupts the running cell; does nothing while there is no process. */
  interrupt(): void {
    if (this.isReady) this.current?.interrupt();
  }

  /** Ends the process and starts another. Fulfilled when that one answers; works on a dead kernel too. */
  restart(): Promise<void> {
    this.giveWay();
    return this.locked("life", async () => {
      if (this.isClosed) throw new Error("The kernel was shut down.");
      this.state = "restarting";
      await this.end(true);
      this.deaths = [];
      await this.launch();
    });
  }

  /** Ends the kernel for good: asked first, then made to. Fulfilled when process, sockets and files are gone. */
  shutdown(): Promise<void> {
    this.isClosed = true;
    this.giveWay();
    return this.locked("life", async () => {
      await this.end(false);
      this.setState("dead");
      this.subscribers.dismiss("the kernel was shut down");
    });
  }

  /** Ends everything at once, without waiting: for the server's own end. */
  killNow(): void {
    this.isClosed = true;
    this.current?.dispose();
  }

  /** A launch under way is of no use any more. */
  private giveWay(): void {
    this.wish += 1;
    if (!this.isReady) this.current?.process.kill("SIGKILL");
  }

  private async launch(attempt = 1): Promise<void> {
    const { wish } = this;
    const { startTimeoutMs = 60_000 } = this.options;
    const launched = await launchKernel({ ...this.options, ownGroup: true, readAhead }, (message) =>
      this.receive(message),
    );
    this.current = launched;
    this.reason = this.traceback = undefined;
    const outcome = wish === this.wish ? await launched.awaitReady(startTimeoutMs) : "unwanted";
    if (outcome === "ready" && wish === this.wish) {
      this.isReady = true;
      this.state = "idle";
      void launched.process.ended.then((end) => this.onEnd(launched, end));
      for (const [channel, message] of this.waiting.splice(0)) launched.send(channel, message);
      return;
    }
    this.drop(launched);
    const end = await launched.process.ended;
    if (wish !== this.wish) throw new Error("The kernel was ended while it started.");
    if (end.code === portTakenExitCode && attempt < maxLaunches) return await this.launch(attempt + 1);
    const why =
      outcome === "silent" ? `it did not answer within ${startTimeoutMs / 1000} s` : describeEnd(end);
    this.die(`The kernel could not be started: ${why}.`, end.lastWords);
    throw new Error(this.reason);
  }

  private async receive({ channel, frames, header, parent }: Received): Promise<void> {
    this.lastActivity = new Date();
    if (channel === "iopub" && header.msg_type === "status") {
      const { execution_state } = JSON.parse(frames.parts[3].toString()) as { execution_state?: string };
      if (this.isReady && (execution_state === "busy" || execution_state === "idle")) {
        this.state = execution_state;
        if (parent.msg_type === "execute_request")
          this.running = execution_state === "busy" ? parent : undefined;
        if (parent.msg_type === "execute_request" && execution_state === "idle")
          this.cellOf.delete(parent.msg_id ?? "");
      }
    }
    const limited = channel === "iopub" ? this.limitOutput(frames, header, parent) : frames;
    if (limited) await this.subscribers.deliver(channel, limited, parent, header.msg_type);
  }

  /** The process ended though nobody asked it to: say so where the reader looks, then start another. */
  private onEnd(launched: LaunchedKernel, end: ProcessEnd): void {
    if (this.current !== launched || this.isClosed) return;
    this.drop(launched);
    const why = describeEnd(end);
    const advice = "What it held in memory is gone; run the cells again from the top.";
    this.options.log(`Kernel ${this.id} ended by itself: ${why}.\n`);
    const evalue = `The kernel ended by itself: ${why}. ${advice}`;
    if (this.running) {
      const content = { ename: "KernelDied", evalue, traceback: [evalue] };
      this.announce("error", content, this.running);
      const cell = this.cellOf.get(this.running.msg_id ?? "");
      if (cell !== undefined) this.lost = { cell_id: cell, reason: evalue, traceback: [evalue] };
    }
    this.running = undefined;
    this.cellOf.clear();
    const now = Date.now();
    this.deaths = [...this.deaths.filter((time) => now - time < deathWindowMs), now];
    if (this.deaths.length >= maxDeaths) {
      const minutes = deathWindowMs / 60_000;
      this.die(
        `${evalue} It ended ${maxDeaths} times in ${minutes} minutes: not started again.`,
        end.lastWords,
      );
      return;
    }
    this.setState("restarting");
    const { wish } = this;
    this.locked("life", async () => {
      if (wish === this.wish) await this.launch();
    }).catch(() => undefined);
  }

  /** A page whose connection closes asks for the kernel's model, and shows the reason it finds there. */
  private die(reason: string, traceback: string): void {
    this.reason = reason;
    this.traceback = traceback;
    this.waiting = [];
    this.state = "dead";
    this.subscribers.dismiss("the kernel is dead");
    this.options.log(`${reason}\n`);
  }

  private async end(restart: boolean): Promise<void> {
    const launched = this.current;
    if (this.state === "busy") launched?.interrupt();
    this.current = undefined;
    this.isReady = false;
    this.running = undefined;
    this.waiting = [];
    await launched?.end(restart, this.options.graceMs ?? 2000);
  }

  private drop(launched: LaunchedKernel): void {
    this.isReady = false;
    this.current = undefined;
    launched.dispose();
  }

  private setState(state: string): void {
    this.state = state;
    this.announce("status", { execution_state: state });
  }

  private announce(
    type: string,
    content: Record<string, unknown>,
    parent: Partial<MessageHeader> = {},
  ): void {
    void this.subscribers.deliver("iopub", toFrames(createMessage(type, this.id, content, parent)));
  }
}
