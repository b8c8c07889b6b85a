import { requireThat } from "../../core/errors.js";
import { withData } from "../../core/grid.js";
import type { Volume } from "../../core/types.js";
import { measureProbabilities, type ProbabilityCase } from "../../metrics/probabilities.js";
import type { TrialCase } from "./result.js";

/** A likely place fewer or more in a hundred false ones tells nothing, and takes room in every result. */
const maxCandidates = 50;

/**
 * What a trial keeps of a test case's probabilities of tumor, rounded to what comparisons need.
 *
 * @param reference classes of an experiment: 2 is tumor.
 * @param probability of each voxel.
 */
export function keepProbabilities(
  reference: Volume<Uint8Array | Uint16Array>,
  probability: Float32Array,
): Required<Pick<TrialCase, "candidates" | "histogram">> {
  const { candidates, histogram } = measureProbabilities(withData(reference, probability), reference, {
    labels: [2],
    maxCandidates,
  });
  const { voxels, positives, sums } = histogram;
  return {
    candidates: candidates.map(({ probability, volumeMl, overlaps }) => ({
      probability,
      volumeMl: round(volumeMl, 4),
      overlaps: overlaps.map(({ lesion, iou }) => ({ lesion, iou: round(iou, 4) })),
    })),
    histogram: { voxels, positives, sums: sums.map((sum) => round(sum, 3)) },
  };
}

/**
 * The cases of a trial's test with the probabilities that it kept, for `frocCurve`, `areaUnderRoc` and `calibrate`.
 *
 * @throws LabError for a case without them: a result of an earlier version, or a threshold that has none.
 */
export function keptProbabilities(cases: readonly TrialCase[]): ProbabilityCase[] {
  return cases.map(({ case: name, patient, lesions, candidates, histogram }) => {
    requireThat(
      candidates !== undefined && histogram !== undefined,
      `case ${name}`,
      "no probabilities",
      "candidates and a histogram",
      "Thresholds have none, and results of earlier versions kept none: run the experiment again",
    );
    return { case: name, patient, lesions, candidates, histogram };
  });
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
