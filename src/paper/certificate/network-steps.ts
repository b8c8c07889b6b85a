import { LabError } from "../../core/errors.js";
import { writeFileWhole } from "../../core/files.js";
import { formatCsv, toJson } from "../../core/missing.js";
import { evaluateStudy } from "../../evaluation/evaluate-study.js";
import { scoreColumns, scoreRows } from "../../evaluation/score-rows.js";
import { openStudy } from "../../evaluation/study.js";
import { summarizeScores } from "../../metrics/summary.js";
import { encodeText } from "../../platform/bytes.js";
import { rm } from "../../platform/files.js";
import { basename, join } from "../../platform/paths.js";
import { checkpointFile } from "../../training/find-checkpoint.js";
import { predictCohort } from "../../training/predict-cohort.js";
import { trainCohort } from "../../training/train-cohort.js";
import type { CertificateStep } from "./certificate-step.js";

const phantoms = "outputs/phantoms";
const training = "outputs/training";
const prediction = "outputs/prediction";
const scores = "outputs/scores.csv";

/** A network trained on the phantoms. */
export const trainingStep: CertificateStep = {
  id: "training",
  what: "trains a network on the phantoms, some patients held out",
  call: ({ training: { config, seed, holdout } }) =>
    `tumorlab train --preset ${config.name} --steps ${config.steps} --seed ${seed} --holdout ${holdout} --engine simd --data ${phantoms} --out ${training}`,
  seed: (set) => set.training.seed,
  engine: "simd",
  after: ["phantoms"],
  reads: [],
  async run({ folder, set, progress, signal }) {
    const { config, seed, holdout } = set.training;
    const out = join(folder, training);
    const { record, model } = await trainCohort({
      recipe: config,
      seed,
      holdout,
      engine: "simd",
      data: join(folder, phantoms),
      out,
      progress,
      signal,
    });
    // The record names the folder as it was given; what can be made again is not kept.
    const own = { ...record, data: phantoms };
    await writeFileWhole(join(out, "run.json"), [encodeText(`${toJson(own, 2)}\n`)]);
    for (const name of ["prepared", checkpointFile])
      await rm(join(out, name), { recursive: true, force: true });
    const parameters = model.weights.reduce((sum, { data }) => sum + data.length, 0);
    return {
      outputs: ["best", "last"].map((name) => `${training}/${name}/weights.bin`),
      facts: { training: { ...own, parameters } },
    };
  },
};

/** Labels of the patients that were held out. */
export const predictionStep: CertificateStep = {
  id: "prediction",
  what: "labels the scans that the training held out",
  call: () =>
    `tumorlab predict --model ${training}/last --ct ${phantoms} --held-out --engine simd --out ${prediction}`,
  seed: () => null,
  engine: "simd",
  after: ["phantoms", "training"],
  reads: [],
  async run({ folder, progress, signal }) {
    const { predicted, failed } = await predictCohort({
      model: join(folder, training, "last"),
      ct: join(folder, phantoms),
      heldOut: true,
      engine: "simd",
      out: join(folder, prediction),
      progress,
      signal,
    });
    if (failed.length > 0) throw new LabError(failed[0].case, failed[0].reason, "a scan that is labelled");
    return {
      outputs: predicted.map(({ file }) => `${prediction}/${basename(file)}`),
      facts: { prediction: { cases: predicted.map((each) => each.case), model: "last" } },
    };
  },
};

/** Those labels against the phantoms' own. */
export const evaluationStep: CertificateStep = {
  id: "evaluation",
  what: "scores those labels against the phantoms' own",
  call: () =>
    `tumorlab evaluate --reference ${phantoms} --prediction ${prediction} --predicted-only --out ${scores}`,
  seed: () => null,
  engine: "simd",
  after: ["phantoms", "prediction"],
  reads: [],
  async run({ folder, workers, progress, signal }) {
    const study = await openStudy({
      reference: join(folder, phantoms),
      prediction: join(folder, prediction),
      predictedOnly: true,
    });
    const { rows, failed } = await evaluateStudy(study, { workers, progress, signal });
    if (failed.length > 0) throw new LabError(failed[0].case, failed[0].reason, "a case that is scored");
    const text = formatCsv(scoreColumns, scoreRows(rows));
    await writeFileWhole(join(folder, scores), [encodeText(text)]);
    const summary = summarizeScores(rows);
    const cases = new Set(rows.map((row) => row.case)).size;
    return { outputs: [scores], facts: { scores: { summary, cases, failed: failed.length } } };
  },
};
