import assert from "node:assert/strict";
import { createVolume, withData } from "tumorlab/internal/core/grid";
import type { LabelledScan } from "tumorlab/internal/training/prepared-case";
import { applyThreshold, fitThreshold } from "tumorlab/internal/training/threshold-baseline";
import { erodeMask } from "tumorlab/internal/volume/morphology";
import { ballScan } from "./scans.js";

/** A ball of another contrast: liver at 0 HU, the lesion `lesionHu` from it. */
function contrastScan(seed: number, lesionHu: number): LabelledScan {
  const scan = ballScan(seed);
  const data = Int16Array.from(scan.ct.data, (hu, i) => {
    const label = scan.labels.data[i];
    return label === 5 ? hu - 140 : label === 27 ? hu - 40 + lesionHu : hu;
  });
  return { ...scan, ct: createVolume(data, scan.ct.shape, { spacingMm: scan.ct.spacingMm }) };
}

/** Voxels found, true and both. */
function countVoxels(found: LabelledScan["labels"], { labels }: LabelledScan) {
  const counts = [0, 0, 0];
  found.data.forEach((label, i) => {
    if (label === 27) counts[0]++;
    if (labels.data[i] === 27) counts[1]++;
    if (label === 27 && labels.data[i] === 27) counts[2]++;
  });
  return counts;
}

describe("the threshold baseline", () => {
  const scans = [1, 2, 3, 4].map((seed) => ballScan(seed));

  it("finds what is darker than its organ, in scans it was not fitted on", async () => {
    const model = await fitThreshold(scans, { organs: ["liver"] });
    const [{ organ, dice }] = model.organs;
    assert.equal(organ, "liver");
    assert.ok(dice > 0.97, `${dice}`);
    const other = ballScan(11);
    const labels = applyThreshold(model, other);
    assert.deepEqual(labels.names, { 27: "liver_lesion" });
    const [found, truth, both] = countVoxels(labels, other);
    assert.ok((2 * both) / (found + truth) > 0.95);
    const outside = labels.data.filter((label, i) => label > 0 && other.labels.data[i] === 0);
    assert.equal(outside.length, 0);
  });

  it("tells the Dice of the scans it was fitted on, healthy ones with them", async () => {
    const faint = [1, 2, 3].map((seed) => contrastScan(seed, -15));
    const healthy = ballScan(4);
    const data = healthy.labels.data.map((label) => (label === 27 ? 5 : label));
    faint.push({ ...healthy, labels: { ...healthy.labels, data } });
    const model = await fitThreshold(faint, { organs: ["liver"], sigmasMm: [0, 4] });
    const counts = faint.map((scan) => countVoxels(applyThreshold(model, scan), scan));
    const [found, truth, both] = [0, 1, 2].map((at) => counts.reduce((sum, each) => sum + each[at], 0));
    assert.ok(Math.abs(model.organs[0].dice - (2 * both) / (found + truth)) < 1e-12);
    assert.ok(model.organs[0].dice > 0.3 && model.organs[0].dice < 1);
  });

  it("chooses the side on which the tumors lie", async () => {
    const sideOf = async (cases: LabelledScan[]) =>
      (await fitThreshold(cases, { organs: ["liver"], sigmasMm: [0] })).organs[0].side;
    const lesionsOf = (...hu: number[]) => hu.map((each, seed) => contrastScan(seed + 1, each));
    // Noise on the healthy side is taken for tumor by "either" alone.
    assert.equal(await sideOf(lesionsOf(-35, -35, -30)), "darker");
    assert.equal(await sideOf(lesionsOf(35, 35, 30)), "brighter");
    assert.equal(await sideOf(lesionsOf(-60, 60, 60)), "either");
  });

  it("leaves out the organ's rim where that helps", async () => {
    // The rim shows the dark outside; the lesion lies in the middle and is fainter.
    const blurred = [1, 2, 3].map((seed) => {
      const scan = contrastScan(seed, -30);
      const rim = erodeMask(
        withData(
          scan.labels,
          scan.labels.data.map((label) => (label > 0 ? 1 : 0)),
        ),
        4,
      );
      const data = Int16Array.from(scan.ct.data, (hu, i) => (rim.data[i] === 0 ? -80 : hu));
      return { ...scan, ct: withData(scan.ct, data) };
    });
    const fit = async (marginsMm: number[]) =>
      (await fitThreshold(blurred, { organs: ["liver"], sigmasMm: [0], marginsMm })).organs[0];
    const [without, both] = [await fit([0]), await fit([0, 4])];
    assert.equal(both.marginMm, 4);
    assert.ok(both.dice > without.dice + 0.2, `${both.dice} and ${without.dice}`);
  });

  it("takes the organ from where it is told, and finds nothing where there is none", async () => {
    const model = await fitThreshold(scans, { organs: ["liver"] });
    const nowhere = { ...scans[0].labels, data: new Uint8Array(scans[0].labels.data.length) };
    const labels = applyThreshold(model, { ...scans[0], labels: nowhere });
    assert.ok(labels.data.every((label) => label === 0));
    // A margin as wide as the organ leaves nothing.
    const deep = { organs: [{ ...model.organs[0], marginMm: 100 }] };
    assert.ok(applyThreshold(deep, scans[0]).data.every((label) => label === 0));
    // A flat organ has no spread: the least one is taken for it.
    const flat = createVolume(new Int16Array(scans[0].ct.data.length), scans[0].ct.shape, {
      spacingMm: scans[0].ct.spacingMm,
    });
    assert.ok(applyThreshold(model, { ...scans[0], ct: flat }).data.every((label) => label === 0));
  });

  it("refuses organs without a tumor to learn from, and stops when told", async () => {
    await assert.rejects(
      fitThreshold(scans, { organs: ["liver", "kidney"] }),
      /cases, kidney: found "no tumor in 4 scans/,
    );
    await assert.rejects(fitThreshold(scans, { organs: [] }), /organs: found "none"/);
    await assert.rejects(fitThreshold(scans, { organs: ["liver"], sigmasMm: [] }), /sigmasMm: found "none"/);
    await assert.rejects(
      fitThreshold(scans, { organs: ["liver"], marginsMm: [] }),
      /marginsMm: found "none"/,
    );
    await assert.rejects(fitThreshold(scans, { organs: ["liver"], signal: AbortSignal.abort() }), /abort/i);
  });
});
