import { randomUUID } from "node:crypto";
import { dirname, resolve } from "node:path";
import { createKernelSpec, type KernelSpec, kernelName } from "../kernel/spec.js";
import { portTakenExitCode } from "../wire/exit-codes.js";
import { parseFrames } from "../wire/frames.js";
import type { RequestChannel } from "../wire/kernel-connection.js";
import type { KernelProcess } from "../wire/kernel-process.js";
import { type LaunchedKernel, launchKernel } from "../wire/launch-kernel.js";
import { createMessage, type Message } from "../wire/message.js";
import { KernelDiedError, KernelTimeoutError } from "./errors.js";
import {
  type ChannelMessage,
  createRequests,
  type Outcome,
  type Requests,
  type WatchOptions,
} from "./requests.js";

/** What {@link startKernel} needs to know. */
export interface StartOptions {
  /** Folder the kernel runs in: that of the notebook. */
  cwd: string;
  /** Environment of the kernel; defaults to this process's. The kernelspec's own variables are added. */
  env?: NodeJS.ProcessEnv;
  /** The project folder; defaults to the one this file belongs to. */
  root?: string;
  /** Another kernel than the project's. */
  spec?: KernelSpec;
  /** How long the kernel may take until it answers; defaults to 60 s. */
  startTimeoutMs?: number;
}

/** How {@link KernelClient.execute} runs a cell. */
export interface ExecuteOptions extends WatchOptions {
  /** After this time the promise rejects with {@link KernelTimeoutError}; the cell goes on. Default: no limit. */
  timeoutMs?: number;
  /** Whether an error here aborts the cells queued behind it; defaults to true. */
  stopOnError?: boolean;
  /** Runs without outputs and without counting; defaults to false. */
  silent?: boolean;
  /** Whether the cell enters the kernel's history; defaults to true. */
  storeHistory?: boolean;
  /** Expressions to evaluate after the cell, by name. */
  userExpressions?: Record<string, string>;
}

/** How long a kernel may take to end by itself, in ms. */
const graceMs = 3000;

/** A kernel process and the way to talk to it. Made by {@link startKernel}. */
export class KernelClient {
  readonly session = randomUUID();
  readonly #options: StartOptions;
  readonly #listeners = new Set<(message: ChannelMessage) => void>();
  #current!: LaunchedKernel;
  #requests!: Requests;
  #startMs = 0;

  /** @internal Use {@link startKernel}. */
  constructor(options: StartOptions) {
    this.#options = options;
  }

  /** The kernel's process. Another one after {@link restart}. */
  get process(): KernelProcess {
    return this.#current.process;
  }

  /** Content of the kernel's `kernel_info_reply`. */
  get info(): Readonly<Record<string, unknown>> {
    return this.#current.info;
  }

  /** Milliseconds from the start of the process until the kernel answered. */
  get startMs(): number {
    return this.#startMs;
  }

  /**
   * Runs a cell.
   *
   * @returns the `execute_reply` and every message of the cell, in order; a cell that fails is no rejection:
   *   look at `reply.content.status`. Rejects with {@link KernelDiedError} when the kernel ends meanwhile.
   */
  execute(code: string, options: ExecuteOptions = {}): Promise<Outcome> {
    return this.request(
      "shell",
      "execute_request",
      {
        code,
        silent: options.silent ?? false,
        store_history: options.storeHistory ?? true,
        user_expressions: options.userExpressions ?? {},
        allow_stdin: options.onInput !== undefined,
        stop_on_error: options.stopOnError ?? true,
      },
      options,
    );
  }

  /**
   * Sends a request and waits for its reply and for the kernel to be idle again.
   * `comm_*` messages have no reply: there only the idle state is waited for.
   */
  request(
    channel: "shell" | "control",
    type: string,
    content: Record<string, unknown> = {},
    options: WatchOptions & { timeoutMs?: number } = {},
  ): Promise<Outcome> {
    const message = createMessage(type, this.session, content);
    const outcome = this.#requests.expect(message, {
      ...options,
      expectReply: !type.startsWith("comm_") || type === "comm_info_request",
    });
    this.#current.send(channel, message);
    return options.timeoutMs === undefined
      ? outcome
      : this.#within(options.timeoutMs, type, message, outcome);
  }

  /** Sends a message nobody answers, such as an `input_reply` of your own. Returns its id. */
  send(channel: RequestChannel, type: string, content: Record<string, unknown>): string {
    const message = createMessage(type, this.session, content);
    this.#current.send(channel, message);
    return message.header.msg_id;
  }

  /** Calls `listener` for every message that arrives, whoever caused it. Returns a function that stops it. */
  listen(listener: (message: ChannelMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Interrupts the running cell, by message as the kernelspec says or by signal. Resolves when the kernel has heard. */
  async interrupt(): Promise<void> {
    if (this.#spec().interrupt_mode === "signal") this.process.signal("SIGINT");
    else await this.request("control", "interrupt_request");
  }

  /** Ends the kernel and starts a fresh one in its place; pending requests reject. */
  async restart(): Promise<void> {
    await this.#stop(true);
    await this.start();
  }

  /** Ends the kernel, politely first, and frees all it held. Harmless when called twice or after the kernel died. */
  async shutdown(): Promise<void> {
    await this.#stop(false);
  }

  /** @internal Starts the process and waits until it answers. */
  async start(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#startOnce();
      } catch (error) {
        const retry =
          error instanceof KernelDiedError && error.exit.code === portTakenExitCode && attempt < 5;
        if (!retry) throw error;
      }
    }
  }

  #spec(): KernelSpec {
    return this.#options.spec ?? createKernelSpec(this.#options.root ?? projectRoot());
  }

  async #startOnce(): Promise<void> {
    const startedAt = performance.now();
    const { env, startTimeoutMs = 60_000 } = this.#options;
    const cwd = resolve(this.#options.cwd);
    const spec = this.#spec();
    const requests = createRequests((prompt, value) =>
      this.#current.send(
        "stdin",
        createMessage("input_reply", this.session, { value, status: "ok" }, prompt.header),
      ),
    );
    this.#requests = requests;
    const current = await launchKernel(
      { name: kernelName, spec, cwd, baseEnv: env, env: { TUMORLAB_PARENT_PID: String(process.pid) } },
      ({ channel, frames }) => {
        const message = { channel, ...parseFrames(frames) };
        requests.receive(message);
        for (const listener of this.#listeners) listener(message);
        return Promise.resolve();
      },
    );
    this.#current = current;
    const kernel = current.process;
    void kernel.ended.then((end) => {
      // What the kernel said last may still be on its way from ZeroMQ's thread.
      setTimeout(() => requests.rejectAll(new KernelDiedError(end, kernel.output)), 100);
    });
    const outcome = await current.awaitReady(startTimeoutMs);
    this.#startMs = performance.now() - startedAt;
    if (outcome === "ready") return;
    await this.#stop(false);
    if (outcome === "silent")
      throw new KernelTimeoutError(
        `The kernel did not answer within ${startTimeoutMs} ms of its start`,
        kernel.output,
      );
    const end = await kernel.ended;
    if (end.code === null && end.signal === null)
      throw new Error(`The kernel program ${spec.argv[0]} could not be started in ${cwd}: ${end.lastWords}`);
    throw new KernelDiedError(end, kernel.output);
  }

  async #within(
    timeoutMs: number,
    type: string,
    message: Message,
    outcome: Promise<Outcome>,
  ): Promise<Outcome> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.#requests.forget(message);
        reject(new KernelTimeoutError(`${type} took longer than ${timeoutMs} ms`, this.process.output));
      }, timeoutMs);
    });
    try {
      return await Promise.race([outcome, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #stop(restart: boolean): Promise<void> {
    const { process: kernel } = this.#current;
    if (kernel.end) this.#current.dispose();
    else await this.#current.end(restart, graceMs);
    this.#requests.rejectAll(new KernelDiedError(await kernel.ended, kernel.output));
  }
}

/**
 * Starts a kernel and waits until it answers and nothing it says can be lost.
 *
 * Rejects with {@link KernelDiedError} when the kernel ends at once and with {@link KernelTimeoutError} when it does
 * not answer in time; in both cases nothing is left behind.
 */
export async function startKernel(options: StartOptions): Promise<KernelClient> {
  const client = new KernelClient(options);
  await client.start();
  return client;
}

/** The project folder: this file is built to environment/dist/client. */
function projectRoot(): string {
  return dirname(dirname(dirname(__dirname)));
}
