import { writeSync } from "node:fs";
import { runCommandLine } from "./main.js";

/** Runs this process's command line and ends it with the exit code; a closed pipe ends it quietly. */
export async function startCommandLine(): Promise<void> {
  const interrupt = new AbortController();
  process.once("SIGINT", () => interrupt.abort(new Error("Interrupted")));
  process.once("SIGTERM", () => interrupt.abort(new Error("Terminated")));
  // A child of a runner that is gone has nobody to work for.
  process.once("disconnect", () => interrupt.abort(new Error("Disconnected")));
  const io = {
    out: (text: string) => writeAll(1, text),
    err: (text: string) => writeAll(2, text),
    isTerminal: process.stderr.isTTY,
    signal: interrupt.signal,
  };
  process.exitCode = await runCommandLine(process.argv.slice(2), io);
  // An open channel to it would keep this process alive.
  if (process.connected) process.disconnect();
}

/** Writes everything before returning, so that no output is lost when the process ends. */
function writeAll(descriptor: 1 | 2, text: string): void {
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
