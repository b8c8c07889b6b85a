import assert from "node:assert/strict";
import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import { openSample } from "tumorlab/internal/data/samples";
import type { MeasurableScan } from "tumorlab/internal/phantom/measurable";
import { measureNoiseSpectrum } from "tumorlab/internal/phantom/noise-spectrum";

/** A block of one organ with a function of place (in mm) as its HU. */
function createBlock(
  shape: readonly [number, number, number],
  spacingMm: readonly [number, number, number],
  huAt: (xMm: number, yMm: number) => number,
  name = "liver",
): MeasurableScan {
  const count = shape[0] * shape[1] * shape[2];
  const ct = createVolume(new Float32Array(count), shape, { spacingMm });
  for (let i = 0; i < count; i++)
    ct.data[i] = huAt((i % shape[0]) * spacingMm[0], (Math.floor(i / shape[0]) % shape[1]) * spacingMm[1]);
  const labels = toLabelMap(createVolume(new Uint8Array(count).fill(5), shape, { spacingMm }), { 5: name });
  return { ct, labels };
}

describe("measureNoiseSpectrum", () => {
  it("gives white noise the same power at all frequencies: its variance times the area of a voxel", () => {
    const draw = createKey(3).stream();
    const scan = createBlock([70, 70, 12], [0.8, 0.8, 2], () => 60 + 12 * draw.normal());
    const spectrum = measureNoiseSpectrum(scan);
    assert.equal(spectrum.sideMm, 25.6);
    assert.equal(spectrum.regions, 12 * 9);
    assert.equal(spectrum.perMm.length, 16);
    assert.ok(Math.abs(spectrum.noiseHu - 12) < 0.3, `${spectrum.noiseHu}`);
    for (const power of spectrum.power.slice(1))
      assert.ok(Math.abs(power / (144 * 0.64) - 1) < 0.15, `${power}`);
  });

  it("finds the frequency and the strength of a wave, and no trend of second order", () => {
    const wave = createBlock(
      [80, 80, 2],
      [1, 1, 5],
      (x, y) => 50 + 0.3 * x - 0.2 * y + 0.004 * x * y + 0.01 * y * y + 8 * Math.sin(2 * Math.PI * 0.25 * x),
    );
    const spectrum = measureNoiseSpectrum(wave, { sideMm: 32 });
    assert.equal(spectrum.peakPerMm, 0.25);
    assert.ok(Math.abs(spectrum.noiseHu - 8 / Math.SQRT2) < 0.1, `${spectrum.noiseHu}`);
    assert.ok(Math.abs(spectrum.meanPerMm - 0.25) < 0.01);
    const still = measureNoiseSpectrum(createBlock([40, 40, 2], [1, 1, 5], (x, y) => x * y - y * y));
    assert.ok(still.noiseHu < 1e-3);
  });

  it("measures on voxels that are not square, and in the organs asked for", () => {
    const scan = createBlock(
      [80, 60, 2],
      [1, 1.5, 5],
      (_, y) => 10 * Math.cos((2 * Math.PI * y) / 6),
      "Kidney_Left",
    );
    assert.equal(measureNoiseSpectrum(scan).regions, 0);
    const spectrum = measureNoiseSpectrum(scan, { structures: ["left_kidney"] });
    assert.ok(Math.abs(spectrum.peakPerMm - 1 / 6) < 0.03);
    assert.throws(() => measureNoiseSpectrum(scan, { sideMm: 0 }), /sideMm: found 0, expected millimetres/);
  });

  it("says nothing where no organ holds a region, and keeps a voxel from the edge", () => {
    const small = createBlock([9, 40, 1], [3, 3, 3], () => 50);
    const { regions, perMm, noiseHu, peakPerMm } = measureNoiseSpectrum(small);
    assert.deepEqual([regions, perMm, noiseHu, peakPerMm], [0, [], NaN, NaN]);
    assert.equal(measureNoiseSpectrum(createBlock([10, 10, 1], [3, 3, 3], () => 50)).regions, 1);
  });

  it("measures the real scan", async () => {
    const { regions, noiseHu, power } = measureNoiseSpectrum(
      await openSample("abdomen-ct", { scale: "tiny" }),
    );
    assert.ok(regions > 100);
    assert.ok(noiseHu > 3 && noiseHu < 15, `${noiseHu}`);
    assert.ok(power.every((each) => each > 0));
  });
});
