import assert from "node:assert/strict";
import { analyzeExperiment } from "tumorlab/internal/experiment/analyze/analyze";
import { compareArms, explainGain } from "tumorlab/internal/experiment/analyze/explain-gain";
import type { PlanArm } from "tumorlab/internal/experiment/plan/arms";
import { gainPartsTable } from "tumorlab/internal/notebook/gain-parts-table";
import { gainCurvesFigure, gainFigure } from "tumorlab/internal/plot/gain-figures";
import { handMadePlan, handMadeResults, type Asked } from "../hand-made-results.js";

const arms: PlanArm[] = [
  { name: "real", realPerCase: 1, syntheticPerReal: 0 },
  { name: "real+synthetic", realPerCase: 1, syntheticPerReal: 3 },
  { name: "real+healthy", realPerCase: 1, syntheticPerReal: 0, healthyPerReal: 3, sizes: [1, 4] },
  { name: "real/4", realPerCase: 1, syntheticPerReal: 0, stepShare: 0.25, sizes: [1, 4] },
  { name: "real*2", realPerCase: 1, syntheticPerReal: 0, stepShare: 2, sizes: [4] },
  { name: "real+phantom", realPerCase: 1, syntheticPerReal: 3, tumorsOf: "phantom", sizes: [1, 4] },
  { name: "real+growth", realPerCase: 1, syntheticPerReal: 3, generator: "growth", sizes: [4] },
  { name: "synthetic", realPerCase: 0, syntheticPerReal: 3, sizes: [1, 4] },
];
/** Dice beyond that of the real scans, at home. */
const worth: Record<string, number> = {
  real: 0,
  "real+synthetic": 0.15,
  "real+healthy": 0.05,
  "real/4": -0.08,
  "real*2": 0.02,
  "real+phantom": 0.2,
  "real+growth": 0.12,
  synthetic: -0.1,
};
const tests = handMadePlan().tests.map((test) => ({ ...test, patients: 10 }));
const plan = { ...handMadePlan({ tests, arms }), version: 2 as const };
const dice = ({ trial, baseline, distribution, patient }: Asked): number =>
  baseline
    ? 0
    : 0.4 +
      0.01 * (patient % 3) +
      0.05 * Math.log2(trial!.size) +
      (distribution === "out" ? 0.5 : 1) * worth[trial!.arm];
const analysis = analyzeExperiment(handMadeResults(plan, dice), { resamples: 5 });

describe("explainGain", () => {
  it("takes the gain apart by the controls that the plan has", () => {
    const parts = explainGain(analysis, "kidney");
    const found = parts.map(({ id, arm, against, mean }) => [
      id,
      `${arm} - ${against}`,
      Number(mean.value!.estimate!.toFixed(6)),
    ]);
    assert.deepEqual(found, [
      ["all", "real+synthetic - real", 0.15],
      ["people", "real+healthy - real", 0.05],
      ["tumors", "real+synthetic - real+healthy", 0.1],
      ["kind", "real+phantom - real+synthetic", 0.05],
      ["generator", "real+growth - real+synthetic", -0.03],
      ["steps", "real - real/4", 0.08],
      ["steps", "real*2 - real", 0.02],
      ["alone", "synthetic - real", -0.1],
    ]);
    assert.deepEqual(
      parts.map(({ sizes }) => sizes.join()),
      ["1,2,4", "1,4", "1,4", "1,4", "4", "1,4", "4", "1,4"],
    );
    assert.match(parts[5].what, /^4 times the steps/);
    assert.match(parts[6].what, /^2 times the steps/);
    // People and tumors make up the whole where they are taken at the same sizes.
    const at = (id: string, n: number) =>
      parts.find((part) => part.id === id)!.points.find((point) => point.n === n)!.estimate!;
    assert.ok(Math.abs(at("all", 4) - at("people", 4) - at("tumors", 4)) < 1e-9);
  });

  it("measures each distribution by itself", () => {
    const outside = explainGain(analysis, "kidney", "out");
    assert.ok(Math.abs(outside[2].mean.value!.estimate! - 0.05) < 1e-9);
  });

  it("has one part without controls, and none without synthetic tumors or results", () => {
    const two = { ...plan, arms: arms.slice(0, 2) };
    const few = analyzeExperiment(handMadeResults(two, dice), { resamples: 2 });
    assert.deepEqual(
      explainGain(few, "kidney").map(({ id }) => id),
      ["all"],
    );
    const alone = analyzeExperiment(handMadeResults({ ...plan, arms: arms.slice(0, 1) }, dice), {
      resamples: 2,
    });
    assert.deepEqual(explainGain(alone, "kidney"), []);
    const none = compareArms(analysis, "liver", { arm: "real+synthetic", against: "real" });
    assert.match(none.mean.why!, /no trial of liver has a score/);
  });

  it("takes no arm of other numbers for a control", () => {
    const others = arms.map((arm) => (arm.name === "real+healthy" ? { ...arm, healthyPerReal: 1 } : arm));
    const found = analyzeExperiment(handMadeResults({ ...plan, arms: others }, dice), { resamples: 2 });
    assert.ok(!explainGain(found, "kidney").some(({ id }) => id === "people" || id === "tumors"));
  });
});

describe("what shows the parts of a gain", () => {
  it("is a table with the arms, the mean and every size", () => {
    const rows = gainPartsTable(analysis, "kidney");
    assert.equal(rows.length, 16);
    assert.equal(rows[4].arms, "real+synthetic − real+healthy");
    assert.match(String(rows[4]["mean over log n (points)"]), /^\+10\.0 \[/);
    assert.equal(rows[4]["n = 2"], "", "the control has no trial of this size");
    assert.match(String(rows[5]["n = 4"]), /^\+5\.0 \[/);
  });

  it("is a figure of its parts, and one of gains size by size", () => {
    const parts = gainFigure(analysis, "kidney");
    const dots = parts.data.at(-1)!;
    assert.equal((dots.text as string[])[4], "tumors in those people, ID");
    assert.ok(Math.abs((dots.x as number[])[4] - 10) < 1e-9);
    const { data, layout } = gainCurvesFigure(analysis, "kidney");
    const shown = [...new Set(data.map(({ name }) => name))];
    assert.deepEqual(shown, ["real+synthetic", "real+healthy", "synthetic", "real+phantom", "real+growth"]);
    assert.deepEqual((layout.yaxis as { range: number[] }).range, [-10, 20]);
    assert.match(JSON.stringify(layout), /Gain in Dice.*points/);
  });
});
