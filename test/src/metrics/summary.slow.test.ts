import assert from "node:assert/strict";
import { createKey } from "tumorlab/internal/core/random";
import { compareModels } from "tumorlab/internal/metrics/compare-models";
import { emptyPolicies } from "tumorlab/internal/metrics/empty";
import type { PolicyName } from "tumorlab/internal/metrics/empty";
import type { ScoreRow } from "tumorlab/internal/metrics/evaluate";
import { summarizeCases, summarizeScores } from "tumorlab/internal/metrics/summary";
import { emptyStudy, slabRow } from "./rows.js";

const quick = { interval: { resamples: 400, key: createKey(5), method: "percentile" } } as const;

describe("summarizeScores", () => {
  it("gives per label and overall the figures of the rows that count, and says why others do not", () => {
    const rows = [...emptyStudy(), slabRow("b", 4, 4, { label: 3 }), slabRow("c", 4, 1, { label: 3 })];
    const summaries = summarizeScores(rows, { metrics: ["dice", "sensitivity"], ...quick });
    assert.deepEqual(
      summaries.map(({ scope, label, metric, n, cases, patients }) => [
        scope,
        label,
        metric,
        n,
        cases,
        patients,
      ]),
      [
        ["label", 1, "dice", 3, 3, 3],
        ["label", 1, "sensitivity", 2, 2, 2],
        ["label", 3, "dice", 2, 2, 2],
        ["label", 3, "sensitivity", 2, 2, 2],
        ["overall", undefined, "dice", 5, 5, 5],
        ["overall", undefined, "sensitivity", 4, 4, 4],
      ],
    );
    const [one, , three, , all] = summaries;
    assert.deepEqual(one.excluded, [{ reason: "both masks are empty", n: 1 }]);
    assert.ok(Math.abs(one.mean - 2 / 9) < 1e-12 && one.median === 0 && one.min === 0);
    assert.ok(Math.abs(three.mean - 0.7) < 1e-12);
    assert.ok(Math.abs(all.mean - (2 / 3 + 0 + 0 + 1 + 0.4) / 5) < 1e-12);
    // each label once, however many rows it has
    assert.ok(Math.abs(all.meanOfLabels! - (2 / 9 + 0.7) / 2) < 1e-12);
    assert.equal(one.meanOfLabels, undefined);
    for (const { interval, mean, min, max } of summaries)
      assert.ok(min <= interval.low && interval.low <= mean && mean <= interval.high && interval.high <= max);
  });

  it("draws patients, not scans: two scans of a patient count as one draw", () => {
    const scans = [4, 3, 2, 1].flatMap((slices, k) =>
      ["arterial", "venous"].map((phase) => slabRow(`${k} ${phase}`, 4, slices, { patient: `patient ${k}` })),
    );
    const clustered = summarizeScores(scans, { metrics: ["dice"], ...quick })[0];
    const loose = summarizeScores(
      scans.map((row) => ({ ...row, patient: row.case })),
      { metrics: ["dice"], ...quick },
    )[0];
    assert.deepEqual([clustered.n, clustered.patients, loose.patients], [8, 4, 8]);
    assert.equal(clustered.mean, loose.mean);
    const width = ({ interval }: typeof loose) => interval.high - interval.low;
    assert.ok(width(clustered) > 1.2 * width(loose));
  });

  it("takes the method that was measured to be enough, and says of distances that none was", () => {
    const rows = [4, 4, 3, 3, 2].map((slices, k) => slabRow(`${k}`, 4, slices));
    const [dice, distance] = summarizeScores(rows, { metrics: ["dice", "hd95"] });
    assert.deepEqual([dice.interval.method, dice.interval.units, dice.interval.resamples], ["gaffke", 5, 0]);
    assert.ok(dice.interval.measured!.worst >= 0.93 && dice.interval.low < 0.6 && dice.interval.high < 1);
    assert.notEqual(distance.interval.method, "gaffke");
    assert.ok(distance.interval.measured!.worst < 0.93 && distance.interval.low >= 0);
    // Asked for by name, Gaffke's bound is that of Dice alone.
    const asked = summarizeScores(rows, { metrics: ["dice", "hd95"], interval: { method: "gaffke" } });
    assert.deepEqual(
      asked.map(({ interval }) => interval),
      summarizeScores(rows, { metrics: ["dice", "hd95"] }).map(({ interval }) => interval),
    );
    const again = summarizeScores(rows, { metrics: ["dice"], interval: { method: "bca", level: 0.9 } })[0];
    assert.deepEqual([again.interval.method, again.interval.level], ["bca", 0.9]);
  });

  it("gives no interval where a distance is infinite", () => {
    const rows = [4, 3, 2].map((slices, k) => ({
      ...slabRow(`${k}`, 4, slices),
      hd: k === 1 ? Infinity : 2,
    }));
    const [hd] = summarizeScores(rows, { metrics: ["hd"] });
    assert.deepEqual([hd.mean, hd.interval.low, hd.interval.units], [Infinity, NaN, 3]);
  });

  it("says NaN of a metric nobody has, and nothing of no rows", () => {
    const [row] = summarizeScores([slabRow("absent", 0, 0)], { metrics: ["hd95"], ...quick });
    assert.deepEqual([row.n, row.mean, row.interval.low, row.patients], [0, NaN, NaN, 0]);
    assert.deepEqual(row.excluded, [{ reason: "both masks are empty", n: 1 }]);
    assert.deepEqual(summarizeScores([]), []);
    const [alone] = summarizeScores([slabRow("a", 4, 2)], { metrics: ["dice"], ...quick });
    assert.ok(alone.n === 1 && Number.isNaN(alone.interval.high) && Number.isNaN(alone.sd));
  });

  it("refuses a metric that does not exist", () => {
    assert.throws(
      () => summarizeScores(emptyStudy(), { metrics: ["DSC" as "dice"] }),
      /metrics: found "DSC", expected some of dice, iou/,
    );
  });
});

describe("summarizeCases", () => {
  it("averages each case over its labels", () => {
    const rows = [
      slabRow("a", 4, 4),
      slabRow("a", 4, 2, { label: 2 }),
      slabRow("b", 0, 0),
      slabRow("b", 4, 1, { label: 2 }),
    ];
    const [a, b] = summarizeCases(rows, ["dice"]);
    assert.deepEqual([a.case, a.n, a.excluded], ["a", 2, []]);
    assert.ok(Math.abs(a.mean - (1 + 2 / 3) / 2) < 1e-12);
    assert.deepEqual([b.case, b.n, b.excluded], ["b", 1, [{ reason: "both masks are empty", n: 1 }]]);
    assert.equal(b.mean, 0.4);
  });
});

describe("compareModels", () => {
  const first = [slabRow("a", 4, 4), slabRow("b", 4, 3), slabRow("c", 4, 0), slabRow("d", 0, 0)];
  const second = [slabRow("a", 4, 4), slabRow("b", 4, 2), slabRow("c", 4, 1), slabRow("d", 0, 2)];

  it("pairs rows of the same case and label", () => {
    const [dice, overall] = compareModels(first, [...second].reverse(), { metrics: ["dice"], ...quick });
    // The last is a false alarm of the second model where the first keeps silent: 1 - 0.
    const differences = [0, 6 / 7 - 2 / 3, -0.4, 1];
    assert.deepEqual(
      [dice.scope, dice.n, dice.patients, overall.scope, overall.n],
      ["label", 4, 4, "overall", 4],
    );
    assert.ok(Math.abs(dice.meanDifference - (differences[1] + differences[2] + 1) / 4) < 1e-12);
    assert.ok(Math.abs(dice.medianDifference - differences[1] / 2) < 1e-12);
    assert.ok(Math.abs(dice.firstMean - dice.secondMean - dice.meanDifference) < 1e-12);
    assert.deepEqual([dice.better, dice.equal, dice.worse], [2, 1, 1]);
    assert.deepEqual(dice.excluded, []);
    assert.ok(dice.interval.low >= -0.4 - 1e-12 && dice.interval.high <= 1 + 1e-12);
    assert.ok(dice.interval.low <= dice.meanDifference && dice.meanDifference <= dice.interval.high);
  });

  it("takes bounds of a difference, by default with Gaffke's bound for few patients", () => {
    const [dice] = compareModels(first, second, { metrics: ["dice"] });
    assert.deepEqual([dice.interval.method, dice.interval.units], ["gaffke", dice.patients]);
    assert.ok(
      dice.interval.low > -1 && dice.interval.high < 1 && dice.interval.high - dice.interval.low > 0.5,
    );
  });

  it("knows which way is better", () => {
    const [hd, volume] = compareModels(first.slice(0, 2), second.slice(0, 2), {
      metrics: ["hd", "volumeErrorMl"],
      ...quick,
    });
    assert.deepEqual([hd.better, hd.equal, hd.worse], [1, 1, 0]); // 2 mm against 4 mm
    assert.deepEqual([volume.better, volume.equal, volume.worse], [1, 1, 0]);
  });

  for (const policy of Object.keys(emptyPolicies) as PolicyName[])
    it(`charges false alarms under ${policy}: half of each of ten healthy scans called tumor`, () => {
      const patients = Array.from({ length: 10 }, (_, k) => `p${k}`);
      const loud = patients.map((name) => slabRow(name, 0, 5, { policy }));
      const silent = patients.map((name) => slabRow(name, 0, 0, { policy }));
      const own = summarizeScores(silent, { metrics: ["dice"], ...quick });
      const metrics = ["dice", "iou", "precision", "nsd", "volumeErrorMl", "sensitivity"] as const;
      const there = compareModels(loud, silent, { metrics, ...quick }).slice(0, metrics.length);
      assert.deepEqual(
        there.map(({ metric, n, firstMean, secondMean, meanDifference, better, worse }) => [
          ...[metric, n, firstMean, secondMean, meanDifference, better, worse],
        ]),
        [
          ["dice", 10, 0, 1, -1, 0, 10],
          ["iou", 10, 0, 1, -1, 0, 10],
          ["precision", 10, 0, 1, -1, 0, 10],
          ["nsd", 10, 0, 1, -1, 0, 10],
          // 10 x 10 x 5 voxels of 1 x 2 x 2 mm
          ["volumeErrorMl", 10, 2, 0, 2, 0, 10],
          ["sensitivity", 0, NaN, NaN, NaN, 0, 0],
        ],
      );
      const [back] = compareModels(silent, loud, { metrics: ["dice"], ...quick });
      assert.deepEqual([back.meanDifference, back.better], [1, 10]);
      const distance = compareModels(loud, silent, { metrics: ["hd95"], ...quick })[0];
      const isPenalized = policy === "worst-case" || policy === "brats";
      assert.deepEqual([distance.n, distance.worse], isPenalized ? [10, 10] : [0, 0]);
      if (!isPenalized)
        assert.deepEqual(distance.excluded, [{ reason: "first model: the reference is empty", n: 10 }]);
      // Two silent models are no different, and the silent model's own mean is what its policy says.
      const [none] = compareModels(silent, silent, { metrics: ["dice"], ...quick });
      assert.ok(none.n === 0 || none.meanDifference === 0);
      assert.deepEqual(summarizeScores(silent, { metrics: ["dice"], ...quick }), own);
      const both = emptyPolicies[policy].outcomes.dice.both;
      assert.deepEqual([own[0].n, own[0].mean], both === "exclude" ? [0, NaN] : [10, both]);
    });

  it("leaves surfaces out of a false alarm where nobody measured them", () => {
    const bare = (row: ScoreRow): ScoreRow => ({ ...row, nsd: NaN, hasSurfaces: false });
    const rows = [[slabRow("a", 0, 5)], [slabRow("a", 0, 0)]].map((each) => each.map(bare));
    const [nsd] = compareModels(rows[0], rows[1], { metrics: ["nsd"], ...quick });
    assert.equal(nsd.n, 0);
  });

  it("is narrower than two intervals apart when the models agree on which cases are hard", () => {
    const easy = [10, 9, 8, 7, 6, 5, 4, 3].map((slices, k) => slabRow(`${k}`, 10, slices));
    const hard = [9, 8, 7, 6, 5, 4, 3, 2].map((slices, k) => slabRow(`${k}`, 10, slices));
    const [difference] = compareModels(easy, hard, { metrics: ["sensitivity"], ...quick });
    assert.ok(Math.abs(difference.meanDifference - 0.1) < 1e-12);
    assert.ok(difference.interval.high - difference.interval.low < 1e-9);
    assert.equal(difference.better, 8);
  });

  it("refuses lists that are not of the same cases", () => {
    assert.throws(
      () => compareModels(first, second.slice(1)),
      /second: found "no such row", expected a row for case a/,
    );
    assert.throws(
      () => compareModels(first.slice(1), second),
      /first: found "no such row", expected a row for case a/,
    );
    assert.throws(
      () => compareModels([first[0], first[0]], second),
      /first: found "case a, label 1", expected each/,
    );
    const other = [slabRow("a", 5, 4), ...second.slice(1)];
    assert.throws(
      () => compareModels(first, other),
      /a reference of 500 voxels.*the reference of first, 400 voxels/,
    );
    const policy = [slabRow("a", 4, 4, { policy: "monai" }), ...second.slice(1)];
    assert.throws(() => compareModels(first, policy), /found "monai", expected policy worst-case/);
    assert.deepEqual(compareModels([], []), []);
  });
});
