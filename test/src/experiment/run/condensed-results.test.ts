import assert from "node:assert/strict";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { analyzeExperiment } from "tumorlab/internal/experiment/analyze/analyze";
import { frocOfArms } from "tumorlab/internal/experiment/analyze/arm-froc";
import { saveCondensed } from "tumorlab/internal/experiment/analyze/save-condensed";
import { formatJson } from "tumorlab/internal/experiment/run/experiment-folder";
import { readExperimentResults } from "tumorlab/internal/experiment/run/read-results";
import type { CollectedRecords, CollectedResults, TrialCase } from "tumorlab/internal/experiment/run/result";
import { frocFigure } from "tumorlab/internal/plot/froc";
import { handMadePlan, handMadeResults, withoutTrials } from "../hand-made-results.js";

const plan = handMadePlan({ tests: handMadePlan().tests.map((test) => ({ ...test, patients: 6 })) });
/** Every second patient has two lesions, every third none; candidates find the first of them and a false alarm. */
function change(
  each: TrialCase,
  { patient, trial }: { patient: number; trial?: { seed: number } },
): TrialCase {
  const dice = each.tumorDice ?? 0;
  if (patient % 3 === 2)
    return {
      ...each,
      ...{ tumorVoxels: 0, tumorDice: null, tumorNsd: null, lesions: [] },
      ...{ falsePositives: patient % 2, foundVoxels: 9 * (patient % 2), candidates: trial ? [] : undefined },
    };
  const second = { radiusMm: 4.123456, found: false };
  const lesions = [{ radiusMm: 8, found: true, dice }, ...(patient % 2 === 0 ? [second] : [])];
  const candidates = [
    { probability: 0.3 + 0.1 * (trial?.seed ?? 0), volumeMl: 1, overlaps: [{ lesion: 0, iou: 0.5 }] },
    { probability: 0.2, volumeMl: 1, overlaps: [] },
  ];
  return { ...each, lesions, falsePositives: 1, ...(trial ? { candidates } : {}) };
}
const full: CollectedResults = withoutTrials(
  handMadeResults(
    plan,
    ({ trial, patient }) => (trial ? 0.29 + 0.111111 * Math.log2(trial.size) + 0.01 * patient : 0.1),
    change,
  ),
  ({ size, seed, arm }) => size === 2 && seed === 2 && arm === "real",
);
const record = {
  ...{ version: "0", commit: null, engine: "simd", threads: 1, finishedAt: "2026-01-01T00:00:00Z" },
  ...{ seconds: 1, peakMemoryMb: 1, nodeVersion: "20", cores: 1, memoryGiB: 1, attempts: 1 },
};
const records: CollectedRecords = {
  version: 1,
  planSha256: full.planSha256,
  records: full.trials.map((result) => ({
    ...record,
    index: result.trial.index,
    planSha256: full.planSha256,
    resultSha256: formatJson(result).sha256,
  })),
};

describe("condensed results", () => {
  let file = "";
  let folder = "";
  before(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), "condensed-"));
    file = path.join(folder, "results.json");
    await saveCondensed(file, full, records);
  });
  after(() => fs.rm(folder, { recursive: true, force: true }));

  it("are analysed as the whole results are, to the digits that are kept", async () => {
    const opened = await readExperimentResults(file);
    assert.deepEqual(opened.missing, full.missing);
    const [whole, small] = [full, opened].map((each) => analyzeExperiment(each, { resamples: 20 }));
    const numbers = (analysis: typeof whole): number[] => {
      const { curves, gains, detection } = analysis.organs[0];
      return [
        ...curves.flatMap(({ points }) =>
          points.flatMap(({ estimate, low, high }) => [estimate!, low, high]),
        ),
        ...gains.flatMap(({ mean }) => [mean.value!.estimate!, mean.value!.low]),
        ...detection.flatMap((each) =>
          [each.outlined, each.patientsFound, each.falseAlarms, each.falsePositivesPerScan].flatMap(
            ({ value, count }) => [value, count],
          ),
        ),
        ...detection.flatMap((each) => each.recallBySize.map(({ count, n }) => count / Math.max(1, n))),
      ];
    };
    const [a, b] = [whole, small].map(numbers);
    assert.ok(a.length > 40);
    a.forEach((value, i) => assert.ok(Math.abs(value - b[i]) < 2e-4, `${i}: ${value} and ${b[i]}`));
    assert.deepEqual(small.organs[0].patients, whole.organs[0].patients);
  });

  it("keep the free-response curves that their candidates made, and their trials' sha256", async () => {
    const opened = await readExperimentResults(file);
    const [kept, made] = [opened, full].map((each) => frocOfArms(each, "kidney", { distribution: "out" }));
    assert.equal(kept.length, 2);
    // The sensitivity that is wanted is had at no threshold here: NaN and Infinity come back as they were.
    assert.deepEqual(kept, made);
    assert.ok(Number.isNaN(kept[0].curve.wanted.threshold));
    assert.match(
      frocFigure(kept.map((each) => ({ name: each.arm, ...each }))).data[0].name as string,
      /wanted/,
    );
    // By hand: 4 patients with a tumor have 6 lesions, 4 of which a candidate finds, with 4 false alarms in 6 scans.
    const { curve, seeds } = kept[0];
    assert.equal(seeds, 2);
    assert.equal(curve.points.at(-1)!.sensitivity, 4 / 6);
    assert.equal(curve.points.at(-1)!.falsePositivesPerScan, 4 / 6);
    const { trials } = JSON.parse(await fs.readFile(file, "utf8")) as { trials: { sha256: string }[] };
    assert.equal(trials[0].sha256, formatJson(full.trials[0]).sha256);
  });

  it("are refused when they were changed, naming what does not fit", async () => {
    const text = await fs.readFile(file, "utf8");
    const spoil = async (change: (value: Record<string, any>) => void, expected: RegExp): Promise<void> => {
      const value = JSON.parse(text) as Record<string, any>;
      change(value);
      const other = path.join(folder, "spoilt.json");
      await fs.writeFile(other, JSON.stringify(value));
      await fs.copyFile(path.join(folder, "results.run.json"), path.join(folder, "spoilt.run.json"));
      await assert.rejects(readExperimentResults(other), expected);
    };
    await spoil((value) => value.trials[0].tests[0].dice.pop(), /trials\[0\].*dice.*5 numbers/s);
    await spoil((value) => value.trials[0].tests[0].lesions.push(3), /lesions.*numbers/s);
    await spoil((value) => (value.trials[1].sha256 = "0".repeat(64)), /trial 1.*that of its record/s);
    await spoil((value) => value.trials.pop(), /trials with a result or a reason/);
    await spoil((value) => (value.plan.seeds = [1, 3]), /planSha256/);
    await spoil((value) => (value.sets[0].name = "elsewhere"), /a test of the plan/);
    await spoil((value) => (value.trials[0].index = 99), /trial from 0 to 11/);
    await spoil((value) => (value.trials[0].tests[0].dice[0] = 10_001), /dice/);
    const opened = await readExperimentResults(file);
    await assert.rejects(
      saveCondensed(path.join(folder, "again.json"), opened, records),
      /as they were collected/,
    );
  });

  it("cannot be made of trials that were tested on different cases", async () => {
    const [first, ...rest] = full.trials;
    const tests = first.tests.map((test) => ({ ...test, cases: test.cases.slice(1) }));
    const mixed = { ...full, trials: [...rest, { ...first, tests }] };
    await assert.rejects(
      saveCondensed(path.join(folder, "no.json"), mixed, records),
      /the cases that the other/,
    );
  });

  it("of two runs of one plan come together as one run would have written them", async () => {
    const half = (keep: (seed: number) => boolean): CollectedResults => {
      const kept = withoutTrials(full, ({ seed }) => !keep(seed));
      return { ...kept, missing: [...full.missing, ...kept.missing] };
    };
    const recordsOf = ({ trials }: CollectedResults): CollectedRecords => ({
      ...records,
      records: records.records.filter(({ index }) => trials.some(({ trial }) => trial.index === index)),
    });
    const [first, second] = [half((seed) => seed === 1), half((seed) => seed === 2)];
    const [one, both] = ["one.json", "both.json"].map((name) => path.join(folder, name));
    await saveCondensed(one, first, recordsOf(first));
    await saveCondensed(both, second, recordsOf(second), one);
    const read = async (name: string): Promise<Record<string, unknown>> =>
      JSON.parse(await fs.readFile(name, "utf8")) as Record<string, unknown>;
    const [merged, whole] = [await read(both), await read(file)];
    assert.equal((await readExperimentResults(one)).missing.length, 1 + second.trials.length);
    for (const field of ["trials", "sets", "baselines", "missing", "planSha256"])
      assert.deepEqual(merged[field], whole[field], field);
    assert.deepEqual(
      await read(both.replace(".json", ".run.json")),
      await read(file.replace(".json", ".run.json")),
    );
    // Curves are made of candidates, which the earlier file no longer has: those of the run with more seeds at the largest size.
    assert.ok(frocOfArms(await readExperimentResults(both), "kidney").every(({ seeds }) => seeds === 1));

    // Of a trial that both have the numbers must be the same, and both must be of one plan.
    await saveCondensed(both, full, records, one);
    assert.deepEqual((await read(both)).froc, whole.froc);
    const changed = structuredClone(full);
    changed.trials[0].tests[0].cases[0].tumorDice = 0.123;
    await assert.rejects(
      saveCondensed(both, changed, { ...records, records: [] }, one),
      /one\.json, trial 0: found "other numbers than in .*both\.json.*run that trial again/s,
    );
    const other = handMadeResults({ ...plan, name: "another" }, () => 0.5);
    await assert.rejects(
      saveCondensed(both, other, { ...records, planSha256: other.planSha256, records: [] }, one),
      /one\.json, planSha256/,
    );
    assert.deepEqual((await read(both)).froc, whole.froc, "nothing is written where something does not fit");
  });
});
