export { currentTime, environmentVariable, monotonicMs } from "./env.js";
export { LabError, describeValue, requireThat } from "./errors.js";
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
