import { LabError } from "../../core/errors.js";
import type { LibraryName } from "./library-scores.js";

/** How a library defines what it prints, a sentence each. */
export interface LibraryDefinition {
  name: LibraryName;
  /** The version that was read and compared with. */
  version: string;
  source: string;
  /** Dice where a mask is empty. */
  empty: string;
  /** What a border is, and what its elements weigh. */
  border: string;
  hd95: string;
  /** What stands under ASSD. */
  average: string;
  nsd: string;
  /** What lesions are and how they are matched. */
  lesions: string;
}

const voxelBorder =
  "Border voxels (what erosion along the axes takes away), one count each, between centres.";
const noLesionsHere = "None.";

/** The definitions of each library, beside which this library's are those of `metricInfo` and `emptyPolicies`. */
export const libraryDefinitions: Readonly<Record<LibraryName, LibraryDefinition>> = {
  monai: {
    name: "monai",
    version: "MONAI 1.5.0",
    source: "https://github.com/Project-MONAI/MONAI, monai/metrics",
    empty: "NaN where the reference is empty, also for a false alarm; 0 for a missed structure.",
    border: `${voxelBorder} mm with spacing=.`,
    hd95: "Larger of the two directed 95th percentiles, linear between values; NaN where one mask is empty.",
    average:
      "symmetric=True: mean over both borders together; by default the mean from prediction to reference alone.",
    nsd: "Share of both borders' voxels within the tolerance; 0 where one mask is empty.",
    lesions: noLesionsHere,
  },
  "surface-distance": {
    name: "surface-distance",
    version: "google-deepmind/surface-distance 1f805ce",
    source: "https://github.com/google-deepmind/surface-distance, surface_distance/metrics.py",
    empty: "0 where one mask is empty, NaN where both are.",
    border: "Surface elements between voxels, weighed by area (on two axes by length), mm.",
    hd95: "Larger of the two directed distances that cover 95 % of the area; infinite where a mask is empty.",
    average: "No symmetric average: the two directed means, weighed by area.",
    nsd: "Share of both surfaces' area within the tolerance; 0 where one mask is empty.",
    lesions: noLesionsHere,
  },
  panoptica: {
    name: "panoptica",
    version: "panoptica 2.1.4",
    source: "https://github.com/BrainLesion/panoptica, panoptica/metrics",
    empty: "0 where the masks share no voxel, NaN where both are empty.",
    border: `${voxelBorder} Its global_bin_ distances are in voxels whatever the spacing.`,
    hd95: "95th percentile of both borders' distances pooled, linear between values; fails where the masks share no voxel.",
    average:
      "Mean of the two directed means, which others call MASD; infinite where the masks share no voxel.",
    nsd: "Mean of the two borders' shares within 0.5 voxels, each counting alike; fails where the masks share no voxel.",
    lesions:
      "Components that touch by a corner (on two axes by an edge), one to one by an IoU of at least 0.5, the largest first.",
  },
  "metrics-reloaded": {
    name: "metrics-reloaded",
    version: "MetricsReloaded cb38dfc",
    source: "https://github.com/Project-MONAI/MetricsReloaded, MetricsReloaded/metrics/pairwise_measures.py",
    empty: "1 where both masks are empty, 0 where one is.",
    border: `${voxelBorder} mm with pixdim.`,
    hd95: "Larger of the two directed 95th percentiles, linear between values; 0 where both masks are empty, NaN where one is.",
    average:
      "ASSD over both borders together and MASD as the mean of the two directed means; 0 where both masks are empty.",
    nsd: "Share of both borders' voxels within the tolerance; 1 where both masks are empty, without meaning where one is.",
    lesions: "By options of assignment and localisation: not computed here.",
  },
};

/** Libraries by name, or `all`. Throws a LabError that lists the names for any other. */
export function findLibraries(text: string): LibraryName[] {
  const names = Object.keys(libraryDefinitions) as LibraryName[];
  if (text === "all") return names;
  const found = names.find((name) => name === text);
  if (found === undefined) throw new LabError("library", text, `one of ${names.join(", ")}, or all`);
  return [found];
}
