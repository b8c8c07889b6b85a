import { Session } from "node:inspector";
import { cutExpression } from "../cut.js";
import { mode, type SharedState, word } from "../shared-state.js";

/** Interrupts the main thread, whatever it is doing. */
export interface Interrupter {
  /** Asks once. */
  interrupt(): void;
}

/** Milliseconds until code that goes on is cut off, without and with the session's signal in its hands. */
const patience = {
  /** The main thread does not even hear. */
  unheard: { withoutSignal: 100, withSignal: 2000 },
  /** It has heard and gives the cell its time to end (see execution.ts), and some more. */
  heard: { withoutSignal: 1200, withSignal: 6500 },
  /** It has heard twice, and ends the cell at once unless it can't. */
  heardTwice: 300,
};
/** How often the state of the main thread is looked at. */
const lookMs = 5;

/**
 * The main thread is told by message. Where the interrupt does not come to an end, because a cell computes without a
 * pause, its code is terminated through the inspector, unless it is the kernel's own.
 *
 * @param tellInterrupt passes an interrupt on to the main thread; returns the number of the message.
 * @param tellCut tells the main thread, again and again until it hears, that its code was cut off.
 */
export function createInterrupter(
  state: SharedState,
  tellInterrupt: (number: number) => number,
  tellCut: () => Promise<void>,
): Interrupter {
  let latest = 0;
  let latestMail = 0;
  let insisting: Promise<void> | undefined;

  async function insist(first: number): Promise<void> {
    const begunAt = performance.now();
    const key = Atomics.load(state, word.usesSignal) === 1 ? "withSignal" : "withoutSignal";
    const limitMs = (): number => {
      const isHeard = Atomics.load(state, word.received) >= latestMail;
      if (latest > first) return isHeard ? patience.heardTwice : 0;
      return (isHeard ? patience.heard : patience.unheard)[key];
    };
    while (Atomics.load(state, word.interruptsOver) < latest) {
      await pause();
      if (performance.now() - begunAt < limitMs()) continue;
      Atomics.store(state, word.cutWanted, 1);
      if (Atomics.compareExchange(state, word.mode, mode.open, mode.cutting) !== mode.open) continue;
      await terminate();
      Atomics.store(state, word.cutWanted, 0);
      await tellCut();
    }
    Atomics.store(state, word.cutWanted, 0);
    insisting = undefined;
  }

  return {
    interrupt() {
      latest = Atomics.add(state, word.interrupts, 1) + 1;
      latestMail = tellInterrupt(latest);
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

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, lookMs));
}
