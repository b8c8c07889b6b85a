import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { openPublished } from "tumorlab/internal/data/published";
import { analyzeExperiment } from "tumorlab/internal/experiment/analyze/analyze";
import { compareWithPaper, type ClaimComparison } from "tumorlab/internal/paper/claims";
import { handMadePlan, handMadeResults, type Asked } from "../experiment/hand-made-results.js";

const plan = handMadePlan({
  organs: [
    { organ: "pancreas", sizes: [1, 2, 4] },
    { organ: "liver", sizes: [1, 2, 4] },
    { organ: "uterus", sizes: [1, 2, 4] },
  ],
});
const compare = async (dice: (asked: Asked) => number): Promise<Record<string, ClaimComparison>> => {
  const results = handMadeResults(plan, (asked) => (asked.baseline ? 0 : dice(asked)));
  const claims = await compareWithPaper(analyzeExperiment(results, { resamples: 100 }));
  return Object.fromEntries(claims.map((claim) => [claim.id, claim]));
};
const isMixed = ({ trial }: Asked): boolean => trial!.arm !== "real";

describe("compareWithPaper", () => {
  it("finds the paper's shape where it was put", async () => {
    const organGain = { pancreas: 0.2, liver: 0.1, uterus: 0.05 } as Record<string, number>;
    const claims = await compare((asked) => {
      const base = asked.trial!.size === 1 ? 0.4 : 0.6;
      const gain = organGain[asked.organ] * (asked.distribution === "in" ? 1 : 2);
      return base - (asked.distribution === "in" ? 0 : 0.2) + (isMixed(asked) ? gain : 0);
    });
    for (const [id, { verdict, because, published }] of Object.entries(claims)) {
      assert.equal(verdict, "holds", id);
      assert.ok(because.length > 0, id);
      assert.ok(published.length > 0, id);
    }
    // From 2 to 4 real scans nothing changes; 1 with synthetic tumors reaches 0.6 as well.
    assert.match(claims["real-saturation"].found, /From 2 to 4 scans Dice changes by \+0\.000/);
    assert.match(claims["synthetic-sufficiency"].found, /4 real scans alone are ahead of 1 .* \+0\.000/);
    assert.ok(Math.abs(claims["in-distribution-gain"].measured!.estimate! - 0.35 / 3) < 1e-9);
    assert.ok(Math.abs(claims["ood-gain"].measured!.estimate! - 0.7 / 3) < 1e-9);
    assert.equal(claims["organ-order"].measured!.estimate, 1);
    assert.match(claims["organ-order"].found, /pancreas \+0\.200, liver \+0\.100, uterus \+0\.050/);
  });

  it("finds the opposite where that was put", async () => {
    const organLoss = { pancreas: 0.05, liver: 0.03, uterus: 0.02 } as Record<string, number>;
    const claims = await compare((asked) => {
      const real = 0.2 * asked.trial!.size;
      return (
        real * 0.9 - (isMixed(asked) ? organLoss[asked.organ] * (asked.distribution === "in" ? 1 : 2) : 0)
      );
    });
    for (const [id, { verdict }] of Object.entries(claims)) assert.equal(verdict, "does not hold", id);
    assert.equal(claims["organ-order"].measured!.estimate, -1);
  });

  it("cannot tell where patients disagree, and says what would decide", async () => {
    const claims = await compare((asked) => {
      const odd = asked.patient === 0 ? 1 : -1;
      const sign = asked.distribution === "in" ? 1 : -1;
      return 0.5 + (isMixed(asked) ? 0.1 * odd * sign : 0) + (asked.trial!.size === 4 ? 0.2 * odd : 0);
    });
    for (const [id, { verdict, because }] of Object.entries(claims)) {
      assert.equal(verdict, "cannot be told here", id);
      const ofPancreas = ["real-saturation", "synthetic-sufficiency"].includes(id);
      const rest = ofPancreas ? /2 trainings per size\. Four/ : /2 trainings per size and 3 organs\. Four/;
      assert.match(because[0], /wide, with at most 2 test patients /, id);
      assert.match(because[0], rest, id);
    }
  });

  it("draws organs, so that organs trained once and far apart prove no mean and no order", async () => {
    const gain = { pancreas: 0.2, liver: 0, uterus: -0.1 } as Record<string, number>;
    const once = { ...plan, organs: plan.organs.map((own, i) => (i === 0 ? own : { ...own, seeds: [1] })) };
    const results = handMadeResults(once, (asked) =>
      asked.baseline ? 0 : 0.5 + (isMixed(asked) ? gain[asked.organ] : 0),
    );
    const claims = await compareWithPaper(analyzeExperiment(results, { resamples: 20 }));
    const [inside, order] = ["in-distribution-gain", "organ-order"].map((id) =>
      claims.find((claim) => claim.id === id)!,
    );
    assert.equal(inside.verdict, "cannot be told here");
    assert.ok(Math.abs(inside.measured!.estimate! - 0.1 / 3) < 1e-9);
    // All three draws may be the same organ, once in 27 for each.
    assert.ok(Math.abs(inside.measured!.low + 0.1) < 1e-9);
    assert.ok(Math.abs(inside.measured!.high - 0.2) < 1e-9);
    assert.match(inside.because[0], /1 to 2 trainings per size and 3 organs/);
    // Of six orders one agrees wholly.
    assert.match(order.found, /tau 1\.00 \[1\.00, 1\.00\]\. Of all orders 17 % agree as well/);
  });

  it("reads the numbers from the published tables, with their sources", async () => {
    const { rows } = await openPublished("headline-claims");
    const claims = await compare(() => 0.5);
    const [saturation] = claims["real-saturation"].published;
    assert.equal(saturation.value, rows.find(({ id }) => id === "real-saturation")!.value);
    assert.match(saturation.source, /arXiv/);
    assert.equal(saturation.unit, "scans");
    assert.equal(claims["organ-order"].published.length, 6);
    const folder = await mkdtemp(path.join(tmpdir(), "claims-"));
    const table = {
      ...{ name: "t", title: "t", columns: {}, sources: [{ key: "A", kind: "primary", what: "a paper" }] },
      rows: [{ id: "other", source: "A", estimate: false }],
    };
    for (const name of ["headline-claims", "in-distribution-gains"])
      await writeFile(path.join(folder, `${name}.json`), JSON.stringify(table));
    const analysis = analyzeExperiment(
      handMadeResults(plan, () => 0),
      { resamples: 2 },
    );
    await assert.rejects(compareWithPaper(analysis, { folder }), /a row real-saturation/);
    await rm(folder, { recursive: true });
  });

  it("says that an experiment did not ask", async () => {
    const [real] = plan.arms;
    const lone = handMadePlan({ arms: [real], organs: [{ organ: "kidney", sizes: [1] }] });
    const analysis = analyzeExperiment(
      handMadeResults(lone, () => 0.5),
      { resamples: 2 },
    );
    for (const { verdict, measured, because } of await compareWithPaper(analysis)) {
      assert.equal(verdict, "cannot be told here");
      assert.equal(measured, undefined);
      assert.deepEqual(because, ["The experiment did not ask this."]);
    }
  });
});
