import { requireSameGrid, withData } from "../core/grid.js";
import type { LabelMap, Vec3, Volume, VoxelArray } from "../core/types.js";
import type { LesionPatch, SynthesisRequest, SynthesisResult, Synthesizer } from "./synthesizer.js";

/**
 * Makes a lesion and writes it into copies of CT and labels. Where the copies cost too much, ask the generator itself for
 * its patch and {@link applyPatch} it in place.
 *
 * @throws what the generator throws: a LabError where organ, size or place do not go together.
 */
export async function synthesizeLesion(
  request: SynthesisRequest,
  synthesizer: Synthesizer,
): Promise<SynthesisResult> {
  const patch = await synthesizer.synthesize(request);
  const { ct, labels } = applyPatch(request.ct, request.labels, patch);
  const mask = withData(labels, new Uint8Array(labels.data.length));
  writeBlock(mask.data, mask.shape, patch.mask, patch.box.boxMin);
  return { ct, labels, mask, record: patch.record };
}

/** How a patch is applied. */
export interface ApplyOptions {
  /** Writes into the arrays of the volumes given instead of copies of them; default false. */
  inPlace?: boolean;
}

/**
 * Writes a patch over a scan. In place, a label map of bytes that cannot hold the lesion's value is copied all the same:
 * use the label map returned.
 *
 * @returns CT and labels, on the arrays of the given ones where `inPlace`.
 */
export function applyPatch<V extends Volume>(
  ct: V,
  labels: LabelMap,
  patch: LesionPatch,
  { inPlace = false }: ApplyOptions = {},
): { ct: V; labels: LabelMap } {
  requireSameGrid(ct, labels, ["ct", "labels"]);
  const image = inPlace ? ct.data : ct.data.slice();
  writeBlock(image, ct.shape, patch.ct, patch.box.boxMin);
  const wide = patch.labels.data instanceof Uint16Array && labels.data instanceof Uint8Array;
  const map = wide ? new Uint16Array(labels.data) : inPlace ? labels.data : labels.data.slice();
  writeBlock(map, labels.shape, patch.labels, patch.box.boxMin);
  return { ct: { ...ct, data: image }, labels: { ...labels, data: map, names: patch.labels.names } };
}

function writeBlock(target: VoxelArray, [nx, ny]: Vec3, block: Volume, at: Vec3): void {
  const [mx, my, mz] = block.shape;
  for (let z = 0; z < mz; z++)
    for (let y = 0; y < my; y++) {
      const from = mx * (y + my * z);
      target.set(block.data.subarray(from, from + mx), at[0] + nx * (at[1] + y + ny * (at[2] + z)));
    }
}
