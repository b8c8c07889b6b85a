import type { Timer } from "../wait.js";
import type { PagePort } from "./page.js";

/** Waiting in a page: see `platform/wait.ts`. */

export type { Timer };

/** Waits; aborting ends it with an error. */
export function sleep(ms: number, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      const error = new Error("The operation was aborted", { cause: signal?.reason });
      reject(Object.assign(error, { name: "AbortError", code: "ABORT_ERR" }));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}

/** Lets what waits for this thread run: messages, timers, drawing. A timer would wait for 4 ms where timers are nested. */
export function letOthersRun(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel() as unknown as Record<"port1" | "port2", PagePort>;
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

/** Calls `work` after `ms`. */
export function startTimer(work: () => void, ms: number): Timer {
  return setTimeout(work, ms);
}

/** Calls `work` every `ms`, until `clearInterval`. */
export function startInterval(work: () => void, ms: number): Timer {
  return setInterval(work, ms);
}
