import { randomUUID } from "node:crypto";
import { dirname, resolve } from "node:path";
import { createKernelSpec, type KernelSpec, kernelName } from "../kernel/spec.js";
import { type ConnectionFile, createConnectionFile } from "../wire/connection.js";
import { portTakenExitCode } from "../wire/exit-codes.js";
import { createMessage, type Message } from "../wire/message.js";
import { type ChannelMessage, type Channels, openChannels } from "./channels.js";
import { KernelDiedError, KernelTimeoutError } from "./errors.js";
import { type KernelProcess, spawnKernel } from "./kernel-process.js";
import { createRequests, type Outcome, type Requests, type WatchOptions } from "./requests.js";

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

/** A kernel process and the way to talk to it. Made by {@link startKernel}. */
export class KernelClient {
  readonly session = randomUUID();
  readonly #options: StartOptions;
  readonly #listeners = new Set<(message: ChannelMessage) => void>();
  #process!: KernelProcess;
  #channels!: Channels;
  #requests!: Requests;
  #file!: ConnectionFile;
  #info: Record<string, unknown> = {};
  #startMs = 0;

  /** @internal Use {@link startKernel}. */
  constructor(options: StartOptions) {
    this.#options = options;
  }

  /** The kernel's process. Another one after {@link restart}. */
  get process(): KernelProcess {
    return this.#process;
  }

  /** Content of the kernel's `kernel_info_reply`. */
  get info(): Record<string, unknown> {
    return this.#info;
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
    this.#channels.send(channel, message);
    return options.timeoutMs === undefined
      ? outcome
      : this.#within(options.timeoutMs, type, message, outcome);
  }

  /** Sends a message nobody answers, such as an `input_reply` of one's own. Returns its id. */
  send(channel: "shell" | "control" | "stdin", type: string, content: Record<string, unknown>): string {
    const message = createMessage(type, this.session, content);
    this.#channels.send(channel, message);
    return message.header.msg_id;
  }

  /** Calls `listener` for every message that arrives, whoever caused it. Returns a function that stops it. */
  listen(listener: (message: ChannelMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Interrupts the running cell, by message as the kernelspec says or by signal. Resolves when the kernel has heard. */
  async interrupt(): Promise<void> {
    if (this.#spec().interrupt_mode === "signal") this.#process.kill("SIGINT");
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
    const spec = this.#spec();
    const file = await createConnectionFile(kernelName, spec.metadata.unix_sockets === true);
    this.#file = file;
    const env = {
      ...(this.#options.env ?? process.env),
      ...spec.env,
      TUMORLAB_PARENT_PID: String(process.pid),
    };
    const argv = spec.argv.map((part) => part.replace("{connection_file}", () => file.path));
    try {
      this.#process = await spawnKernel(argv, { cwd: resolve(this.#options.cwd), env });
    } catch (error) {
      file.remove();
      throw error;
    }
    const requests = createRequests((prompt, value) =>
      this.#channels.send(
        "stdin",
        createMessage("input_reply", this.session, { value, status: "ok" }, prompt.header),
      ),
    );
    this.#requests = requests;
    this.#channels = openChannels(file.info, this.session, (message) => {
      requests.receive(message);
      for (const listener of this.#listeners) listener(message);
    });
    const kernel = this.#process;
    void kernel.exited.then((exit) => {
      file.remove();
      // What the kernel said last may still be on its way from ZeroMQ's thread.
      setTimeout(() => requests.rejectAll(new KernelDiedError(exit, kernel.log)), 100);
    });
    try {
      this.#info = await this.#nudge(this.#options.startTimeoutMs ?? 60_000);
    } catch (error) {
      await this.#stop(false);
      throw error;
    }
    this.#startMs = performance.now() - startedAt;
  }

  /**
   * Asks for `kernel_info` until both the answer and its idle state arrive: before that, the subscription to the
   * kernel's outputs is not in place and the idle state of a first cell would be lost.
   */
  async #nudge(timeoutMs: number): Promise<Record<string, unknown>> {
    const giveUpAt = performance.now() + timeoutMs;
    for (;;) {
      const message = createMessage("kernel_info_request", this.session, {});
      let answered = false;
      const outcome = this.#requests.expect(message, { expectReply: true, onReply: () => (answered = true) });
      this.#channels.send("shell", message);
      let done: Outcome | undefined;
      for (let waits = 0; !done && !(answered && waits > 0); waits++) {
        done = await Promise.race([outcome, delay(100)]);
        if (performance.now() > giveUpAt) {
          this.#requests.forget(message);
          throw new KernelTimeoutError(
            `The kernel did not answer within ${timeoutMs} ms of its start`,
            this.#process.log,
          );
        }
      }
      if (done) return done.reply.content;
      this.#requests.forget(message);
    }
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
        reject(new KernelTimeoutError(`${type} took longer than ${timeoutMs} ms`, this.#process.log));
      }, timeoutMs);
    });
    try {
      return await Promise.race([outcome, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #stop(restart: boolean): Promise<void> {
    const kernel = this.#process;
    if (!kernel.exit) {
      this.#channels.send("control", createMessage("shutdown_request", this.session, { restart }));
      const ended = await Promise.race([kernel.exited, delay(3000)]);
      if (!ended) kernel.kill("SIGKILL");
    }
    const exit = await kernel.exited;
    this.#channels.close();
    this.#file.remove();
    this.#requests.rejectAll(new KernelDiedError(exit, kernel.log));
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

function delay(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms).unref());
}
