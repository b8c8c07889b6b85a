import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { judgeTables } from "tumorlab/internal/evaluation/court/judge-scores";

const touchstone = "../shared/data/touchstone";

describe("the 19 models of Touchstone in the court", function () {
  if (!existsSync(touchstone)) {
    it(`skipped: they are not in ${touchstone}`, function () {
      this.skip();
    });
    return;
  }
  this.timeout(60_000);

  it("are judged for all pairs and organs: in none can the best be told from the second", async () => {
    const folders = readdirSync(touchstone)
      .map((name) => join(touchstone, name))
      .filter((path) => existsSync(join(path, "dsc.csv")));
    const { structures, family } = await judgeTables(folders, { resamples: 100 });
    assert.deepEqual([family, structures.length], [1539, 9]);
    /**
     * Of scipy 1.17.1, on the cases that all 19 have with a value: best and second by `x.mean()`, `d = x - y`, `t.sf(mean / se, n - 1)`,
     * and `t.interval(.95, n - 1, mean, se)`, which is that of the court from 200 patients on.
     */
    const golden = [
      [
        "nnU-Net_STU-Net_B",
        "nnU-Net_STU-Net_L",
        528,
        0.20055431757388353,
        -0.00414300624655326,
        0.010336934257328219,
      ],
      ["nnU-Net_STU-Net_B", "nnU-Net_STU-Net_L", 116, 0.4258073543356273, NaN, NaN],
      [
        "nnU-Net_ResEncL",
        "nnU-Net_U-Net",
        257,
        0.08129126214877787,
        -0.0036879464036846873,
        0.02184850901809126,
      ],
      [
        "nnU-Net_ResEncL",
        "nnU-Net_U-Net",
        238,
        0.23156129488471186,
        -0.009092242051876188,
        0.019912196297629508,
      ],
      [
        "nnU-Net_STU-Net_L",
        "nnU-Net_U-Net",
        394,
        0.3546717243802117,
        -0.008111375709766321,
        0.011909981830812594,
      ],
      [
        "nnU-Net_ResEncL",
        "nnU-Net_U-Net",
        257,
        0.11171932497654519,
        -0.005165421948327658,
        0.022000817648049717,
      ],
      [
        "nnU-Net_STU-Net_L",
        "nnU-Net_STU-Net_B",
        422,
        0.12808384276707005,
        -0.0024428668282839355,
        0.009147502358005457,
      ],
      [
        "nnU-Net_STU-Net_H",
        "nnU-Net_STU-Net_B",
        351,
        0.08269763154075219,
        -0.00213380494805873,
        0.012420131974991724,
      ],
      [
        "_MedFormer",
        "nnU-Net_STU-Net_L",
        364,
        0.18629309175300135,
        -0.008989838288815138,
        0.023938216757788816,
      ],
    ] as const;
    for (const [k, [first, second, n, falseClaim, low, high]] of golden.entries()) {
      const [pair] = structures[k].pairs;
      assert.deepEqual([pair.first, pair.second, pair.n, pair.verdict], [first, second, n, "cannot be told"]);
      assert.ok(Math.abs(pair.falseClaim - falseClaim) < 1e-9, structures[k].name);
      assert.equal(pair.interval.method, n < 200 ? "gaffke" : "t");
      if (n < 200) continue;
      assert.ok(Math.abs(pair.interval.low - low) < 1e-9 && Math.abs(pair.interval.high - high) < 1e-9);
    }
    // Gaffke's bound of so few is wider than t's, and the weakest model is told all the same.
    assert.ok(structures[1].pairs[0].interval.high - structures[1].pairs[0].interval.low > 0.03);
    for (const { pairs } of structures) assert.equal(pairs.at(-1)!.verdict, "better");
  });
});
