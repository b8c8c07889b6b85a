import { runCommandLine } from "tumorlab/internal/cli/main";

/** Runs `tumorlab experiment` in this process. */
export async function tumorlab(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const io = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    isTerminal: false,
    signal: new AbortController().signal,
  };
  const code = await runCommandLine(["experiment", ...words], io);
  return { code, out, err };
}
