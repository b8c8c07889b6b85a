/** Ways to an interval of a mean; see `meanInterval`. */
export type MeanIntervalMethod = "percentile" | "bca" | "studentized" | "t" | "gaffke";

/** What a mean is of: scores, or differences of two models on the same units. */
export type MeanQuestion = "mean" | "difference";

/** How a method did at one number of units, over many samples of each of several real distributions. */
export interface CoverageRow {
  question: MeanQuestion;
  /** Units in a sample. */
  n: number;
  method: MeanIntervalMethod;
  /** Share of the intervals that held the true mean in the distribution where that was least, and which one. */
  worst: number;
  worstIn: string;
  /** That share, and the width of the intervals, over all distributions alike. */
  mean: number;
  width: number;
}

/** A table of measured coverage with what made it. */
export interface CoverageTable {
  /** The command that made it. */
  made: string;
  /** What was drawn from, in words, for each question. */
  distributions: Readonly<Record<MeanQuestion, string>>;
  /** Of the intervals. */
  level: number;
  /** Samples of each distribution at each n, and resamples in each of them. */
  samples: number;
  resamples: number;
  rows: readonly CoverageRow[];
}

/** Coverage as measured at the nearest numbers of units. */
export interface MeasuredCoverage {
  /** Numbers of units at which it was measured: those around the one asked about, or the largest one. */
  at: readonly number[];
  /** The least of their `worst`, and the least of their `mean`. */
  worst: number;
  mean: number;
  /** The larger of their widths, in units of the score. */
  width: number;
}
