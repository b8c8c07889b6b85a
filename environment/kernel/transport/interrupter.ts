import { Session } from "node:inspector";
import { cutExpression } from "../cut.js";
import { mode, type SharedState, word } from "../shared-state.js";

/** Interrupts the main thread, whatever it is doing. */
export interface Interrupter {
  /** Asks once. */
  interrupt(): void;
}

/** How long the main thread may take to hear of an interrupt before its code is cut off. */
const patienceMs = 100;
/** The same for a cell that holds the session's signal and may be about to look at it. */
const patienceWithSignalMs = 2000;
/** How often the state of the main thread is looked at. */
const lookMs = 5;

/**
 * The main thread is told by message. Where it does not hear, because a cell computes without a pause, its code is
 * terminated through the inspector, unless it is the kernel's own.
 *
 * @param tellInterrupt passes an interrupt on to the main thread.
 * @param tellCut tells the main thread, again and again until it hears, that its code was cut off.
 */
export function createInterrupter(
  state: SharedState,
  tellInterrupt: (number: number) => void,
  tellCut: () => Promise<void>,
): Interrupter {
  const isHeard = (number: number): boolean => Atomics.load(state, word.heard) >= number;

  let latest = 0;
  let insisting: Promise<void> | undefined;

  async function insist(first: number): Promise<void> {
    const usesSignal = Atomics.load(state, word.usesSignal) === 1;
    const isUrgent = (): boolean => isHeard(latest) || latest > first;
    await until(isUrgent, usesSignal ? patienceWithSignalMs : patienceMs);
    while (!isHeard(latest)) {
      Atomics.store(state, word.cutWanted, 1);
      if (Atomics.compareExchange(state, word.mode, mode.open, mode.cutting) === mode.open) {
        await terminate();
        Atomics.store(state, word.cutWanted, 0);
        await tellCut();
      }
      await until(() => isHeard(latest), lookMs);
    }
    Atomics.store(state, word.cutWanted, 0);
    insisting = undefined;
  }

  return {
    interrupt() {
      latest = Atomics.add(state, word.interrupts, 1) + 1;
      tellInterrupt(latest);
      insisting ??= insist(latest);
    },
  };
}

/** Terminates what the main thread runs, once it has said what that is. */
async function terminate(): Promise<void> {
  const session = new Session();
  session.connectToMainThread();
  const isDone = new Promise<true>((resolve) => {
    session.post("Runtime.evaluate", { expression: cutExpression });
    session.post("Runtime.terminateExecution", () => resolve(true));
  });
  // The answer comes when something was terminated; where the code ended by itself there may be nothing for a while.
  await Promise.race([isDone, new Promise((resolve) => setTimeout(resolve, 500))]);
  session.disconnect();
}

/** Resolves when `condition` holds or the time is over. */
async function until(condition: () => boolean, timeoutMs: number): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!condition() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, lookMs));
}
