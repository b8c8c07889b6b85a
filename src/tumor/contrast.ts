import type { TumorOrgan } from "../anatomy/organs.js";
import type { RandomStream } from "../core/random.js";
import type { ScanPhase } from "./synthesizer.js";

/** One kind of lesion of an organ. */
export interface LesionKind {
  name: string;
  /** Share of the organ's lesions that are of this kind. */
  share: number;
  /** Range of lesion HU less organ HU, plain, arterial and venous; in hollow organs of the lesion's own HU. */
  hu: Readonly<Record<ScanPhase, readonly [number, number]>>;
}

/**
 * Kinds of lesion by organ. The range of the liver in the venous phase is that of the hand-crafted generators of the
 * literature (half of 65 to 145 HU below the liver); the others are this project's own choices within what textbooks of
 * abdominal CT give: most lesions take up less contrast agent than their organ, some more in the arterial phase.
 */
export const lesionKinds: Readonly<Record<TumorOrgan, readonly LesionKind[]>> = {
  liver: [
    {
      name: "hypo-attenuating",
      share: 0.8,
      hu: { plain: [-28, -10], arterial: [-40, -15], venous: [-72, -32] },
    },
    {
      name: "hyper-attenuating",
      share: 0.2,
      hu: { plain: [-18, -6], arterial: [20, 60], venous: [-35, -12] },
    },
  ],
  pancreas: [
    {
      name: "hypo-attenuating",
      share: 0.8,
      hu: { plain: [-16, -6], arterial: [-60, -25], venous: [-45, -18] },
    },
    { name: "hyper-attenuating", share: 0.2, hu: { plain: [-10, 8], arterial: [25, 60], venous: [12, 35] } },
  ],
  kidney: [
    {
      name: "hypo-attenuating",
      share: 0.7,
      hu: { plain: [-14, -6], arterial: [-70, -25], venous: [-95, -40] },
    },
    { name: "cyst-like", share: 0.3, hu: { plain: [-32, -16], arterial: [-120, -80], venous: [-150, -100] } },
  ],
  colon: [{ name: "wall mass", share: 1, hu: { plain: [32, 46], arterial: [65, 100], venous: [75, 115] } }],
  esophagus: [
    { name: "wall mass", share: 1, hu: { plain: [32, 46], arterial: [58, 90], venous: [65, 100] } },
  ],
  uterus: [
    {
      name: "hypo-attenuating",
      share: 0.6,
      hu: { plain: [-14, -6], arterial: [-45, -20], venous: [-55, -25] },
    },
    {
      name: "endometrioma-like",
      share: 0.4,
      hu: { plain: [-22, -10], arterial: [-70, -45], venous: [-90, -60] },
    },
  ],
};

/** The attenuation drawn for a lesion. */
export interface SampledContrast {
  kind: string;
  /** HU as in the table of kinds: a difference, or the lesion's own in hollow organs. */
  hu: number;
}

/** Draws a kind of lesion and its HU. `contrastHu`, where given, takes the place of the drawn difference. */
export function sampleContrast(
  organ: TumorOrgan,
  phase: ScanPhase,
  draw: RandomStream,
  contrastHu?: number,
): SampledContrast {
  let left = draw.uniform();
  const kinds = lesionKinds[organ];
  const kind = kinds.find(({ share }) => (left -= share) < 0) ?? kinds[kinds.length - 1];
  const drawn = draw.uniformBetween(...kind.hu[phase]);
  return contrastHu === undefined ? { kind: kind.name, hu: drawn } : { kind: "as asked", hu: contrastHu };
}
