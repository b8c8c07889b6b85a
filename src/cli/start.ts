import { startProgram, writeAll } from "../platform/program.js";
import { runCommandLine } from "./main.js";

/** Runs this process's command line and ends it with the exit code; a closed pipe ends it quietly. */
export function startCommandLine(): Promise<void> {
  return startProgram((words, program) =>
    runCommandLine(words, {
      out: (text) => writeAll(1, text),
      err: (text) => writeAll(2, text),
      isTerminal: process.stderr.isTTY,
      // Read when a command asks for it: Ctrl-C ends one that does not.
      get signal() {
        return program.signal;
      },
    }),
  );
}
