import type { LawParameter } from "./law.js";

/** The scale a parameter is searched on, so that its bounds hold by construction. */
export interface SearchScale {
  toSearched(value: number): number;
  toNatural(searched: number): number;
  /** Derivative of the natural value by the searched one. */
  slope(value: number): number;
}

/** Where a search starts that was handed a value at its upper bound: at the bound itself every slope is 0. */
const nearestShare = 0.998;

/**
 * Logarithm above a single bound at 0, logit between two finite bounds, the value itself where there is none. A search
 * that only refused steps across a bound would stick to it with the other parameters not yet at their best.
 */
export function searchScaleOf({ lower, upper }: LawParameter): SearchScale {
  if (Number.isFinite(lower) && Number.isFinite(upper)) {
    const width = upper - lower;
    return {
      toSearched: (value) => {
        const share = Math.min(Math.max((value - lower) / width, 1e-300), nearestShare);
        return Math.log(share) - Math.log1p(-share);
      },
      toNatural: (searched) => lower + width / (1 + Math.exp(-searched)),
      slope: (value) => ((value - lower) * (upper - value)) / width,
    };
  }
  if (lower === 0) {
    return {
      toSearched: (value) => Math.log(Math.max(value, 1e-300)),
      toNatural: Math.exp,
      slope: (value) => value,
    };
  }
  return { toSearched: (value) => value, toNatural: (searched) => searched, slope: () => 1 };
}
