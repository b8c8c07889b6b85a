export {
  applyAffine,
  axisDirections,
  createAffine,
  invertAffine,
  multiplyAffines,
  orientationOf,
  spacingOfAffine,
} from "./affine.js";
export type { AxisDirections } from "./affine.js";
export { openSample, sampleNames } from "./cohort/samples.js";
export type { Sample, SampleOptions } from "./cohort/samples.js";
export { currentTime, environmentVariable, monotonicMs } from "./env.js";
export { LabError, describeValue, requireThat } from "./errors.js";
export { describeFigure } from "./figures/describe.js";
export { checkFigure, escapeMarkup, isLiveOnly } from "./figures/figure.js";
export type { Figure, Trace } from "./figures/figure.js";
export { closeDrawing } from "./figures/static/drawing-process.js";
export { renderPng, renderSvg } from "./figures/static/render.js";
export type { RenderOptions } from "./figures/static/render.js";
export { baseLayout, nameAxis, palette, seriesColors, valueAxis } from "./figures/theme.js";
export type { AxisText } from "./figures/theme.js";
export {
  askReader,
  clearOutput,
  currentSignal,
  displayBundle,
  kernelSessionKey,
} from "./notebook/session.js";
export type { DisplayOptions, KernelSession } from "./notebook/session.js";
export { figureBundle, plotlyMime, show } from "./notebook/show.js";
export type { ShowOptions } from "./notebook/show.js";
export {
  countVoxels,
  createVolume,
  requireSameGrid,
  rescaleValue,
  toLabelMap,
  voxelVolumeMl,
  withData,
} from "./grid.js";
export type { GridOptions } from "./grid.js";
export { compareModels } from "./metrics/compare-models.js";
export type { ModelDifference } from "./metrics/compare-models.js";
export { comparePolicies } from "./metrics/compare-policies.js";
export type { PolicyOptions, PolicySummary } from "./metrics/compare-policies.js";
export { emptyPolicies, emptyReasons, findPolicy, resolveEmpty } from "./metrics/empty.js";
export type { Emptiness, EmptyOutcome, EmptyOutcomes, EmptyPolicy, PolicyName } from "./metrics/empty.js";
export { applyPolicy, evaluateCase } from "./metrics/evaluate.js";
export type { EvaluateOptions, ScoreRow } from "./metrics/evaluate.js";
export { metricInfo } from "./metrics/metric.js";
export type { Metric, MetricInfo } from "./metrics/metric.js";
export { countConfusion, scoreOverlap } from "./metrics/overlap.js";
export type { Confusion, LabelOptions, Overlap } from "./metrics/overlap.js";
export type { Labels } from "./metrics/pair.js";
export { detectPatients } from "./metrics/patients.js";
export type {
  PatientDetection,
  PatientOptions,
  PatientRow,
  PatientRule,
  ScanFinding,
} from "./metrics/patients.js";
export { equivalentRadiusMm, sizeClassOf, sizeClasses } from "./metrics/size-class.js";
export type { SizeClass, SizeClassInfo } from "./metrics/size-class.js";
export { summarizeCases, summarizeScores } from "./metrics/summary.js";
export type { CaseSummary, Exclusion, SummaryOptions, SummaryRow } from "./metrics/summary.js";
export { surfaceDistances } from "./metrics/surface-distances.js";
export type { SurfaceDistancePair } from "./metrics/surface-distances.js";
export type { DirectedScores, SurfaceDistances, SurfaceScores } from "./metrics/surface.js";
export { createSurfelAreas } from "./metrics/surfel-area.js";
export type { NiftiDatatype } from "./nifti/datatype.js";
export { readLabelMap, readNifti, readNiftiHeader, readVolume } from "./nifti/read.js";
export type { NiftiHeader, NiftiImage, ReadLabelOptions, ReadOptions } from "./nifti/read.js";
export {
  describeStructure,
  findLesion,
  findOrgan,
  lesionColor,
  lesions,
  organs,
  otherStructureColor,
  tumorOrgans,
} from "./organs.js";
export type { Lesion, Organ, TumorOrgan } from "./organs.js";
export { createEstimator, formatDuration, throwIfAborted } from "./progress.js";
export type { ProgressEstimate, ProgressListener, ProgressUpdate, RunOptions } from "./progress.js";
export { createKey } from "./random.js";
export type { Key, RandomStream } from "./random.js";
export { bootstrapInterval } from "./stats/bootstrap.js";
export type { BootstrapMethod, BootstrapOptions, Interval, WeightedStatistic } from "./stats/bootstrap.js";
export { groupClusters } from "./stats/clusters.js";
export type { Clusters } from "./stats/clusters.js";
export { describeNumbers, mean, median, quantile, standardDeviation } from "./stats/describe.js";
export type { Description } from "./stats/describe.js";
export { normalCdf, normalQuantile } from "./stats/normal.js";
export { proportionInterval } from "./stats/proportion.js";
export type { Proportion } from "./stats/proportion.js";
export type { Affine, LabelMap, Mask, Rescale, Scale, Vec3, Volume, VoxelArray } from "./types.js";
export { downsample, downsampleLabels } from "./volume/downsample.js";
export { orientationOfVolume, reorient, toRas } from "./volume/orientation.js";
export { measureRegions } from "./volume/regions.js";
export type { Region } from "./volume/regions.js";
export { countSlices, extractSlice } from "./volume/slice.js";
export type { Plane, Slice, SliceEdges } from "./volume/slice.js";
export { applyWindow, findWindow, huWindows, toGreyLevels, windowRange } from "./volume/window.js";
export type { HuWindow } from "./volume/window.js";
