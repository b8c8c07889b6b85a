import assert from "node:assert/strict";
import { createKey } from "tumorlab/internal/core/random";
import type { Volume } from "tumorlab/internal/core/types";
import { createFourier, transformSquare } from "tumorlab/internal/phantom/fourier";
import { hospitals } from "tumorlab/internal/phantom/hospitals";
import { createPhantomCase } from "tumorlab/internal/phantom/make-case";
import { noisePower, createNoise } from "tumorlab/internal/phantom/noise";
import { median } from "tumorlab/internal/stats/describe";

describe("phantom scanner", () => {
  it("makes noise of the power spectrum it promises", function () {
    this.timeout(60_000);
    const [n, pixelMm, peakPerMm] = [128, 0.75, 0.22];
    const next = createNoise(createKey(5), {
      width: n,
      height: n,
      pixelMm: [pixelMm, pixelMm],
      sliceSpacingMm: 5,
      sliceThicknessMm: 1,
      peakPerMm,
    });
    const fourier = createFourier(n);
    const power = new Float64Array(n / 2);
    const counts = new Float64Array(n / 2);
    let variance = 0;
    const slices = 24;
    for (let s = 0; s < slices; s++) {
      const re = Float64Array.from(next());
      const im = new Float64Array(n * n);
      variance += re.reduce((sum, value) => sum + value * value, 0) / (n * n) / slices;
      transformSquare(fourier, n, re, im);
      for (let j = 0; j < n; j++)
        for (let i = 0; i < n; i++) {
          const bin = Math.round(Math.hypot(Math.min(i, n - i), Math.min(j, n - j)));
          if (bin >= n / 2) continue;
          power[bin] += ((re[i + n * j] ** 2 + im[i + n * j] ** 2) * pixelMm ** 2) / (n * n);
          counts[bin]++;
        }
    }
    for (let bin = 4; bin < n / 2; bin += 6) {
      const expected = noisePower(bin / (n * pixelMm), peakPerMm);
      assert.ok(Math.abs(power[bin] / counts[bin] / expected - 1) < 0.15, `bin ${bin}`);
    }
    assert.ok(Math.abs(variance - 1) < 0.05, `variance ${variance}`);
  });

  it("ties neighbouring slices together as thick slices do, without changing their spread", () => {
    const options = {
      width: 64,
      height: 64,
      pixelMm: [0.8, 0.8] as const,
      sliceSpacingMm: 1,
      peakPerMm: 0.2,
    };
    const correlate = (sliceThicknessMm: number): [number, number] => {
      const next = createNoise(createKey(1), { ...options, sliceThicknessMm });
      let [product, square] = [0, 0];
      for (let pair = 0; pair < 20; pair++) {
        const [a, b] = [next().slice(), next().slice()];
        a.forEach((value, i) => {
          product += value * b[i];
          square += (value * value + b[i] * b[i]) / 2;
        });
      }
      return [product / square, square / (20 * 64 * 64)];
    };
    const [thin, thick] = [correlate(0.5), correlate(4)];
    assert.ok(Math.abs(thin[0]) < 0.06, `${thin[0]}`);
    assert.ok(thick[0] > 0.7, `${thick[0]}`);
    assert.ok(Math.abs(thick[1] / thin[1] - 1) < 0.1);
  });

  it("integrates the power spectrum to 1 over the plane", () => {
    const step = 0.001;
    let integral = 0;
    for (let f = step / 2; f < 3; f += step) integral += noisePower(f, 0.3) * 2 * Math.PI * f * step;
    assert.ok(Math.abs(integral - 1) < 1e-3);
  });

  it("refuses a transform of a length that is no power of two", () => {
    assert.throws(() => createFourier(12), /power of two/);
  });

  it("makes hospitals look different: noise follows kernel and dose", function () {
    this.timeout(180_000);
    const scans = hospitals.map(({ name }) => {
      const grid = { spacingMm: [0.8, 0.8, 3] as const, shape: [96, 96, 8] as const };
      const { ct, metadata } = createPhantomCase(1, { seed: 4, hospital: name, controlShare: 1, ...grid });
      return { name, promised: metadata.noiseHu, measured: measureNoise(ct) };
    });
    const find = (name: string): (typeof scans)[number] => scans.find((scan) => scan.name === name)!;
    for (const noise of ["promised", "measured"] as const) {
      assert.ok(find("sharp-kernel")[noise] > 1.4 * find("reference")[noise], noise);
      assert.ok(find("low-dose")[noise] > find("reference")[noise], noise);
    }
    assert.deepEqual(
      hospitals.filter(({ distribution }) => distribution === "in").map(({ name }) => name),
      ["reference", "partner"],
    );
    assert.equal(new Set(hospitals.map(({ number }) => number)).size, hospitals.length);
  });

  it("puts the noise of its metadata into the middle of the body", function () {
    this.timeout(60_000);
    const phantom = createPhantomCase(0, {
      seed: 9,
      controlShare: 1,
      spacingMm: [0.7, 0.7, 2],
      shape: [192, 192, 8],
    });
    const sd = measureNoise(phantom.ct);
    const { metadata } = phantom;
    assert.ok(sd > 0.5 * metadata.noiseHu && sd < 2.2 * metadata.noiseHu, `${sd} of ${metadata.noiseHu}`);
  });
});

/** Spread of differences along y of two rows four apart: they leave noise and lose slow changes of tissue. */
function measureNoise({ data, shape: [nx, ny] }: Volume): number {
  const differences: number[] = [];
  for (let y = 4; y < ny; y++)
    for (let x = 0; x < nx; x++) {
      const [a, b] = [data[x + nx * (y + ny * 4)], data[x + nx * (y - 4 + ny * 4)]];
      if (a > 0 && a < 220 && b > 0 && b < 220) differences.push(Math.abs(a - b) / Math.SQRT2);
    }
  // From the median, so that edges between tissues count little.
  return median(differences) / 0.6745;
}
