import { rescaleValue } from "../core/grid.js";
import { sha256 } from "../platform/hash.js";
import type { LesionPatch } from "./synthesizer.js";

/**
 * SHA-256 of what a patch writes over a scan: HU of its block as float32, then its labels as uint16, x fastest and little
 * endian. It does not depend on the kind of array a scan is stored in.
 */
export function hashPatch({ ct, labels }: Pick<LesionPatch, "ct" | "labels">): string {
  const bytes = new Uint8Array(4 * ct.data.length + 2 * labels.data.length);
  const hu = new Float32Array(bytes.buffer, 0, ct.data.length);
  for (let i = 0; i < hu.length; i++) hu[i] = rescaleValue(ct.data[i], ct.rescale);
  new Uint16Array(bytes.buffer, 4 * hu.length).set(labels.data);
  return sha256(bytes);
}
