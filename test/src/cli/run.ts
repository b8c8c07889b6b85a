import { runCommandLine } from "tumorlab/internal/cli/main";

/** What a command line wrote and how it ended. */
export interface Outcome {
  code: number;
  out: string;
  err: string;
}

/** Runs `tumorlab ARGS...` in this process. */
export async function run(...args: string[]): Promise<Outcome> {
  let out = "";
  let err = "";
  const io = {
    out: (text: string) => (out += text),
    err: (text: string) => (err += text),
    isTerminal: false,
    signal: new AbortController().signal,
  };
  return { code: await runCommandLine(args, io), out, err };
}
