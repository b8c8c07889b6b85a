import assert from "node:assert/strict";
import path from "node:path";
import { analyzeExperiment } from "tumorlab/internal/experiment/analyze/analyze";
import { readExperimentResults } from "tumorlab/internal/experiment/run/read-results";
import { listFindings, type Finding } from "tumorlab/internal/paper/findings";
import { projectFolder } from "tumorlab/internal/platform/locations";
import { handMadePlan, handMadeResults, type Asked } from "../experiment/hand-made-results.js";

const plan = handMadePlan({
  organs: [
    { organ: "pancreas", sizes: [1, 2, 4] },
    { organ: "liver", sizes: [1, 2, 4] },
    { organ: "uterus", sizes: [1, 2, 4] },
  ],
});
const find = (dice: (asked: Asked) => number): Record<string, Finding> => {
  const results = handMadeResults(plan, (asked) => (asked.baseline ? 0 : dice(asked)));
  const findings = listFindings(analyzeExperiment(results, { resamples: 20 }));
  return Object.fromEntries(findings.map((finding) => [finding.id, finding]));
};
const isMixed = ({ trial }: Asked): boolean => trial!.arm !== "real";
const gains = { pancreas: 0.12, liver: 0.11, uterus: 0.1 } as Record<string, number>;

describe("listFindings", () => {
  it("takes organs as draws: three alike prove a gain, three far apart do not", () => {
    const alike = find(
      (asked) => 0.4 + (isMixed(asked) ? gains[asked.organ] * (asked.distribution === "in" ? 1 : 2) : 0),
    );
    for (const id of ["synthetic-gain-in", "synthetic-gain-out", "gain-larger-outside"])
      assert.equal(alike[id].verdict, "holds", id);
    const inside = alike["synthetic-gain-in"];
    assert.ok(Math.abs(inside.measured.estimate! - 0.11) < 1e-9);
    // Student's t of 0.12, 0.11, 0.10: 0.11 +- 4.3027 * 0.01 / sqrt(3)
    assert.ok(Math.abs(inside.measured.low - (0.11 - (4.302652729911275 * 0.01) / Math.sqrt(3))) < 1e-9);
    assert.match(inside.found, /Student's t over 3 organs, 2 degrees of freedom; p = 0\.003/);
    const apart = { pancreas: 0.3, liver: 0.02, uterus: 0.01 } as Record<string, number>;
    const far = find((asked) => 0.4 + (isMixed(asked) ? apart[asked.organ] : 0));
    assert.equal(far["synthetic-gain-in"].verdict, "cannot be told");
    assert.match(far["synthetic-gain-in"].because[0], /counts 3 organs as so many numbers/);
    const worse = find((asked) => 0.4 - (isMixed(asked) ? gains[asked.organ] : 0));
    assert.equal(worse["synthetic-gain-in"].verdict, "does not hold");
  });

  it("asks the two gains as one family, so that a p of 0.03 beside one of 0.5 is not enough", () => {
    const close = { pancreas: 0.2, liver: 0.14, uterus: 0.11 } as Record<string, number>;
    const mixed = { pancreas: 0.2, liver: -0.1, uterus: 0.05 } as Record<string, number>;
    const found = find(
      (asked) => 0.4 + (isMixed(asked) ? (asked.distribution === "in" ? close : mixed)[asked.organ] : 0),
    );
    const { pValue, adjustedPValue, verdict, because, measured } = found["synthetic-gain-in"];
    assert.ok(pValue > 0.025 && pValue < 0.05 && measured.low > 0, String(pValue));
    assert.ok(Math.abs(adjustedPValue - 2 * pValue) < 1e-12);
    assert.equal(verdict, "cannot be told");
    assert.match(because[0], /one of 2 questions of a family: p = 0\.030 becomes p = 0\.059 by Holm/);
  });

  it("asks whether a curve still rises of organs that were trained with several seeds", () => {
    const rising = find((asked) => 0.2 * asked.trial!.size);
    assert.equal(rising["still-rising"].verdict, "holds");
    assert.match(rising["still-rising"].statement, /still rises from 2 to 4 scans/);
    const results = handMadeResults({ ...plan, seeds: [1] }, () => 0.5);
    const once = listFindings(analyzeExperiment(results, { resamples: 5 }));
    assert.ok(!once.some(({ id }) => id === "still-rising"));
  });

  it("has no finding where an experiment asked nothing", () => {
    const [real] = plan.arms;
    const lone = handMadePlan({ arms: [real], organs: [{ organ: "kidney", sizes: [1] }] });
    const results = handMadeResults(lone, () => 0.5);
    assert.deepEqual(listFindings(analyzeExperiment(results, { resamples: 2 })), []);
  });

  it("gives the numbers of an independent calculation for the committed experiment", async () => {
    const results = await readExperimentResults(
      path.join(projectFolder, "notebooks/results/jhh-in-small.json"),
    );
    const analysis = analyzeExperiment(results, { resamples: 50 });
    const findings = Object.fromEntries(listFindings(analysis).map((finding) => [finding.id, finding]));
    const points = ({ measured }: Finding): number[] =>
      [measured.estimate!, measured.low, measured.high].map((value) => Math.round(1000 * value) / 10);
    // scipy.stats.ttest_1samp of the six gains: 0.03712 and 0.0702, so by Holm 0.074 both (0.075 from gains as printed).
    assert.deepEqual(points(findings["synthetic-gain-in"]), [5.5, 0.5, 10.5]);
    assert.deepEqual(points(findings["synthetic-gain-out"]), [6.5, -0.8, 13.9]);
    for (const id of ["synthetic-gain-in", "synthetic-gain-out"]) {
      assert.equal(findings[id].adjustedPValue.toFixed(3), "0.074");
      assert.equal(findings[id].verdict, "cannot be told");
    }
    // Patients and three whole seeds: +2.7 to +18.6 from standard errors of a variance-component model in numpy.
    const pancreas = analysis.organs.find(({ organ }) => organ === "pancreas")!;
    const gain = pancreas.gains.find(({ distribution }) => distribution === "in")!.mean.value!;
    assert.ok(
      Math.abs(gain.low - 0.027) < 0.002 && Math.abs(gain.high - 0.186) < 0.002,
      `${gain.low} ${gain.high}`,
    );
    assert.equal(findings["still-rising"].verdict, "holds");
    // Off the measured curve of real scans: 34 scans for 10, and beyond 40 no number.
    const { rows } = pancreas.gains.find(({ distribution }) => distribution === "in")!.multipliers.value!;
    const at = (n: number) => rows.find((row) => row.n === n)!;
    assert.equal(at(10).multiplier!.toFixed(1), "3.4");
    assert.equal(Math.round(at(10).equivalentScans!), 34);
    for (const n of [20, 40])
      assert.deepEqual([at(n).basis, at(n).equivalentScans], ["more-than", undefined]);
  });
});
