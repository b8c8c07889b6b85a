import { type DisplayOptions, kernelSession } from "../contracts/kernel-session.js";
import { LabError } from "../core/errors.js";
import { printLine } from "../platform/machine.js";
import { findLoaded } from "../platform/packages.js";

/**
 * Shows a bundle to the reader: in the project's kernel as it is, in a stock tslab kernel by its own
 * display, and outside any kernel as its `text/plain` on standard output (updates are left out there).
 */
export function displayBundle(bundle: Record<string, unknown>, options: DisplayOptions = {}): void {
  const session = kernelSession();
  if (session) return session.display(bundle, options);
  const { displayId, update = false, metadata = {} } = options;
  const tslab = stockDisplay();
  if (tslab) return tslab({ data: bundle, metadata, transient: { display_id: displayId } }, update);
  const text = bundle["text/plain"];
  if (!update && typeof text === "string") printLine(text);
}

/** Whether what is shown can later be replaced: in a kernel it can, on standard output it cannot. */
export function canUpdate(): boolean {
  return kernelSession() !== undefined || stockDisplay() !== undefined;
}

/**
 * The signal that is aborted when the reader interrupts the running cell. Hand it to long work as
 * `{ signal: currentSignal() }`. Outside the project's kernel it is one that is never aborted.
 */
export function currentSignal(): AbortSignal {
  return kernelSession()?.signal ?? neverAborted;
}

/**
 * Asks the reader for a line of text in the notebook.
 *
 * @param options `password: true` hides what is typed.
 * @throws LabError outside the project's kernel, which has no way to ask.
 */
export async function askReader(prompt: string, options: { password?: boolean } = {}): Promise<string> {
  const session = kernelSession();
  if (!session) {
    throw new LabError(
      "askReader",
      "no kernel",
      "a notebook of the lab",
      "Open the notebook with npm start.",
    );
  }
  return session.input(prompt, options);
}

/** Removes what the running cell has shown so far; with `wait` only when it shows something new. */
export function clearOutput(wait = false): void {
  kernelSession()?.clearOutput(wait);
}

const neverAborted: AbortSignal = new AbortController().signal;

type StockDisplay = (message: Record<string, unknown>, update: boolean) => void;

/** Stock tslab keeps its sender in a module that is loaded only inside its kernel. */
function stockDisplay(): StockDisplay | undefined {
  const loaded = findLoaded(/[\\/]tslab[\\/]dist[\\/]jupyter\.js$/);
  return (loaded?.lastWriteDisplayData as StockDisplay | null | undefined) ?? undefined;
}
