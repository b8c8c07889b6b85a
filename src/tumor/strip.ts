import { requireThat } from "../core/errors.js";
import type { LesionPatch, SynthesisRequest, Synthesizer } from "./synthesizer.js";

/** A lesion of a parameter strip. */
export interface StripLesion {
  radiusMm: number;
  contrastHu: number;
  /** Size reached and contrast, in words. */
  caption: string;
  patch: LesionPatch;
}

/**
 * The same lesion again and again at one place with one key: every size with every contrast, contrast by contrast. Where
 * no place is given it is the one the largest size gets.
 *
 * @throws LabError for an empty list, and whatever the generator throws.
 */
export async function synthesizeStrip(
  request: Omit<SynthesisRequest, "size">,
  synthesizer: Synthesizer,
  { radiiMm, contrastsHu }: { radiiMm: readonly number[]; contrastsHu: readonly number[] },
): Promise<StripLesion[]> {
  requireThat(radiiMm.length > 0, "radiiMm", radiiMm, "at least one radius");
  requireThat(contrastsHu.length > 0, "contrastsHu", contrastsHu, "at least one contrast");
  const make = async (radiusMm: number, options: SynthesisRequest["options"]): Promise<LesionPatch> =>
    synthesizer.synthesize({ ...request, size: { radiusMm }, options });
  const largest = await make(Math.max(...radiiMm), request.options);
  const centerVoxel = request.options?.centerVoxel ?? largest.record.centerVoxel;
  const lesions: StripLesion[] = [];
  for (const contrastHu of contrastsHu)
    for (const radiusMm of radiiMm) {
      request.signal?.throwIfAborted();
      const patch = await make(radiusMm, { ...request.options, contrastHu, centerVoxel });
      const sign = contrastHu < 0 ? "\u2212" : "+";
      const size = patch.record.achievedRadiusMm.toFixed(0);
      lesions.push({ radiusMm, contrastHu, caption: `${size} mm, ${sign}${Math.abs(contrastHu)} HU`, patch });
    }
  return lesions;
}
