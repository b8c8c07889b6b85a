import path from "node:path";
import { runCommandLine } from "tumorlab/internal/cli/main";
import { readPeakMb } from "./interleave.js";

/** `tumorlab evaluate` on the folders of FOLDER with WORKERS threads, in a process of its own: WORKERS FOLDER REPS. */
const [workers, folder, reps] = process.argv.slice(2);

async function main(): Promise<void> {
  const seconds: number[] = [];
  let scores: number[] = [];
  for (let i = 0; i < Number(reps); i++) {
    let written = "";
    const io = {
      out: (text: string) => void (written += text),
      err: (text: string) => void process.stderr.write(text),
      isTerminal: false,
      signal: new AbortController().signal,
    };
    const names = ["reference", "prediction"].flatMap((name) => [`--${name}`, path.join(folder, name)]);
    const start = performance.now();
    const code = await runCommandLine(["evaluate", ...names, "--workers", workers, "--json"], io);
    seconds.push((performance.now() - start) / 1000);
    if (code !== 0) throw new Error(`tumorlab evaluate ended with ${code}`);
    const { cases } = JSON.parse(written) as { cases: { nsd: number; hd95: number }[] };
    scores = cases.flatMap(({ nsd, hd95 }) => [nsd, hd95]);
  }
  console.log(JSON.stringify({ seconds, peakMb: readPeakMb(), values: scores }));
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
