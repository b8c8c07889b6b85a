import { type TumorOrgan, tumorOrgans } from "../anatomy/organs.js";
import type { PlannedLesion } from "../synthesis/plan.js";
import { shareTolerance } from "../tumor/exophytic.js";
import type { LesionRecord } from "../tumor/synthesizer.js";
import { formatTable } from "./table.js";

/** A row of a synthetic cohort's `metadata.csv`: also one column for each tumor organ, with Y where the lesion is. */
export interface SyntheticRow extends Record<TumorOrgan, "Y" | ""> {
  case: string;
  patient: string;
  host: string;
  phase: string;
  tumor: "Y";
  organ: string;
  method: string;
  sizeClass: string;
  requestedRadiusMm: number;
  radiusMm: number;
  capped: "Y" | "N";
  contrastHu: number;
  /** Share of the lesion out of its organ, asked for and reached; only where one was asked for. */
  exophyticAsked?: number;
  exophyticShare?: number;
}

const columns: readonly (keyof SyntheticRow)[] = [
  "case",
  "patient",
  "host",
  "phase",
  "tumor",
  ...tumorOrgans,
  "organ",
  "method",
  "sizeClass",
  "requestedRadiusMm",
  "radiusMm",
  "capped",
  "contrastHu",
];

const exophyticColumns: readonly (keyof SyntheticRow)[] = ["exophyticAsked", "exophyticShare"];

/** Columns of a table: those of exophytic growth only where it was asked for. */
export function columnsOf(rows: readonly SyntheticRow[]): (keyof SyntheticRow)[] {
  return rows.some((row) => row.exophyticAsked !== undefined)
    ? [...columns, ...exophyticColumns]
    : [...columns];
}

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

/** The row of a planned lesion that was made. */
export function toRow(plan: PlannedLesion, record: LesionRecord): SyntheticRow {
  const organs = tumorOrgans.map((organ) => [organ, organ === plan.organ ? "Y" : ""]);
  return {
    case: plan.name,
    patient: plan.patient,
    host: plan.host,
    phase: record.phase,
    tumor: "Y",
    ...(Object.fromEntries(organs) as Record<TumorOrgan, "Y" | "">),
    organ: plan.organ,
    method: plan.method,
    sizeClass: record.achievedSizeClass,
    requestedRadiusMm: record.requestedRadiusMm,
    radiusMm: record.achievedRadiusMm,
    capped: record.cap ? "Y" : "N",
    contrastHu: record.contrastHu,
    ...(record.exophytic
      ? { exophyticAsked: record.exophytic.askedShare, exophyticShare: record.exophytic.share }
      : {}),
  };
}
