import type { PayloadLabel, VolumePayload } from "tumorlab/internal/contracts/volume-payload";
import { axisDirections, cornersApartMm } from "tumorlab/internal/core/affine";
import type { Rescale } from "tumorlab/internal/core/types";
import { encodeLevels, levelsHu } from "tumorlab/internal/viewer/hu-levels";
import { toRas } from "tumorlab/internal/volume/orientation";
import { crc32 } from "./crc32.js";
import type { DecodedVolume } from "./decode.js";
import { openNifti, type OpenNifti } from "./read-nifti.js";
import { sourceAffine } from "./source-grid.js";

/** Opens a file by its path below the project's root. */
export type OpenFile = (path: string) => Promise<ReadableStream<Uint8Array>>;

/**
 * Reads the volume that a downsampled payload was made from, out of its files.
 *
 * @returns the same payload on the volume's own grid; its levels and label values mean what they did
 * @throws Error with a sentence for the reader where a file cannot be read, or holds something else than what the payload
 *   was made from: another grid, or other voxels on it
 */
export async function readFull(payload: VolumePayload, open: OpenFile): Promise<DecodedVolume> {
  const { files, full, labels: small } = payload;
  if (!full || !files?.ct || (small && !(files.labels && full.labels)))
    throw new Error("The output does not say what its files held.");
  const levels = payload.kind === "values" ? payload.ct.levelsHu : levelsHu;
  if (levels.some((hu, i) => hu !== payload.ct.levelsHu[i]))
    throw new Error("The output was made by another version of Tumorlab.");
  const ct = await readBytes(
    payload,
    files.ct,
    full.ctCrc32,
    open,
    ({ rescale }) =>
      (stored) =>
        encodeLevels(stored, rescale, levels),
  );
  const labels =
    small && files.labels && full.labels
      ? await readBytes(payload, files.labels, full.labels.crc32, open, ({ rescale }) =>
          createNumbering(full.labels?.values ?? [], small.table, rescale),
        )
      : undefined;
  const { sourceShape, sourceSpacingMm } = payload;
  return {
    payload: {
      ...payload,
      shape: sourceShape,
      spacingMm: sourceSpacingMm,
      affine: sourceAffine(payload),
      crosshair: full.crosshair,
    },
    ct,
    labels,
  };
}

async function readBytes(
  payload: VolumePayload,
  path: string,
  expected: number,
  open: OpenFile,
  createEncoder: (file: OpenNifti) => (stored: ArrayLike<number>) => Uint8Array,
): Promise<Uint8Array> {
  const file = await openNifti(await open(path), path);
  const { worldAxis } = axisDirections(file.affine);
  const inRasOrder = (values: readonly number[]) =>
    [0, 1, 2].map((world) => values[worldAxis.indexOf(world)]);
  const [shape, spacingMm] = [inRasOrder(file.shape), inRasOrder(file.spacingMm)];
  const sameSpacing = spacingMm.every(
    (mm, axis) => Math.abs(mm - payload.sourceSpacingMm[axis]) <= 0.01 * mm,
  );
  // Before anything is allocated: a file may be larger than a page can hold.
  if (shape.join() !== payload.sourceShape.join() || !sameSpacing) {
    await file.cancel();
    const found = `${shape.join(" × ")} voxels of ${spacingMm.map((mm) => Number(mm.toFixed(2))).join(" × ")} mm`;
    throw new Error(`${path} has another grid than what was shown: ${found}.`);
  }
  const volume = toRas({ ...file, data: await file.read(createEncoder(file)) });
  const apartMm = cornersApartMm(volume.affine, sourceAffine(payload), volume.shape);
  if (apartMm > 0.1 * Math.min(...volume.spacingMm))
    throw new Error(`${path} lies elsewhere than what was shown: ${apartMm.toFixed(1)} mm away.`);
  if ((await crc32(volume.data)) !== expected) throw new Error(`${path} holds other voxels than were shown.`);
  return volume.data;
}

/** Turns label values of the file into those of the payload's table. */
function createNumbering(
  values: readonly number[],
  table: readonly PayloadLabel[],
  { slope, intercept }: Rescale,
) {
  const numberOf = new Uint8Array(65536);
  values.forEach((value, row) => (numberOf[value] = table[row].value));
  return (stored: ArrayLike<number>): Uint8Array => {
    const out = new Uint8Array(stored.length);
    for (let i = 0; i < out.length; i++) out[i] = numberOf[stored[i] * slope + intercept];
    return out;
  };
}
