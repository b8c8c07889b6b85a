import type { TumorOrgan } from "../../anatomy/organs.js";
import type { EstimateWithInterval } from "../../scaling/curve-interval.js";
import { testMean } from "../../stats/student.js";

/** A number of an organ, such as a mean gain over log n, with the interval over its own patients and trainings. */
export interface OrganGain {
  organ: TumorOrgan;
  measured: EstimateWithInterval & { estimate: number };
}

/**
 * Mean over organs, each counting once. The interval takes organs as draws: Student's t over their numbers, so that six
 * organs count as six numbers however many patients each was tested on. An organ's own luck, of patients and of training,
 * is part of the spread between organs. A single organ keeps its own interval.
 */
export function meanOfOrgans(
  { level }: { level: number },
  gains: readonly OrganGain[],
): EstimateWithInterval {
  if (gains.length === 1) return gains[0].measured;
  const { n, mean, low, high, standardError, degrees, pValue } = testMean(
    gains.map(({ measured }) => measured.estimate),
    { level },
  );
  const parts = [{ unit: "organs", count: n, share: 1 }];
  const numbers = { low, high, standardError, degrees, pValue };
  return { ...numbers, estimate: mean, undefinedShare: 0, method: "t", parts };
}
