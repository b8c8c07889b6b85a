import type { LesionCase, MeasuredLesion } from "../metrics/lesions.js";

/** A lesion of either side as a row of a table. What one side alone has is empty on the other. */
export type LesionRow = Record<(typeof lesionColumns)[number], string | number | undefined>;

/** Columns of a table of lesions: volumes in ml, lengths and places in mm (RAS+). */
export const lesionColumns = [
  "case",
  "patient",
  "side",
  "id",
  "label",
  "name",
  "voxels",
  "volumeMl",
  "radiusMm",
  "sizeClass",
  "early",
  "xMm",
  "yMm",
  "zMm",
  "found",
  "dice",
  "iou",
  "falsePositive",
  "matches",
] as const;

/** One row per lesion: those of the reference with how well each was found, then those of the prediction; case by case. */
export function lesionRows(cases: readonly LesionCase[]): LesionRow[] {
  return cases.flatMap(({ case: name, patient, reference, predicted }) => {
    const describeLesion = (side: string, lesion: MeasuredLesion) => {
      const { id, label, name: lesionName, voxels, volumeMl, radiusMm, sizeClass, matchedIds } = lesion;
      const [xMm, yMm, zMm] = lesion.centroidMm;
      const place = { xMm, yMm, zMm, matches: matchedIds.join(" ") };
      return {
        ...{ case: name, patient, side, id, label, name: lesionName },
        ...{ voxels, volumeMl, radiusMm, sizeClass, early: lesion.isEarly ? "yes" : "no", ...place },
      };
    };
    return [
      ...reference.map((lesion) => ({
        ...describeLesion("reference", lesion),
        found: lesion.detected ? "yes" : "no",
        dice: lesion.dice,
        iou: lesion.iou,
        falsePositive: undefined,
      })),
      ...predicted.map((lesion) => ({
        ...describeLesion("prediction", lesion),
        found: undefined,
        dice: undefined,
        iou: undefined,
        falsePositive: lesion.isFalsePositive ? "yes" : "no",
      })),
    ];
  });
}
