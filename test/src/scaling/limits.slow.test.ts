import assert from "node:assert/strict";
import { createKey } from "tumorlab/internal/core/random";
import { fitLaw } from "tumorlab/internal/scaling/fit";
import { profileIntervals } from "tumorlab/internal/scaling/intervals";
import { noiseOfFit } from "tumorlab/internal/scaling/judge";
import { findLaw } from "tumorlab/internal/scaling/laws/table";
import { averageLimits } from "tumorlab/internal/scaling/limits";

const sizes = [60, 278, 500, 1500, 3159];
const real = [0.402, 0.527, 0.54, 0.593, 0.597].map((dice, i) => ({ n: sizes[i], error: 1 - dice }));
const laws = ["power-floor", "exponential-plateau"].map(findLaw);
const curves = 100;

/** Share of curves about a truth whose interval holds its limit, in percent: by either law, and averaged. */
function coverage(truthIndex: number): { floor: number; plateau: number; averaged: number } {
  const truth = fitLaw(laws[truthIndex], real);
  const noise = noiseOfFit(fitLaw(laws[0], real));
  const limit = truth.law.asymptote(truth.parameters);
  const held = [0, 0, 0];
  for (let seed = 0; seed < curves; seed++) {
    const stream = createKey(seed).stream();
    const points = sizes.map((n) => ({
      n,
      error: truth.law.value(n, truth.parameters) + noise * stream.normal(),
    }));
    const intervals = [
      ...laws.map((law) => profileIntervals(fitLaw(law, points), points)[0]),
      averageLimits(points, { laws }),
    ];
    intervals.forEach(({ low, high }, i) => (held[i] += Number(low <= limit && limit <= high)));
  }
  const [floor, plateau, averaged] = held.map((count) => (100 * count) / curves);
  return { floor, plateau, averaged };
}

describe("coverage of a limit's 95 % interval at the five published sizes", function () {
  this.timeout(120_000);

  it("is half of what it says under a wrong law, and holds averaged, where the truth is a power law with floor", () => {
    // 200 curves in numpy and scipy: 48.5 % by the plateau. 400 curves here: 95.5, 51 and 95.5 %.
    const { floor, plateau, averaged } = coverage(0);
    assert.ok(floor >= 90, String(floor));
    assert.ok(plateau >= 38 && plateau <= 62, String(plateau));
    assert.ok(averaged >= 91, String(averaged));
  });

  it("holds averaged where the truth is a plateau, with room to spare", () => {
    const { plateau, averaged } = coverage(1);
    assert.ok(plateau >= 88, String(plateau));
    assert.ok(averaged >= 97, String(averaged));
  });
});
