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
/** Milliseconds in which the main thread hears that it was cut off; else something runs that the cut did not hit. */
const hearMs = 300;

/**
 * The main thread is told by message. Where the interrupt does not come to an end, because a cell computes without a
 * pause, its code is terminated through the inspector, unless it is the kernel's own.
 *
 * @param tellInterrupt passes an interrupt on to the main thread; returns the number of the message.
 * @param tellCut tells the main thread, again and again for that long, that its code was cut off at that attempt;
 *   resolves to whether it has heard.
 * @param terminate terminates what the main thread runs, see {@link terminateMain}.
 */
export function createInterrupter(
  state: SharedState,
  tellInterrupt: (number: number) => number,
  tellCut: (attempt: number, limitMs: number) => Promise<boolean>,
  terminate: () => Promise<void>,
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
      await cut();
    }
    Atomics.store(state, word.cutWanted, 0);
    insisting = undefined;
  }

  /** Cuts off until the main thread hears of it. Called, and left, with a mode that allows no other cut. */
  async function cut(): Promise<void> {
    let attempt = 0;
    await terminate();
    Atomics.store(state, word.cutWanted, 0);
    while (!(await tellCut(attempt, hearMs))) {
      // The cut may have come between two callbacks, where nothing ran, and the next one computes without a pause.
      const current = mode.cutting + attempt;
      if (Atomics.compareExchange(state, word.mode, current, current + 1) !== current) continue;
      attempt++;
      await terminate();
    }
  }

  return {
    interrupt() {
      latest = Atomics.add(state, word.interrupts, 1) + 1;
      latestMail = tellInterrupt(latest);
      insisting ??= insist(latest);
    },
  };
}

/**
 * Terminates what the main thread runs, once it has said what that is. In native code it does not say so until that ends.
 * Where nothing runs, nothing is terminated.
 */
export async function terminateMain(): Promise<void> {
  const session = new Session();
  session.connectToMainThread();
  const isSaid = new Promise<void>((resolve) =>
    session.post("Runtime.evaluate", { expression: cutExpression }, () => resolve()),
  );
  const isDone = new Promise<void>((resolve) => session.post("Runtime.terminateExecution", () => resolve()));
  await isSaid;
  // The answer comes when something was terminated; where the code ended by itself there may be nothing for a while.
  await Promise.race([isDone, new Promise((resolve) => setTimeout(resolve, 500))]);
  session.disconnect();
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, lookMs));
}
