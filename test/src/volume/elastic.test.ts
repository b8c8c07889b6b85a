import assert from "node:assert/strict";
import { createVolume } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import { deformNearest, splineWeights, visitDisplacements } from "tumorlab/internal/volume/elastic";

describe("splineWeights", () => {
  it("goes through the control points and gives the numbers of scipy's zoom", () => {
    for (const count of [2, 3, 4, 7]) {
      const weights = splineWeights(
        Float64Array.from({ length: count }, (_, i) => i),
        count,
      );
      weights.forEach((each, point) =>
        each.forEach((weight, i) => assert.ok(Math.abs(weight - (i === point ? 1 : 0)) < 1e-12)),
      );
    }
    // scipy.ndimage.zoom(numpy.array([1.0, -2.0, 4.0]), 7 / 3, order=3), scipy 1.17.1.
    const expected = [
      1.0000000000000002, 0.05555555555555598, -1.5555555555555554, -2.0000000000000013, -0.11111111111111263,
      2.6111111111111094, 3.999999999999999,
    ];
    const weights = splineWeights(
      Float64Array.from({ length: 7 }, (_, i) => (i * 2) / 6),
      3,
    );
    expected.forEach((value, i) => {
      const found = 1 * weights[0][i] - 2 * weights[1][i] + 4 * weights[2][i];
      assert.ok(Math.abs(found - value) < 1e-12, `${found} for ${value}`);
    });
    assert.throws(() => splineWeights(new Float64Array(1), 1), /control points: found 1/);
  });
});

describe("deformNearest", () => {
  const cube = (side: number) => {
    const data = Int16Array.from({ length: side ** 3 }, (_, i) => i + 1);
    return createVolume(data, [side, side, side]);
  };

  it("moves nothing without displacement and a whole volume by a constant one", () => {
    const volume = cube(5);
    const still = { shape: [3, 3, 3] as const, offsets: new Float64Array(81) };
    assert.deepEqual(deformNearest(volume, still), volume);
    const shift = Float64Array.from({ length: 81 }, (_, i) => (i < 27 ? 1 : 0));
    const moved = deformNearest(volume, { ...still, offsets: shift }).data;
    for (let i = 0; i < moved.length; i++) assert.equal(moved[i], i % 5 === 4 ? 0 : i + 2);
    assert.throws(() => deformNearest(volume, { ...still, offsets: shift.slice(1) }), /offsets: found 80/);
  });

  it("follows the spline, voxel by voxel, for any number of control points", () => {
    const shape = [6, 4, 5] as const;
    const controls = [3, 4, 2] as const;
    const draw = createKey(8).stream();
    const offsets = Float64Array.from({ length: 3 * 24 }, () => draw.normal());
    const steps = shape.map((n, axis) =>
      Float64Array.from({ length: n }, (_, i) => (i * (controls[axis] - 1)) / (n - 1)),
    );
    const weights = steps.map((each, axis) => splineWeights(each, controls[axis]));
    let rows = 0;
    visitDisplacements({ shape: controls, offsets }, [steps[0], steps[1], steps[2]], (y, z, ...found) => {
      rows++;
      found.forEach((line, part) =>
        line.forEach((value, x) => {
          let sum = 0;
          for (let k = 0; k < 2; k++)
            for (let j = 0; j < 4; j++)
              for (let i = 0; i < 3; i++)
                sum +=
                  weights[0][i][x] *
                  weights[1][j][y] *
                  weights[2][k][z] *
                  offsets[24 * part + i + 3 * (j + 4 * k)];
          assert.ok(Math.abs(value - sum) < 1e-12);
        }),
      );
    });
    assert.equal(rows, 20);
  });

  it("leaves a single slice where it is along its own axis", () => {
    const flat = createVolume(
      Uint8Array.from({ length: 16 }, (_, i) => i),
      [4, 4, 1],
    );
    assert.deepEqual(deformNearest(flat, { shape: [3, 3, 3], offsets: new Float64Array(81) }), flat);
  });
});
