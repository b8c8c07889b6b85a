import { describeStructure } from "../anatomy/organs.js";
import type { LesionSummary, Rate } from "../metrics/lesion-summary.js";
import type { LibraryRow } from "../metrics/libraries/compare-libraries.js";
import type { PatientSummary } from "../metrics/patient-summary.js";
import type { Row } from "./data-frame.js";

/**
 * What `summarizeLesions` found as rows for `showTable` or `toDataFrame`, one per label and for all: sensitivity with its interval,
 * precision, F1, false positives a scan, early lesions (below 20 mm), and panoptic quality by one-to-one rules.
 */
export function lesionScoreTable(summaries: readonly LesionSummary[]): Row[] {
  return summaries.map((row) => ({
    lesions: nameOf(row),
    "in reference": row.lesions,
    found: row.sensitivity.count,
    ...shareOf("sensitivity", row.sensitivity),
    precision: row.precision.value,
    F1: row.f1.value,
    "false positives per scan": row.falsePositivesPerScan.value,
    "early found": `${row.early.count} of ${row.early.n}`,
    ...(row.isOneToOne ? { PQ: row.panopticQuality.value, SQ: row.meanMatchedIou } : {}),
    "mean Dice of found": row.meanMatchedDice,
  }));
}

/**
 * What `summarizePatients` found, one row per label and for all: sensitivity over the patients with a lesion and specificity over
 * those without, with Wilson intervals.
 */
export function patientScoreTable(summaries: readonly PatientSummary[]): Row[] {
  return summaries.map((row) => ({
    lesions: nameOf(row),
    "with lesion": row.sensitivity.n,
    called: row.truePositives,
    ...shareOf("sensitivity", row.sensitivity),
    "without lesion": row.specificity.n,
    "falsely called": row.falsePositives,
    specificity: row.specificity.value,
    "specificity from": row.specificity.low,
    "specificity to": row.specificity.high,
  }));
}

/** What other libraries print for the same pairs, one row per pair, label and library; see `compareLibraries`. */
export function libraryTable(rows: readonly LibraryRow[]): Row[] {
  return rows.map((row) => ({
    case: row.case,
    structure: describeStructure(row.name).displayName,
    library: row.library,
    Dice: row.dice,
    NSD: row.nsd,
    HD95: row.hd95,
    ASSD: row.assd,
    MASD: row.masd,
    "distances in": row.unit,
    PQ: row.panopticQuality,
  }));
}

function nameOf({ scope, name }: { scope: "label" | "overall"; name: string }): string {
  return scope === "label" ? describeStructure(name).displayName : name;
}

function shareOf(
  name: string,
  { value, low, high, level }: Pick<Rate, "value" | "low" | "high" | "level">,
): Row {
  return { [name]: value, [`${100 * level} % from`]: low, to: high };
}
