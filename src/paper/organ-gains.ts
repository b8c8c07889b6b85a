import type { TumorOrgan } from "../anatomy/organs.js";
import { createKey, type RandomStream } from "../core/random.js";
import { meanDifference } from "../experiment/analyze/analyze-organ.js";
import type { OrganAnalysis } from "../experiment/analyze/analyze-organ.js";
import type { ExperimentAnalysis } from "../experiment/analyze/analyze.js";
import { curveName } from "../experiment/analyze/experiment-scores.js";
import type { Distribution } from "../experiment/analyze/experiment-scores.js";
import { intervalOverReplicates } from "../scaling/curve-interval.js";
import type { EstimateWithInterval } from "../scaling/curve-interval.js";

/** Mean gain of an organ's mixed arm over log n, and in each draw of its patients and trainings. */
export interface OrganGain {
  organ: TumorOrgan;
  estimate: number;
  replicates: number[];
}

/** Gains of the organs that have both arms at a common size. */
export function organGainsOf(
  { organs, realArm, mixedArm }: ExperimentAnalysis,
  distribution: Distribution,
): OrganGain[] {
  if (realArm === undefined || mixedArm === undefined) return [];
  const [real, mixed] = [curveName(realArm, distribution), curveName(mixedArm, distribution)];
  return organs.flatMap((entry): OrganGain[] => {
    const inBoth = sizesOf(entry, mixed).filter((n) => sizesOf(entry, real).includes(n));
    if (inBoth.length === 0) return [];
    const gain = (curves: Parameters<typeof meanDifference>[0]): number =>
      meanDifference(curves, real, mixed, inBoth) ?? NaN;
    const { observed, replicates } = entry.bootstrap!;
    return [{ organ: entry.organ, estimate: gain(observed), replicates: replicates.map(gain) }];
  });
}

/** One gain less another, draw by draw: for two gains of one organ, which share their draws. */
export function subtractGains(first: OrganGain, second: OrganGain): OrganGain {
  return {
    organ: first.organ,
    estimate: first.estimate - second.estimate,
    replicates: first.replicates.map((value, r) => value - second.replicates[r]),
  };
}

/**
 * Mean over organs, each counting once. The interval draws organs with replacement and of each a draw of its patients and
 * trainings: an organ that was trained once does not show how another training would have come out, but other organs were
 * trained apart from it, and so the spread between organs holds that chance too.
 */
export function meanOfOrgans(
  { level }: Pick<ExperimentAnalysis, "level">,
  gains: readonly OrganGain[],
): EstimateWithInterval {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return intervalOverReplicates(
    bootstrapOrgans(gains, "mean", (drawn, stream) =>
      mean(drawn.map(({ replicates }) => stream.choose(replicates))),
    ),
    mean(gains.map(({ estimate }) => estimate)),
    { level },
  );
}

/**
 * Kendall's tau (1938) between the organs' gains and other values of theirs, ties counted as neither. The interval draws
 * organs, as {@link meanOfOrgans} does.
 *
 * @returns besides the share of all orders of the organs whose tau is as large.
 */
export function rankAgreement(
  pairs: readonly { gain: OrganGain; value: number }[],
  level: number,
): { measured: EstimateWithInterval; byChance: number } {
  const values = pairs.map(({ value }) => value);
  const estimate = kendallTau(
    values,
    pairs.map(({ gain }) => gain.estimate),
  )!;
  const replicates = bootstrapOrgans(pairs, "order", (drawn, stream) => {
    // An organ that is drawn twice is no pair of two organs.
    const once = [...new Set(drawn)];
    return kendallTau(
      once.map(({ value }) => value),
      once.map(({ gain }) => stream.choose(gain.replicates)),
    );
  });
  const orders = listOrders(values).map((order) => kendallTau(values, order)!);
  return {
    measured: intervalOverReplicates(replicates, estimate, { level }),
    byChance: orders.filter((tau) => tau >= estimate - 1e-9).length / orders.length,
  };
}

/** Sizes of a curve of an organ; none where it has no such curve. */
export function sizesOf(organ: OrganAnalysis | undefined, name: string): number[] {
  return (organ?.bootstrap?.observed[name] ?? []).map(({ n }) => n);
}

const draws = 2000;

function bootstrapOrgans<T>(
  organs: readonly T[],
  name: string,
  statistic: (drawn: T[], stream: RandomStream) => number | undefined,
): (number | undefined)[] {
  const stream = createKey(0).split("organs").split(name).stream();
  return Array.from({ length: draws }, () =>
    statistic(
      organs.map(() => stream.choose(organs)),
      stream,
    ),
  );
}

/** `undefined` for fewer than two values, which have no order. */
function kendallTau(first: readonly number[], second: readonly number[]): number | undefined {
  let sum = 0;
  for (let i = 0; i < first.length; i++)
    for (let j = 0; j < i; j++) sum += Math.sign((first[i] - first[j]) * (second[i] - second[j]));
  return first.length < 2 ? undefined : sum / ((first.length * (first.length - 1)) / 2);
}

function listOrders(values: readonly number[]): number[][] {
  return values.length <= 1
    ? [[...values]]
    : values.flatMap((value, i) =>
        listOrders(values.filter((_, j) => j !== i)).map((rest) => [value, ...rest]),
      );
}
