import { LabError, requireThat } from "../../core/errors.js";
import { metricInfo } from "../../metrics/metric.js";
import type { Metric } from "../../metrics/metric.js";
import { diceSpread, expectedDiceSd } from "../../stats/dice-spread.js";
import { testEquivalence } from "../../stats/equivalence.js";
import { falseClaimProbability } from "../../stats/false-claim.js";
import type { MeanInterval } from "../../stats/mean-interval.js";
import { adjustFamily, boundsOfGain, resolveCourt } from "./court-options.js";
import type { CourtOptions } from "./court-options.js";
import { findVerdict, planPatients } from "./judge-gain.js";
import type { JudgedPair, JudgedStructure, Judgment } from "./judgment.js";

/** What a table prints of a model, where it does not give scores case by case. */
export interface ReportedMean {
  model: string;
  /** Default "all". */
  structure?: string;
  /** In the metric's unit: a share from 0 to 1, or mm. */
  mean: number;
  /** Independent cases (patients) in the mean, at least 2. */
  n: number;
  /** Standard deviation over the cases; default, for Dice alone, the one that its mean suggests (`expectedDiceSd`). */
  sd?: number;
}

/** How models are judged by their means. */
export interface JudgeMeansOptions extends CourtOptions {
  /** Correlations of two models' scores, case by case, that are assumed; default 0.7 and 0.85. */
  correlations?: readonly number[];
}

/** Correlations of two networks on the same scans are rarely printed; the best two of an organ have about these on Touchstone. */
const usualCorrelations = [0.7, 0.85];

/** Of Dice on Touchstone: the best and the second model of each organ, and nine tenths of all pairs of models. */
const seenCorrelations =
  "on Touchstone the best two models of an organ had 0.61 to 0.95, nine tenths of all pairs 0.33 to 0.88";

/**
 * How often these intervals held the true gain, at the number of scans where that was least: samples of 10 to 200 scans of every pair of Touchstone's models, in the organ where that
 * was least, and over all organs. Measured by `npm run bench -- coverage --part court`.
 */
export const coverageOfMeans: readonly { correlation: number; worstOrgan: number; mean: number }[] = [
  { correlation: 0.7, worstOrgan: 0.87, mean: 0.92 },
  { correlation: 0.85, worstOrgan: 0.747, mean: 0.82 },
];

/**
 * Judges models of which only means and the number of cases are known, all on the same cases: Student's interval of the gain, the
 * probability of a false claim, equality within the margin, and the patients that would decide, for each correlation that is assumed.
 * Standard deviations that are not given follow from the means by a polynomial, which the notes say.
 *
 * What the scores would show case by case is not known: an interval here is a guess of the one that `judgeScores` would find.
 *
 * @param means one a model and structure; at least two models in each structure.
 * @throws LabError for numbers that cannot be, a structure whose models have other numbers of cases, and a metric other than Dice
 *   without standard deviations.
 */
export function judgeMeans(means: readonly ReportedMean[], options: JudgeMeansOptions = {}): Judgment {
  const models = [...new Set(means.map(({ model }) => model))];
  const { metric, margin, alpha, power } = resolveCourt(models, options);
  const { against, allPairs = false, correlations = usualCorrelations } = options;
  requireThat(correlations.length > 0, "correlations", correlations, "at least one");
  const known = means.map((each) => resolveMean(each, metric));
  requireOnce(known);
  requireThat(models.length >= 2, "means", models, "means of at least two models");
  const { better } = metricInfo[metric];
  requireThat(better !== "zero", "metric", metric, "one whose mean says which model is better");
  const names = [...new Set(known.map(({ structure }) => structure))];
  const compared = names.map((name) => ({ name, pairs: pairMeans(known, name, better === "lower") }));
  const asked = compared.map(({ name, pairs }) => ({
    name,
    best: pairs[0][0].model,
    pairs: pairs.filter(
      ([first, second]) => against === undefined || first.model === against || second.model === against,
    ),
  }));
  const all = asked.flatMap(({ pairs }) => pairs);
  const judged = correlations.map((correlation) => {
    const found = all.map((pair) => cutInterval(judgePair(pair, { correlation, margin, alpha }), metric));
    const adjusted = adjustFamily(found);
    return found.map((each, i): JudgedPair => ({
      ...each,
      ...adjusted[i],
      needed: planPatients(each.sdOfGain, each.gain, { margin, power, alpha }),
      verdict: findVerdict(adjusted[i].adjustedDifference, adjusted[i].adjustedEquivalence, alpha),
    }));
  });
  const isAll = allPairs || against !== undefined;
  const structures = asked.map(({ name, best }): JudgedStructure => {
    // Correlations of a pair stand together.
    const ofStructure = all
      .flatMap((_, i) => judged.map((list) => list[i]))
      .filter((pair) => pair.structure === name);
    const { n } = known.find((each) => each.structure === name)!;
    const pairs = isAll ? ofStructure : ofStructure.filter(({ first }) => first === best);
    return { name, n, patients: n, excluded: 0, pairs };
  });
  return {
    ...{ metric, models, basis: "means", alpha, margin, power, family: all.length, surelyFrom: 2 },
    structures,
    notes: tellAssumptions(means, { metric, alpha, correlations }),
  };
}

type KnownMean = Required<ReportedMean>;

/** A mean with its spread, guessed where it is not given. Throws a LabError for numbers that cannot be. */
export function resolveMean(given: ReportedMean, metric: Metric): KnownMean {
  const { model, structure = "all", mean, n, sd } = given;
  const place = `mean of ${model}, ${structure}`;
  const [least, most] = metricInfo[metric].bounds;
  requireThat(
    Number.isFinite(mean) && mean >= least && mean <= most,
    place,
    mean,
    `a ${metric} from ${least} to ${most}`,
    most === 1 && mean > 1 && mean <= 100 ? "If these are percentages, divide by 100 (--percent)" : "",
  );
  requireThat(
    Number.isSafeInteger(n) && n >= 2,
    `${place}, n`,
    n,
    "a whole number of at least 2 cases",
    "Without n nothing can be said of a mean",
  );
  if (sd === undefined && metric !== "dice")
    throw new LabError(
      `${place}, sd`,
      "none",
      `a standard deviation over the cases of ${metric}`,
      "Only that of Dice can be guessed from the mean",
    );
  requireThat(
    sd === undefined || (Number.isFinite(sd) && sd >= 0),
    `${place}, sd`,
    sd,
    "a finite number from 0",
  );
  return { model, structure, mean, n, sd: sd ?? expectedDiceSd(mean) };
}

function requireOnce(known: readonly KnownMean[]): void {
  const again = known.find(
    (each, i) =>
      known.findIndex(({ model, structure }) => model === each.model && structure === each.structure) !== i,
  );
  requireThat(
    again === undefined,
    "means",
    again && `${again.model}, ${again.structure}, twice`,
    "each model once",
  );
}

/** All pairs of a structure, the best first. */
function pairMeans(
  known: readonly KnownMean[],
  structure: string,
  isLower: boolean,
): [KnownMean, KnownMean][] {
  const list = known.filter((each) => each.structure === structure);
  requireThat(
    list.length >= 2,
    `means of ${structure}`,
    list.map(({ model }) => model),
    "at least two models",
  );
  const other = list.find(({ n }) => n !== list[0].n);
  requireThat(
    other === undefined,
    `n of ${other?.model}, ${structure}`,
    other?.n,
    `${list[0].n}, as of ${list[0].model}`,
    "Models are compared on the same cases",
  );
  const sorted = [...list].sort((a, b) => (isLower ? a.mean - b.mean : b.mean - a.mean));
  return sorted.flatMap((first, at) =>
    sorted.slice(at + 1).map((second): [KnownMean, KnownMean] => [first, second]),
  );
}

/** Student's t over few cases reaches beyond what a metric can differ, which is no news: 270 points of Dice. */
function cutInterval<T extends Pick<JudgedPair, "interval">>(pair: T, metric: Metric): T {
  const [least, most] = boundsOfGain(metric);
  const { low, high } = pair.interval;
  return {
    ...pair,
    interval: { ...pair.interval, low: Math.max(low, least), high: Math.min(high, most) },
  };
}

/** The gain of one model over another from their means, before Holm; `first` has the better mean. */
export function judgePair(
  [first, second]: readonly [KnownMean, KnownMean],
  { correlation, margin, alpha }: { correlation: number; margin: number; alpha: number },
): Omit<JudgedPair, "adjustedDifference" | "adjustedEquivalence" | "needed" | "verdict"> {
  const gain = Math.abs(first.mean - second.mean);
  const { n } = first;
  const claim = falseClaimProbability({ difference: gain, n, sds: [first.sd, second.sd], correlation });
  const hasSpread = claim.standardError > 1e-12 * Math.max(gain, margin);
  const standardError = hasSpread ? claim.standardError : NaN;
  // Two one-sided tests at alpha / 2 each: the interval of level 1 - alpha within the margin.
  const test = testEquivalence({ mean: gain, standardError, degrees: n - 1 }, { margin, alpha: alpha / 2 });
  const interval: MeanInterval = {
    ...{ low: test.low, high: test.high, level: 1 - alpha, method: "t", resamples: 0, undefinedResamples: 0 },
    ...{ units: n, weighting: "units alike", measured: undefined },
  };
  return {
    structure: first.structure,
    ...{ first: first.model, second: second.model, n, firstMean: first.mean, secondMean: second.mean },
    ...{ gain, interval, sdOfGain: claim.sdOfDifference, correlation },
    falseClaim: hasSpread ? claim.probability : NaN,
    pDifference: test.pDifference,
    pEquivalence: Math.min(1, 2 * test.pEquivalence),
  };
}

function tellAssumptions(
  means: readonly ReportedMean[],
  { metric, alpha, correlations }: Required<Pick<JudgeMeansOptions, "metric" | "alpha" | "correlations">>,
): string[] {
  const guessed = means.filter(({ sd }) => sd === undefined);
  const [least, most] = diceSpread.range;
  const outside = guessed.filter(({ mean }) => mean < least || mean > most);
  const [constant, slope, square] = diceSpread.coefficients;
  return [
    ...(guessed.length > 0 && metric === "dice"
      ? [
          `${guessed.length === means.length ? "no standard deviation is" : `${guessed.length} of ${means.length} standard deviations are not`} known: taken from the mean m as ${constant} + ${slope} m - ${-square} m^2, fitted to ${diceSpread.fittedTo} (R^2 ${diceSpread.rSquared}; true ones were ${diceSpread.ratios[0]} to ${diceSpread.ratios[1]} times as large)`,
        ]
      : []),
    ...(outside.length > 0
      ? [
          `${outside.map(({ model, mean }) => `${model} ${mean}`).join(", ")}: means beyond ${least} to ${most}, to which the polynomial was fitted`,
        ]
      : []),
    `the correlation of two models' scores is not known: ${correlations.join(" and ")} assumed (${seenCorrelations})`,
    ...(guessed.length > 0 ? [tellCoverage(correlations, alpha)] : []),
    "all models are taken to be scored on the same cases, each case a patient of its own",
  ];
}

/** How often intervals like these held the true gain: measured of 95 % intervals with some correlations, and not of others. */
function tellCoverage(correlations: readonly number[], alpha: number): string {
  const spell = (share: number): string => `${Math.round(100 * share)} %`;
  const measured =
    alpha === 0.05 ? coverageOfMeans.filter(({ correlation }) => correlations.includes(correlation)) : [];
  const others = correlations.filter((each) => !measured.some(({ correlation }) => correlation === each));
  const each = measured.map(
    ({ correlation, worstOrgan, mean }) =>
      `with ${correlation} in ${spell(mean)} of samples (${spell(worstOrgan)} in the worst organ)`,
  );
  const told = [
    ...(each.length > 0
      ? [`such 95 % intervals held the true gain of Touchstone's models ${each.join(", ")}`]
      : []),
    ...(others.length > 0
      ? [
          `how often such ${Number((100 * (1 - alpha)).toPrecision(3))} % intervals hold with a correlation of ${others.join(" or ")} was not measured`,
        ]
      : []),
  ];
  return `${told.join("; ")}: they are guesses, and scores case by case are better`;
}
