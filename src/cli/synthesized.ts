import { shareTolerance } from "../tumor/exophytic.js";
import type { LesionRecord } from "../tumor/synthesizer.js";
import { formatTable } from "./table.js";

/** What a lesion has less of than was asked for. */
export function notesOn({ cap, requestedRadiusMm, exophytic, organ }: LesionRecord): string[] {
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  return [
    ...(cap ? [`capped at ${cap.radiusMm.toFixed(1)} mm of ${requestedRadiusMm} mm: ${cap.reason}`] : []),
    ...(exophytic && exophytic.share < exophytic.askedShare - shareTolerance
      ? [
          `${percent(exophytic.share)} of it out of the ${organ}, less than the ${percent(exophytic.askedShare)} asked for: no more fat is open beside the place`,
        ]
      : []),
  ];
}

/** Lesions as a table for the terminal. */
export function formatLesions(cases: readonly { case: string; record: LesionRecord }[]): string {
  const isExophytic = cases.some(({ record }) => record.exophytic);
  const header = [
    "case",
    "organ",
    "method",
    "wanted mm",
    "radius mm",
    "ml",
    "contrast HU",
    "middle mm (R, A, S)",
    ...(isExophytic ? ["out of organ, asked"] : []),
  ];
  const rows = cases.map(({ case: name, record }) => [
    name,
    record.organ,
    record.generator,
    record.requestedRadiusMm,
    record.achievedRadiusMm,
    record.volumeMl,
    record.contrastHu,
    record.centerMm.map((mm) => mm.toFixed(1)).join(", "),
    ...(isExophytic ? [exophyticText(record)] : []),
  ]);
  return formatTable(header, rows);
}

function exophyticText({ exophytic }: LesionRecord): string {
  return exophytic ? `${exophytic.share.toFixed(2)}, ${exophytic.askedShare}` : "";
}
