import { describeError } from "../../core/errors.js";
import { requireEngineName } from "../../model/engines.js";
import { delayOptimizing } from "../../platform/machine.js";
import { type ProgramIo, startProgram, writeAll } from "../../platform/program.js";
import { openExperiment } from "./experiment-folder.js";
import { runExperimentTrial } from "./folder-trial.js";
import { makeScans } from "./local-runner.js";
import { readTrialWords } from "./trial-words.js";

/** The program that runners start, on this machine or on a cluster; see `trial-words.ts` for its words. */
async function main(words: readonly string[], { signal, send }: ProgramIo): Promise<number> {
  delayOptimizing();
  const asked = readTrialWords(words);
  if (!asked) {
    writeAll(2, "This program is started by the runners of experiments: use tumorlab experiment run.\n");
    return 2;
  }
  try {
    const experiment = await openExperiment(asked.folder);
    if (asked.kind === "scans") {
      const onEvent = (event: { kind: string; text?: string }): void => {
        if (event.kind === "notice") writeAll(2, `${event.text}\n`);
      };
      const waiting = await makeScans(experiment, asked.workers, { signal, onEvent });
      writeAll(1, `scans of ${waiting.length} trials are there\n`);
      return 0;
    }
    const { index, threads, engine } = asked;
    if (engine !== undefined) requireEngineName(engine);
    const state = await runExperimentTrial(experiment, index, { threads, engine, signal, progress: send });
    writeAll(1, `trial ${index}: ${state}\n`);
    return 0;
  } catch (error) {
    writeAll(2, `${describeError(error)}\n`);
    return 1;
  }
}

void startProgram(main);
