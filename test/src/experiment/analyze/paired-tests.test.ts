import assert from "node:assert/strict";
import { analyzeExperiment } from "tumorlab/internal/experiment/analyze/analyze";
import { observeCurves } from "tumorlab/internal/experiment/analyze/observed-curves";
import { selectTests, usualExtent } from "tumorlab/internal/experiment/analyze/select-tests";
import { checkPlan } from "tumorlab/internal/experiment/plan/check-plan";
import type { ExperimentPlan, PhantomTest } from "tumorlab/internal/experiment/plan/plan";
import { preregister } from "tumorlab/internal/experiment/plan/preregistration";
import { handMadePlan, handMadeResults } from "../hand-made-results.js";

const patients = 8;
const home = { name: "ID", distribution: "in", hospital: "reference", seed: 2, patients } as const;

function planWith(tests: PhantomTest[]): ExperimentPlan {
  return checkPlan(handMadePlan({ version: 2, tests }));
}

/** Patients differ by up to 70 points, hospitals by five for everybody. */
const dice = ({ patient, distribution }: { patient: number; distribution: "in" | "out" }): number =>
  0.1 + 0.1 * patient - (distribution === "in" ? 0 : 0.05);

describe("tests that share patients", () => {
  const visit = { ...home, name: "OOD", distribution: "out", hospital: "low-dose" } as const;

  it("are compared patient by patient: a loss that all have is known to the last digit", () => {
    const paired = planWith([home, { ...visit, patientsOf: "ID" }]);
    const { gaps, patients: counts } = analyzeExperiment(handMadeResults(paired, dice), { resamples: 20 })
      .organs[0];
    assert.equal(gaps.length, 2);
    for (const { points } of gaps)
      for (const { estimate, low, high } of points) {
        assert.ok(Math.abs(estimate! - 0.05) < 1e-9);
        assert.ok(high - low < 1e-9, `${low} to ${high}`);
      }
    assert.deepEqual(
      counts.map(({ distribution, withTumor }) => [distribution, withTumor]),
      [
        ["in", patients],
        ["out", patients],
      ],
    );
  });

  it("are not, where the patients are others: then the loss is lost among them", () => {
    const apart = planWith([home, visit]);
    const { gaps } = analyzeExperiment(handMadeResults(apart, dice), { resamples: 20 }).organs[0];
    for (const { points } of gaps)
      for (const { low, high } of points) assert.ok(low < 0 && high > 0.1, `${low} to ${high}`);
  });
});

describe("tests of whole scans", () => {
  const plan = planWith([home, { ...home, name: "ID whole", scan: "whole", patientsOf: "ID", patients: 4 }]);
  const results = handMadeResults(plan, dice);
  // Nobody is found in a whole scan.
  for (const { tests } of [...results.trials, ...results.baselines])
    for (const each of tests.find(({ name }) => name === "ID whole")!.cases) each.tumorDice = 0.01;

  it("are never averaged with those of scans cut to the organ, and can be asked for", () => {
    assert.equal(usualExtent(plan), "crop");
    const [cropped, whole] = [undefined, "whole" as const].map((scan) =>
      analyzeExperiment(results, { resamples: 5, ...(scan ? { scan } : {}) }),
    );
    assert.deepEqual([cropped.scan, whole.scan], ["crop", "whole"]);
    for (const { points } of cropped.organs[0].curves)
      for (const { estimate } of points) assert.ok(Math.abs(estimate! - 0.45) < 1e-9);
    for (const { points } of whole.organs[0].curves)
      for (const { estimate } of points) assert.ok(Math.abs(estimate! - 0.01) < 1e-9);
    assert.equal(cropped.organs[0].patients[0].withTumor, patients);
    assert.equal(whole.organs[0].patients[0].withTumor, 4);
    const [curve] = observeCurves(results, "kidney");
    assert.ok(Math.abs(curve.points[0].error - 0.55) < 1e-9);
  });

  it("leave results of one extent as they are, and the order of trials", () => {
    const only = handMadeResults(planWith([home]), dice);
    assert.equal(selectTests(only), only);
    const { trials } = selectTests(results, "whole");
    assert.deepEqual(
      trials.map(({ trial, tests }) => [trial.index, tests.map(({ name }) => name)]),
      results.trials.map(({ trial }) => [trial.index, ["ID whole"]]),
    );
  });

  it("say in the notes what the networks were shown, measured where it is known", () => {
    const { notes } = analyzeExperiment(results, { resamples: 5 }).organs[0];
    assert.ok(
      notes.some((note) =>
        /^test scans are cut to the box of the reference organ.* sees about \d+ %/.test(note),
      ),
      notes.join("\n"),
    );
    assert.ok(notes.some((note) => /^at n = 4 all seeds learn from the same 4 patients/.test(note)));
    const measured = structuredClone(results);
    for (const { tests } of measured.trials) for (const test of tests) test.seenShare = 0.0712;
    const said = analyzeExperiment(measured, { resamples: 5 }).organs[0].notes.join("\n");
    assert.match(said, /a network sees 7 % of a scan/);
    const whole = analyzeExperiment(results, { resamples: 5, scan: "whole" }).organs[0].notes.join("\n");
    assert.match(whole, /test scans are shown whole/);
  });
});

describe("an analysis of preregistered results", () => {
  it("tells which questions are primary", () => {
    const question = {
      id: "help",
      question: "Do synthetic tumors help?",
      measure: "area",
      rule: "superior",
      margin: 0,
      organ: "kidney",
      arm: "real+synthetic",
      against: "real",
    };
    const text = JSON.stringify({
      version: 1,
      title: "test",
      date: "2026-01-31",
      primary: [question],
      secondary: [],
      family: "holm",
      level: 0.95,
    });
    const plan = preregister(planWith([home]), text);
    const { preregistration } = analyzeExperiment(handMadeResults(plan, dice), { resamples: 5 });
    assert.deepEqual(preregistration!.primary, [question]);
    const without = analyzeExperiment(handMadeResults(planWith([home]), dice), { resamples: 5 });
    assert.equal(without.preregistration, undefined);
  });
});
