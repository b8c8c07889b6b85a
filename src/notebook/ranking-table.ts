import { metricInfo } from "../metrics/metric.js";
import type { ModelRanking } from "../metrics/rank-models.js";
import { intervalMethodNames } from "../stats/describe-interval.js";
import type { Row } from "./data-frame.js";

/** Models of a ranking as rows for `showTable`, the best first: place, mean, ends of the place, and how often it is the best. */
export function rankingTable(ranking: ModelRanking): Row[] {
  const { metric, models, level } = ranking;
  return models.map(({ model, mean, rank, rankLow, rankHigh, firstShare }) => ({
    place: rank,
    model,
    [`mean ${nameOf(metric)}`]: mean,
    [`${100 * level} % of places from`]: rankLow,
    to: rankHigh,
    "best in (%)": 100 * firstShare,
  }));
}

/**
 * Pairs of a ranking as rows for `showTable`: difference with its interval and method, Wilcoxon's p value by Holm over all
 * pairs, and the probability that the better mean is not that of the better model.
 */
export function rankedPairTable(ranking: ModelRanking): Row[] {
  const { metric, pairs } = ranking;
  return pairs.map(({ better, worse, meanDifference, interval, adjusted, falseClaim }) => ({
    better,
    worse,
    [`difference of ${nameOf(metric)}`]: meanDifference,
    [`${100 * interval.level} % from`]: interval.low,
    to: interval.high,
    by: Number.isNaN(interval.low) ? "" : intervalMethodNames[interval.method],
    "p (Holm)": adjusted,
    "false claim (%)": 100 * falseClaim,
  }));
}

function nameOf(metric: ModelRanking["metric"]): string {
  const { displayName, unit } = metricInfo[metric];
  return unit === "" ? displayName : `${displayName} (${unit})`;
}
