import type { TumorOrgan } from "../../anatomy/organs.js";
import { createKey } from "../../core/random.js";
import type { CandidateCase } from "../../metrics/candidates.js";
import { frocCurve, type FrocPoint } from "../../metrics/froc.js";
import { extentOf, type ScanExtent } from "../plan/tests.js";
import type { ArmFroc, CollectedResults } from "../run/result.js";
import { type Distribution, patientName } from "./experiment-scores.js";
import { usualExtent } from "./select-tests.js";

/** Which free-response curves are asked for. */
export interface ArmFrocOptions {
  /** Default `in`. */
  distribution?: Distribution;
  /** Tests of scans cut to the organ (default, where there are any), or of whole scans. */
  scan?: ScanExtent;
  /** Draws of the intervals; default 500. */
  resamples?: number;
}

/**
 * A free-response curve of each arm in an organ: lesions found against false alarms a scan, of the arm's largest size with all its
 * seeds taken together; intervals draw patients. Results that were condensed have their curves with them, whatever
 * `resamples` says. Arms whose results keep no candidates (thresholds, and results of earlier versions) have none.
 */
export function frocOfArms(
  results: CollectedResults,
  organ: TumorOrgan,
  options: ArmFrocOptions = {},
): ArmFroc[] {
  const { distribution = "in", scan = usualExtent(results.plan), resamples = 500 } = options;
  const kept = results.froc?.filter(
    (each) => each.organ === organ && each.distribution === distribution && each.scan === scan,
  );
  if (kept) return kept;
  const tests = new Set(
    results.plan.tests
      .filter((test) => test.distribution === distribution && extentOf(test) === scan)
      .map(({ name }) => name),
  );
  return results.plan.arms.flatMap(({ name: arm }): ArmFroc[] => {
    const trials = results.trials.filter(({ trial }) => trial.organ === organ && trial.arm === arm);
    const size = Math.max(...trials.map(({ trial }) => trial.size));
    const largest = trials.filter(({ trial }) => trial.size === size);
    const cases = largest.flatMap((each) =>
      each.tests
        .filter(({ name }) => tests.has(name))
        .flatMap((test) =>
          test.cases.flatMap(({ candidates, ...rest }): CandidateCase[] =>
            candidates ? [{ ...rest, patient: patientName(results, test, rest.patient), candidates }] : [],
          ),
        ),
    );
    if (cases.length === 0) return [];
    const key = createKey(0).split("froc").split(organ);
    const curve = frocCurve(cases, { bootstrap: { key, resamples } });
    const points = thinPoints(curve.points);
    return [{ organ, arm, size, seeds: largest.length, distribution, scan, curve: { ...curve, points } }];
  });
}

/** Least step along either axis that keeps a point: half a percent of the lesions, a fiftieth of the false alarms. */
const leastSensitivity = 0.005;
const leastRate = 1.02;

/** A curve of thousands of thresholds as far as a picture of it shows: the first and last point, and those a visible step on. */
function thinPoints(points: readonly FrocPoint[]): FrocPoint[] {
  const kept: FrocPoint[] = [];
  for (const [at, point] of points.entries()) {
    const last = kept.at(-1);
    const isStep =
      last === undefined ||
      point.sensitivity - last.sensitivity >= leastSensitivity ||
      point.falsePositivesPerScan > leastRate * last.falsePositivesPerScan;
    if (isStep || at === points.length - 1) kept.push(point);
  }
  return kept;
}
