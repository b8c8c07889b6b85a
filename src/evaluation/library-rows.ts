import type { ScoreRow } from "../metrics/evaluate.js";
import { compareLibraries } from "../metrics/libraries/compare-libraries.js";
import type { LibraryRow } from "../metrics/libraries/compare-libraries.js";
import type { LibraryName } from "../metrics/libraries/library-scores.js";
import type { LabelMaps } from "./score-regions.js";
import type { LabelPairOfCase } from "./study.js";

/**
 * What other libraries print for each row of a case, row by row and library by library.
 *
 * @param regions maps of the rows that are regions, by label value.
 */
export function libraryRows(
  pair: LabelPairOfCase,
  rows: readonly ScoreRow[],
  regions: ReadonlyMap<number, LabelMaps>,
  libraries: readonly LibraryName[],
): LibraryRow[] {
  return rows.flatMap(({ case: name, label, name: structure, toleranceMm }) => {
    const { reference, prediction } =
      regions.get(label) ?? pair.layers?.find((layer) => label in layer.labels) ?? pair;
    const options = { label, name: structure, case: name, toleranceMm, libraries };
    return compareLibraries(reference, prediction, options);
  });
}
