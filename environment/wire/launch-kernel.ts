import { randomUUID } from "node:crypto";
import type { KernelSpec } from "../kernel/spec.js";
import { createConnectionFile } from "./connection.js";
import type { SignedFrames } from "./frames.js";
import {
  type ConnectionOptions,
  type KernelChannel,
  openKernelConnection,
  type ReceiveMessage,
  type RequestChannel,
} from "./kernel-connection.js";
import { type KernelProcess, type ProcessEnd, spawnKernel } from "./kernel-process.js";
import { createMessage, type Message, type MessageHeader } from "./message.js";

/** How a kernel is started. */
export interface LaunchOptions extends ConnectionOptions {
  name: string;
  spec: KernelSpec;
  cwd: string;
  /** Environment of the kernel, over which the kernelspec's own variables are put; default this process's. */
  baseEnv?: NodeJS.ProcessEnv;
  /** Variables over both. */
  env?: Readonly<Record<string, string>>;
  /** Whether the kernel has a process group of its own, see `spawnKernel`. */
  ownGroup?: boolean;
}

/** A message as it came, with the two headers read. */
export interface Received {
  channel: KernelChannel;
  frames: SignedFrames;
  header: MessageHeader;
  parent: Partial<MessageHeader>;
}

/** One start of a kernel's program: its process, its sockets, its connection file. All end together. */
export interface LaunchedKernel {
  readonly process: KernelProcess;
  /** Content of the kernel's `kernel_info_reply`; empty before it is ready. */
  readonly info: Readonly<Record<string, unknown>>;
  send(channel: RequestChannel, message: Message): void;
  /** Interrupts the running cell the way the kernelspec says. */
  interrupt(): void;
  /**
   * Asks for kernel_info until the answer and its states on iopub have been seen and stdin is connected: only then is
   * every channel in place, and no client's first output, state or question can be missed.
   */
  awaitReady(timeoutMs: number): Promise<"ready" | "silent" | "ended">;
  /** Asks the kernel to end, and makes it end when it takes longer than `graceMs`. */
  end(restart: boolean, graceMs: number): Promise<void>;
  /** Ends process, sockets and file at once. Harmless when repeated. */
  dispose(): void;
}

/** Starts a kernel's program. `receive` gets what it says, but for the answers to the questions asked here. */
export async function launchKernel(
  { name, spec, cwd, baseEnv = process.env, env, ownGroup, log, readAhead }: LaunchOptions,
  receive: (message: Received) => Promise<void>,
): Promise<LaunchedKernel> {
  const file = await createConnectionFile(name, spec.metadata.unix_sockets === true);
  const argv = spec.argv.map((part) => part.replace("{connection_file}", () => file.path));
  const kernel = spawnKernel(argv, { cwd, env: { ...baseEnv, ...spec.env, ...env }, ownGroup, log });
  // What is asked here is answered here: such answers go no further.
  const session = `launch-${randomUUID()}`;
  let info: Record<string, unknown> = {};
  const seen = { reply: false, iopub: false, stdin: false };
  let isDisposed = false;
  let wake = () => {};

  const hear: ReceiveMessage = async (channel, frames) => {
    if (isDisposed) return;
    const header = JSON.parse(frames.parts[0].toString()) as MessageHeader;
    const parent = JSON.parse(frames.parts[1].toString()) as Partial<MessageHeader>;
    if (parent.session !== session) return await receive({ channel, frames, header, parent });
    if (channel === "iopub") seen.iopub = true;
    else if (header.msg_type === "kernel_info_reply") {
      info = JSON.parse(frames.parts[3].toString()) as Record<string, unknown>;
      seen.reply = true;
    }
    wake();
  };
  const sockets = openKernelConnection(file.info, hear, { log, readAhead });
  void kernel.ended.then(() => wake());
  void sockets.hasStdin.then(() => {
    seen.stdin = true;
    wake();
  });

  const ask = (channel: RequestChannel, type: string, content: Record<string, unknown> = {}) =>
    sockets.send(channel, createMessage(type, session, content));

  async function awaitSign(timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    wake = () => {};
  }

  const launched: LaunchedKernel = {
    process: kernel,
    get info() {
      return info;
    },
    send: (channel, message) => sockets.send(channel, message),
    interrupt() {
      if (spec.interrupt_mode === "message") ask("control", "interrupt_request");
      else kernel.signal("SIGINT");
    },
    async awaitReady(timeoutMs) {
      const deadlineMs = Date.now() + timeoutMs;
      ask("shell", "kernel_info_request");
      while (!(seen.reply && seen.iopub && seen.stdin)) {
        if (kernel.end) return "ended";
        const leftMs = deadlineMs - Date.now();
        if (leftMs <= 0) return "silent";
        const { reply } = seen;
        await awaitSign(reply && !seen.iopub ? Math.min(100, leftMs) : leftMs);
        // It answered while iopub was not connected yet: once more.
        if (reply && !seen.iopub) ask("shell", "kernel_info_request");
      }
      return "ready";
    },
    async end(restart, graceMs) {
      ask("control", "shutdown_request", { restart });
      if (!(await endsWithin(kernel.ended, graceMs))) {
        kernel.kill("SIGTERM");
        if (!(await endsWithin(kernel.ended, graceMs / 4))) kernel.kill("SIGKILL");
      }
      await kernel.ended;
      launched.dispose();
    },
    dispose() {
      if (isDisposed) return;
      isDisposed = true;
      kernel.kill("SIGKILL");
      sockets.close();
      file.remove();
    },
  };
  return launched;
}

async function endsWithin(ended: Promise<ProcessEnd>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  const result = await Promise.race([ended.then(() => true), timeout]);
  clearTimeout(timer);
  return result;
}
