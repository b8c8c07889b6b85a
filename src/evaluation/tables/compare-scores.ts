import { requireThat } from "../../core/errors.js";
import type { Key } from "../../core/random.js";
import type { ScoreRow } from "../../metrics/evaluate.js";
import { metricInfo } from "../../metrics/metric.js";
import type { Metric } from "../../metrics/metric.js";
import type { PatientIntervalOptions } from "../../metrics/patient-interval.js";
import { rankModels } from "../../metrics/rank-models.js";
import type { ModelRanking, RankedPair } from "../../metrics/rank-models.js";
import { measureVolumeAgreement } from "../../metrics/volume-agreement.js";
import type { VolumeAgreement } from "../../metrics/volume-agreement.js";
import { adjustHolm } from "../../stats/holm.js";
import { findCommonRows } from "./common-rows.js";
import { joinModels } from "./join-models.js";
import { readScores } from "./read-scores.js";
import type { ReadScoresOptions, ScoreTables } from "./read-scores.js";
import { stratifyBySize } from "./size-strata.js";
import type { SizeStratum } from "./size-strata.js";

/** How models are compared. */
export interface CompareScoresOptions {
  /** Default `dice`. */
  metric?: Metric;
  /** Of the claim that a winner is better than every other; between 0 and 1, default 0.05. */
  alpha?: number;
  /** Of means and differences; default as in `compareModels`. */
  interval?: PatientIntervalOptions;
  /** Resamples of the patients for the ranks; default 2,000. */
  resamples?: number;
  /** Default seed 0. */
  key?: Key;
}

/** Models on one structure. */
export interface StructureComparison {
  label: number;
  name: string;
  ranking: ModelRanking;
  /** The model with the best mean; absent where several share it. */
  winner?: string;
  /** Models that the winner cannot be told from. Without a winner: all. */
  notTold: string[];
  /** Models whose mean may be the winner's: the interval of the difference holds 0. Ranks may tell them apart all the same. */
  meansAlike: string[];
  /** Whether there is a winner, and it can be told from every other model. */
  isSeparable: boolean;
}

/** Volumes that a model predicts beside those of the reference. */
export interface ModelVolumes {
  model: string;
  label: number;
  name: string;
  agreement: VolumeAgreement;
}

/** Models compared structure by structure, on what all of them have scored. */
export interface ScoreComparison {
  metric: Metric;
  alpha: number;
  models: string[];
  /** That all models have, and their patients. */
  cases: number;
  patients: number;
  structures: StructureComparison[];
  /** Structures whose winner can be told from every other model: Holm over the pairs of the structure, as in its ranking. */
  separable: number;
  /** Likewise with Holm over all pairs of all structures together. */
  separableOverAll: number;
  /** By size of the reference; empty where no table gives sizes. */
  strata: SizeStratum[];
  /** Where tables give both volumes in ml. */
  volumes: ModelVolumes[];
  /** What was left out or could not be used, a sentence each. */
  notes: string[];
}

/**
 * Compares models structure by structure on the cases that all of them have: ranks with their stability, all pairs by Wilcoxon's
 * signed rank test over patients with Holm's adjustment over the pairs of a structure, intervals of the differences, and means by
 * size and agreement of volumes where rows have volumes. Rows may be those of `evaluateStudy` or of `readScores`.
 *
 * A winner is told from another model where the adjusted p value is at most `alpha` and the ranks are on its side: with skewed
 * scores the mean and the ranks may favour different models.
 *
 * @param models at least two, by name; structures are compared by name.
 * @throws LabError where models share no case or structure, or one has no value of the metric.
 */
export function compareScores(
  models: Readonly<Record<string, readonly ScoreRow[]>>,
  options: CompareScoresOptions = {},
): ScoreComparison {
  const { metric = "dice", alpha = 0.05, interval, ...how } = options;
  requireThat(metric in metricInfo, "metric", metric, `one of ${Object.keys(metricInfo).join(", ")}`);
  requireThat(alpha > 0 && alpha < 1, "alpha", alpha, "a number between 0 and 1");
  const names = Object.keys(models);
  requireThat(names.length >= 2, "models", names, "at least two");
  const { models: common, notes } = findCommonRows(joinModels(models).models, metric);
  const rows = common[names[0]];
  const labels = [...new Map(rows.map(({ label, name }) => [label, name]))];
  const structures = labels.map(([label, name]): StructureComparison => {
    const ofLabel = Object.fromEntries(
      names.map((model) => [model, common[model].filter((row) => row.label === label)]),
    );
    const ranking = rankModels(ofLabel, { metric, interval, ...how });
    return { label, name, ranking, ...findWinner(ranking, alpha) };
  });
  const all = adjustHolm(
    structures.flatMap(({ label, ranking }) =>
      ranking.pairs.map(({ better, worse, pValue }) => ({
        name: JSON.stringify([label, better, worse]),
        pValue,
      })),
    ),
  );
  const overAll = new Map(all.map(({ name, adjusted }) => [name, adjusted]));
  const separableOverAll = structures.filter(
    ({ label, isSeparable, ranking, winner }) =>
      isSeparable &&
      ranking.pairs
        .filter(({ better }) => better === winner)
        .every(({ better, worse }) => overAll.get(JSON.stringify([label, better, worse]))! <= alpha),
  ).length;
  return {
    ...{ metric, alpha, models: names },
    cases: new Set(rows.map((row) => row.case)).size,
    patients: new Set(rows.map((row) => row.patient)).size,
    structures,
    separable: structures.filter(({ isSeparable }) => isSeparable).length,
    separableOverAll,
    strata: stratifyBySize(common, metric, interval),
    volumes: compareVolumes(common, labels),
    notes,
  };
}

/**
 * Reads tables of scores and compares their models: {@link readScores}, then {@link compareScores}, with the notes of both.
 *
 * @param paths one table a model, or tables of several models; `NAME=PATH` names a model.
 */
export async function compareTables(
  paths: readonly string[],
  options: ReadScoresOptions & CompareScoresOptions = {},
): Promise<ScoreComparison & Pick<ScoreTables, "tables">> {
  const { metric = "dice" } = options;
  const { models, tables, notes } = await readScores(paths, { ...options, metric });
  const comparison = compareScores(models, { ...options, metric });
  return { ...comparison, tables, notes: [...notes, ...comparison.notes] };
}

function findWinner(
  { models, pairs }: ModelRanking,
  alpha: number,
): Pick<StructureComparison, "winner" | "notTold" | "meansAlike" | "isSeparable"> {
  const [first, ...others] = models;
  // A shared first place, or no rows at all.
  if (first.rank !== 1) {
    const all = models.map(({ model }) => model);
    return { notTold: all, meansAlike: all, isSeparable: false };
  }
  const isTold = ({ adjusted, rankBiserial }: RankedPair): boolean => adjusted <= alpha && rankBiserial > 0;
  const own = pairs.filter((pair) => pair.better === first.model);
  const told = new Set(own.filter(isTold).map(({ worse }) => worse));
  const notTold = others.map(({ model }) => model).filter((model) => !told.has(model));
  const meansAlike = own
    .filter(({ interval: { low, high } }) => !(low > 0 || high < 0))
    .map(({ worse }) => worse);
  return { winner: first.model, notTold, meansAlike, isSeparable: notTold.length === 0 };
}

function compareVolumes(
  models: Readonly<Record<string, readonly ScoreRow[]>>,
  labels: readonly (readonly [label: number, name: string])[],
): ModelVolumes[] {
  return labels.flatMap(([label, name]) =>
    Object.entries(models).flatMap(([model, rows]): ModelVolumes[] => {
      const both = rows.filter(
        (row) => row.label === label && Number.isFinite(row.referenceMl) && Number.isFinite(row.predictionMl),
      );
      return both.length === 0 ? [] : [{ model, label, name, agreement: measureVolumeAgreement(both) }];
    }),
  );
}
