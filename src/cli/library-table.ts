import type { ScoreRow } from "../metrics/evaluate.js";
import type { LibraryRow } from "../metrics/libraries/compare-libraries.js";
import { libraryDefinitions } from "../metrics/libraries/definitions.js";
import type { LibraryName } from "../metrics/libraries/library-scores.js";
import { formatTable } from "./table.js";

/**
 * What other libraries print for the same pairs, below this one's own row, and then how each defines it. Empty where no library
 * was asked for.
 */
export function formatLibraries(
  rows: readonly ScoreRow[],
  others: readonly LibraryRow[],
  libraries: readonly LibraryName[],
): string[] {
  if (others.length === 0) return [];
  const lines = rows.flatMap((row) => {
    const own = [row.case, row.name, "tumorlab", row.dice, row.iou, row.nsd, row.hd95, row.hd, row.assd];
    const theirs = others.filter((each) => each.case === row.case && each.label === row.label);
    return [
      [...own, NaN, row.surface?.predictionToReference.meanMm ?? NaN, "mm", "", "", "", ""],
      ...theirs.map((each) => [
        ...[each.case, each.name, each.library, each.dice, each.iou, each.nsd, each.hd95, each.hd],
        ...[each.assd, each.masd, each.predictionToReference, each.unit],
        ...lesionCells(each),
      ]),
    ];
  });
  const header = [
    "case",
    "label",
    "as",
    "Dice",
    "IoU",
    "NSD",
    "HD95",
    "HD",
    "ASSD",
    "MASD",
    "to reference",
    "in",
  ];
  const table = formatTable([...header, "TP/FP/FN", "RQ", "SQ", "PQ"], lines);
  return [table, ...libraries.map(describeLibrary)];
}

function lesionCells(row: LibraryRow): (string | number)[] {
  if (Number.isNaN(row.truePositives)) return ["", "", "", ""];
  const counts = `${row.truePositives}/${row.falsePositives}/${row.falseNegatives}`;
  return [counts, row.recognitionQuality, row.segmentationQuality, row.panopticQuality];
}

function describeLibrary(name: LibraryName): string {
  const { version, source, ...rest } = libraryDefinitions[name];
  return [
    `${version} (${source})`,
    `  Dice, empty   ${rest.empty}`,
    `  border        ${rest.border}`,
    `  HD95          ${rest.hd95}`,
    `  ASSD          ${rest.average}`,
    `  NSD           ${rest.nsd}`,
    `  lesions       ${rest.lesions}`,
  ].join("\n");
}
