import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  applyThreshold,
  describeLabels,
  findLabelledScans,
  findLesion,
  fitThreshold,
  bootstrapInterval,
  type LabelledScan,
  loadModel,
  mean,
  openPredictor,
  prepareCase,
  readCohortScan,
  standardDeviation,
  type TrainingRecipe,
  voxelVolumeMl,
} from "tumorlab";
import { findPreset } from "tumorlab/dist/training/recipe.js";

/** What a cohort of phantoms is made with. */
const cohort = {
  hospital: "reference",
  seed: "22",
  "spacing-mm": "4",
  shape: "96x80x80",
  "tumor-organs": "liver,kidney",
  "control-share": "0.3",
};
const organs = ["liver", "kidney"] as const;
/** Tumor of a patient in ml by which patients are told apart; both ends but the first belong to the lower part. */
const volumesMl = [0, 5, 25, Infinity] as const;

/** What of `run.json` is used. */
interface RunRecord {
  recipe: TrainingRecipe;
  seconds: number;
  processorSeconds: number;
  training: readonly { case: string }[];
  heldOut: readonly { case: string }[];
}

/** Voxels of a class in one scan. */
interface Counts {
  voxels: number;
  found: number;
  /** Both in the answer and found. */
  both: number;
}

/** One held-out scan under one finder of tumors. */
interface Row {
  patient: string;
  voxelMl: number;
  /** The organ its tumors are in, where it has any: phantoms have them in one organ. */
  organ?: string;
  /** By class; tumors of whatever organ together under "tumor". */
  counts: Readonly<Record<string, Counts>>;
}

/** What is told of a finder: a training under a seed, or the threshold. */
export interface LearnSummary {
  name: string;
  /** Dice of each class it is asked for, voxels of all held-out scans together. */
  pooled: Record<string, number>;
  /** The same of tumors, over the scans with tumors in one organ. */
  byOrgan: Record<string, number>;
  /** Mean Dice of the tumor over patients with one, and its interval at 95 %, drawn by patient. */
  tumorMean: number;
  tumorInterval: readonly [number, number];
  /** The same mean over patients with so much tumor, and how many those are. */
  bySize: { fromMl: number; toMl: number; patients: number; mean: number }[];
  /** Tumor voxels found in a scan without tumor, on average. */
  falseVoxels: number;
  wallSeconds?: number;
  processorSeconds?: number;
}

/**
 * The question of the training: does a preset learn livers, kidneys and their tumors from one cohort of phantoms, under
 * several seeds, and better than a threshold? Makes the cohort with `tumorlab phantom` and trains with `tumorlab train`,
 * as a user would; what lies in `folder` already is kept.
 */
export async function learnPhantoms(
  folder: string,
  { preset, seeds, cases }: { preset: string; seeds: readonly number[]; cases: number },
  log: (line: string) => void,
): Promise<LearnSummary[]> {
  const data = join(folder, "cohort");
  const options = Object.entries(cohort).flatMap(([name, value]) => [`--${name}`, value]);
  await tumorlab(["phantom", "--cases", String(cases), "--out", data, ...options]);
  const summaries: LearnSummary[] = [];
  for (const seed of seeds) {
    const out = join(folder, `${preset}-${seed}`);
    const split = ["--holdout", "0.25", "--holdout-seed", "0"];
    const done = await readFile(join(out, "run.json"), "utf8").catch(() => undefined);
    if (done === undefined) {
      // Validated at the end alone: many scans are held out, and the last model is the one that is scored.
      const config = join(folder, `${preset}.json`);
      await writeFile(config, JSON.stringify({ preset, validateEvery: findPreset(preset).steps }));
      const which = ["--config", config, "--seed", String(seed), "--resume"];
      await tumorlab(["train", "--data", data, "--out", out, ...which, ...split]);
    }
    const run = JSON.parse(await readFile(join(out, "run.json"), "utf8")) as RunRecord;
    const [learned, heldOut] = await Promise.all(
      [run.training, run.heldOut].map((names) => open(data, names)),
    );
    if (summaries.length === 0) {
      const model = await fitThreshold(learned, { organs });
      for (const each of model.organs)
        log(
          `threshold, ${each.organ}: ${each.deviations.toFixed(1)} deviations ${each.side}, ${each.sigmaMm} mm`,
        );
      const rows = heldOut.map((scan) => {
        const { data: found, names } = applyThreshold(model, scan);
        const classOf = (name: string): number =>
          run.recipe.targets.findIndex(({ structures }) => structures.includes(name)) + 1;
        return toRow(
          scan,
          found.map((label) => (label > 0 ? classOf(names[label]) : 0)),
          run.recipe,
        );
      });
      summaries.push(summarize("threshold in the organs of the answer", rows, ["tumor"]));
      log(describeSummary(summaries[0]));
    }
    const predictor = await openPredictor(await loadModel(join(out, "last")));
    const rows: Row[] = [];
    for (const scan of heldOut) {
      const { data: found } = await predictor.predict(scan.ct, { overlap: run.recipe.overlap });
      rows.push(toRow(scan, found, run.recipe));
    }
    predictor.dispose();
    const { seconds, processorSeconds } = run;
    const times = { wallSeconds: seconds, processorSeconds };
    summaries.push({ ...summarize(`${preset}, seed ${seed}`, rows), ...times });
    log(describeSummary(summaries[summaries.length - 1]));
  }
  return summaries;
}

/** Means and spreads over the seeds. */
export function describeSpread(summaries: readonly LearnSummary[]): string {
  const trained = summaries.filter(({ wallSeconds }) => wallSeconds !== undefined);
  const spread = (name: string, values: number[]): string =>
    `${name} ${mean(values).toFixed(3)} (${Math.min(...values).toFixed(3)} to ${Math.max(...values).toFixed(3)}, ` +
    `standard deviation ${values.length > 1 ? standardDeviation(values).toFixed(3) : "none"})`;
  const lines = Object.keys(trained[0].pooled).map((name) =>
    spread(
      name,
      trained.map(({ pooled }) => pooled[name]),
    ),
  );
  lines.push(
    spread(
      "tumor by patient",
      trained.map(({ tumorMean }) => tumorMean),
    ),
  );
  return `${trained.length} seeds, Dice: ${lines.join("; ")}`;
}

function describeSummary(summary: LearnSummary): string {
  const { name, pooled, byOrgan, tumorMean, tumorInterval, bySize, falseVoxels } = summary;
  const organDice = Object.entries(byOrgan).map(([each, value]) => `of the ${each} ${value.toFixed(3)}`);
  const dice = Object.entries(pooled).map(([each, value]) => `${each} ${value.toFixed(3)}`);
  const sizes = bySize.map(
    ({ fromMl, toMl, patients, mean: each }) =>
      `${toMl === Infinity ? `over ${fromMl}` : `${fromMl} to ${toMl}`} ml ${each.toFixed(3)} (${patients} patients)`,
  );
  const { wallSeconds, processorSeconds } = summary;
  const time =
    wallSeconds === undefined
      ? ""
      : `\n  ${wallSeconds.toFixed(0)} s, of the processor ${processorSeconds?.toFixed(0)} s`;
  return (
    `${name}\n  all voxels together: ${dice.join(", ")} (${organDice.join(", ")})\n` +
    `  tumor by patient ${tumorMean.toFixed(3)} (95 % ${tumorInterval.map((end) => end.toFixed(3)).join(" to ")}): ` +
    `${sizes.join(", ")}; ${falseVoxels.toFixed(0)} voxels in a scan without tumor${time}`
  );
}

function summarize(
  name: string,
  rows: readonly Row[],
  classes: readonly string[] = Object.keys(rows[0].counts),
): LearnSummary {
  const diceOf = (each: string, scans: readonly Row[]): number => {
    const total = (of: keyof Counts): number => scans.reduce((sum, { counts }) => sum + counts[each][of], 0);
    return (2 * total("both")) / (total("voxels") + total("found"));
  };
  const pooled = classes.map((each) => [each, diceOf(each, rows)]);
  const byOrgan = organs.map((each) => [
    each,
    diceOf(
      "tumor",
      rows.filter(({ organ }) => organ === each),
    ),
  ]);
  // A patient's scans count as one: their mean.
  const patients = [...new Set(rows.map(({ patient }) => patient))].flatMap((patient) => {
    const sick = rows.filter((row) => row.patient === patient && row.counts.tumor.voxels > 0);
    if (sick.length === 0) return [];
    const dice = mean(sick.map((row) => diceOf("tumor", [row])));
    const volumeMl = mean(sick.map(({ counts, voxelMl }) => counts.tumor.voxels * voxelMl));
    return [{ dice, volumeMl }];
  });
  const healthy = rows.filter(({ counts }) => counts.tumor.voxels === 0);
  const interval = bootstrapInterval(patients.length, (weights) => {
    let sum = 0;
    patients.forEach(({ dice }, i) => (sum += weights[i] * dice));
    return sum / patients.length;
  });
  return {
    name,
    pooled: Object.fromEntries(pooled) as Record<string, number>,
    byOrgan: Object.fromEntries(byOrgan) as Record<string, number>,
    tumorMean: mean(patients.map(({ dice }) => dice)),
    tumorInterval: [interval.low, interval.high],
    bySize: volumesMl.slice(1).map((toMl, i) => {
      const fromMl = volumesMl[i];
      const those = patients.filter(({ volumeMl }) => volumeMl > fromMl && volumeMl <= toMl);
      return { fromMl, toMl, patients: those.length, mean: mean(those.map(({ dice }) => dice)) };
    }),
    falseVoxels: mean(healthy.map(({ counts }) => counts.tumor.found)),
  };
}

/** Scores labels on the scan's own grid against its answer there. */
function toRow(scan: LabelledScan, found: ArrayLike<number>, recipe: TrainingRecipe): Row {
  const answer = prepareCase(scan, { ...recipe, spacingMm: scan.ct.spacingMm });
  const isTumor = [
    false,
    ...recipe.targets.map(({ structures }) => structures.some((each) => findLesion(each))),
  ];
  const names = ["tumor", ...recipe.targets.map(({ name }) => name)];
  const counts = Object.fromEntries(
    names.map((name): [string, Counts] => [name, { voxels: 0, found: 0, both: 0 }]),
  );
  Array.from(found).forEach((label, i) => {
    const right = answer.labels[i];
    if (label > 0) counts[names[label]].found++;
    if (right > 0) counts[names[right]].voxels++;
    if (label > 0 && label === right) counts[names[label]].both++;
    // A class named "tumor" is all of them already.
    if (recipe.targets.some(({ name }) => name === "tumor")) return;
    if (isTumor[label]) counts.tumor.found++;
    if (isTumor[right]) counts.tumor.voxels++;
    if (isTumor[label] && isTumor[right]) counts.tumor.both++;
  });
  const sick = new Set(scan.labels.data);
  const organ = organs.find((each) =>
    describeLabels(scan.labels.names).some(({ value, lesionOf }) => lesionOf === each && sick.has(value)),
  );
  return {
    patient: answer.patient,
    ...(organ ? { organ } : {}),
    voxelMl: voxelVolumeMl(scan.ct),
    counts,
  };
}

async function open(data: string, wanted: readonly { case: string }[]): Promise<LabelledScan[]> {
  const names = new Set(wanted.map((each) => each.case));
  const scans = (await findLabelledScans(data)).filter(({ name }) => names.has(name));
  return Promise.all(scans.map(readCohortScan));
}

async function tumorlab(args: readonly string[]): Promise<void> {
  const program = join(__dirname, "../../../../src/bin/tumorlab.cjs");
  await promisify(execFile)(process.execPath, [program, ...args], { maxBuffer: 1 << 26 });
}
