import type { MessagePort } from "node:worker_threads";
import type { FromTransport, Numbered } from "../link-messages.js";
import { type SharedState, word } from "../shared-state.js";

/** The way to the main thread, on which nothing is lost. */
export interface Mail {
  /** Sends a message; messages arrive in order. Returns its number. */
  tell: (message: FromTransport) => number;
  /**
   * Sends a message and all that may have been lost before it, until they are known to have arrived or the time is over.
   *
   * @returns whether they have arrived.
   */
  insist: (message: FromTransport, limitMs: number) => Promise<boolean>;
}

/**
 * Numbers the messages and keeps them until the main thread has them: a message that arrives in the moment in which
 * code is cut off goes down with it.
 */
export function createMail(port: Pick<MessagePort, "postMessage">, state: SharedState): Mail {
  let kept: Numbered[] = [];
  let last = 0;

  function forgetReceived(): void {
    const received = Atomics.load(state, word.received);
    if (kept.length > 0 && kept[0].number <= received) kept = kept.filter(({ number }) => number > received);
  }

  function tell(message: FromTransport): number {
    forgetReceived();
    const numbered = { number: ++last, message };
    kept.push(numbered);
    port.postMessage(numbered);
    return last;
  }

  return {
    tell,
    async insist(message, limitMs) {
      const number = tell(message);
      const end = performance.now() + limitMs;
      for (let pauseMs = 10; ; pauseMs *= 2) {
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        forgetReceived();
        if (Atomics.load(state, word.received) >= number) return true;
        if (performance.now() >= end) return false;
        for (const lost of kept) port.postMessage(lost);
      }
    },
  };
}
