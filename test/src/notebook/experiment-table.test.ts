import assert from "node:assert/strict";
import { analyzeExperiment } from "tumorlab/internal/experiment/analyze/analyze";
import {
  armLawTable,
  armSaturationTable,
  armMultiplierTable,
  baselineTable,
  claimsMarkdown,
  detectionTable,
  findingsMarkdown,
  gainBySizeTable,
  gainTable,
  gapTable,
  patientTable,
} from "tumorlab/internal/notebook/experiment-table";
import { compareWithPaper } from "tumorlab/internal/paper/claims";
import { listFindings } from "tumorlab/internal/paper/findings";
import { handMadePlan, handMadeResults, withoutTrials } from "../experiment/hand-made-results.js";

/** Errors of 0.8 / n, half of it with synthetic tumors, 1.1 times as much outside. */
const results = handMadeResults(handMadePlan(), ({ trial, baseline, distribution }) =>
  baseline
    ? 0.1
    : 1 - (0.8 / trial!.size) * (trial!.arm === "real" ? 1 : 0.5) * (distribution === "in" ? 1 : 1.1),
);
const analysis = analyzeExperiment(results, { resamples: 20 });
const flat = analyzeExperiment(
  handMadeResults(handMadePlan(), () => 0),
  { resamples: 5 },
);

describe("tables of an experiment", () => {
  it("count patients, and say what was left out", () => {
    const part = withoutTrials(results, ({ index }) => index === 0, "out of memory");
    const [row] = patientTable(analyzeExperiment(part, { resamples: 5 }));
    assert.equal(row.organ, "Kidney");
    assert.equal(row.tests, "in distribution: ID");
    assert.equal(row["patients with a tumor"], 2);
    assert.equal(row["left out besides"], "1 trials: out of memory");
    assert.equal(row["median radius (mm)"], 8);
    // Of one size a training is missing.
    assert.equal(row["trainings per size"], "1 to 2");
    assert.equal(gainTable(analysis)[0]["trainings per size"], "2");
    assert.equal(baselineTable(analysis)[0].trainings, "2");
    assert.equal(gapTable(analysis)[0]["trainings per size"], "2");
    assert.equal(patientTable(analysis)[0]["left out besides"], "nothing");
  });

  it("say how each interval was found, and over what: patients of both hospitals only where both take part", () => {
    const lucky = handMadeResults(handMadePlan(), ({ trial, baseline, patient, distribution }) =>
      baseline
        ? 0
        : 0.4 +
          (trial!.arm === "real" ? 0 : 0.1 + 0.01 * patient + 0.02 * trial!.seed) +
          (distribution === "in" ? 0.03 * patient : 0.05 * patient),
    );
    const here = analyzeExperiment(lucky, { resamples: 5 });
    assert.equal(gainTable(here)[0]["95 % by"], "t over 2 patients, 2 seeds");
    const gap = gapTable(here).find(({ arm }) => arm === "real")!;
    assert.equal(gap["95 % by"], "t over 4 patients");
  });

  it("set the largest training beside the baselines, in percent and points", () => {
    const [untrained] = baselineTable(analysis);
    assert.equal(untrained["Dice of real (%)"], "80.0");
    assert.equal(untrained["its Dice (%)"], "10.0");
    assert.equal(untrained["advantage (points)"], "+70.0 [+70.0, +70.0]");
    assert.equal(untrained["real is"], "clearly better");
  });

  it("give gains and gaps, or the reason for none", () => {
    const [inside] = gainTable(analysis);
    assert.equal(inside["gain (points)"], "+22.5 [+22.5, +22.5]");
    // 0.08, 0.04, 0.02 at the three sizes: (0.06 + 0.03) / 2.
    assert.equal(gapTable(analysis)[0]["lost out of distribution (points)"], "+4.5 [+4.5, +4.5]");
    const alone = withoutTrials(results, ({ arm }) => arm === "real");
    const rows = gainTable(analyzeExperiment(alone, { resamples: 5 }));
    assert.match(String(rows[0]["gain (points)"]), /no trial of real/);
    const apart = withoutTrials(
      handMadeResults(handMadePlan(), ({ trial }) => (trial ? 0.5 : 0)),
      () => false,
    );
    assert.match(String(gapTable(analyzeExperiment(apart, { resamples: 5 }))[0].arm), /real/);
  });

  it("give gains size by size, with a blank where an organ has no such size", () => {
    const plan = handMadePlan({
      organs: [
        { organ: "kidney", sizes: [1, 2] },
        { organ: "liver", sizes: [1, 4] },
      ],
    });
    const both = handMadeResults(plan, ({ trial }) => (trial?.arm === "real" ? 0.2 : 0.3));
    const rows = gainBySizeTable(analyzeExperiment(both, { resamples: 5 }), "out");
    const gain = "+10.0 [+10.0, +10.0]";
    assert.deepEqual(rows, [
      { organ: "Kidney", "n = 1": gain, "n = 2": gain, "n = 4": "" },
      { organ: "Liver", "n = 1": gain, "n = 2": "", "n = 4": gain },
    ]);
  });

  it("answer the questions of saturation and worth by arm, in words where there is no law", () => {
    const rows = armSaturationTable(analysis, "kidney");
    assert.equal(rows.length, 5);
    assert.equal(rows[1].definition, "marginal-gain");
    assert.equal(rows[1].real, 40);
    assert.match(String(armSaturationTable(flat, "kidney")[0].real), /every score is 0/);
    const [law] = armLawTable(analysis, "kidney");
    assert.match(String(law.law), /power/i);
    assert.equal(law["limit (%)"], "100: no floor");
    assert.match(String(armLawTable(flat, "kidney")[0].law), /every score is 0/);
    const worth = armMultiplierTable(analysis, "kidney");
    assert.equal(worth.length, 3);
    assert.ok(Math.abs((worth[0].multiplier as number) - 2) < 1e-3);
    assert.deepEqual(armMultiplierTable(analysis, "liver"), []);
    assert.match(String(armMultiplierTable(flat, "kidney")[0].multiplier), /every score is 0/);
    assert.deepEqual(armLawTable(analysis, "liver"), []);
  });

  it("give no number of scans that lies a hundred times beyond the largest size", () => {
    // Errors of 0.9 n^-0.03: each doubling removes 2 % of them, and that is more than 0.01 for very long.
    const slow = handMadeResults(
      handMadePlan(),
      ({ trial }) => 1 - 0.9 * (trial?.size ?? 1) ** (trial?.arm === "real" ? -0.03 : -1),
    );
    const rows = armSaturationTable(analyzeExperiment(slow, { resamples: 5 }), "kidney");
    assert.equal(rows[1].real, "beyond 400");
    assert.equal(typeof rows[1]["real+synthetic"], "number");
  });

  it("give recall by size with counts", () => {
    const [row] = detectionTable(analysis, "kidney");
    assert.match(String(row["small (5 < r <= 10 mm)"]), /^100 % \[\d+, 100\], 4 of 4$/);
    assert.equal(row["large (r > 20 mm)"], "none");
    assert.equal(row["false alarms"], "none");
    assert.deepEqual(detectionTable(analysis, "liver"), []);
  });

  it("write claims as text with source, rule, finding and verdict", async () => {
    const text = claimsMarkdown(await compareWithPaper(analysis));
    assert.match(text, /arXiv/);
    assert.match(text, /- Rule: /);
    assert.match(text, /\*\*Not tested here\.\*\* The experiment did not ask this/);
  });

  it("write findings as text, family by family, with the number and the verdict", () => {
    const text = findingsMarkdown(listFindings(analysis));
    assert.match(
      text,
      /^#### What synthetic tumors add \(2 questions, p values adjusted by Holm\)\n\n\*\*Synthetic/,
    );
    assert.match(text, /- Found: .*Student's t.*\n- \*\*(Holds|Cannot be told)\.\*\* /);
    assert.equal(findingsMarkdown([]), "");
  });
});
