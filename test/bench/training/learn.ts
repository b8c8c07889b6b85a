import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { lesions } from "tumorlab/internal/anatomy/organs";
import { loadModel } from "tumorlab/internal/model/store";
import { findLabelledScans, readCohortScan } from "tumorlab/internal/training/cohort-scan";
import { applyHuBand, fitHuBand } from "tumorlab/internal/training/hu-band-baseline";
import { openPredictor } from "tumorlab/internal/training/predict-scan";
import type { LabelledScan } from "tumorlab/internal/training/prepared-case";
import { applyThreshold, fitThreshold } from "tumorlab/internal/training/threshold-baseline";
import type { TrainingConfig } from "tumorlab/internal/training/training-config";
import { findPreset } from "tumorlab/internal/training/training-config";
import {
  countClasses,
  describeSummary,
  learnedOrgans,
  type LearnSummary,
  type ScanCounts,
  summarizeCounts,
} from "./learn-scores.js";

/** What a cohort of phantoms is made with. */
const cohort = {
  hospital: "reference",
  seed: "31",
  "spacing-mm": "4",
  shape: "96x80x80",
  "tumor-organs": "liver,kidney",
  "control-share": "0.3",
};

/** What of `run.json` is used. */
interface RunRecord {
  recipe: TrainingConfig;
  seconds: number;
  processorSeconds: number;
  training: readonly { case: string }[];
  heldOut: readonly { case: string }[];
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
    if (summaries.length === 0)
      for (const baseline of await scoreThresholds(learned, heldOut, run.recipe, log)) {
        summaries.push(baseline);
        log(describeSummary(baseline));
      }
    const predictor = await openPredictor(await loadModel(join(out, "last")));
    const counts: ScanCounts[] = [];
    for (const scan of heldOut) {
      const { data: found } = await predictor.predict(scan.ct, { overlap: run.recipe.overlap });
      counts.push(countClasses(scan, found, run.recipe));
    }
    predictor.dispose();
    const { seconds, processorSeconds } = run;
    const times = { wallSeconds: seconds, processorSeconds };
    summaries.push({ ...summarizeCounts(`${preset}, seed ${seed}`, counts), ...times });
    const baselines = summaries.filter((each) => each.wallSeconds === undefined);
    log(describeSummary(summaries[summaries.length - 1], baselines));
  }
  return summaries;
}

/** Both baselines: a band of HU on the scan alone, as a network sees it, and a threshold told where the organs are. */
async function scoreThresholds(
  learned: readonly LabelledScan[],
  heldOut: readonly LabelledScan[],
  recipe: TrainingConfig,
  log: (line: string) => void,
): Promise<LearnSummary[]> {
  const classOf = (name: string): number =>
    recipe.targets.findIndex(({ structures }) => structures.includes(name)) + 1;
  const bands = await Promise.all(learnedOrgans.map((organ) => fitHuBand(learned, { organ })));
  for (const { organ, sigmaMm, lowHu, highHu } of bands)
    log(`band of HU, ${organ}: ${lowHu} to ${highHu} HU, ${sigmaMm} mm`);
  const onScan = heldOut.map((scan) => {
    const found = new Uint8Array(scan.ct.data.length);
    for (const band of bands) {
      const { name } = lesions.find(({ tumorOrgan }) => tumorOrgan === band.organ)!;
      applyHuBand(band, scan.ct).data.forEach((inBand, i) => {
        if (inBand > 0) found[i] = classOf(name);
      });
    }
    return countClasses(scan, found, recipe);
  });
  const model = await fitThreshold(learned, { organs: learnedOrgans });
  for (const { organ, deviations, side, sigmaMm } of model.organs)
    log(`threshold, ${organ}: ${deviations.toFixed(1)} deviations ${side}, ${sigmaMm} mm`);
  const inOrgans = heldOut.map((scan) => {
    const { data, names } = applyThreshold(model, scan);
    return countClasses(
      scan,
      data.map((label) => (label > 0 ? classOf(names[label]) : 0)),
      recipe,
    );
  });
  return [
    summarizeCounts("threshold on the scan alone", onScan, ["tumor"]),
    summarizeCounts("threshold in the organs of the answer", inOrgans, ["tumor"]),
  ];
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
