import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { openPublished } from "tumorlab/internal/data/published";
import { analyzeExperiment } from "tumorlab/internal/experiment/analyze/analyze";
import type { ClaimComparison } from "tumorlab/internal/paper/claim";
import { compareWithPaper } from "tumorlab/internal/paper/claims";
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
/** The sizes of the paper's axis, where its first claim can be asked. */
const largePlan = handMadePlan({ organs: [{ organ: "pancreas", sizes: [60, 500, 1500, 3159] }] });
const isMixed = ({ trial }: Asked): boolean => trial!.arm !== "real";

describe("compareWithPaper", () => {
  it("does not take for tested what the experiment cannot test, and says why", async () => {
    const claims = await compare(
      (asked) => 0.4 + (asked.trial!.size === 1 ? 0 : 0.2) + (isMixed(asked) ? 0.1 : 0),
    );
    for (const id of ["in-distribution-gain", "ood-gain", "ood-gain-is-larger", "organ-order"]) {
      assert.equal(claims[id].verdict, "not tested here", id);
      assert.match(claims[id].because[0], /older public data; this experiment compares/, id);
      assert.match(claims[id].found, /^Another quantity: /, id);
      assert.ok(claims[id].published.length > 0, id);
    }
    // The curve is as flat as the claim says, at 4 scans: that speaks neither for nor against 1,500.
    assert.equal(claims["real-saturation"].verdict, "not tested here");
    assert.match(claims["real-saturation"].because[0], /largest size here is 4 scans: the range ends before/);
    assert.match(claims["real-saturation"].found, /From 2 to 4 scans Dice changes by \+0\.000/);
  });

  it("judges saturation where the sizes reach it, either way", async () => {
    const verdictOf = async (dice: (size: number) => number): Promise<ClaimComparison> => {
      const results = handMadeResults(largePlan, ({ trial }) => (trial ? dice(trial.size) : 0));
      return (await compareWithPaper(analyzeExperiment(results, { resamples: 20 })))[0];
    };
    const flat = await verdictOf((size) => Math.min(0.6, size / 2500));
    assert.equal(flat.verdict, "holds");
    assert.ok(flat.because.length > 0);
    assert.match(flat.found, /From 1500 to 3159 scans Dice changes by \+0\.000/);
    const rising = await verdictOf((size) => size / 4000);
    assert.equal(rising.verdict, "does not hold");
    // From the first size that the claim speaks of: what happens before it is not asked.
    const late = await verdictOf((size) => (size < 1500 ? 0.3 : 0.6));
    assert.equal(late.verdict, "holds");
    const ends = largePlan.organs[0].sizes.slice(0, 3);
    const short = handMadeResults({ ...largePlan, organs: [{ organ: "pancreas", sizes: ends }] }, () => 0.5);
    const [claim] = await compareWithPaper(analyzeExperiment(short, { resamples: 20 }));
    assert.equal(claim.verdict, "not tested here", "nothing lies beyond 1,500");
  });

  it("finds sufficiency where it was put, its opposite, and what its interval is made of where neither", async () => {
    const enough = await compare((asked) => (asked.trial!.size === 4 || isMixed(asked) ? 0.6 : 0.3));
    assert.equal(enough["synthetic-sufficiency"].verdict, "holds");
    assert.match(enough["synthetic-sufficiency"].found, /4 real scans alone are ahead of 1 .* \+0\.000/);
    const behind = await compare((asked) => 0.2 * asked.trial!.size - (isMixed(asked) ? 0.1 : 0));
    assert.equal(behind["synthetic-sufficiency"].verdict, "does not hold");
    const split = await compare((asked) => {
      const odd = asked.patient === 0 ? 1 : -1;
      return 0.5 + (isMixed(asked) ? 0.1 * odd : 0) + (asked.trial!.seed === 1 && isMixed(asked) ? 0.01 : 0);
    });
    const claim = split["synthetic-sufficiency"];
    assert.equal(claim.verdict, "cannot be told");
    assert.match(
      claim.because[0],
      /variance comes 100 % from 2 patients and 0 % from 2 seeds: more patients would/,
    );
    assert.match(claim.found, /Student's t over 2 patients and 2 seeds, 1 degree of freedom/);
  });

  it('reads the abstract\'s "steepen" in three ways, for the published points and here', async () => {
    const law = (n: number, b: number): number => 1 - 0.2 - 0.7 * n ** -b;
    const steeper = await compare((asked) => law(asked.trial!.size, isMixed(asked) ? 0.6 : 0.3));
    assert.equal(steeper.steepen.verdict, "holds");
    // 60 to 3,159 scans: (59.7 - 40.2) and (59.3 - 48.2) points over log2(3159 / 60) doublings.
    assert.match(steeper.steepen.found, /points per doubling 3\.41 alone and 1\.94 with synthetic/);
    const flatter = await compare((asked) => law(asked.trial!.size, isMixed(asked) ? 0.2 : 0.5));
    assert.equal(flatter.steepen.verdict, "does not hold");
    // A shift and an early end: less per doubling and a larger exponent of what is left.
    const shifted = await compare((asked) =>
      isMixed(asked) ? 0.9 - 0.3 * asked.trial!.size ** -2 : 0.9 - 0.6 * asked.trial!.size ** -0.7,
    );
    assert.equal(shifted.steepen.verdict, "cannot be told");
    assert.match(shifted.steepen.because[0], /points per doubling: less steep.*above a floor: steeper/);
    assert.match(shifted.steepen.because[1], /shifted to fewer scans/);
    const floorless = await compare((asked) => 1 - 0.9 * asked.trial!.size ** (isMixed(asked) ? -0.6 : -0.3));
    assert.equal(floorless.steepen.verdict, "cannot be told", "two readings are no three");
    assert.match(
      floorless.steepen.because[0],
      /above a floor: no reading of its own, since a fitted floor is 0/,
    );
    // One reading alone is no answer, whichever way it points.
    const seeds = await compare((asked) => {
      const luck = asked.trial!.seed === 1 && asked.trial!.size === 4 ? 0.01 : 0;
      return law(asked.trial!.size, isMixed(asked) ? 0.32 : 0.3) + (isMixed(asked) ? luck : 0);
    });
    assert.equal(seeds.steepen.verdict, "cannot be told");
    assert.equal(steeper.steepen.published.length, 10);
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
    for (const name of ["headline-claims", "in-distribution-gains", "jhh-scaling"])
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
      assert.equal(verdict, "not tested here");
      assert.equal(measured, undefined);
      assert.match(because[0], /^The experiment did not ask this/);
    }
  });
});
