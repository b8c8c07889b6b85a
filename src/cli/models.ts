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
    const shipped = await Promise.all(listModels().map(readShipped));
    if (options.has("json")) io.out(`${toJson(shipped.map(({ record }) => record))}\n`);
    else
      for (const { name, title, record } of shipped)
        io.out(`${name.padEnd(14)} ${title}: ${describeFound(record)}\n`);
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
  --force            overwrites a network that is at --out
  --json             prints the record as JSON

Draws the plan's phantoms, trains, and tries the best network on phantoms of other patients: some 20 minutes on two quiet cores. Writes
DIR/plan.json, model/, record.json and card.md, and training/, which is not needed afterwards. The network of a trial of an experiment
is trained as the trial trained it, in some 5 minutes, and its card says what the trial found; then there are trial.json and scans/
in place of plan.json and training/. Says whether the weights are those that come with the project: with the same arithmetic they are,
bit by bit.`,
  async run(args, io) {
    const options = parseOptions(args, { values: ["out", ...engineOptions], flags: ["json", "force"] });
    const [name, ...others] = options.positionals;
    if (name === undefined)
      throw new UsageError(`the name of a network is missing: ${listPlannedModels().join(", ")}`);
    if (others.length > 0) throw new UsageError(`unexpected ${others[0]}`);
    const out = options.value("out");
    if (out === undefined) throw new UsageError("--out is missing");
    const files = ["plan.json", "trial.json", "record.json", "card.md", "model/model.json"];
    await requireFree(
      files.map((file) => join(out, file)),
      [],
      options.has("force"),
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

/** The record of a network that ships, and its title. */
async function readShipped(
  name: string,
): Promise<{ name: string; title: string; record: ModelRecord | TrialModelRecord }> {
  if (isShippedTrial(name)) {
    const { title } = await readShippedTrial(name);
    return { name, title, record: await readTrialModelRecord(name) };
  }
  const record = await readModelRecord(name);
  return { name, title: record.plan.title, record };
}

/** Of the network that ships; `undefined` while there is none. */
async function readShippedWeights(name: string): Promise<ShippedWeights | undefined> {
  return readShipped(name).then(
    ({ record }) => record,
    () => undefined,
  );
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

type ShippedWeights = Pick<ModelRecord, "weightsSha256" | "arithmetic">;

function describeShipped(
  { weightsSha256, arithmetic = "" }: ShippedWeights,
  shipped: ShippedWeights | undefined,
): string {
  if (!shipped) return "No network of this name comes with the project yet";
  if (shipped.weightsSha256 === weightsSha256) return "These are the weights that come with the project";
  return shipped.arithmetic === arithmetic
    ? "These are not the weights that come with the project: the code or the plan has changed since"
    : `Those that come with the project were made with ${shipped.arithmetic}, these with ${arithmetic}: they differ`;
}
