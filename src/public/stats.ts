/**
 * Means, quantiles, intervals and distances between samples.
 * @module
 */

export { bootstrapInterval, correctedQuantiles } from "../stats/bootstrap.js";
export type { BootstrapMethod, BootstrapOptions, Interval, WeightedStatistic } from "../stats/bootstrap.js";
export { describeNumbers, mean, median, quantile, standardDeviation } from "../stats/describe.js";
export type { Description } from "../stats/describe.js";
export { normalCdf, normalQuantile } from "../stats/normal.js";
export { proportionInterval } from "../stats/proportion.js";
export type { Proportion } from "../stats/proportion.js";
export { compareSamples, kolmogorovDistance, wassersteinDistance } from "../stats/two-sample.js";
export type { ClusteredSample, SampleDistance } from "../stats/two-sample.js";
