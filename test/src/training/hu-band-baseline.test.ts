import assert from "node:assert/strict";
import { createVolume, withData } from "tumorlab/internal/core/grid";
import { applyHuBand, fitHuBand } from "tumorlab/internal/training/hu-band-baseline";
import type { LabelledScan } from "tumorlab/internal/training/prepared-case";
import { ballScan } from "./scans.js";

/** Voxels found, true and both. */
function countVoxels(found: ArrayLike<number>, { labels }: LabelledScan): [number, number, number] {
  const counts: [number, number, number] = [0, 0, 0];
  labels.data.forEach((label, i) => {
    if (found[i] > 0) counts[0]++;
    if (label === 27) counts[1]++;
    if (found[i] > 0 && label === 27) counts[2]++;
  });
  return counts;
}

describe("the baseline of a band of HU", () => {
  // Background 0 HU, liver 140, lesion 40, each with a deviation of 10.
  const scans = [1, 2, 3, 4].map((seed) => ballScan(seed));

  it("finds the band that the tumors alone lie in", async () => {
    const band = await fitHuBand(scans, { organ: "liver", sigmasMm: [0] });
    assert.deepEqual([band.organ, band.sigmaMm], ["liver", 0]);
    assert.ok(band.lowHu >= 15 && band.lowHu <= 30, `${band.lowHu}`);
    assert.ok(band.highHu >= 65 && band.highHu <= 105, `${band.highHu}`);
    const other = ballScan(11);
    const found = applyHuBand(band, other.ct);
    assert.ok(found.data.every((value) => value === 0 || value === 1));
    assert.deepEqual([found.shape, found.spacingMm], [other.ct.shape, other.ct.spacingMm]);
    // Noise of the large background reaches into the band: it is no good finder, as a band of the whole scan is not.
    const [inBand, truth, both] = countVoxels(found.data, other);
    assert.ok(both / truth > 0.75 && inBand < 2 * truth, `${inBand} found, ${truth} true, ${both} both`);
  });

  it("is told nothing of the organ: labels without one give the same voxels", async () => {
    const band = await fitHuBand(scans, { organ: "liver" });
    const onlyLesions = scans.map((scan) => ({
      ...scan,
      labels: { ...scan.labels, data: scan.labels.data.map((label) => (label === 27 ? 27 : 0)) },
    }));
    assert.deepEqual(await fitHuBand(onlyLesions, { organ: "liver" }), band);
  });

  it("tells the Dice of the scans it was fitted on, healthy ones with them, in HU that are stored scaled too", async () => {
    const healthy = { ...scans[3], labels: { ...scans[3].labels, data: new Uint8Array(20 * 18 * 16) } };
    // Stored at half the size, 100 higher.
    const stored = Float32Array.from(scans[0].ct.data, (hu) => hu / 2 + 50);
    const scaled = {
      ...scans[0],
      ct: { ...withData(scans[0].ct, stored), rescale: { slope: 2, intercept: -100 } },
    };
    const all = [scaled, scans[1], healthy];
    const band = await fitHuBand(all, { organ: "liver", sigmasMm: [0, 3] });
    const counts = all.map((scan) => countVoxels(applyHuBand(band, scan.ct).data, scan));
    const [found, truth, both] = [0, 1, 2].map((at) => counts.reduce((sum, each) => sum + each[at], 0));
    assert.ok(Math.abs(band.dice - (2 * both) / (found + truth)) < 1e-12);
    assert.ok(band.dice > 0.5 && band.dice < 1, `${band.dice}`);
  });

  it("smooths where noise hides the tumor", async () => {
    const noisy = scans.map((scan, seed) => {
      const other = ballScan(50 + seed).ct.data;
      // Noise six times as strong, taken from a scan whose structures are taken off again.
      const noise = other.map((hu) => 6 * (hu - 140 * Math.round(hu / 140)));
      return {
        ...scan,
        ct: withData(
          scan.ct,
          Int16Array.from(scan.ct.data, (hu, i) => hu + (Math.abs(noise[i]) < 200 ? noise[i] : 0)),
        ),
      };
    });
    const [sharp, smoothed] = [
      await fitHuBand(noisy, { organ: "liver", sigmasMm: [0] }),
      await fitHuBand(noisy, { organ: "liver", sigmasMm: [0, 3] }),
    ];
    assert.deepEqual([sharp.sigmaMm, smoothed.sigmaMm], [0, 3]);
    assert.ok(smoothed.dice > sharp.dice + 0.1, `${smoothed.dice} and ${sharp.dice}`);
  });

  it("refuses scans without a tumor in its reach, and stops when told", async () => {
    await assert.rejects(
      fitHuBand(scans, { organ: "kidney" }),
      /cases, kidney: found "no tumor with HU from -200 to 400 in 4 scans"/,
    );
    const bone = { ...scans[0], ct: createVolume(new Int16Array(20 * 18 * 16).fill(900), [20, 18, 16]) };
    await assert.rejects(
      fitHuBand([{ ...bone, labels: scans[0].labels }], { organ: "liver" }),
      /affine of ball-1, labels: found/,
    );
    const bright = { ...scans[0], ct: withData(scans[0].ct, new Int16Array(20 * 18 * 16).fill(900)) };
    await assert.rejects(fitHuBand([bright], { organ: "liver" }), /in 1 scans/);
    await assert.rejects(fitHuBand(scans, { organ: "liver", sigmasMm: [] }), /sigmasMm: found "none"/);
    await assert.rejects(fitHuBand(scans, { organ: "liver", signal: AbortSignal.abort() }), /abort/i);
  });
});
