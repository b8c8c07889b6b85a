/**
 * Means, quantiles, intervals, tests and distances between samples.
 * @module
 */

export { bootstrapInterval, correctedQuantiles } from "../stats/bootstrap.js";
export type { BootstrapMethod, BootstrapOptions, Interval, WeightedStatistic } from "../stats/bootstrap.js";
export { chooseMeanInterval, measuredCoverageAt } from "../stats/choose-interval.js";
export type { IntervalChoice, IntervalQuestion } from "../stats/choose-interval.js";
export type {
  CoverageRow,
  CoverageTable,
  MeanIntervalMethod,
  MeasuredCoverage,
} from "../stats/coverage-row.js";
export { coverageTable } from "../stats/coverage-table.js";
export { describeInterval } from "../stats/describe-interval.js";
export { describeNumbers, mean, median, quantile, standardDeviation } from "../stats/describe.js";
export type { Description } from "../stats/describe.js";
export { diceSpread, expectedDiceSd } from "../stats/dice-spread.js";
export { equivalencePower, patientsForEquivalence } from "../stats/equivalence-power.js";
export type { EquivalencePlan } from "../stats/equivalence-power.js";
export { testEquivalence } from "../stats/equivalence.js";
export type { EquivalenceTest, EquivalenceVerdict } from "../stats/equivalence.js";
export { falseClaimProbability } from "../stats/false-claim.js";
export type { FalseClaim, ReportedDifference } from "../stats/false-claim.js";
export { gaffkeInterval } from "../stats/gaffke.js";
export { adjustHolm } from "../stats/holm.js";
export type { AdjustedPValue, NamedPValue } from "../stats/holm.js";
export { testKendallTau } from "../stats/kendall.js";
export type { KendallTest } from "../stats/kendall.js";
export { meanInterval } from "../stats/mean-interval.js";
export type { MeanInterval, MeanIntervalOptions } from "../stats/mean-interval.js";
export { normalCdf, normalQuantile } from "../stats/normal.js";
export { testSignFlips } from "../stats/permutation.js";
export type { SignFlipTest } from "../stats/permutation.js";
export { proportionInterval } from "../stats/proportion.js";
export type { Proportion } from "../stats/proportion.js";
export { testMean } from "../stats/student.js";
export type { MeanEstimate, MeanTest } from "../stats/student.js";
export { compareSamples, kolmogorovDistance, wassersteinDistance } from "../stats/two-sample.js";
export type { ClusteredSample, SampleDistance } from "../stats/two-sample.js";
export { testSignedRanks } from "../stats/wilcoxon.js";
export type { SignedRankTest } from "../stats/wilcoxon.js";
