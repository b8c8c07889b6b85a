import { join } from "node:path";
import { formatDuration } from "../core/progress.js";
import { requireFree } from "../core/require-free.js";
import {
  isShippedTrial,
  makeShippedTrial,
  readShippedTrial,
  readTrialModelRecord,
} from "../experiment/run/shipped-trial.js";
import type { TrialModelRecord } from "../experiment/run/trial-model.js";
import { makeModel, type ModelRecord } from "../training/shipped/make-model.js";
import { listModels, listPlannedModels, readModelPlan } from "../training/shipped/model-plan.js";
import { readModelRecord } from "../training/shipped/read-model-record.js";
import { createBar } from "./bar.js";
import {
  type Command,
  type CommandIo,
  parseOptions,
  type ParsedOptions,
  toJson,
  UsageError,
} from "./command.js";
import { engineOptions, readEngineOptions } from "./engine-options.js";

/** `tumorlab models list` */
export const modelsListCommand: Command = {
  name: "models list",
  summary: "lists the small trained networks that come with the project",
  usage: `tumorlab models list [--json]

  --json             prints their records

Each has learned only from phantoms and is for lessons. Next to it are its plan, its record and a card that says what it finds and
misses (data-manifests/models/NAME). \`tumorlab predict --model NAME\` predicts with it, \`tumorlab models make NAME\` makes it again.`,
  async run(args, io) {
    const options = parseOptions(args, { values: [], flags: ["json"] });
    if (options.positionals.length > 0) throw new UsageError(`unexpected ${options.positionals[0]}`);
    const records = await Promise.all(
      listModels().map((name) => (isShippedTrial(name) ? readTrialModelRecord(name) : readModelRecord(name))),
    );
    if (options.has("json")) io.out(`${toJson(records)}\n`);
    else
      for (const [at, record] of records.entries()) {
        const name = listModels()[at];
        const title = isShippedTrial(name)
          ? (await readShippedTrial(name)).title
          : (record as ModelRecord).plan.title;
        io.out(`${name.padEnd(14)} ${title}: ${describeFound(record)}\n`);
      }
    return 0;
  },
};

/** `tumorlab models make` */
export const modelsMakeCommand: Command = {
  name: "models make",
  summary: "makes such a network again, from its plan",
  usage: `tumorlab models make NAME --out DIR [options]

  NAME               one of those that \`tumorlab models list\` names
  --out DIR          where it goes; what a run that was killed left there is gone on from
  --engine E         auto (default) or an engine by name
  --threads N        threads of the engine (default: one per core)
  --json             prints the record as JSON

Draws the plan's phantoms, trains, and tries the best network on phantoms of other patients: some 20 minutes on two quiet cores. Writes
DIR/plan.json, model/, record.json and card.md, and training/, which is not needed afterwards. The network of a trial of an experiment
is trained as the trial trained it, and its card says what the trial found: DIR/trial.json and scans/ in place of plan.json and training/. Says whether the weights are those that
come with the project: with the same arithmetic they are, bit by bit.`,
  async run(args, io) {
    const options = parseOptions(args, { values: ["out", ...engineOptions], flags: ["json"] });
    const [name, ...others] = options.positionals;
    if (name === undefined)
      throw new UsageError(`the name of a network is missing: ${listPlannedModels().join(", ")}`);
    if (others.length > 0) throw new UsageError(`unexpected ${others[0]}`);
    const out = options.value("out");
    if (out === undefined) throw new UsageError("--out is missing");
    await requireFree(
      ["plan.json", "trial.json", "record.json", "card.md"].map((file) => join(out, file)),
      [],
      false,
    );
    const record = isShippedTrial(name)
      ? await remakeTrial(name, out, options, io)
      : await remake(name, out, options, io);
    const shipped = await readShippedWeights(name);
    if (options.has("json")) io.out(`${toJson(record)}\n`);
    else
      io.out(
        `${out}: ${name} made in ${formatDuration(record.seconds)}, weights ${record.weightsSha256}\n` +
          `${describeShipped(record, shipped)}\n`,
      );
    return 0;
  },
};

async function remake(
  name: string,
  out: string,
  options: ParsedOptions,
  io: CommandIo,
): Promise<ModelRecord> {
  const plan = await readModelPlan(name);
  const [drawing, training] = [createBar("phantoms", io), createBar("train", io)];
  return makeModel(plan, out, {
    ...readEngineOptions(options),
    drawProgress: (update) => drawing.update(update),
    progress: (update) => training.update(update),
    signal: io.signal,
  }).finally(() => {
    drawing.end();
    training.end();
  });
}

async function remakeTrial(
  name: string,
  out: string,
  options: ParsedOptions,
  io: CommandIo,
): Promise<TrialModelRecord> {
  const bar = createBar("network", io);
  return makeShippedTrial(await readShippedTrial(name), out, {
    ...readEngineOptions(options),
    progress: (update) => bar.update(update),
    signal: io.signal,
  }).finally(() => bar.end());
}

/** Of the network that ships; `undefined` while there is none. */
async function readShippedWeights(
  name: string,
): Promise<{ weightsSha256: string; arithmetic?: string } | undefined> {
  const read = isShippedTrial(name) ? readTrialModelRecord(name) : readModelRecord(name);
  return read.catch(() => undefined);
}

function describeFound(record: ModelRecord | TrialModelRecord): string {
  if (record.format === "tumorlab-shipped-model") {
    const { lesions, cases, falsePositivesPerScan } = record.test;
    return describeTest({
      lesions: lesions.length,
      found: lesions.filter(({ found }) => found).length,
      cases,
      falsePositivesPerScan,
    });
  }
  return describeTest(record.tests[0]);
}

function describeTest(test: {
  lesions: number;
  found: number;
  cases: number;
  falsePositivesPerScan: number;
}): string {
  return `${test.found} of ${test.lesions} tumors in ${test.cases} test phantoms, ${test.falsePositivesPerScan.toFixed(2)} false alarms per scan`;
}

function describeShipped(
  { weightsSha256, arithmetic = "" }: { weightsSha256: string; arithmetic?: string },
  shipped: { weightsSha256: string; arithmetic?: string } | undefined,
): string {
  if (!shipped) return "No network of this name comes with the project yet";
  if (shipped.weightsSha256 === weightsSha256) return "These are the weights that come with the project";
  return shipped.arithmetic === arithmetic
    ? "These are not the weights that come with the project: the code or the plan has changed since"
    : `Those that come with the project were made with ${shipped.arithmetic}, these with ${arithmetic}: they differ`;
}
