import { Dealer, Subscriber } from "zeromq";
import { addressOf, type ConnectionInfo } from "../wire/connection.js";
import { type Message, parseFrames, type SignedFrames, signMessage, verifyFrames } from "../wire/message.js";
import { createSender, type Sender } from "../wire/sender.js";

/** A channel that carries messages (the heartbeat carries none). */
export type MessageChannel = "shell" | "control" | "stdin" | "iopub";

/** A message and the channel it came by. */
export interface ChannelMessage extends Message {
  channel: MessageChannel;
}

/** The client's end of a kernel's four message channels. */
export interface Channels {
  /** Signs and queues a message; it leaves as soon as the kernel is connected. */
  send(channel: Exclude<MessageChannel, "iopub">, message: Message): void;
  /** Closes the sockets at once; what was not yet sent is dropped. */
  close(): void;
}

/**
 * Connects to a kernel, running or not yet.
 *
 * @param session identity of this client on all channels, so that input requests find their way back.
 * @param onMessage called for each message in the order its channel delivers. Messages with a wrong signature or
 *   shape are dropped.
 */
export function openChannels(
  info: ConnectionInfo,
  session: string,
  onMessage: (message: ChannelMessage) => void,
): Channels {
  const reach = { linger: 0, reconnectInterval: 20, reconnectMaxInterval: 200 };
  const talk = () =>
    new Dealer({ ...reach, routingId: session, sendHighWaterMark: 0, receiveHighWaterMark: 0 });
  const talking = { shell: talk(), control: talk(), stdin: talk() };
  const iopub = new Subscriber({ ...reach, receiveHighWaterMark: 0 });
  const sockets = { ...talking, iopub };
  const senders = new Map<MessageChannel, Sender>();
  let closed = false;

  async function listen(channel: MessageChannel): Promise<void> {
    try {
      for await (const frames of sockets[channel] as AsyncIterable<Buffer[]>) {
        const verified = verifyFrames(frames, info.key);
        const message = verified && tryParse(verified);
        if (message) onMessage({ channel, ...message });
      }
    } catch (error) {
      if (!closed) throw error;
    }
  }

  iopub.subscribe();
  for (const channel of ["iopub", "shell", "control", "stdin"] as const) {
    sockets[channel].connect(addressOf(info, channel));
    void listen(channel);
  }
  for (const channel of ["shell", "control", "stdin"] as const) {
    const socket = talking[channel];
    senders.set(channel, createSender({ send: (frames: Buffer[]) => socket.send(frames) }));
  }
  return {
    send(channel, message) {
      if (!closed) senders.get(channel)?.send(signMessage(message, info.key));
    },
    close() {
      closed = true;
      for (const socket of Object.values(sockets)) socket.close();
    },
  };
}

function tryParse(frames: SignedFrames): Message | undefined {
  try {
    return parseFrames(frames);
  } catch {
    return undefined;
  }
}
