import type { Triple, VolumePayload } from "tumorlab/internal/contracts/volume-payload";
import type { PlaneGeometry } from "tumorlab/internal/volume/planes";
import type { DecodedVolume } from "./decode.js";
import { extractSlice } from "./planes.js";
import { findValue, type FoundValue } from "./readout.js";

/** What a viewer has to know of a volume beside its voxels. */
export type ViewerPayload = Omit<VolumePayload, "version" | "ct" | "labels">;

/** The values of one slice as a picture, first row at the top. */
export interface Picture {
  values: Uint8Array | Int16Array | Float32Array;
  /** What the values stand for, where they are places in this list; default: they are the real values. */
  levelsHu?: readonly number[];
}

/** Where a viewer takes its slices from: a volume in the page, or a server that is asked for them one by one. */
export interface PictureSource {
  /** Undefined while it is on its way, and where there is no picture, as under a label map alone. */
  picture(plane: PlaneGeometry, index: number): Picture | undefined;
  /** Label values as a picture; undefined while they are on their way, or without labels. */
  labels(plane: PlaneGeometry, index: number): Uint8Array | undefined;
  /** Whether all of a slice is there to be painted. */
  isReady(plane: PlaneGeometry, index: number): boolean;
  /** What lies at a voxel; undefined while it is on its way. */
  find(voxel: Triple): FoundValue | undefined;
}

/** The slices of a volume that is in the page. */
export function createVolumeSource(volume: DecodedVolume): PictureSource {
  const { payload, ct, labels } = volume;
  const { levelsHu } = payload.ct;
  return {
    picture: (plane, index) => ({ values: extractSlice(ct, payload.shape, plane, index), levelsHu }),
    labels: (plane, index) => labels && extractSlice(labels, payload.shape, plane, index),
    isReady: () => true,
    find: (voxel) => findValue(volume, voxel),
  };
}
