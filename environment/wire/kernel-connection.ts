import { randomUUID } from "node:crypto";
import { Dealer, Subscriber } from "zeromq";
import { addressOf, type ConnectionInfo } from "./connection.js";
import { type SignedFrames, signMessage, verifyFrames } from "./frames.js";
import type { Message } from "./message.js";
import { createSender, type Sender } from "./sender.js";

/** Channels that carry messages; the heartbeat carries none. */
export type KernelChannel = "shell" | "control" | "stdin" | "iopub";

/** Channels a client may send on. */
export type RequestChannel = Exclude<KernelChannel, "iopub">;

/** Takes one verified message. The next one of the same channel is read only when the promise is fulfilled. */
export type ReceiveMessage = (channel: KernelChannel, frames: SignedFrames) => Promise<void>;

/** The ZeroMQ side of one kernel process. */
export interface KernelConnection {
  /**
   * Fulfilled when the kernel has our stdin. Kernels drop questions to a client whose stdin they don't have, and that
   * channel connects when it likes: a cell that asks at once would wait for an answer for ever.
   */
  readonly hasStdin: Promise<void>;
  send(channel: RequestChannel, message: Message): void;
  close(): void;
}

/** How a connection reads. */
export interface ConnectionOptions {
  /**
   * Messages ZeroMQ may take in ahead of `receive` on iopub; default without limit. While `receive` is pending nothing is
   * read, ZeroMQ's queue fills up to this, then TCP's, and then the kernel has to wait or queue: that is what keeps the
   * memory of whoever listens bounded.
   */
  readAhead?: number;
  /** Result of messages that `receive` could not take. */
  log?: (text: string) => void;
}

/**
 * How soon, in ms, ZeroMQ tries again to reach a kernel that is not there yet, and how long the pauses may grow. Its
 * own default is 100 to 200 ms, which every start of a kernel would wait for.
 */
const reconnect = { reconnectInterval: 10, reconnectMaxInterval: 100 };

/**
 * Connects to a kernel's channels, be it running or not yet. Messages with a wrong signature are dropped; those that `receive` can't digest are
 * too, and reported.
 */
export function openKernelConnection(
  info: ConnectionInfo,
  receive: ReceiveMessage,
  { readAhead = 0, log = () => {} }: ConnectionOptions = {},
): KernelConnection {
  // Kernels answer input requests to the identity that asked on shell: all three must carry the same.
  const routingId = randomUUID();
  const dealer = () =>
    new Dealer({ ...reconnect, routingId, linger: 0, sendHighWaterMark: 0, receiveHighWaterMark: 0 });
  const dealers: Record<RequestChannel, Dealer> = { shell: dealer(), control: dealer(), stdin: dealer() };
  const iopub = new Subscriber({ ...reconnect, linger: 0, receiveHighWaterMark: readAhead });
  iopub.subscribe();
  const hasStdin = awaitHandshake(dealers.stdin);
  const senders = {} as Record<RequestChannel, Sender>;
  for (const [channel, socket] of Object.entries(dealers) as [RequestChannel, Dealer][]) {
    socket.connect(addressOf(info, channel));
    senders[channel] = createSender(socket);
    void pump(channel, socket);
  }
  iopub.connect(addressOf(info, "iopub"));
  void pump("iopub", iopub);

  async function pump(channel: KernelChannel, socket: AsyncIterable<Buffer[]>): Promise<void> {
    for await (const frames of socket) {
      const signed = verifyFrames(frames, info.key);
      if (!signed) continue;
      try {
        await receive(channel, signed);
      } catch (error) {
        log(`A message of a kernel on ${channel} was dropped: ${String(error)}\n`);
      }
    }
  }

  return {
    hasStdin,
    send: (channel, message) => senders[channel].send(signMessage(message, info.key)),
    close() {
      for (const socket of [...Object.values(dealers), iopub]) socket.close();
    },
  };
}

/**
 * Fulfilled when the socket has a peer; never when it is closed before. The events end with the socket: closed earlier,
 * the next one would find no reader and hold up ZeroMQ's only thread, and with it every other kernel.
 */
function awaitHandshake({ events }: Dealer): Promise<void> {
  return new Promise((resolve) => events.on("handshake", () => resolve()));
}
