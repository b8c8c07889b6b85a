import { LabError } from "../core/errors.js";
import { countVoxels } from "../core/grid.js";
import type { LabelMap, Vec3, Volume } from "../core/types.js";
import { toBase64 } from "../platform/bytes.js";
import { gzip } from "../platform/compress.js";
import { toRas } from "../volume/orientation.js";
import { encodeLevels, levelsHu } from "./hu-levels.js";
import { shapeAtSpacing, shrinkLabels, shrinkVolume } from "./shrink.js";

/** More voxels than this are shrunk before anything else, whatever they compress to. */
const maxVoxels = 4_000_000;

/** Each try at shrinking makes voxels this much larger. */
const stepFactor = 2 ** (1 / 12);

/** A CT and its labels in RAS order, one byte a voxel, and the same as gzipped base64 text. */
export interface PackedVolume {
  ct: Volume<Uint8Array>;
  labels?: LabelMap;
  ctText: string;
  /** Empty without labels. */
  labelText: string;
}

/**
 * Encodes a volume on the finest of a ladder of grids whose text fits in `maxBytes`. The ladder keeps
 * the outcome steady where compressed sizes differ by a few bytes from one Node to the next.
 *
 * @param labels values 0 to 255 on the same grid.
 * @param lesions label values that must not get lost.
 * @param levels 256 values that the bytes stand for; default those of a CT.
 * @throws LabError when not even one voxel fits.
 */
export function packVolume(
  volume: Volume,
  labels: LabelMap | undefined,
  lesions: ReadonlySet<number>,
  maxBytes: number,
  levels: readonly number[] = levelsHu,
): PackedVolume {
  const packAt = (shape: Vec3) => packOnGrid(volume, labels, lesions, shape, levels);
  const finestMm = Math.min(...volume.spacingMm);
  const spacingAt = (step: number) => finestMm * stepFactor ** step;
  let step = 0;
  while (countVoxels(shapeAtSpacing(volume, spacingAt(step))) > maxVoxels) step++;
  let packed = packAt(shapeAtSpacing(volume, spacingAt(step)));
  const excess = bytesOf(packed) / maxBytes;
  if (excess <= 1) return packed;
  const least = step + 1;
  step = Math.max(least, firstGuess(volume, step, excess, spacingAt));
  packed = packAt(shapeAtSpacing(volume, spacingAt(step)));
  while (bytesOf(packed) > maxBytes) {
    const { shape } = packed.ct;
    if (countVoxels(shape) === 1)
      throw new LabError("maxBytes", maxBytes, `at least ${bytesOf(packed)} bytes`);
    packed = packAt(shapeAtSpacing(volume, spacingAt(++step)));
  }
  while (step > least) {
    const finer = packAt(shapeAtSpacing(volume, spacingAt(step - 1)));
    if (bytesOf(finer) > maxBytes) break;
    packed = finer;
    step--;
  }
  return packed;
}

/** Averaging takes noise away too, so that fewer voxels than the excess asks for need to go. */
function firstGuess(
  volume: Volume,
  from: number,
  excess: number,
  spacingAt: (step: number) => number,
): number {
  const target = countVoxels(shapeAtSpacing(volume, spacingAt(from))) / excess ** 0.85;
  let step = from;
  while (step < from + 80 && countVoxels(shapeAtSpacing(volume, spacingAt(step))) > target) step++;
  return step;
}

function packOnGrid(
  volume: Volume,
  labelMap: LabelMap | undefined,
  lesions: ReadonlySet<number>,
  shape: Vec3,
  levels: readonly number[],
): PackedVolume {
  const whole = shape.every((n, axis) => n === volume.shape[axis]);
  const { rescale, ...grid } = volume;
  const encoded: Volume<Uint8Array> = whole
    ? { ...grid, data: encodeLevels(volume.data, rescale, levels) }
    : encodeShrunk(shrinkVolume(volume, shape), levels);
  const ct = toRas(encoded);
  const labels = labelMap && toRas(whole ? labelMap : shrinkLabels(labelMap, shape, lesions));
  return {
    ct,
    ...(labels ? { labels } : {}),
    ctText: compress(ct.data),
    labelText: labels ? compress(labels.data) : "",
  };
}

function encodeShrunk(volume: Volume<Float32Array>, levels: readonly number[]): Volume<Uint8Array> {
  return { ...volume, data: encodeLevels(volume.data, undefined, levels) };
}

function compress(data: Uint8Array | Uint16Array): string {
  const bytes = data instanceof Uint8Array ? data : Uint8Array.from(data);
  return toBase64(gzip(bytes, 6));
}

function bytesOf(packed: PackedVolume): number {
  return packed.ctText.length + packed.labelText.length;
}
