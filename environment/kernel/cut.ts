/**
 * Cutting off code that never pauses.
 *
 * The transport thread makes the inspector run {@link cutExpression} on this thread, in the middle of whatever runs
 * here, and then terminate it: the cell itself, a timer, what follows an `await`.
 */
const handlerKey = "tumorlab.kernel.cut";

/** What the inspector evaluates right before it terminates what runs. */
export const cutExpression = `globalThis[Symbol.for(${JSON.stringify(handlerKey)})]?.()`;

/** Thrown to nobody: it clears the bookkeeping of what is being cut off. */
export class CutOff extends Error {}

/** @param onCut called in the context of the code that is about to be cut off, with its stack. */
export function installCutHandler(onCut: (stack: string) => void): void {
  const value = (): void => {
    onCut(new Error().stack ?? "");
    // Node keeps a stack of asynchronous contexts and aborts the process when a terminated callback leaves it
    // unbalanced. Its handler for uncaught errors empties that stack, which is what is needed here.
    const { _fatalException: handleAsUncaught } = process as unknown as {
      _fatalException?: (error: unknown) => void;
    };
    handleAsUncaught?.(new CutOff("cut off by an interrupt"));
  };
  Object.defineProperty(globalThis, Symbol.for(handlerKey), { value });
}
