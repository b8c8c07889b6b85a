import type { TumorOrgan } from "../../anatomy/organs.js";
import { sizeClasses, sizeClassOf } from "../../anatomy/size-class.js";
import type { SizeClass } from "../../anatomy/size-class.js";
import { createKey } from "../../core/random.js";
import { clusteredRate } from "../../metrics/lesion-summary.js";
import type { Rate } from "../../metrics/lesion-summary.js";
import { groupClusters } from "../../stats/clusters.js";
import type { CollectedResults, TrialCase } from "../run/result.js";
import { distributions, patientName } from "./experiment-scores.js";
import type { Distribution } from "./experiment-scores.js";

/** What an arm's networks found, lesion by lesion, at the arm's largest size. */
export interface DetectionSummary {
  arm: string;
  distribution: Distribution;
  /** Real training scans, and trainings that are counted together. */
  n: number;
  seeds: number;
  /**
   * Share of the lesions of each size that were found, smallest size first; `NaN` without lesions. `count` and `n` are
   * over lesions and trainings, `lesions` says how many lesions there are; intervals draw patients.
   */
  recallBySize: (Rate & { sizeClass: SizeClass; displayName: string; lesions: number })[];
  /**
   * Share of the lesions, of any size, that were found *and* outlined with a Dice of 0.1 or more: a second, stricter rule, by
   * which a prediction that fills the box finds little.
   */
  outlined: Rate;
  /** Share of the patients with a tumor in whom one of their lesions was found, over patients and trainings. */
  patientsFound: Rate;
  /** Share of the patients without a tumor in whom one was seen, over patients and trainings; `NaN` without any. */
  falseAlarms: Rate;
  /** Finds that touch no lesion, per scan, over all patients: the price of what was found. May exceed 1. */
  falsePositivesPerScan: Rate;
}

/** Least Dice of a lesion that counts as outlined. */
const outlinedDice = 0.1;

/** Detection of each arm on both distributions; arms without trials are left out. */
export function summarizeDetection(
  results: CollectedResults,
  organ: TumorOrgan,
  { resamples = 2000, level = 0.95 }: { resamples?: number; level?: number } = {},
): DetectionSummary[] {
  const bootstrap = { key: createKey(0).split("detection").split(organ), resamples, level };
  return results.plan.arms.flatMap(({ name: arm }) => {
    const trialsOfArm = results.trials.filter(({ trial }) => trial.organ === organ && trial.arm === arm);
    const n = Math.max(...trialsOfArm.map(({ trial }) => trial.size));
    const largest = trialsOfArm.filter(({ trial }) => trial.size === n);
    return distributions.flatMap((distribution): DetectionSummary[] => {
      const cases = largest.flatMap(({ tests }) =>
        tests
          .filter((test) => test.distribution === distribution)
          .flatMap((test) =>
            test.cases.map((each) => ({ ...each, patient: patientName(results, test, each.patient) })),
          ),
      );
      if (cases.length === 0) return [];
      const { names, indexOfRow } = groupClusters(cases.map(({ patient }) => patient));
      const rate = (tell: (each: TrialCase) => { count: number; of: number }, isShare = true): Rate => {
        const counts = new Float64Array(names.length);
        const trials = new Float64Array(names.length);
        cases.forEach((each, row) => {
          const { count, of } = tell(each);
          counts[indexOfRow[row]] += count;
          trials[indexOfRow[row]] += of;
        });
        return clusteredRate(counts, trials, { isShare, bootstrap });
      };
      const seeds = largest.length;
      return [
        {
          arm,
          distribution,
          n,
          seeds,
          recallBySize: sizeClasses.map(({ name: sizeClass, displayName }) => {
            const share = rate(({ lesions }) => {
              const such = lesions.filter(({ radiusMm }) => sizeClassOf(radiusMm) === sizeClass);
              return { count: such.filter(({ found }) => found).length, of: such.length };
            });
            return { ...share, sizeClass, displayName, lesions: share.n / seeds };
          }),
          outlined: rate(({ lesions }) => ({
            count: lesions.filter(({ found, dice = 0 }) => found && dice >= outlinedDice).length,
            of: lesions.length,
          })),
          patientsFound: rate(({ lesions }) => ({
            count: lesions.some(({ found }) => found) ? 1 : 0,
            of: lesions.length > 0 ? 1 : 0,
          })),
          falsePositivesPerScan: rate(({ falsePositives }) => ({ count: falsePositives, of: 1 }), false),
          falseAlarms: rate(({ tumorVoxels, foundVoxels }) => ({
            count: tumorVoxels === 0 && foundVoxels > 0 ? 1 : 0,
            of: tumorVoxels === 0 ? 1 : 0,
          })),
        },
      ];
    });
  });
}
