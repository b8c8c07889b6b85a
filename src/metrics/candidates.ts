import { equivalentRadiusMm } from "../anatomy/size-class.js";
import { requireThat } from "../core/errors.js";
import { requireSameGrid, voxelVolumeMl } from "../core/grid.js";
import type { Volume } from "../core/types.js";
import { type ComponentTable, findComponents } from "../volume/components.js";
import { findPeaks, floodPeak, levelsOf, type LevelBox, perLevel } from "./probability-peaks.js";

/** That a candidate shares voxels with a lesion of the reference. */
export interface CandidateOverlap {
  /** The lesion's place in the case's list, from 0. */
  lesion: number;
  /** Voxels shared / voxels of either: above 0 and at most 1. */
  iou: number;
}

/** A place that may be a lesion, and how sure a model is of it. */
export interface LesionCandidate {
  /** The largest in it, to 4 digits: above 0 and at most 1. */
  probability: number;
  volumeMl: number;
  /** Empty for a false alarm. */
  overlaps: readonly CandidateOverlap[];
}

/** A scan as FROC and AUC need it. Test cases of trials that keep candidates are such. */
export interface CandidateCase {
  case: string;
  patient: string;
  /** Lesions of the reference; none in a scan without. */
  lesions: readonly { radiusMm: number }[];
  candidates: readonly LesionCandidate[];
}

/** What counts as a candidate. */
export interface CandidateOptions {
  /** Values of the reference that are lesions; default 1. */
  labels?: readonly number[];
  /** Least probability of a candidate, above 0 and below 1; default 0.1. */
  floor?: number;
  /** A candidate reaches as far as this share of its own largest probability, 0 to 1; default 0.4. */
  share?: number;
  /** The likeliest so many are kept; default 100. */
  maxCandidates?: number;
}

/**
 * Takes a map of probabilities apart into candidates, and says which lesions of the reference each shares voxels with.
 *
 * A candidate is a peak with the voxels around it (26 neighbours) that have at least `share` of its probability, and `floor`.
 * A lower peak is a candidate of its own where each way to a higher one dips below `share` of the lower, so that a haze does not
 * join what is apart and a ripple does not divide what is one. So the dynamic threshold of PI-CAI (Bosma et al. 2023), which
 * takes a peak to 1 / 2.5 of its height, without its order of removals.
 *
 * @param probability of the lesion, 0 to 1, on the reference's grid.
 * @param reference label map; lesions are 26-connected pieces, in the order of their first voxels as in `evaluateLesions`.
 * @returns candidates from the likeliest; of equals the one whose peak comes first in memory.
 * @throws LabError for two grids, numbers that are no probability, and options that cannot be.
 */
export function findCandidates(
  probability: Volume,
  reference: Volume<Uint8Array | Uint16Array>,
  options: CandidateOptions = {},
): Pick<CandidateCase, "lesions" | "candidates"> {
  const { labels = [1], floor = 0.1, share = 0.4, maxCandidates = 100 } = options;
  requireSameGrid(reference, probability, ["reference", "probability"]);
  requireThat(floor > 0 && floor < 1, "floor", floor, "a probability above 0 and below 1");
  requireThat(share >= 0 && share <= 1, "share", share, "a share from 0 to 1");
  requireThat(
    Number.isInteger(maxCandidates) && maxCandidates >= 0,
    "maxCandidates",
    maxCandidates,
    "a whole number from 0",
  );
  const table = findComponents({ ...reference, data: selectLabels(reference.data, labels) });
  const lesions = table.components.map(({ volumeMl }) => ({ radiusMm: equivalentRadiusMm(volumeMl) }));
  const box = levelsOf(probability, floor);
  if (!box) return { lesions, candidates: [] };
  const ids = paintLesions(table, box);
  const voxelMl = voxelVolumeMl(reference);
  const taken = new Uint8Array(box.levels.length);
  const candidates = findPeaks(box, share)
    .slice(0, maxCandidates)
    .map((peak): LesionCandidate => {
      const level = box.levels[peak];
      const shared = new Map<number, number>();
      let voxels = 0;
      floodPeak(box, peak, Math.max(floor * perLevel, share * level), taken, (at) => {
        voxels++;
        if (ids[at] > 0) shared.set(ids[at], (shared.get(ids[at]) ?? 0) + 1);
      });
      const overlaps = [...shared]
        .sort(([a], [b]) => a - b)
        .map(([id, both]) => ({
          lesion: id - 1,
          iou: both / (voxels + table.components[id - 1].voxels - both),
        }));
      return { probability: level / perLevel, volumeMl: voxels * voxelMl, overlaps };
    });
  return { lesions, candidates };
}

function selectLabels(data: Uint8Array | Uint16Array, labels: readonly number[]): Uint8Array {
  const isLesion = new Uint8Array(65536);
  for (const label of labels) isLesion[label] = 1;
  const chosen = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) chosen[i] = isLesion[data[i]];
  return chosen;
}

/** The id of the lesion of each voxel of a box, 0 for none. */
function paintLesions(
  { runs, componentOfRun, shape }: ComponentTable,
  { from, size }: LevelBox,
): Uint32Array {
  const ids = new Uint32Array(size[0] * size[1] * size[2]);
  for (let z = 0, to = 0; z < size[2]; z++)
    for (let y = 0; y < size[1]; y++, to += size[0]) {
      const row = from[1] + y + shape[1] * (from[2] + z);
      for (let run = runs.rowStart[row]; run < runs.rowStart[row + 1]; run++) {
        const [start, end] = [runs.start[run] - from[0], runs.end[run] - from[0]];
        if (end > 0 && start < size[0])
          ids.fill(componentOfRun[run], to + Math.max(0, start), to + Math.min(size[0], end));
      }
    }
  return ids;
}
