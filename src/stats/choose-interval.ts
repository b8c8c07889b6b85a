import { requireThat } from "../core/errors.js";
import type { CoverageTable, MeanIntervalMethod, MeanQuestion, MeasuredCoverage } from "./coverage-row.js";
import { coverageTable } from "./coverage-table.js";

/** What an interval of a mean is asked about. */
export interface IntervalQuestion {
  /** Default "mean". */
  question?: MeanQuestion;
  /** Whether the values have two bounds, such as 0 and 1; Gaffke's bound needs them. Default true. */
  isBounded?: boolean;
}

/** The method for a number of units, and how well it does. */
export interface IntervalChoice {
  method: MeanIntervalMethod;
  /** Whether it covers 93 % or more in the worst distribution. */
  isEnough: boolean;
  /** `undefined` for fewer units than were measured. */
  measured: MeasuredCoverage | undefined;
}

/** A 95 % interval is taken for good where it holds the true mean in this share of the samples of the worst distribution. */
export const enoughCoverage = 0.93;

/** All methods, in the order of their tables. */
export const meanIntervalMethods: readonly MeanIntervalMethod[] = [
  "percentile",
  "bca",
  "t",
  "studentized",
  "gaffke",
];

/**
 * The method of an interval of a mean over `units` units: the narrowest whose measured coverage in the worst distribution is
 * at least 93 %; where none reaches that, the one with the most, and `isEnough` is false. What is between two measured
 * numbers of units is judged by both, what is beyond the largest by that one. Units count once each there; where they count by
 * their rows the same method is taken, and its coverage is not known.
 *
 * The table is `coverageTable`, which `npm run bench -- coverage` measures again. For values without bounds it is asked
 * about the methods that need none: their coverage depends on the shape of a distribution alone, and not on its unit. One
 * that covers because it is next to everything there is, as the studentized bootstrap of three values, is then no choice.
 *
 * @param units a whole number from 0.
 */
export function chooseMeanInterval(
  units: number,
  options: IntervalQuestion = {},
  table: CoverageTable = coverageTable,
): IntervalChoice {
  requireThat(Number.isSafeInteger(units) && units >= 0, "units", units, "a whole number from 0");
  const candidates = meanIntervalMethods
    .filter((method) => method !== "gaffke" || options.isBounded !== false)
    .map((method) => ({ method, measured: measuredCoverageAt(units, method, options, table) }));
  const known = candidates.filter(
    (candidate): candidate is { method: MeanIntervalMethod; measured: MeasuredCoverage } =>
      candidate.measured !== undefined &&
      (options.isBounded !== false || isNarrow(candidate.measured, options.question ?? "mean")),
  );
  const enough = known.filter(({ measured }) => measured.worst >= enoughCoverage);
  if (enough.length > 0)
    return { ...enough.reduce((a, b) => (b.measured.width < a.measured.width ? b : a)), isEnough: true };
  const best = known.reduce<(typeof known)[number] | undefined>(
    (a, b) => (a === undefined || b.measured.worst > a.measured.worst ? b : a),
    undefined,
  );
  return { ...(best ?? candidates[candidates.length - 1]), isEnough: false };
}

/** Whether an interval tells a part of the range from the rest: scores have a range of 1, differences of 2. */
function isNarrow({ width }: MeasuredCoverage, question: MeanQuestion): boolean {
  return width < 0.9 * (question === "mean" ? 1 : 2);
}

/** Measured coverage of a method's 95 % intervals; `undefined` for fewer units than were measured, or another method. */
export function measuredCoverageAt(
  units: number,
  method: MeanIntervalMethod,
  { question = "mean" }: IntervalQuestion = {},
  table: CoverageTable = coverageTable,
): MeasuredCoverage | undefined {
  const rows = table.rows
    .filter((row) => row.question === question && row.method === method)
    .sort((a, b) => a.n - b.n);
  const below = rows.filter(({ n }) => n <= units).at(-1);
  if (!below) return undefined;
  const above = rows.find(({ n }) => n >= units) ?? below;
  const around = above === below ? [below] : [below, above];
  return {
    at: around.map(({ n }) => n),
    worst: Math.min(...around.map(({ worst }) => worst)),
    mean: Math.min(...around.map(({ mean }) => mean)),
    width: Math.max(...around.map(({ width }) => width)),
  };
}
