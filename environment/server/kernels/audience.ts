import type { SignedFrames } from "../../wire/message.js";
import { createOfflineBuffer, type OfflineBuffer } from "./offline-buffer.js";
import type { KernelChannel } from "./sockets.js";

/** One connected front end. */
export interface Listener {
  /** Clients with the same session are one front end that came back, or two windows of it. */
  readonly session: string;
  deliver(channel: KernelChannel, frames: SignedFrames): void;
  /** Fulfilled when the client has taken enough of what was delivered, or is gone. */
  ready(): Promise<void>;
  /** Ends the connection; the client asks the API what became of the kernel. */
  close(reason: string): void;
}

/** All front ends of one kernel, those included that have just lost their connection. */
export interface Audience {
  readonly size: number;
  /** Adds a client; what its session missed while it was away is delivered first. */
  add(listener: Listener): void;
  /** Removes a client; from now on its session's messages are kept for its return. */
  remove(listener: Listener): void;
  /**
   * Hands a message to those it is for: iopub to all, the other channels to the session that asked.
   *
   * @param session session of the request that this message answers
   * @returns when no client is too far behind
   */
  deliver(channel: KernelChannel, frames: SignedFrames, session: string | undefined): Promise<void>;
  /** Ends all connections and forgets what was kept. */
  dismiss(reason: string): void;
}

/** Sessions whose messages are kept at the same time; a browser that reloads never comes back to its old one. */
const mostAway = 4;

/** Makes the audience of a kernel. */
export function createAudience(): Audience {
  const listeners = new Set<Listener>();
  const away = new Map<string, OfflineBuffer>();

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
      if (away.size > mostAway) away.delete([...away.keys()][0]);
    },
    async deliver(channel, frames, session) {
      const isFor = (other: string) => channel === "iopub" || other === session;
      for (const [name, buffer] of away) if (isFor(name)) buffer.add(channel, frames);
      const reached = [...listeners].filter((listener) => isFor(listener.session));
      for (const listener of reached) listener.deliver(channel, frames);
      await Promise.all(reached.map((listener) => listener.ready()));
    },
    dismiss(reason) {
      for (const listener of listeners) listener.close(reason);
      listeners.clear();
      away.clear();
    },
  };
}
