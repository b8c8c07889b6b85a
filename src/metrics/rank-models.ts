import { requireThat } from "../core/errors.js";
import { createKey } from "../core/random.js";
import type { Key } from "../core/random.js";
import { bootstrapReplicates } from "../stats/bootstrap.js";
import { mean, quantile } from "../stats/describe.js";
import { studentTail } from "../stats/distributions.js";
import { adjustHolm } from "../stats/holm.js";
import { kendallTau } from "../stats/kendall.js";
import type { MeanInterval } from "../stats/mean-interval.js";
import { distanceInErrors, testMean } from "../stats/student.js";
import type { MeanEstimate } from "../stats/student.js";
import { weighUnits } from "../stats/weigh-units.js";
import type { WeighedUnits } from "../stats/weigh-units.js";
import { testSignedRanks } from "../stats/wilcoxon.js";
import { pairRows } from "./compare-models.js";
import type { ScoreRow } from "./evaluate.js";
import { metricInfo } from "./metric.js";
import type { Metric } from "./metric.js";
import { intervalOfClusters } from "./patient-interval.js";
import type { PatientIntervalOptions } from "./patient-interval.js";
import { gatherUnits } from "./patient-units.js";

/** One model of a ranking. */
export interface RankedModel {
  model: string;
  mean: number;
  /** From 1, the best; models with the same mean share the mean of their places. */
  rank: number;
  /** Ends of its rank over resamples of the patients, and the mean of them. */
  rankLow: number;
  rankHigh: number;
  meanRank: number;
  /** Share of the resamples in which it is the best; a shared first place counts for each by its part. */
  firstShare: number;
}

/** Two models of a ranking, the one with the better mean first. */
export interface RankedPair {
  better: string;
  worse: string;
  /** Mean of better less worse in the metric's own unit: below 0 where lower is better. */
  meanDifference: number;
  interval: MeanInterval;
  /** Wilcoxon's signed rank test over patients, each counting once, two-sided, and by Holm over all pairs. */
  pValue: number;
  adjusted: number;
  /**
   * Matched-pairs rank-biserial correlation (Kerby 2014), the size of what the test finds: from 1, where the better model is better
   * in every patient, to -1; 0 where ranks for and against are alike, `NaN` where no patient differs.
   */
  rankBiserial: number;
  /**
   * Probability that the better mean is not that of the better model, see `falseClaimProbability`; `NaN` where all patients differ by
   * the same, whose spread of 0 would claim certainty however few they are.
   */
  falseClaim: number;
}

/** Models on the same cases, with how far their order can be trusted. */
export interface ModelRanking {
  metric: Metric;
  /** Rows of each model that count, and the patients they come from. */
  n: number;
  patients: number;
  /** Rows left out because some model has no value there. */
  excluded: number;
  /** The best first. */
  models: RankedModel[];
  /** All pairs, in the order of `models`. */
  pairs: RankedPair[];
  /** Kendall's tau between this order and those of the resamples: mean, and the value that 95 % of them reach. */
  tau: { mean: number; low: number };
  resamples: number;
  level: number;
}

/** How models are ranked. */
export interface RankOptions {
  /** Default `dice`. */
  metric?: Metric;
  /** Only rows of this label; default all rows, each counting once. */
  label?: number;
  /** Of the intervals of the pairs' differences; default as in `compareModels`. */
  interval?: PatientIntervalOptions;
  /** Resamples of the patients for the ranks; default 2,000. */
  resamples?: number;
  /** Of the ends of the ranks; default 0.95. */
  level?: number;
  /** Default seed 0. */
  key?: Key;
}

/**
 * Ranks models by their means over the same cases, with how stable the ranks are: patients are drawn with replacement, all
 * models with the same ones, and ranked anew (as challenges do, M. Wiesenfarth and others 2021). A row counts where every model
 * has a value; a false alarm counts as in `compareModels`. Signed errors are ranked by their distance from 0.
 *
 * A rank says nothing of how far apart models are: see the pairs. Fewer than two patients give `NaN` for what is drawn.
 *
 * @param models at least two, by name.
 * @throws LabError when models do not hold the same cases and labels, as `compareModels` does.
 */
export function rankModels(
  models: Readonly<Record<string, readonly ScoreRow[]>>,
  options: RankOptions = {},
): ModelRanking {
  const { metric = "dice", label, interval, resamples = 2000, level = 0.95, key = createKey(0) } = options;
  requireThat(metric in metricInfo, "metric", metric, `one of ${Object.keys(metricInfo).join(", ")}`);
  requireThat(level > 0 && level < 1, "level", level, "a number between 0 and 1");
  const names = Object.keys(models);
  requireThat(names.length >= 2, "models", names, "at least two");
  const isAsked = (row: ScoreRow): boolean => label === undefined || row.label === label;
  const table = alignRows(names.map((name) => models[name].filter(isAsked)));
  // Larger is better in what is drawn; one mean per patient, with its rows as weight.
  const { values: counted, means: goodness, ...gathered } = gatherUnits(table, names.length, metric);
  const { excluded, patientOf, weights } = gathered;
  const patients = weights.length;
  const units = goodness.map((list) => weighUnits(list, weights));
  const ownMeans = units.map((unit) => unit.mean);
  const ranks = counted.length === 0 ? names.map(() => NaN) : placeOf(ownMeans);

  const meansOf = meansOfDraws(units);
  const drawn: number[][] = [];
  const firsts = names.map(() => 0);
  const taus: number[] = [];
  if (patients >= 2)
    bootstrapReplicates(
      patients,
      (draw) => {
        const means = meansOf(draw);
        const placed = placeOf(means);
        drawn.push(placed);
        const best = Math.min(...placed);
        // A shared first place counts for each by its part.
        const shared = placed.filter((place) => place === best).length;
        placed.forEach((place, m) => (firsts[m] += place === best ? 1 / shared : 0));
        taus.push(kendallTau(ownMeans, means));
        return 0;
      },
      key.split("ranks"),
      resamples,
    );
  const ranking = names
    .map((model, m): RankedModel => {
      const places = drawn.map((all) => all[m]);
      return {
        model,
        mean: mean(counted.map((values) => values[m])),
        rank: ranks[m],
        rankLow: quantile(places, (1 - level) / 2),
        rankHigh: quantile(places, (1 + level) / 2),
        meanRank: mean(places),
        firstShare: firsts[m] / drawn.length,
      };
    })
    .sort((a, b) => a.rank - b.rank);
  const order = ranking.map(({ model }) => names.indexOf(model));
  const pairs = order.flatMap((better, at) =>
    order.slice(at + 1).map((worse): Omit<RankedPair, "adjusted"> => {
      const gains = weighUnits(
        units[better].values.map((value, c) => value - units[worse].values[c]),
        weights,
      );
      const differences = Float64Array.from(counted, (values) => values[better] - values[worse]);
      const test = testMean(gains.linearised);
      const ranked = testSignedRanks(gains.values);
      return {
        better: names[better],
        worse: names[worse],
        meanDifference: mean(differences),
        interval: intervalOfClusters(differences, patientOf, patients, metric, "difference", interval),
        pValue: ranked.pValue,
        rankBiserial:
          (ranked.positiveRanks - ranked.negativeRanks) / (ranked.positiveRanks + ranked.negativeRanks),
        falseClaim: falseClaimOf(test),
      };
    }),
  );
  const adjusted = adjustHolm(
    pairs.map(({ better, worse, pValue }) => ({ name: `${better} v ${worse}`, pValue })),
  );
  const defined = taus.filter((tau) => !Number.isNaN(tau));
  return {
    metric,
    n: counted.length,
    patients,
    excluded,
    models: ranking,
    pairs: pairs.map((pair, i) => ({ ...pair, adjusted: adjusted[i].adjusted })),
    tau: { mean: mean(defined), low: quantile(defined, 0.05) },
    resamples: drawn.length,
    level,
  };
}

/** Rows of all models side by side, in the order of the first model's. */
function alignRows(lists: readonly (readonly ScoreRow[])[]): ScoreRow[][] {
  const [first, ...others] = lists;
  const paired = others.map((other) => pairRows(first, other));
  return first.map((row, at) => [row, ...paired.map((pairs) => pairs[at][1])]);
}

/** As of `falseClaimProbability`; equal differences leave a spread of 0, or of rounding. */
function falseClaimOf(gain: MeanEstimate): number {
  const hasSpread = gain.standardError > 1e-12 * Math.abs(gain.mean);
  return hasSpread || gain.mean === 0 ? studentTail(distanceInErrors(gain, 0), gain.degrees) : NaN;
}

/** `meanOfDraw` of all units, whose patients and weights are the same: who was drawn is looked up once for all of them. */
function meansOfDraws(units: readonly WeighedUnits[]): (draw: Uint32Array) => number[] {
  const { weights, n } = units[0];
  const drawn = new Int32Array(n);
  const counts = new Float64Array(n);
  return (draw) => {
    let [found, total] = [0, 0];
    for (let i = 0; i < n; i++) {
      if (draw[i] === 0) continue;
      drawn[found] = i;
      counts[found] = draw[i] * weights[i];
      total += counts[found++];
    }
    return units.map(({ values }) => {
      let sum = 0;
      for (let k = 0; k < found; k++) sum += counts[k] * values[drawn[k]];
      return total === 0 ? NaN : sum / total;
    });
  };
}

/** Places from 1, the largest mean first; equal means share the mean of their places. */
function placeOf(means: readonly number[]): number[] {
  return means.map((value) => {
    let [above, equal] = [0, 0];
    for (const other of means) {
      if (other > value) above++;
      else if (other === value) equal++;
    }
    return above + (equal + 1) / 2;
  });
}
