import assert from "node:assert/strict";
import { parseCurveTable } from "tumorlab/internal/scaling/curve-table";
import { findLaw } from "tumorlab/internal/scaling/laws/table";
import { reportEfficiency } from "tumorlab/internal/scaling/report";
import { keepSharedSeeds, pairSizes } from "tumorlab/internal/scaling/shared-seeds";

/** Five seeds of `real`, lucky and unlucky ones; `mixed` has three of them and is 0.05 better in each. */
const lines = [10, 20, 40].flatMap((n) =>
  [-0.1, 0.1, 0, 0.2, -0.05].flatMap((luck, seed) => {
    const real = 0.3 + n / 200 + luck;
    return [`${n},${real},real,${seed}`, ...(seed < 3 ? [`${n},${real + 0.05},mixed,${seed}`] : [])];
  }),
);
const table = parseCurveTable(["n,score,arm,seed", ...lines].join("\n"));

describe("keepSharedSeeds", () => {
  it("compares arms over the seeds that both have, so that a gain is not another seed's luck", () => {
    const { area } = reportEfficiency(table, "real", "mixed", findLaw("power"), { resamples: 50 });
    assert.ok(Math.abs(area.estimate! - 0.05) < 1e-9, String(area.estimate));
    // Whichever seeds are drawn, the gain is the same.
    assert.ok(Math.abs(area.low - 0.05) < 1e-9 && Math.abs(area.high - 0.05) < 1e-9);
  });

  it("leaves cells of other sizes and arms alone, and a table with nothing to leave out as it is", () => {
    const shared = keepSharedSeeds(table, [
      [
        { arm: "real", n: 20 },
        { arm: "mixed", n: 20 },
      ],
    ]);
    const count = (arm: string, n: number): number =>
      shared.rows.filter((row) => row.arm === arm && row.n === n).length;
    assert.deepEqual([count("real", 10), count("real", 20), count("mixed", 20)], [5, 3, 3]);
    assert.equal(keepSharedSeeds(shared, [[{ arm: "mixed", n: 10 }]]), shared);
    assert.equal(keepSharedSeeds(table, []), table);
  });

  it("compares two sizes of one arm as well, and keeps trainings that share no seed", () => {
    const uneven = parseCurveTable("n,score,arm,seed\n10,0.1,a,1\n10,0.2,a,2\n20,0.3,a,2\n20,0.4,b,7");
    const sizes = [
      { arm: "a", n: 10 },
      { arm: "a", n: 20 },
    ];
    assert.deepEqual(
      keepSharedSeeds(uneven, [sizes]).rows.map(({ line }) => line),
      [3, 4, 5],
    );
    assert.equal(keepSharedSeeds(uneven, pairSizes(uneven, ["a", "b"])), uneven);
    assert.deepEqual(pairSizes(uneven, ["a", "b"]), [
      [
        { arm: "a", n: 20 },
        { arm: "b", n: 20 },
      ],
    ]);
  });
});
