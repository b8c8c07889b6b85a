import assert from "node:assert/strict";
import { compareModels } from "tumorlab/internal/metrics/compare-models";
import type { ScoreRow } from "tumorlab/internal/metrics/evaluate";
import { rankModels } from "tumorlab/internal/metrics/rank-models";
import { standardDeviation } from "tumorlab/internal/stats/describe";
import { falseClaimProbability } from "tumorlab/internal/stats/false-claim";
import { testSignedRanks } from "tumorlab/internal/stats/wilcoxon";
import { slabRow } from "./rows.js";

/** A model whose predictions are so many of ten slices thick, case by case. */
const model = (slices: readonly number[]): ScoreRow[] => slices.map((thick, k) => slabRow(`${k}`, 10, thick));
const best = model([10, 9, 10, 8, 9, 10, 7, 9]);
const middle = model([9, 8, 8, 7, 9, 8, 6, 8]);
const last = model([5, 3, 4, 2, 4, 5, 1, 3]);

describe("rankModels", () => {
  it("ranks by the mean, and says how sure a place is", () => {
    const found = rankModels({ middle, last, best }, { resamples: 500 });
    assert.deepEqual(
      found.models.map((row) => [row.model, row.rank, row.rankLow, row.rankHigh, row.firstShare]),
      [
        ["best", 1, 1, 1, 1],
        ["middle", 2, 2, 2, 0],
        ["last", 3, 3, 3, 0],
      ],
    );
    assert.deepEqual([found.n, found.patients, found.excluded, found.tau], [8, 8, 0, { mean: 1, low: 1 }]);
    assert.deepEqual(
      found.pairs.map(({ better, worse }) => [better, worse]),
      [
        ["best", "middle"],
        ["best", "last"],
        ["middle", "last"],
      ],
    );
  });

  it("tests its pairs as the functions of one pair do", () => {
    const { pairs } = rankModels({ best, middle, last }, { resamples: 20 });
    const dice = (rows: readonly ScoreRow[]): number[] => rows.map((row) => row.dice);
    const differences = dice(best).map((value, i) => value - dice(middle)[i]);
    const [pair] = pairs;
    assert.equal(pair.pValue, testSignedRanks(differences).pValue);
    const [compared] = compareModels(best, middle, { metrics: ["dice"] });
    assert.ok(Math.abs(pair.meanDifference - compared.meanDifference) < 1e-12);
    assert.deepEqual(pair.interval, compared.interval);
    const sd = standardDeviation(differences);
    const claim = falseClaimProbability({
      difference: pair.meanDifference,
      n: 8,
      sds: [sd, 0],
      correlation: 0,
    });
    assert.ok(Math.abs(pair.falseClaim - claim.probability) < 1e-12);
    // Holm over three: the smallest p value counts three times.
    const smallest = Math.min(...pairs.map(({ pValue }) => pValue));
    assert.ok(Math.abs(Math.min(...pairs.map(({ adjusted }) => adjusted)) - 3 * smallest) < 1e-12);
  });

  it("shares places between models that are alike, and takes distances the other way", () => {
    const { models, pairs } = rankModels({ one: middle, other: middle }, { resamples: 50 });
    assert.deepEqual(
      models.map(({ rank, firstShare, rankLow }) => [rank, firstShare, rankLow]),
      [
        [1.5, 0.5, 1.5],
        [1.5, 0.5, 1.5],
      ],
    );
    assert.deepEqual([pairs[0].falseClaim, pairs[0].meanDifference], [0.5, 0]);
    const byDistance = rankModels({ last, best }, { metric: "hd95", resamples: 50 });
    assert.equal(byDistance.models[0].model, "best");
    assert.ok(byDistance.pairs[0].meanDifference < 0);
    const byVolume = rankModels({ last, best }, { metric: "volumeErrorMl", resamples: 50 });
    assert.equal(byVolume.models[0].model, "best");
  });

  it("is unsure where patients disagree, the same for a key, and counts a false alarm", () => {
    const mixed = model([10, 5, 10, 5, 10, 5, 10, 5]);
    const turned = model([5, 10, 5, 10, 5, 10, 5, 9]);
    const found = rankModels({ mixed, turned });
    assert.ok(found.models[0].firstShare > 0.5 && found.models[0].firstShare < 0.8);
    assert.deepEqual([found.models[0].rankLow, found.models[0].rankHigh], [1, 2]);
    assert.deepEqual(found, rankModels({ mixed, turned }));
    const healthy = (thick: number) => [...best.slice(0, 2), slabRow("healthy", 0, thick)];
    const { models, n } = rankModels({ loud: healthy(5), silent: healthy(0), still: healthy(0) });
    assert.deepEqual([models[2].model, n], ["loud", 3]);
    assert.equal(models[0].mean, models[1].mean);
  });

  it("is no surer of a few equal differences than their number allows", () => {
    const controls = (thick: number) => Array.from({ length: 5 }, (_, k) => slabRow(`${k}`, 0, thick));
    const { pairs } = rankModels({ loud: controls(3), silent: controls(0) }, { resamples: 50 });
    const [{ better, meanDifference, pValue, falseClaim, interval }] = pairs;
    assert.deepEqual([better, meanDifference], ["silent", 1]);
    // All five signs alike: 2 of 32. The interval says the same: it holds 0.
    assert.equal(pValue, 0.0625);
    assert.ok(interval.low < 0 && Number.isNaN(falseClaim));
  });

  it("weighs rows, not patients, in the mean, and takes a label alone", () => {
    const of = (slices: readonly number[], label = 1) =>
      slices.map((thick, k) => slabRow(`${label} ${k}`, 10, thick, { patient: k < 2 ? "a" : `${k}`, label }));
    const rows = {
      one: [...of([10, 8, 6]), ...of([2, 2, 2], 2)],
      other: [...of([9, 9, 9]), ...of([1, 1, 1], 2)],
    };
    const found = rankModels(rows, { label: 1, resamples: 50 });
    assert.deepEqual([found.n, found.patients], [3, 2]);
    const dice = rows.one.slice(0, 3).map((row) => row.dice);
    const one = found.models.find((row) => row.model === "one")!;
    assert.ok(Math.abs(one.mean - (dice[0] + dice[1] + dice[2]) / 3) < 1e-12);
  });

  it("refuses what cannot be ranked", () => {
    assert.throws(() => rankModels({ best }), /models: found \["best"\], expected at least two/);
    assert.throws(() => rankModels({ best, short: best.slice(1) }), /second/);
    assert.throws(() => rankModels({ best, middle }, { metric: "DSC" as "dice" }), /metric: found "DSC"/);
    const none = rankModels({ a: [], b: [] });
    assert.deepEqual([none.n, none.resamples, none.models[0].rank], [0, 0, NaN]);
  });
});
