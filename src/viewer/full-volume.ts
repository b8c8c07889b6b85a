import { type FullVolume, maxPayloadVoxels } from "../contracts/volume-payload.js";
import { applyAffine, invertAffine } from "../core/affine.js";
import { countVoxels } from "../core/grid.js";
import type { LabelMap, Vec3, Volume } from "../core/types.js";
import { crc32 } from "../platform/compress.js";
import { toRas } from "../volume/orientation.js";
import { encodeLevels, levelsHu } from "./hu-levels.js";

/** What {@link describeFull} needs of an overlay. */
export interface FullLabels {
  /** Numbered as the payload's table. */
  map: LabelMap;
  /** The given value of each row of the table. */
  values: readonly number[];
}

/**
 * Describes a volume that a payload holds only a downsampled copy of; undefined where it is too large for a page.
 *
 * @param findCrosshair finds the voxel to start at on the volume's own grid in RAS+ order
 * @param levels 256 values that the bytes stand for; default those of a CT
 */
export function describeFull(
  volume: Volume,
  labels: FullLabels | undefined,
  findCrosshair: (grid: Volume, labels: LabelMap["data"] | undefined) => [number, number, number],
  levels: readonly number[] = levelsHu,
): FullVolume | undefined {
  if (countVoxels(volume.shape) > maxPayloadVoxels) return undefined;
  const { rescale, ...grid } = volume;
  const ct = toRas({ ...grid, data: encodeLevels(volume.data, rescale, levels) });
  const map = labels && toRas(labels.map);
  return {
    crosshair: findCrosshair(ct, map?.data),
    ctCrc32: crc32(ct.data),
    ...(labels && map
      ? { labels: { crc32: crc32(new Uint8Array(map.data)), values: [...labels.values] } }
      : {}),
  };
}

/** The voxel of a grid that lies nearest to a voxel of another one. */
export function nearestVoxel(from: Volume, to: Volume, voxel: Vec3): [number, number, number] {
  const place = applyAffine(invertAffine(to.affine), applyAffine(from.affine, voxel));
  const clamp = (axis: number) => Math.max(0, Math.min(to.shape[axis] - 1, Math.round(place[axis])));
  return [clamp(0), clamp(1), clamp(2)];
}
