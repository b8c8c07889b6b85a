import { monotonicMs } from "../../../platform/machine.js";
import { sleep } from "../../../platform/wait.js";
import { isSilence } from "./program.js";

/** How long a controller that does not answer is borne with. */
export interface Patience {
  /** How long the controller may leave questions unanswered; default ten minutes. */
  patienceMs?: number;
  /** Longest time between two looks at the queue, default 10 s; the first ones follow each other faster. */
  pollMs?: number;
  /** Called with a sentence about the controller or whole jobs that a reader should know. */
  onNotice?: (text: string) => void;
  /** Aborting ends every wait. */
  signal?: AbortSignal;
}

/** How long {@link Patience} lasts by default. */
export const defaultPatienceMs = 600_000;

/** Throws an error that has been given without a break for longer than the patience lasts. */
export function createPatience({
  patienceMs = defaultPatienceMs,
  onNotice,
}: Patience): (error: Error | undefined) => void {
  let sinceMs: number | undefined;
  return (error) => {
    if (!error) {
      sinceMs = undefined;
      return;
    }
    const isFirst = sinceMs === undefined;
    sinceMs ??= monotonicMs();
    if (monotonicMs() - sinceMs >= patienceMs) throw error;
    if (isFirst) onNotice?.(`${error.message}. Trying again.`);
  };
}

/** Pauses between looks, in ms: short at first, `pollMs` at most. */
export function* listPauses({ pollMs = 10_000 }: Patience): Generator<number, never> {
  for (let pauseMs = Math.min(500, pollMs); ; pauseMs = Math.min(pauseMs * 1.5, pollMs)) yield pauseMs;
}

/**
 * Asks the controller again while it does not answer; whatever else it says ends the matter.
 *
 * @throws LabError where it stays silent for `patienceMs`, or refuses; the signal's reason when aborted.
 */
export async function askPatiently<T>(ask: () => Promise<T>, settings: Patience): Promise<T> {
  const forgive = createPatience(settings);
  for (const pauseMs of listPauses(settings)) {
    try {
      return await ask();
    } catch (error) {
      settings.signal?.throwIfAborted();
      if (!isSilence(error)) throw error;
      forgive(error);
    }
    await sleep(pauseMs, { signal: settings.signal });
  }
  throw new Error("unreachable");
}
