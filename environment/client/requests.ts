import type { KernelChannel } from "../wire/kernel-connection.js";
import type { Message } from "../wire/message.js";

/** A message and the channel it came by. */
export interface ChannelMessage extends Message {
  channel: KernelChannel;
}

/** What a request came to. */
export interface Outcome {
  /** The reply; for a request without one, the request's last message. */
  reply: Message;
  /** All the kernel published for the request, in order: states, streams, displays, results, errors. */
  messages: ChannelMessage[];
  /** Milliseconds from sending the request until it was done. */
  ms: number;
}

/** How to follow a request while it runs. */
export interface WatchOptions {
  /** Called for each published message as it arrives. */
  onMessage?: (message: ChannelMessage) => void;
  /** Answers a cell that asks for input; without it the kernel is told that there is no one to ask. */
  onInput?: (prompt: string, password: boolean) => string | Promise<string>;
}

interface ExpectOptions extends WatchOptions {
  expectReply: boolean;
  onReply?: () => void;
}

interface Pending extends ExpectOptions {
  reply?: Message;
  idle: boolean;
  messages: ChannelMessage[];
  sentAt: number;
  resolve(outcome: Outcome): void;
  reject(error: Error): void;
}

/** Requests under way, matched to what arrives by the id of the parent message. */
export interface Requests {
  /** Resolves when the reply (if expected) and the idle state of this message have arrived. */
  expect(message: Message, options: ExpectOptions): Promise<Outcome>;
  /** Hands over what arrived. */
  receive(message: ChannelMessage): void;
  /** Stops waiting; the promise of the request never settles. */
  forget(message: Message): void;
  /** Rejects all, now and in future. */
  rejectAll(error: Error): void;
}

/** @param answer sends the answer to an `input_request`. */
export function createRequests(answer: (prompt: Message, value: string) => void): Requests {
  const pending = new Map<string, Pending>();
  let ended: Error | undefined;

  function settle(id: string, request: Pending): void {
    if (!request.idle || (request.expectReply && !request.reply)) return;
    pending.delete(id);
    const reply = request.reply ?? request.messages[request.messages.length - 1];
    request.resolve({ reply, messages: request.messages, ms: performance.now() - request.sentAt });
  }

  async function ask(request: Pending, prompt: ChannelMessage): Promise<void> {
    const { prompt: text, password } = prompt.content as { prompt?: string; password?: boolean };
    try {
      answer(prompt, (await request.onInput?.(text ?? "", password ?? false)) ?? "");
    } catch (error) {
      request.reject(error as Error);
    }
  }

  return {
    expect(message, options) {
      if (ended) return Promise.reject(ended);
      return new Promise((resolve, reject) => {
        const sentAt = performance.now();
        pending.set(message.header.msg_id, {
          ...options,
          idle: false,
          messages: [],
          sentAt,
          resolve,
          reject,
        });
      });
    },
    receive(message) {
      const id = message.parent_header.msg_id;
      const request = id === undefined ? undefined : pending.get(id);
      if (!request || id === undefined) return;
      if (message.channel === "stdin") {
        void ask(request, message);
      } else if (message.channel === "iopub") {
        request.messages.push(message);
        request.onMessage?.(message);
        if (message.header.msg_type === "status" && message.content.execution_state === "idle")
          request.idle = true;
      } else {
        request.reply = message;
        request.onReply?.();
      }
      settle(id, request);
    },
    forget(message) {
      pending.delete(message.header.msg_id);
    },
    rejectAll(error) {
      ended = error;
      for (const request of pending.values()) request.reject(error);
      pending.clear();
    },
  };
}
