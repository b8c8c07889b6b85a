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
export { currentTime, describeMachine, environmentVariable, monotonicMs } from "./env.js";
export type { Machine } from "./env.js";
export { LabError, describeValue, requireThat } from "./errors.js";
export { describeFigure } from "./figures/describe.js";
export { checkFigure, escapeMarkup, isLiveOnly } from "./figures/figure.js";
export type { Figure, Trace } from "./figures/figure.js";
export { closeDrawing } from "./figures/static/drawing-process.js";
export { renderPng, renderSvg } from "./figures/static/render.js";
export type { RenderOptions } from "./figures/static/render.js";
export { baseLayout, nameAxis, palette, seriesColors, valueAxis } from "./figures/theme.js";
export type { AxisText } from "./figures/theme.js";
export { renderVolumePng } from "./figures/volume/montage.js";
export type { MontageOptions } from "./figures/volume/montage.js";
export { createVolumePayload } from "./figures/volume/payload.js";
export type { PayloadLabel, PayloadOptions, VolumePayload } from "./figures/volume/payload.js";
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
export type { NiftiDatatype } from "./nifti/datatype.js";
export { readLabelMap, readNifti, readNiftiHeader, readVolume } from "./nifti/read.js";
export type { NiftiHeader, NiftiImage, ReadLabelOptions, ReadOptions } from "./nifti/read.js";
export { writeVolume } from "./nifti/write.js";
export type { WriteOptions } from "./nifti/write.js";
export { checkEnvironment } from "./notebook/check-environment.js";
export type { EnvironmentLine, EnvironmentReport } from "./notebook/check-environment.js";
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
export { describeVolume, view, volumeBundle, volumeMime } from "./notebook/view.js";
export type { ViewOptions } from "./notebook/view.js";
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
export type { Affine, LabelMap, Mask, Rescale, Scale, Vec3, Volume, VoxelArray } from "./types.js";
export { downsample, downsampleLabels } from "./volume/downsample.js";
export { orientationOfVolume, reorient, toRas } from "./volume/orientation.js";
export { measureRegions } from "./volume/regions.js";
export type { Region } from "./volume/regions.js";
export { countSlices, extractSlice } from "./volume/slice.js";
export type { Plane, Slice, SliceEdges } from "./volume/slice.js";
export { applyWindow, findWindow, huWindows, toGreyLevels, windowRange } from "./volume/window.js";
export type { HuWindow } from "./volume/window.js";
