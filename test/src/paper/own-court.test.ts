import assert from "node:assert/strict";
import { judgmentTable } from "tumorlab/internal/notebook/judgment-table";
import { judgePublished } from "tumorlab/internal/paper/own-court";
import type { PublishedJudgment } from "tumorlab/internal/paper/own-court";
import { judgmentFigure } from "tumorlab/internal/plot/judgment";

/**
 * By numpy and scipy 1.17.1: s = 0.0348 + 1.206 m - 1.1582 m^2, d = sqrt(s1^2 + s2^2 - 2 r s1 s2),
 * t.sf((m1 - m2) / (d / sqrt(n)), n - 1), for r 0.7 and 0.85.
 */
const golden: readonly [
  id: string,
  n: number,
  gain: number,
  atLow: number,
  atHigh: number,
  verdict: string,
][] = [
  ["msd-liver", 70, 3.2, 0.08796026476037881, 0.029344096404312795, "cannot be told"],
  ["msd-pancreas", 139, 4.9, 0.01266069398760903, 0.000873491356395568, "cannot be told"],
  ["ood-3d-ircadb", 20, 14, 0.007067722703768598, 0.0008492455561745377, "cannot be told"],
  ["ood-panorama", 676, 12.3, 1.372247505233407e-30, 1.8636350902371348e-54, "better"],
  ["ood-kipa22", 30, 7.2, 0.031238771687621673, 0.006135683509504779, "cannot be told"],
  ["ood-jhh", 1007, 5.6, 8.66518706820734e-12, 2.7353575163665117e-21, "better"],
  ["real-saturation", 1007, 0.4, 0.3161339688737801, 0.2492940568041869, "cannot be told"],
  ["synthetic-sufficiency", 1007, 0.3, 0.36006162960188787, 0.3061871265995, "cannot be told"],
];

describe("judgePublished", () => {
  let judgment: PublishedJudgment;
  before(async () => {
    judgment = await judgePublished();
  });

  it("holds the paper's comparisons against the spread that their means suggest", () => {
    assert.deepEqual(
      judgment.comparisons.map(({ id }) => id),
      golden.map(([id]) => id),
    );
    for (const [id, n, gain, atLow, atHigh, verdict] of golden) {
      const found = judgment.comparisons.find((each) => each.id === id)!;
      const { pairs } = judgment.structures.find(({ name }) => name === found.structure)!;
      assert.deepEqual([found.n, found.verdict, pairs.length], [n, verdict, 2], id);
      for (const [k, probability] of [atLow, atHigh].entries()) {
        assert.ok(Math.abs(100 * pairs[k].gain - gain) < 1e-9, id);
        const relative = pairs[k].falseClaim / probability - 1;
        assert.ok(Math.abs(relative) < 1e-8, `${id}: ${pairs[k].falseClaim} for ${probability}`);
      }
    }
  });

  it("finds neither a rise beyond 1,500 scans nor equality within a point", () => {
    for (const id of ["real-saturation", "synthetic-sufficiency"]) {
      const { structure } = judgment.comparisons.find((each) => each.id === id)!;
      for (const pair of judgment.structures.find(({ name }) => name === structure)!.pairs) {
        assert.ok(pair.pDifference > 0.05 && pair.pEquivalence > 0.05);
        assert.ok(pair.needed.equivalence > 3000);
      }
    }
  });

  it("says where the numbers of cases come from, what was read off a plot, and what would change the answer", () => {
    const of = (id: string) => judgment.comparisons.find((each) => each.id === id)!;
    assert.equal(of("ood-jhh").nFrom, "1,007 patients of JHH cohort (FELIX), split test");
    assert.ok(of("synthetic-sufficiency").estimate && !of("real-saturation").estimate);
    assert.match(of("ood-3d-ircadb").caveats.join(" "), /contained in LiTS/);
    assert.match(of("ood-panorama").caveats.join(" "), /not stated/);
    for (const { claim, source } of judgment.comparisons)
      assert.ok(claim.endsWith(".") && source.length > 10);
  });

  it("is a table and a forest plot for a notebook", () => {
    const rows = judgmentTable(judgment);
    assert.equal(rows.length, 16);
    assert.deepEqual(
      [rows[0].structure, rows[0].first, rows[0].n, rows[0]["correlation taken"], rows[0].verdict],
      ["MSD liver", "AbdomenAtlas 2.0", 70, 0.7, "cannot be told"],
    );
    const { data, layout } = judgmentFigure(judgment, { title: "Court" });
    const [band, dots] = data;
    assert.match(String(band.name), /Margin: within 1 point counts as equal/);
    assert.equal((dots.x as number[]).length, 16);
    assert.match(String(dots.name), /95 % interval, spread guessed from the mean; verdicts after Holm/);
    const notes = (layout.annotations as { text: string }[]).map(({ text }) => text);
    assert.ok(notes.includes("n = 70: cannot be told") && notes.includes("n = 676: better"));
    const cut = judgmentFigure(judgment, { limit: 3 });
    assert.match(JSON.stringify(cut.layout.title), /\(3 of 16\)/);
  });

  it("takes another margin and correlation", async () => {
    const { comparisons, structures } = await judgePublished({ margin: 0.03, correlations: [0.85] });
    assert.equal(comparisons.find(({ id }) => id === "real-saturation")!.verdict, "equal within the margin");
    assert.equal(structures[0].pairs.length, 1);
  });
});
