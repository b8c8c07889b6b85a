import { join } from "node:path";
import { valuesOfClasses } from "../anatomy/label-classes.js";
import { findLesion, type TumorOrgan } from "../anatomy/organs.js";
import { describeCode } from "../core/code-version.js";
import { appendText } from "../core/files.js";
import { locateBuilt } from "../platform/locations.js";
import { currentTime, describeMachine, monotonicMs } from "../platform/machine.js";
import type { SynthesisModule } from "../training/batch-worker.js";
import { type CohortScan, type PreparedScan, prepareScans } from "../training/cohort-scan.js";
import type { TrainingRecipe } from "../training/recipe.js";
import { estimateTraining } from "../training/require-memory.js";
import type { TrainingEvent } from "../training/train-network.js";
import type { TumorCaseFiles } from "../training/tumor-cases.js";
import { createBar } from "./bar.js";
import { type CommandIo, toJson } from "./command.js";

/** Tells what a training will cost. */
export function describeCost(recipe: TrainingRecipe, training: number, heldOut: number, io: CommandIo): void {
  const cost = estimateTraining(recipe);
  io.err(
    `${recipe.name}: ${training} scans to learn from, ${heldOut} held out; ${cost.parameters} parameters, ` +
      `${(cost.trainFlops / 1e9).toFixed(1)} GFLOP a step, ${recipe.steps} steps, ` +
      `about ${Math.ceil(cost.trainBytes / 1e6)} MB of tensors\n`,
  );
}

/** Which label values are learned, so that a label map of another data set shows. */
export function describeLabels(
  [scan]: readonly CohortScan[],
  { targets }: TrainingRecipe,
  io: CommandIo,
): void {
  if (scan.masks) return;
  const values = valuesOfClasses(scan.labelNames, targets);
  const classes = targets.map(({ name }, at) => {
    const parts = values[at].map((value) => `${value} ${scan.labelNames[value]}`);
    return `${name} (${parts.join(", ") || "none"})`;
  });
  io.err(
    `label values learned: ${classes.join(", ")}; ${scan.labelsFrom}; --label-map names them otherwise\n`,
  );
}

/** {@link prepareScans} with a bar, into the folder of the training; tells of scans that cannot be in HU. */
export async function prepareWithBar(
  scans: readonly CohortScan[],
  recipe: TrainingRecipe,
  out: string,
  io: CommandIo,
): Promise<PreparedScan[]> {
  const bar = createBar("prepare", io);
  const options = {
    progress: (update: Parameters<typeof bar.update>[0]) => bar.update(update),
    onDoubt: (name: string, doubt: string) => bar.tell(`${name}: ${doubt}`),
    signal: io.signal,
  };
  return prepareScans(scans, recipe, join(out, "prepared"), options).finally(() => bar.end());
}

/** Tumors for the batches' own thread: into the scans without a lesion, where there are any. */
export function tumorModule(scans: readonly PreparedScan[], recipe: TrainingRecipe): SynthesisModule {
  const lesionTargets = recipe.targets.filter(({ structures }) =>
    structures.some((each) => findLesion(each)),
  );
  const lesionClasses = new Set(lesionTargets.map(({ name }) => name));
  const organs = lesionTargets
    .flatMap(({ structures }) => structures.map((each) => findLesion(each)?.tumorOrgan))
    .filter((organ): organ is TumorOrgan => organ !== undefined);
  const healthy = scans.filter(({ classes }) => !classes.some((name) => lesionClasses.has(name)));
  const options: TumorCaseFiles = {
    scans: healthy.length > 0 ? healthy : scans,
    mix: { organs: [...new Set(organs)] },
    spacingMm: recipe.spacingMm,
  };
  return { path: locateBuilt("tumorCases"), create: "openTumorCases", options };
}

/** A line of JSON for each event, with the seconds since the start and samples a second. */
export function openLog(path: string, io: CommandIo): (event: TrainingEvent) => Promise<void> {
  const startMs = monotonicMs();
  let steps = 0;
  return async (event) => {
    const seconds = (monotonicMs() - startMs) / 1000;
    if (event.kind === "step") steps++;
    const samples = event.kind === "step" ? { samplesPerSecond: (steps * event.cases.length) / seconds } : {};
    await appendText(path, `${toJson({ ...event, seconds, ...samples })}\n`);
    if (event.kind === "validation" && !io.isTerminal)
      io.err(
        `step ${event.step}: mean Dice ${event.meanDice.toFixed(3)}${event.best ? ", best so far" : ""}\n`,
      );
  };
}

/** When, where and with what code a training ran. */
export async function describeRun(): Promise<Record<string, unknown>> {
  return {
    format: "tumorlab-training-run",
    ...(await describeCode()),
    finishedAt: currentTime(),
    ...describeMachine(),
  };
}
