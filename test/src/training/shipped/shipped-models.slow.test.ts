import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { readExperimentResults } from "tumorlab/internal/experiment/run/read-results";
import {
  isShippedTrial,
  readShippedTrial,
  readTrialModelRecord,
} from "tumorlab/internal/experiment/run/shipped-trial";
import { describeTrialModel } from "tumorlab/internal/experiment/run/trial-card";
import { summarizeTest } from "tumorlab/internal/experiment/run/trial-summary";
import { evaluateLesions } from "tumorlab/internal/metrics/lesions";
import { hashWeights } from "tumorlab/internal/model/weights";
import { locateResults } from "tumorlab/internal/platform/locations";
import { openModel } from "tumorlab/internal/training/find-model";
import { classesOf } from "tumorlab/internal/training/model-classes";
import { openPredictor } from "tumorlab/internal/training/predict-scan";
import { drawTestPhantom } from "tumorlab/internal/training/shipped/draw-phantoms";
import { describeModel } from "tumorlab/internal/training/shipped/model-card";
import {
  configOfPlan,
  listModels,
  locateModel,
  readModelPlan,
} from "tumorlab/internal/training/shipped/model-plan";
import { readModelRecord } from "tumorlab/internal/training/shipped/read-model-record";
import { toClassLabels } from "tumorlab/internal/training/target-labels";
import { run } from "../../cli/run.js";

describe("the networks that ship", function () {
  this.timeout(120_000);
  const names = listModels().filter((name) => !isShippedTrial(name));
  const trials = listModels().filter(isShippedTrial);
  it("are some, of a plan of their own and of trials", () =>
    assert.ok(names.length > 0 && trials.length > 0));

  for (const name of trials)
    it(`are those of the trial that they name: ${name}`, async () => {
      const [trial, record, model] = await Promise.all([
        readShippedTrial(name),
        readTrialModelRecord(name),
        openModel(name),
      ]);
      assert.equal(trial.name, name);
      const results = await readExperimentResults(path.join(locateResults(), `${trial.results}.json`));
      const result = results.trials.find((each) => each.trial.index === trial.index)!;
      assert.equal(hashWeights(model.weights), result.weightsSha256);
      assert.deepEqual(
        [record.weightsSha256, record.planSha256, record.trial, record.tests],
        [result.weightsSha256, results.planSha256, result.trial, result.tests.map(summarizeTest)],
      );
      const card = readFileSync(path.join(locateModel(name), "card.md"), "utf8");
      assert.equal(card, describeTrialModel(trial, record, results.plan));
      assert.ok(statSync(path.join(locateModel(name), "model", "weights.bin")).size < 400_000);
      assert.ok(!existsSync(path.join(locateModel(name), "scans")), "what it was trained with stays behind");
      await assert.rejects(readModelRecord(name), /format/);
      assert.deepEqual(readdirSync(locateModel(name)).sort(), [
        "card.md",
        "model",
        "record.json",
        "trial.json",
      ]);
      assert.deepEqual(readdirSync(path.join(locateModel(name), "model")).sort(), [
        "model.json",
        "weights.bin",
      ]);
    });

  for (const name of names) {
    it(`are what their records say: ${name}`, async () => {
      const [plan, record, model] = await Promise.all([
        readModelPlan(name),
        readModelRecord(name),
        openModel(name),
      ]);
      assert.deepEqual(record.plan, plan);
      assert.equal(hashWeights(model.weights), record.weightsSha256);
      const folder = locateModel(name);
      const card = readFileSync(path.join(folder, "card.md"), "utf8");
      assert.equal(card, describeModel(record, configOfPlan(plan)));
      assert.ok(statSync(path.join(folder, "model", "weights.bin")).size < 400_000);
      assert.ok(!existsSync(path.join(folder, "training")), "what it was trained with stays behind");
    });

    it(`find again what they found in their test: ${name}`, async () => {
      const [record, model] = await Promise.all([readModelRecord(name), openModel(name)]);
      const lesion = record.test.lesions.find(({ found }) => found)!;
      const { ct, labels } = drawTestPhantom(record.plan, lesion.case);
      const classes = classesOf(model)!;
      const predictor = await openPredictor(model);
      const prediction = await predictor.predict(ct);
      predictor.dispose();
      const label = classes.targets.findIndex((target) => target.name === lesion.class) + 1;
      const { reference } = evaluateLesions(toClassLabels(labels, classes), prediction, {
        labels: { [label]: lesion.class },
      });
      const same = reference.find(({ radiusMm }) => Math.abs(radiusMm - lesion.radiusMm) < 1e-9);
      assert.ok(same?.detected);
      // Engines round otherwise; a voxel or two may fall to the other side.
      assert.ok(Math.abs(same.dice - lesion.dice) < 0.02, `${same.dice} and ${lesion.dice}`);
    });
  }

  it("are listed, predicted with by name, and never written over", async () => {
    const list = await run("models", "list");
    assert.match(
      list.out,
      /^liver-kidney +.* of \d+ tumors in \d+ test phantoms, .*\npancreas +.* of \d+ tumors/m,
    );
    const records = JSON.parse((await run("models", "list", "--json")).out) as { call: string }[];
    assert.deepEqual(
      records.map(({ call }) => call.split(" ")[3]),
      listModels(),
    );
    const unknown = await run("models", "make", "spleen", "--out", "x");
    assert.match(unknown.err, /model: found "spleen", expected one of liver-kidney, pancreas/);
    const over = await run("models", "make", names[0], "--out", locateModel(names[0]));
    assert.equal(over.code, 1);
    const ct = "data-manifests/samples/example_ct.nii.gz";
    const nowhere = await run("predict", "--model", "spleen", "--ct", ct, "--out", "b.nii.gz");
    assert.match(
      nowhere.err,
      /spleen: .* a folder with a model, or a network that ships: liver-kidney, pancreas/,
    );
  });
});
