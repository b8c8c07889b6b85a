import { requireThat } from "../../core/errors.js";
import type { Key } from "../../core/random.js";
import type { ScoreRow } from "../../metrics/evaluate.js";
import { metricInfo } from "../../metrics/metric.js";
import type { Metric } from "../../metrics/metric.js";
import { gatherUnits } from "../../metrics/patient-units.js";
import { rankModels } from "../../metrics/rank-models.js";
import type { ModelRanking } from "../../metrics/rank-models.js";
import { enoughCoverage } from "../../stats/choose-interval.js";
import { describeInterval } from "../../stats/describe-interval.js";
import { mean, standardDeviation } from "../../stats/describe.js";
import { findCommonRows } from "../tables/common-rows.js";
import { joinModels } from "../tables/join-models.js";
import { readScores } from "../tables/read-scores.js";
import type { ReadScoresOptions, ScoreTables } from "../tables/read-scores.js";
import { adjustFamily, boundsOfGain, resolveCourt } from "./court-options.js";
import type { CourtOptions } from "./court-options.js";
import { findVerdict, judgeGain, planPatients } from "./judge-gain.js";
import type { JudgedPair, JudgedStructure, Judgment } from "./judgment.js";
import { findSurelyFrom } from "./surely-from.js";

/** How models are judged by their scores. */
export interface JudgeScoresOptions extends CourtOptions {
  /** Resamples of the patients for the ranks; default 2,000. */
  resamples?: number;
  /** Default seed 0. */
  key?: Key;
}

/**
 * Judges models by their scores, structure by structure on the cases that all of them have. Of each pair: the gain with an
 * interval whose coverage was measured on real Dice, the probability of a false claim, whether the two are equal within a margin, and
 * the patients that would decide. Patients are the units. Rows may be those of `evaluateStudy` or of `readScores`.
 *
 * A verdict needs the whole interval on its side, and the p value of that interval after Holm: over all pairs of all structures,
 * since the best mean is picked after the scores are seen; with `against` over the pairs of that model alone.
 *
 * @param models at least two, by name; structures are compared by name.
 * @throws LabError where models share no case or structure, one has no value of the metric, or an option is out of range.
 */
export function judgeScores(
  models: Readonly<Record<string, readonly ScoreRow[]>>,
  options: JudgeScoresOptions = {},
): Judgment {
  const names = Object.keys(models);
  const { metric, margin, alpha, power } = resolveCourt(names, options);
  const { against, allPairs = false, resamples, key } = options;
  requireThat(names.length >= 2, "models", names, "at least two");
  const { models: common, notes } = findCommonRows(joinModels(models).models, metric);
  const bounds = boundsOfGain(metric);
  const labels = [...new Map(common[names[0]].map(({ label, name }) => [label, name]))];
  const found = labels.map(([label, name]) => {
    const rows = names.map((model) => common[model].filter((row) => row.label === label));
    const ofLabel = Object.fromEntries(names.map((model, m) => [model, rows[m]]));
    const ranking = rankModels(ofLabel, { metric, resamples, key, level: 1 - alpha });
    const table = rows[0].map((_, at) => rows.map((list) => list[at]));
    const units = gatherUnits(table, names.length, metric);
    const asked = ranking.pairs.filter(
      ({ better, worse }) => against === undefined || better === against || worse === against,
    );
    const pairs = asked.map((pair) => {
      const [first, second] = [names.indexOf(pair.better), names.indexOf(pair.worse)];
      const gains = units.means[first].map((value, c) => value - units.means[second][c]);
      const finding = judgeGain(gains, { bounds, weights: units.weights, margin, alpha });
      const correlation = correlate(units.means[first], units.means[second]);
      return { pair, finding, correlation };
    });
    return { name, ranking, pairs };
  });
  const adjusted = adjustFamily(found.flatMap(({ pairs }) => pairs.map(({ finding }) => finding)));
  let next = 0;
  const structures = found.map(({ name, ranking, pairs }): JudgedStructure => {
    const means = new Map(ranking.models.map((each) => [each.model, each.mean]));
    const isAll = against !== undefined || allPairs;
    const judged = pairs.flatMap(({ pair, finding, correlation }): JudgedPair[] => {
      const holm = adjusted[next++];
      if (!isAll && pair.better !== bestOf(ranking)) return [];
      const judgedPair: JudgedPair = {
        structure: name,
        first: pair.better,
        second: pair.worse,
        n: ranking.patients,
        firstMean: means.get(pair.better)!,
        secondMean: means.get(pair.worse)!,
        ...finding,
        correlation,
        falseClaim: pair.falseClaim,
        ...holm,
        needed: planPatients(finding.sdOfGain, finding.gain, { margin, power, alpha }),
        verdict: findVerdict(holm.adjustedDifference, holm.adjustedEquivalence, alpha),
      };
      return [judgedPair];
    });
    const { n, patients, excluded } = ranking;
    return { name, n, patients, excluded, ranking, pairs: judged };
  });
  const isBounded = bounds.every(Number.isFinite);
  return {
    ...{ metric, models: names, basis: "cases", alpha, margin, power, family: adjusted.length },
    ...{ surelyFrom: findSurelyFrom(isBounded), structures },
    notes: [...notes, ...tellWeak(structures, metric)],
  };
}

/** Where no method is known to cover well enough, as of distances over few patients, the verdicts have to be taken with care. */
function tellWeak(structures: readonly JudgedStructure[], metric: Metric): string[] {
  const intervals = structures.flatMap(({ pairs }) => pairs.map(({ interval }) => interval));
  const weak = intervals
    .filter(({ measured }) => measured !== undefined && measured.worst < enoughCoverage)
    .sort((a, b) => a.units - b.units);
  if (weak.length === 0) return [];
  return [
    `verdicts on ${metricInfo[metric].displayName} over ${weak[0].units} patients are weak: without bounds no method covers well over few; ${describeInterval(weak[0])}`,
  ];
}

/**
 * Reads tables of scores and judges their models: `readScores`, then {@link judgeScores}, with the notes of both.
 *
 * @param paths one table a model, or tables of several models; `NAME=PATH` names a model.
 */
export async function judgeTables(
  paths: readonly string[],
  options: ReadScoresOptions & JudgeScoresOptions = {},
): Promise<Judgment & Pick<ScoreTables, "tables">> {
  const { metric = "dice" } = options;
  const { models, tables, notes } = await readScores(paths, { ...options, metric });
  const judgment = judgeScores(models, { ...options, metric });
  return { ...judgment, tables, notes: [...notes, ...judgment.notes] };
}

/** The model with the best mean; where several share it, the one that was given first. */
function bestOf({ models }: ModelRanking): string {
  return models[0].model;
}

function correlate(first: Float64Array, second: Float64Array): number {
  if (first.length < 2) return NaN;
  const [a, b] = [mean(first), mean(second)];
  const product = first.reduce((sum, value, i) => sum + (value - a) * (second[i] - b), 0);
  const scale = standardDeviation(first) * standardDeviation(second) * (first.length - 1);
  return scale > 0 ? Math.max(-1, Math.min(1, product / scale)) : NaN;
}
