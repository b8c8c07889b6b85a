import { createKey } from "tumorlab/internal/core/random";
import { fitLaw } from "tumorlab/internal/scaling/fit";
import { profileIntervals } from "tumorlab/internal/scaling/intervals";
import { scalingLaws } from "tumorlab/internal/scaling/laws/table";

/** How often the intervals of one law held the truth. */
export interface Coverage {
  law: string;
  curves: number;
  parameters: string[];
  /** Share of the curves, in the order of the parameters. */
  shares: number[];
  /** Curves whose fit said that it is not identified. */
  unidentified: number;
}

/** A curve of each law, and sizes over which every part of it shows. */
const scenes: Record<string, { truth: number[]; sizes: number[] }> = {
  power: { truth: [1.2, 0.25], sizes: spread(20, 0.75) },
  "power-floor": { truth: [0.35, 1.5, 0.5], sizes: spread(20, 0.75) },
  "exponential-plateau": { truth: [0.4, 0.25, 0.004], sizes: spread(20, 0.75) },
  "stretched-exponential": { truth: [0.38, 0.6, 0.01, 0.6], sizes: spread(20, 0.75) },
  m4: { truth: [0.35, 0.6, 0.7, 3, 0.6], sizes: spread(2, 1) },
  "broken-power": { truth: [0.1, 1.2, 0.15, 0.5, 400, 0.3], sizes: spread(20, 0.75) },
};

/** Twelve sizes, so many doublings apart. */
function spread(first: number, doublings: number): number[] {
  return Array.from({ length: 12 }, (_, i) => Math.round(first * 2 ** (i * doublings)));
}

/** Simulates curves of two seeds per size with normal noise of 0.002, and asks each interval whether it holds the truth. */
export function* simulateCoverage(curves: number): Generator<Coverage> {
  for (const law of scalingLaws) {
    const { truth, sizes } = scenes[law.name];
    const held = truth.map(() => 0);
    let unidentified = 0;
    for (let run = 0; run < curves; run++) {
      const noise = createKey(run).split(law.name).stream();
      const points = sizes.flatMap((n) =>
        [0, 1].map(() => ({ n, error: law.value(n, truth) + 0.002 * noise.normal() })),
      );
      const fit = fitLaw(law, points);
      if (!fit.identified) unidentified++;
      profileIntervals(fit, points).forEach(({ low, high }, i) => {
        held[i] += Number(low <= truth[i] && truth[i] <= high);
      });
    }
    yield {
      law: law.name,
      curves,
      parameters: law.parameters.map(({ name }) => name),
      shares: held.map((count) => count / curves),
      unidentified,
    };
  }
}

/** One law as a line for people; asked are 93 to 97 % of 500 curves. */
export function formatCoverage({ law, parameters, shares, unidentified }: Coverage): string {
  const each = parameters.map((name, i) => `${name} ${(100 * shares[i]).toFixed(1)}`).join("  ");
  const isMet = shares.every((share) => share >= 0.93 && share <= 0.97);
  return `${law.padEnd(24)}${each} %: ${isMet ? "met" : "MISSED"}${unidentified > 0 ? `, ${unidentified} not identified` : ""}`;
}
