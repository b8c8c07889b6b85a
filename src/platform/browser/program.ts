import type { ProgramIo } from "../program.js";
import type { FromProgram, ProgramStart } from "./processes.js";
import { parentPort, workerData } from "./workers.js";

export type { ProgramIo };

/**
 * Runs the program of this thread, which `spawn` has started, and tells its exit code. A rejection is a defect of `main`, as
 * in a process.
 */
export async function startProgram(
  main: (words: readonly string[], io: ProgramIo) => Promise<number>,
): Promise<void> {
  const end = new AbortController();
  parentPort?.on("message", () => end.abort(new Error("Terminated")));
  const { words } = workerData as ProgramStart;
  const code = await main(words, {
    signal: end.signal,
    send: (message) => tell({ kind: "sent", message }),
  });
  tell({ kind: "ended", code });
}

/** Standard error goes to whoever started this program; all else to the browser's console. */
export function writeAll(descriptor: 1 | 2, text: string): void {
  if (descriptor === 1) console.log(text);
  else if (parentPort) tell({ kind: "said", text });
  else console.error(text);
}

function tell(message: FromProgram): void {
  parentPort?.postMessage(message);
}
