import { type TumorOrgan, tumorOrgans } from "../anatomy/organs.js";
import { formatCsv } from "../core/missing.js";
import type { LesionRecord } from "../tumor/synthesizer.js";
import type { PlannedLesion } from "./plan.js";
import type { LesionOutcome } from "./synthesis-worker.js";

/** The `metadata.csv` of a synthetic cohort: a row for each case that was made, in their order. */
export function formatSyntheticTable(
  plans: readonly PlannedLesion[],
  outcomes: readonly LesionOutcome[],
): string {
  const planOf = new Map(plans.map((plan) => [plan.name, plan]));
  const rows = outcomes.flatMap((outcome) =>
    "record" in outcome ? [toRow(planOf.get(outcome.name)!, outcome.record)] : [],
  );
  return formatCsv(columnsOf(rows), rows);
}

/** A row of a synthetic cohort's `metadata.csv`: also one column for each tumor organ, with Y where the lesion is. */
interface SyntheticRow extends Record<TumorOrgan, "Y" | ""> {
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
function columnsOf(rows: readonly SyntheticRow[]): (keyof SyntheticRow)[] {
  return rows.some((row) => row.exophyticAsked !== undefined)
    ? [...columns, ...exophyticColumns]
    : [...columns];
}

/** The row of a planned lesion that was made. */
function toRow(plan: PlannedLesion, record: LesionRecord): SyntheticRow {
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
