import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { tumorOrgans } from "tumorlab/internal/anatomy/organs";
import { analyzeExperiment } from "tumorlab/internal/experiment/analyze/analyze";
import { curveName, tabulateScores } from "tumorlab/internal/experiment/analyze/experiment-scores";
import { createPlan } from "tumorlab/internal/experiment/plan/create-plan";
import { hashPlan, listTrials } from "tumorlab/internal/experiment/plan/plan";
import { readExperimentRecords, readExperimentResults } from "tumorlab/internal/experiment/run/read-results";
import {
  baselineNames,
  type CollectedRecords,
  type CollectedResults,
} from "tumorlab/internal/experiment/run/result";
import { spellMultiplier, spellScans } from "tumorlab/internal/scaling/efficiency-text";
import { powerFloorLaw } from "tumorlab/internal/scaling/laws/power-floor";
import { reportEfficiency } from "tumorlab/internal/scaling/report";
import { root } from "./read-notebooks.js";

/** What notebook 06 opens: never skipped, since a notebook without its results shows nothing. */
describe("notebooks/results/jhh-in-small.json", function () {
  this.timeout(60_000);
  const file = path.join(root, "notebooks", "results", "jhh-in-small.json");
  let results: CollectedResults;
  let collected: CollectedRecords;
  before(async () => {
    results = await readExperimentResults(file);
    collected = await readExperimentRecords(file, results);
  });

  it("is of the plan of preset small as it stands, by a hash that is computed anew", () => {
    const sha256 = hashPlan(results.plan);
    assert.equal(results.planSha256, sha256);
    assert.equal(sha256, hashPlan(createPlan("small")), "another plan: run the experiment again");
    assert.equal(collected.planSha256, sha256);
    for (const { planSha256 } of results.trials) assert.equal(planSha256, sha256);
  });

  it("holds every training of it, with none missing, and the baselines of each organ", () => {
    const planned = listTrials(results.plan);
    assert.equal(planned.length, 66);
    assert.deepEqual(
      results.trials.map(({ trial }) => trial),
      planned,
    );
    assert.deepEqual(results.missing, []);
    for (const { organ } of results.plan.organs)
      assert.deepEqual(
        results.baselines.filter((own) => own.organ === organ).map(({ name }) => name),
        baselineNames,
      );
    const weights = new Set(results.trials.map(({ weightsSha256 }) => weightsSha256));
    assert.equal(weights.size, planned.length, "each network has weights of its own");
  });

  it("was made by one commit as it stands, which its records name", () => {
    assert.deepEqual(
      collected.records.map(({ index }) => index),
      results.trials.map(({ trial }) => trial.index),
    );
    const commits = new Set(collected.records.map(({ commit }) => commit));
    assert.equal(commits.size, 1);
    // A plus at the end would say that files differed from the commit.
    assert.match([...commits][0]!, /^[0-9a-f]{40}$/);
    for (const { seconds, attempts } of collected.records) assert.ok(seconds > 0 && attempts >= 1);
  });

  it("is held against its records: scores that were raised are refused, naming the trial", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "raised-"));
    try {
      const copy = path.join(folder, "copy.json");
      const raised = results.trials.map((trial) => ({
        ...trial,
        tests: trial.tests.map((test) => ({
          ...test,
          cases: test.cases.map((each) => ({
            ...each,
            tumorDice: each.tumorDice === null ? null : Math.min(1, each.tumorDice + 0.2),
          })),
        })),
      }));
      await writeFile(copy, JSON.stringify({ ...results, trials: raised }));
      await cp(file.replace(".json", ".run.json"), copy.replace(".json", ".run.json"));
      await assert.rejects(readExperimentResults(copy), /trial 0: found "sha256 .*that of its record/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("asks the pancreas at six sizes with three seeds, and all six organs at three", () => {
    const { organs } = analyzeExperiment(results, { resamples: 2 });
    assert.deepEqual(organs.map(({ organ }) => organ).sort(), [...tumorOrgans].sort());
    for (const { organ, curves, patients } of organs) {
      assert.equal(curves.length, 4, "two arms, in and out of distribution");
      for (const { points } of curves) {
        assert.ok(points.length >= (organ === "pancreas" ? 6 : 3));
        for (const { seeds } of points) assert.equal(seeds, organ === "pancreas" ? 3 : 1);
      }
      for (const { withTumor } of patients) assert.ok(withTumor >= 20);
    }
  });

  it("says nothing of the machine's folders, and is read as it was written", () => {
    for (const name of [file, file.replace(/json$/, "run.json")])
      assert.doesNotMatch(readFileSync(name, "utf8"), /(?:\/home\/|\/Users\/|\/root\/|\/tmp\/|\/work\/)/);
  });

  it("says of the pancreas what the measured curve of real scans tells, and beyond it only that it is more", () => {
    const { table } = tabulateScores(results, "pancreas");
    const real = results.plan.arms[0].name;
    const { rows } = reportEfficiency(
      table,
      curveName(real, "in"),
      curveName(results.plan.arms[1].name, "in"),
      powerFloorLaw,
      { resamples: 200 },
    );
    // numpy.interp of log n over the mean errors of the real arm, 1, 2, 5, 10, 20 and 40 scans
    assert.deepEqual(
      rows.map((row) => spellMultiplier(row, (value) => value.toFixed(1))),
      ["5.9", "2.0", "2.4", "3.4", "> 2.0", "> 1.0"],
    );
    assert.deepEqual(
      rows.slice(3).map((row) => spellScans(row, (value) => value.toFixed(0))),
      ["34", "more than 40", "more than 40"],
    );
  });
});
