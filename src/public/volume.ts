/**
 * Volumes on a grid: affines, orientation, resampling, cropping, filters, morphology, distances, components and surfaces.
 * @module
 */

export { applyAffine, createAffine, invertAffine, orientationOf, spacingOfAffine } from "../core/affine.js";
export {
  countVoxels,
  createVolume,
  requireSameGrid,
  toLabelMap,
  voxelVolumeMl,
  withData,
} from "../core/grid.js";
export type { GridOptions } from "../core/grid.js";
export type { ReadLabelOptions, ReadOptions } from "../formats/read.js";
export type { NiftiDatatype } from "../nifti/datatype.js";
export { readNiftiHeader } from "../nifti/read.js";
export type { NiftiHeader } from "../nifti/read.js";
export type { WriteOptions } from "../nifti/write.js";
export { findComponents, keepComponents } from "../volume/components.js";
export type { Component, ComponentOptions, ComponentTable, Connectivity } from "../volume/components.js";
export { boundingBox, crop, cropAround, pad, paste } from "../volume/crop.js";
export type { VoxelBox } from "../volume/crop.js";
export { distanceToBackground, distanceToMask } from "../volume/distance.js";
export type { MaskLike } from "../volume/distance.js";
export { downsample, downsampleLabels } from "../volume/downsample.js";
export { gaussianFilter } from "../volume/gaussian.js";
export type { GaussianOptions } from "../volume/gaussian.js";
export { closeMask, dilateMask, erodeMask, openMask } from "../volume/morphology.js";
export type { EdgeOptions } from "../volume/morphology.js";
export { orientationOfVolume, reorient, toRas } from "../volume/orientation.js";
export type { Plane, SliceEdges } from "../volume/planes.js";
export { measureRegions } from "../volume/regions.js";
export type { Region } from "../volume/regions.js";
export { resample, resampleOnto } from "../volume/resample.js";
export type { Interpolation, ResampleOntoOptions, ResampleOptions } from "../volume/resample.js";
export { countSlices, extractSlice } from "../volume/slice.js";
export type { Slice } from "../volume/slice.js";
export { extractSurface } from "../volume/surface-net.js";
export type { TriangleMesh } from "../volume/surface-net.js";
export { applyWindow, findWindow, huWindows } from "../volume/window.js";
export type { HuWindow } from "../contracts/volume-payload.js";
