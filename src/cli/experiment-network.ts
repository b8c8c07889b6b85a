import { join } from "node:path";
import { formatDuration } from "../core/progress.js";
import { requireFree } from "../core/require-free.js";
import { experimentPaths, openExperiment } from "../experiment/run/experiment-folder.js";
import { readResult } from "../experiment/run/inspect-trial.js";
import { readExperimentResults } from "../experiment/run/read-results.js";
import type { CollectedResults } from "../experiment/run/result.js";
import { makeTrialModel } from "../experiment/run/trial-model.js";
import { findTrial } from "../experiment/run/trial.js";
import { createBar } from "./bar.js";
import { type Command, parseOptions, toJson, UsageError } from "./command.js";
import { engineOptions, readEngineOptions } from "./engine-options.js";

/** `tumorlab experiment network` */
export const networkCommand: Command = {
  name: "experiment network",
  summary: "makes the network of a trial again, to predict with",
  usage: `tumorlab experiment network FROM --index I --out DIR [options]

  FROM               the folder of an experiment, or its results in a file, such as notebooks/results/jhh-in-medium.json
  --index I          the trial, by its number in the plan
  --out DIR          where the network goes
  --engine E         auto (default) or an engine by name
  --threads N        threads of the engine (default: one per core)
  --force            overwrites a network that is at --out
  --json             prints the record as JSON

Trials keep what their networks found, and not the networks. This trains one again and writes DIR/model, which
\`tumorlab predict --model DIR/model\` takes, and DIR/record.json. Scans of the trial that are in the experiment's folder are used;
of results in a file they are made in DIR/scans, which is not needed afterwards. With the same arithmetic and code the weights are those of
the result, bit by bit. Exit code 1 where the result has other weights.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: ["index", "out", ...engineOptions],
      flags: ["json", "force"],
    });
    const [from, ...more] = options.positionals;
    if (from === undefined) throw new UsageError("no experiment given: a folder, or a file of results");
    if (more.length > 0) throw new UsageError(`unexpected ${more[0]}`);
    const out = options.value("out");
    if (out === undefined) throw new UsageError("--out is missing");
    if (options.value("index") === undefined) throw new UsageError("--index is missing");
    const index = options.number(
      "index",
      0,
      (value) => Number.isInteger(value) && value >= 0,
      "a whole number from 0",
    );
    await requireFree(
      [join(out, "record.json"), join(out, "model", "model.json")],
      [from],
      options.has("force"),
    );
    const isFile = from.endsWith(".json");
    const results = isFile ? await readExperimentResults(from) : await readFrom(from, index);
    const bar = createBar("network", io);
    const record = await makeTrialModel(results, index, out, {
      ...readEngineOptions(options),
      scans: isFile ? join(out, "scans") : experimentPaths.scans(from),
      call: `tumorlab experiment network ${isFile ? "RESULTS.json" : "FOLDER"} --index ${index} --out DIR`,
      progress: (update) => bar.update(update),
      signal: io.signal,
    }).finally(() => bar.end());
    if (options.has("json")) io.out(`${toJson(record)}\n`);
    else
      io.out(
        `${join(out, "model")}: trial ${index} made again in ${formatDuration(record.seconds)}, weights ${record.weightsSha256}\n` +
          `${describeMatch(record.isAsInResult)}\n`,
      );
    return record.isAsInResult === false ? 1 : 0;
  },
};

/** The plan of an experiment's folder, with the result of a trial where there is one. */
async function readFrom(folder: string, index: number): Promise<Pick<CollectedResults, "plan" | "trials">> {
  const experiment = await openExperiment(folder);
  const result = await readResult(experiment, findTrial(experiment.plan, index));
  return { plan: experiment.plan, trials: result ? [result] : [] };
}

function describeMatch(isAsInResult: boolean | undefined): string {
  if (isAsInResult === undefined) return "There is no result of this trial to compare with";
  return isAsInResult
    ? "These are the weights of the trial's result"
    : "The trial's result has other weights: it was computed with another arithmetic, or the code has changed since";
}
