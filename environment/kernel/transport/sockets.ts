import { Publisher, Router } from "zeromq";
import { addressOf, channels, type ConnectionInfo } from "../../wire/connection.js";
import { parseFrames, signParts } from "../../wire/frames.js";
import type { Message } from "../../wire/message.js";
import { createVerifier } from "../../wire/replays.js";
import { createSender } from "../../wire/sender.js";
import type { OutgoingFrames, RequestChannel } from "../link-messages.js";

/** The kernel's end of the five channels. */
export interface KernelSockets {
  /** Binds all five. Rejects with code EADDRINUSE when a port is taken; nothing stays bound then. */
  bind(): Promise<void>;
  send(frames: OutgoingFrames, onTaken?: () => void): void;
  /** Resolves when ZeroMQ has taken everything sent so far. */
  drained(): Promise<void>;
  close(): void;
}

/** Called for each message with the right signature and shape that was not there before; others are dropped. */
export type ReceiveHandler = (
  channel: RequestChannel | "stdin",
  identities: Uint8Array[],
  message: Message,
) => void;

/**
 * Outputs waiting for one reader. Beyond it the publisher refuses instead of dropping, and the kernel slows down to
 * the pace of its slowest reader, as a program writing to a pipe does.
 */
const publishedHighWaterMark = 500;

/** How long a client's stdin may take to connect after its shell has, in ms. */
const stdinPatienceMs = 5000;

/**
 * Makes the sockets; nothing listens before `bind`.
 *
 * @param onDropped told of each message that has the key and can't be taken.
 */
export function createSockets(
  info: ConnectionInfo,
  onMessage: ReceiveHandler,
  onDropped: (text: string) => void,
): KernelSockets {
  const linger = 1000;
  const route = () => new Router({ linger, sendHighWaterMark: 0 });
  const sockets = {
    shell: route(),
    control: route(),
    // It says when a client is not there, instead of dropping the question.
    stdin: new Router({ linger, sendHighWaterMark: 0, mandatory: true }),
    iopub: new Publisher({ linger, noDrop: true, sendTimeout: 0, sendHighWaterMark: publishedHighWaterMark }),
    // Not a Reply socket: that would stand still when a client goes before it has its echo.
    hb: new Router({ linger: 0 }),
  };
  const senders = {
    shell: createSender({ send: (frames) => sockets.shell.send(frames) }),
    control: createSender({ send: (frames) => sockets.control.send(frames) }),
    stdin: createSender({ send: (frames) => sendWhenReachable(sockets.stdin, frames) }),
    iopub: createSender({ send: (frames) => sockets.iopub.send(frames) }),
  };
  let closed = false;

  const verify = createVerifier(info.key);

  async function listen(channel: RequestChannel | "stdin"): Promise<void> {
    for await (const frames of sockets[channel]) {
      // Whatever a message is, the next one is heard.
      try {
        const verified = verify(frames);
        if (verified) onMessage(channel, verified.identities, parseFrames(verified));
      } catch (error) {
        onDropped(`A message on ${channel} was dropped: ${String(error)}`);
      }
    }
  }

  async function beat(): Promise<void> {
    for await (const frames of sockets.hb) {
      // Whoever sent it may be gone, or be no client at all.
      await sockets.hb.send(frames).catch(() => undefined);
    }
  }

  function endQuietly(error: unknown): void {
    if (!closed) throw error;
  }

  return {
    async bind() {
      try {
        for (const channel of channels) await sockets[channel].bind(addressOf(info, channel));
      } catch (error) {
        this.close();
        throw error;
      }
      for (const channel of ["shell", "control", "stdin"] as const) listen(channel).catch(endQuietly);
      beat().catch(endQuietly);
    },
    send({ socket, identities, parts, buffers }, onTaken) {
      senders[socket].send(signParts(parts, info.key, identities, buffers), onTaken);
    },
    async drained() {
      await Promise.all(Object.values(senders).map((sender) => sender.drained()));
    },
    close() {
      closed = true;
      for (const socket of Object.values(sockets)) if (!socket.closed) socket.close();
    },
  };
}

/** A client connects its channels one by one: a cell that asks for input at once may be ahead of stdin. */
async function sendWhenReachable(stdin: Router, frames: Buffer[]): Promise<void> {
  const deadlineMs = performance.now() + stdinPatienceMs;
  for (;;) {
    try {
      return await stdin.send(frames);
    } catch (error) {
      const isUnreachable = (error as { code?: string }).code === "EHOSTUNREACH";
      if (!isUnreachable || performance.now() > deadlineMs || stdin.closed) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
