import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { createVolume } from "tumorlab/internal/core/grid";
import type { Vec3 } from "tumorlab/internal/core/types";
import { gaussianFilter } from "tumorlab/internal/volume/gaussian";
import { reorient } from "tumorlab/internal/volume/orientation";
import { hashOf, readGolden } from "../../golden/volumes.js";

describe("gaussianFilter", () => {
  interface Case {
    shape: Vec3;
    spacingMm: Vec3;
    sigmaMm: Vec3;
    truncate: number;
    values: number[];
  }

  for (const engine of ["wasm", "plain"] as const)
    it(`gives scipy's numbers with engine ${engine}, kernels longer than the axis included`, () => {
      for (const { shape, spacingMm, sigmaMm, truncate, values } of readGolden<Case>("gaussian").cases) {
        const data = Int16Array.from(values, (_, i) => (hashOf(i, 1) % 2000) - 1000);
        const smooth = gaussianFilter(createVolume(data, shape, { spacingMm }), sigmaMm, {
          truncate,
          engine,
        });
        assert.ok(smooth.data instanceof Float32Array);
        // 1e-6 of the largest value is what the 32-bit engine promises.
        smooth.data.forEach((value, i) =>
          assert.ok(Math.abs(value - values[i]) <= 1e-3, `${i}: ${value} ${values[i]}`),
        );
      }
    });

  it("gives the same with both engines, whatever the shape", () => {
    fc.assert(
      fc.property(
        fc.tuple(
          fc.integer({ min: 1, max: 150 }),
          fc.integer({ min: 1, max: 9 }),
          fc.integer({ min: 1, max: 9 }),
        ),
        fc.tuple(
          fc.double({ min: 0, max: 9, noNaN: true }),
          fc.constantFrom(0, 0.5, 3),
          fc.constantFrom(0, 0.2, 11),
        ),
        (shape: Vec3, sigmaMm: Vec3) => {
          const data = new Float32Array(shape[0] * shape[1] * shape[2]).map((_, i) => hashOf(i, 9) / 65536);
          const volume = createVolume(data, shape, { spacingMm: [0.7, 0.8, 5] });
          const [wasm, plain] = (["wasm", "plain"] as const).map(
            (engine) => gaussianFilter(volume, sigmaMm, { engine }).data,
          );
          wasm.forEach((value, i) =>
            assert.ok(Math.abs(value - plain[i]) <= 1e-6, `${i}: ${value} ${plain[i]}`),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it("gives the same with few slices held at once and with many filtered span by span", () => {
    // 11 slices are held, from 12 on columns are filtered in spans, of which this slice needs several.
    const shape: Vec3 = [60, 41, 70];
    const data = new Int16Array(shape[0] * shape[1] * shape[2]).map((_, i) => hashOf(i, 10) >> 4);
    const volume = createVolume(data, shape, { spacingMm: [0.7, 0.8, 5] });
    for (const radius of [1, 5, 6, 80]) {
      const sigmaMm: Vec3 = [0.7, 0, (5 * radius) / 4];
      const wasm = gaussianFilter(volume, sigmaMm).data;
      const plain = gaussianFilter(volume, sigmaMm, { engine: "plain" }).data;
      let worst = 0;
      for (let i = 0; i < wasm.length; i++) worst = Math.max(worst, Math.abs(wasm[i] - plain[i]));
      assert.ok(worst <= 4096e-6, `radius ${radius}: ${worst}`);
    }
  });

  it("keeps a constant image, the mean of any, and the scale", () => {
    const volume = createVolume(new Int16Array(60).fill(-730), [5, 4, 3], {
      spacingMm: [0.7, 0.7, 5],
      rescale: { slope: 2, intercept: 3 },
    });
    const smooth = gaussianFilter(volume, 3);
    smooth.data.forEach((value) => assert.ok(Math.abs(value + 730) < 1e-3));
    assert.deepEqual(smooth.rescale, { slope: 2, intercept: 3 });
    assert.deepEqual(smooth.spacingMm, [0.7, 0.7, 5]);
  });

  it("does the same to the patient however the axes lie", () => {
    const data = Int16Array.from({ length: 7 * 6 * 5 }, (_, i) => hashOf(i, 5) % 500);
    const volume = createVolume(data, [7, 6, 5], { spacingMm: [0.7, 0.8, 3] });
    const expected = gaussianFilter(volume, 2).data;
    const turned = reorient(volume, "SPL");
    const back = reorient(gaussianFilter(turned, 2), "RAS").data;
    back.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-3));
  });

  it("leaves an axis with sigma 0 alone, and an image with all of them", () => {
    const volume = createVolume(Int16Array.from([1, 5, 2, 8]), [2, 2, 1]);
    assert.deepEqual([...gaussianFilter(volume, 0).data], [1, 5, 2, 8]);
    const [a, b] = gaussianFilter(volume, [5, 0, 0]).data;
    assert.ok(Math.abs(a + b - 6) < 1e-5 && Math.abs(a - b) < 0.1);
  });

  it("refuses what it cannot do, by name", () => {
    const volume = createVolume(new Int16Array(1), [1, 1, 1]);
    assert.throws(() => gaussianFilter(volume, -1), /sigmaMm: found -1/);
    assert.throws(() => gaussianFilter(volume, NaN), /sigmaMm: found NaN/);
    assert.throws(() => gaussianFilter(volume, 1, { truncate: 0 }), /truncate: found 0/);
    assert.throws(() => gaussianFilter(volume, 1, { engine: "gpu" as "wasm" }), /engine: found "gpu"/);
  });
});

describe("the WebAssembly module", () => {
  it("is what its source compiles to, byte for byte", async function () {
    this.timeout(120_000);
    const build = (await import(pathToFileURL("src/volume/assembly/build.mjs").href)) as {
      compileKernels(): Promise<Buffer>;
    };
    const { kernelsBase64 } = (await import(pathToFileURL("src/dist/volume/kernels-wasm.js").href)) as {
      kernelsBase64: string;
    };
    assert.equal((await build.compileKernels()).toString("base64"), kernelsBase64);
  });
});
