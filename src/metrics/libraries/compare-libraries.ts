import { requireThat } from "../../core/errors.js";
import { evaluateCase } from "../evaluate.js";
import type { ScoreRow } from "../evaluate.js";
import { countConfusion } from "../overlap.js";
import type { Confusion } from "../overlap.js";
import { openPair } from "../pair.js";
import type { Labels } from "../pair.js";
import { scoreAsMetricsReloaded } from "./as-metrics-reloaded.js";
import { scoreAsMonai } from "./as-monai.js";
import { scoreAsPanoptica } from "./as-panoptica.js";
import { scoreAsSurfaceDistance } from "./as-surface-distance.js";
import { measureBorders } from "./border-voxels.js";
import type { BorderDistances } from "./border-voxels.js";
import { libraryDefinitions } from "./definitions.js";
import type { LibraryName, LibraryScores } from "./library-scores.js";

/** One label of one pair by one library's definitions. */
export interface LibraryRow extends LibraryScores {
  case: string;
  label: number;
  name: string;
  library: LibraryName;
}

/** What is compared. */
export interface LibraryOptions {
  /** The label to score. */
  label: number;
  /** What stands in its rows; defaults to `"label 7"`. */
  name?: string;
  /** Name of the case; defaults to `""`. */
  case?: string;
  /** In mm, for the libraries that take one; defaults to 2. */
  toleranceMm?: number;
  /** Defaults to all. */
  libraries?: readonly LibraryName[];
}

/**
 * What other libraries print for the same pair, computed here by their definitions (`libraryDefinitions`): one row per library, in
 * the order asked for. Their code isn't run. The definitions were compared with panoptica, MetricsReloaded and surface-distance
 * themselves, and with the formulas of MONAI in numpy and scipy, to nine digits (MONAI: six, since it computes in single
 * precision).
 *
 * Throws a LabError that prints both values when the grids differ, for labels that are not whole numbers and a tolerance
 * below 0.
 */
export function compareLibraries(
  reference: Labels,
  prediction: Labels,
  options: LibraryOptions,
): LibraryRow[] {
  const { label, case: name = "", toleranceMm = 2 } = options;
  requireThat(
    Number.isFinite(toleranceMm) && toleranceMm >= 0,
    "toleranceMm",
    toleranceMm,
    "a finite number of millimetres from 0",
  );
  const libraries = options.libraries ?? (Object.keys(libraryDefinitions) as LibraryName[]);
  const maps = { reference, prediction, label };
  const row: Confusion & Pick<ScoreRow, "surface"> = libraries.includes("surface-distance")
    ? evaluateCase(reference, prediction, { labels: [label], toleranceMm })[0]
    : countConfusion(reference, prediction, { labels: [label] })[0];
  const data = openPair(reference, prediction);
  const { shape, spacingMm } = reference;
  const borders = (spacing: Labels["spacingMm"]): BorderDistances =>
    measureBorders(data.reference, data.prediction, label, { shape, spacingMm: spacing });
  // Once for the two libraries that measure alike.
  const millimetres = libraries.some((each) => each === "monai" || each === "metrics-reloaded")
    ? borders(spacingMm)
    : undefined;
  const score: Readonly<Record<LibraryName, () => LibraryScores>> = {
    monai: () => scoreAsMonai(row, millimetres!, toleranceMm),
    "surface-distance": () => scoreAsSurfaceDistance(row, row.surface, toleranceMm),
    panoptica: () => scoreAsPanoptica(maps, row, borders([1, 1, 1])),
    "metrics-reloaded": () => scoreAsMetricsReloaded(row, millimetres!, toleranceMm),
  };
  return libraries.map((library) => ({
    case: name,
    label,
    name: options.name ?? `label ${label}`,
    library,
    ...score[library](),
  }));
}
