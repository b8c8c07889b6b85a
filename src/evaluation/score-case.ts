import { isLesionName } from "../anatomy/organs.js";
import type { LabelMap } from "../core/types.js";
import type { PolicyName } from "../metrics/empty.js";
import { evaluateLesionsOfPair, evaluatePair } from "../metrics/evaluate-pair.js";
import type { EvaluateOptions, ScoreRow } from "../metrics/evaluate.js";
import type { LesionMatch } from "../metrics/lesion-rule.js";
import type { LesionCase } from "../metrics/lesions.js";
import type { LibraryRow } from "../metrics/libraries/compare-libraries.js";
import type { LibraryName } from "../metrics/libraries/library-scores.js";
import { libraryRows } from "./library-rows.js";
import { scoreRegions } from "./score-regions.js";
import type { LabelMaps } from "./score-regions.js";
import type { LabelPairOfCase } from "./study.js";

/** How the cases of a study are scored. Plain data, so that a thread can be told. */
export interface ScoringOptions {
  /** Tolerance of NSD in mm, for all labels or by label; defaults to 2. */
  toleranceMm?: EvaluateOptions["toleranceMm"];
  /** How empty masks are treated; defaults to *worst-case*. */
  policy?: PolicyName;
  /**
   * Label values that are lesions; defaults to those whose name is one of a lesion (`findLesion`) or says tumor, lesion or
   * cancer, as the Decathlon's names and classes over several organs do.
   */
  lesionLabels?: readonly number[];
  /** When a lesion counts as found; defaults to any overlap. */
  match?: LesionMatch;
  /**
   * Whether each organ is scored together with its lesions and cysts, in place of the organ alone, as LiTS and KiTS do (see
   * `findRegions`); default false.
   */
  regions?: boolean;
  /** Libraries whose numbers for the same pairs are given beside; see `compareLibraries`. Default none. */
  libraries?: readonly LibraryName[];
}

/** A scored case. Plain data. */
export interface CaseScores {
  case: string;
  patient: string;
  /** One row per label. */
  rows: ScoreRow[];
  /** Absent when no label is a lesion. */
  lesions?: LesionCase;
  /** What other libraries print, row by row; empty where none was asked for. */
  libraries: LibraryRow[];
  /** What a reader should know of the labels of this case. */
  notes: string[];
  /** The grid of both maps. */
  grid: Pick<LabelMap, "shape" | "spacingMm">;
}

/**
 * Scores the labels and the lesions of one case: the one way that notebooks and commands do it.
 *
 * @param labels labels to score by value; absent for every label found.
 * @throws LabError for two grids, a tolerance or a policy that cannot be; the signal's reason when aborted.
 */
export function scoreCase(
  pair: LabelPairOfCase,
  { case: name, patient }: { case: string; patient: string },
  options: ScoringOptions & { labels?: Readonly<Record<number, string>>; signal?: AbortSignal },
): CaseScores {
  const { toleranceMm, policy, match, labels, signal, regions = false, libraries = [] } = options;
  const { reference, prediction, notes = [] } = pair;
  const identity = { case: name, patient };
  const names: Record<number, string> = labels ?? { ...prediction.names, ...reference.names };
  const how = { ...identity, labels, toleranceMm, policy, signal };
  const scored = regions
    ? scoreRegions(pair, names, how)
    : { rows: evaluatePair(pair, how), maps: new Map<number, LabelMaps>(), notes: [] };
  const lesionLabels =
    options.lesionLabels ??
    Object.keys(names)
      .map(Number)
      .filter((label) => isLesionName(names[label]));
  const chosen = Object.fromEntries(lesionLabels.map((label) => [label, names[label] ?? `label ${label}`]));
  const { shape, spacingMm } = reference;
  return {
    ...identity,
    rows: scored.rows,
    ...(lesionLabels.length > 0
      ? { lesions: evaluateLesionsOfPair(pair, { ...identity, labels: chosen, match }) }
      : {}),
    libraries: libraryRows(pair, scored.rows, scored.maps, libraries),
    notes: [...notes, ...scored.notes],
    grid: { shape, spacingMm },
  };
}
