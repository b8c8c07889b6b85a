import type { SignedFrames } from "../../wire/frames.js";
import type { KernelChannel } from "../../wire/kernel-connection.js";
import type { MessageHeader } from "../../wire/message.js";
import { createOfflineBuffer, type OfflineBuffer } from "./offline-buffer.js";

/** One connected front end. */
export interface Listener {
  /** Clients with the same session are one front end that came back, or two windows of it. Empty when it named none. */
  readonly session: string;
  deliver(channel: KernelChannel, frames: SignedFrames): void;
  /** Fulfilled when the client has taken enough of what was delivered, or is gone. */
  ready(): Promise<void>;
  /** Ends the connection; the client asks the API what became of the kernel. */
  close(reason: string): void;
}

/** All front ends of one kernel, those included that have just lost their connection. */
export interface Subscribers {
  readonly size: number;
  /** Adds a client; what its session missed while it was away is delivered first. */
  add(listener: Listener): void;
  /** Removes a client; from now on its session's messages are kept for its return. */
  remove(listener: Listener): void;
  /** Notes that a client asks this; what answers it goes to that client, whatever session the header names. */
  note(listener: Listener, header: MessageHeader): void;
  /**
   * Hands a message to those it is for: iopub to all; the other channels to the client that asked, with the windows and
   * later connections of its session; where nobody is known to have asked, to the session that the request names.
   *
   * @param parent header of the request that this message answers
   * @returns when no client is too far behind
   */
  deliver(
    channel: KernelChannel,
    frames: SignedFrames,
    parent?: Partial<MessageHeader>,
    type?: string,
  ): Promise<void>;
  /** Ends all connections and forgets what was kept. */
  dismiss(reason: string): void;
}

/** Sessions whose messages are kept at the same time; a browser that reloads never comes back to its old one. */
const maxAway = 4;

/** Requests whose askers are remembered, and askers of one id; some kinds are never answered. */
const maxAsked = 4096;
const mostOfOneId = 64;

/** Makes the subscribers of a kernel. */
export function createSubscribers(): Subscribers {
  const listeners = new Set<Listener>();
  const away = new Map<string, OfflineBuffer>();
  /** Those who asked, oldest first: clients that count their requests may use one id at the same time. */
  const asked = new Map<string, Listener[]>();
  const keyOf = ({ session, msg_id }: Partial<MessageHeader>) => JSON.stringify([session, msg_id]);

  function findAsker(
    channel: KernelChannel,
    parent: Partial<MessageHeader>,
    type: string,
  ): Listener | undefined {
    const key = keyOf(parent);
    const [asker, ...later] = asked.get(key) ?? [];
    // A question on stdin comes in the middle of a request, its reply ends it.
    if (asker && channel !== "stdin" && type.endsWith("_reply")) {
      if (later.length === 0) asked.delete(key);
      else asked.set(key, later);
    }
    return asker;
  }

  return {
    get size() {
      return listeners.size;
    },
    add(listener) {
      const missed = away.get(listener.session);
      away.delete(listener.session);
      listeners.add(listener);
      for (const { channel, frames } of missed?.take() ?? []) listener.deliver(channel, frames);
    },
    remove(listener) {
      if (!listeners.delete(listener) || listener.session === "") return;
      if ([...listeners].some(({ session }) => session === listener.session)) return;
      away.set(listener.session, createOfflineBuffer());
      if (away.size > maxAway) away.delete([...away.keys()][0]);
    },
    note(listener, header) {
      const key = keyOf(header);
      asked.set(key, [...(asked.get(key) ?? []), listener].slice(-mostOfOneId));
      if (asked.size > maxAsked) asked.delete([...asked.keys()][0]);
    },
    async deliver(channel, frames, parent = {}, type = "") {
      const asker = channel === "iopub" ? undefined : findAsker(channel, parent, type);
      const session = asker ? asker.session : parent.session;
      const isFor = (other: string) => channel === "iopub" || (other !== "" && other === session);
      for (const [name, buffer] of away) if (isFor(name)) buffer.add(channel, frames);
      const reached = [...listeners].filter((listener) => listener === asker || isFor(listener.session));
      for (const listener of reached) listener.deliver(channel, frames);
      await Promise.all(reached.map((listener) => listener.ready()));
    },
    dismiss(reason) {
      for (const listener of listeners) listener.close(reason);
      listeners.clear();
      away.clear();
      asked.clear();
    },
  };
}
