import { currentCell } from "./cell/cell.js";
import { describeError } from "./cell/describe-error.js";
import { CutOff } from "./cut.js";
import { Interrupted } from "./interrupted.js";
import type { Streams } from "./outputs.js";
import type { Sections } from "./sections.js";

/**
 * Keeps mistakes in cells from ending the kernel: errors that nobody catches are shown among the outputs of the cell
 * they come from, and `process.exit()` is refused.
 *
 * @returns the real `process.exit`, for the kernel itself.
 */
export function installProcessGuards(streams: Streams, sections: Sections): (code: number) => never {
  const report = (what: string, thrown: unknown): void => {
    if (thrown instanceof CutOff) return;
    const cell = currentCell();
    // The end of what an interrupted cell had left running.
    if (thrown instanceof Interrupted && (cell?.isAbandoned || cell?.signal.aborted)) return;
    const text = `${what}\n${describeError(thrown).traceback.join("\n")}\n`;
    sections.runAsKernel(() => streams.write(cell, "stderr", text));
  };
  process.on("uncaughtException", (error) => report("Uncaught error outside of the cell's own run:", error));
  process.on("unhandledRejection", (reason) =>
    report("Unhandled rejection of a promise nobody awaits:", reason),
  );
  const exit: (code: number) => never = process.exit.bind(process);
  const refuse = (call: string) => (): never => {
    throw new Error(
      `${call} is refused in a notebook: it would end the kernel and lose every variable. To end the kernel, shut it down; to end the cell, throw an error.`,
    );
  };
  process.exit = refuse("process.exit()");
  process.abort = refuse("process.abort()");
  return exit;
}
