import { writeSync } from "node:fs";

/** What a program of this project is given besides its words. */
export interface ProgramIo {
  /**
   * Aborted by Ctrl-C, by SIGTERM, and when the program that started this one is gone. Until it is first read these end the
   * process at once: a program that never asks would go on to its end otherwise, and one that computes without a pause could not
   * be stopped at all.
   */
  readonly signal: AbortSignal;
  /** Tells something to the program that started this one; nothing where that does not listen. */
  send: (message: object) => void;
}

/**
 * Runs this process's program and ends it with the exit code that `main` gives. A rejection is a defect of `main`, which
 * turns errors into words itself.
 *
 * @param main is given the words of the command line.
 */
export async function startProgram(
  main: (words: readonly string[], io: ProgramIo) => Promise<number>,
): Promise<void> {
  let signal: AbortSignal | undefined;
  const leave = (): never => process.exit(1);
  process.once("disconnect", leave);
  process.exitCode = await main(process.argv.slice(2), {
    get signal() {
      process.off("disconnect", leave);
      return (signal ??= listen());
    },
    send: (message) => void (process.connected && process.send?.(message)),
  });
  process.off("disconnect", leave);
  // An open channel to it would keep this process alive.
  if (process.connected) process.disconnect();
}

function listen(): AbortSignal {
  const interrupt = new AbortController();
  process.once("SIGINT", () => interrupt.abort(new Error("Interrupted")));
  process.once("SIGTERM", () => interrupt.abort(new Error("Terminated")));
  process.once("disconnect", () => interrupt.abort(new Error("Disconnected")));
  return interrupt.signal;
}

/**
 * Writes all of a text to standard output (1) or standard error (2) before it returns, so that no output is lost when the
 * process ends; a closed pipe ends the process quietly.
 */
export function writeAll(descriptor: 1 | 2, text: string): void {
  let bytes = Buffer.from(text);
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(descriptor, bytes));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EAGAIN") continue;
      if (code === "EPIPE") process.exit(0);
      throw error;
    }
  }
}
