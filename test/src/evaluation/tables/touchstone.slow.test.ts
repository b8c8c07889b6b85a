import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { compareTables } from "tumorlab/internal/evaluation/tables/compare-scores";

const touchstone = "../shared/data/touchstone";

describe("the 19 models of Touchstone on TotalSegmentator", function () {
  if (!existsSync(touchstone)) {
    it(`skipped: they are not in ${touchstone}`, function () {
      this.skip();
    });
    return;
  }
  this.timeout(60_000);

  it("are compared for all pairs and organs, with two winners of nine that can be told", async () => {
    const folders = readdirSync(touchstone)
      .map((name) => join(touchstone, name))
      .filter((path) => existsSync(join(path, "dsc.csv")));
    assert.equal(folders.length, 19);
    const found = await compareTables(folders, { resamples: 100 });
    assert.deepEqual(
      [found.cases, found.structures.length, found.separable, found.separableOverAll],
      [656, 9, 2, 1],
    );
    /**
     * Of scipy 1.17.1 and numpy, on the 656 cases that all have, without those where the organ is empty: the best `x.mean()`, and
     * the largest of its p values against the other 18 by Holm over all 171 pairs, `wilcoxon(x - y, method="approx").pvalue`.
     */
    const golden = [
      ["aorta", "nnU-Net_STU-Net_B", 528, 0.7603463238646686, 2.638816983931911e-6],
      ["gall_bladder", "nnU-Net_STU-Net_B", 116, 0.782430627798774, 1],
      ["kidney_left", "nnU-Net_ResEncL", 257, 0.8841180768804371, 0.09677302654149306],
      ["kidney_right", "nnU-Net_ResEncL", 238, 0.900685040301684, 0.011372469142454976],
      ["liver", "nnU-Net_STU-Net_L", 394, 0.9423644246803425, 0.10279790128126579],
      ["pancreas", "nnU-Net_ResEncL", 257, 0.7677705968940334, 1],
      ["inferior_vena_cava", "nnU-Net_STU-Net_L", 422, 0.7757829551306946, 1],
      ["spleen", "nnU-Net_STU-Net_H", 351, 0.9241986966710485, 1],
      ["stomach", "_MedFormer", 364, 0.8044132356579332, 1],
    ] as const;
    for (const [k, [name, winner, n, mean, largest]] of golden.entries()) {
      const { ranking, ...structure } = found.structures[k];
      assert.deepEqual([structure.winner, ranking.n, ranking.pairs.length], [winner, n, 171]);
      assert.equal(structure.isSeparable, ["aorta", "kidney_right"].includes(name), name);
      assert.ok(Math.abs(ranking.models[0].mean - mean) < 1e-12);
      const adjusted = ranking.pairs.filter(({ better }) => better === winner).map((pair) => pair.adjusted);
      assert.ok(Math.abs(Math.max(...adjusted) / largest - 1) < 1e-9, `${name} ${Math.max(...adjusted)}`);
    }
  });
});
