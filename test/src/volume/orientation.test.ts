import assert from "node:assert/strict";
import fc from "fast-check";
import { applyAffine, axisDirections, orientationOf } from "tumorlab/internal/core/affine";
import { createVolume } from "tumorlab/internal/core/grid";
import type { Vec3, Volume } from "tumorlab/internal/core/types";
import { orientationOfVolume, reorient, toRas } from "tumorlab/internal/volume/orientation";

const letters = [
  ["R", "L"],
  ["A", "P"],
  ["S", "I"],
];
const permutations = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];
const signs = [0, 1, 2, 3, 4, 5, 6, 7];

/** All 48 codes with the affine of a 0.7 x 0.8 x 5 mm grid at (-10, 20, 30) that has it. */
const orientations = permutations.flatMap((order) =>
  signs.map((bits) => {
    const flips = [0, 1, 2].map((axis) => (bits >> axis) & 1);
    const affine = new Array<number>(16).fill(0);
    order.forEach((world, axis) => (affine[4 * world + axis] = [0.7, 0.8, 5][axis] * (flips[axis] ? -1 : 1)));
    [affine[3], affine[7], affine[11], affine[15]] = [-10, 20, 30, 1];
    return { code: order.map((world, axis) => letters[world][flips[axis]]).join(""), affine };
  }),
);

function numbered(shape: Vec3, affine: readonly number[]): Volume<Int16Array> {
  return createVolume(
    Int16Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, i) => i),
    shape,
    { affine },
  );
}

/** World position of every voxel value, to the micrometre. */
function placesOf({ data, shape, affine }: Volume): Map<number, string> {
  const places = new Map<number, string>();
  for (let z = 0, i = 0; z < shape[2]; z++)
    for (let y = 0; y < shape[1]; y++)
      for (let x = 0; x < shape[0]; x++, i++)
        places.set(
          data[i],
          applyAffine(affine, [x, y, z])
            .map((mm) => (mm + 1e-9).toFixed(3))
            .join(" "),
        );
  return places;
}

describe("orientationOf", () => {
  it("names all 48 orientations", () => {
    assert.equal(new Set(orientations.map(({ code }) => code)).size, 48);
    for (const { code, affine } of orientations) assert.equal(orientationOf(affine), code);
  });

  it("takes the closest axes of an oblique, sheared grid", () => {
    // 20 degrees about x, and a tilted gantry: nibabel.aff2axcodes gives L, P, S.
    const [c, s] = [Math.cos(0.35), Math.sin(0.35)];
    const affine = [-0.7, 0, 0, 0, 0, -0.7 * c, 5 * s + 0.4, 0, 0, 0.7 * s, 5 * c, 0, 0, 0, 0, 1];
    assert.equal(orientationOf(affine), "LPS");
  });

  it("refuses a singular matrix, printing it", () => {
    assert.throws(
      () => axisDirections([1, 2, 0, 0, 2, 4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]),
      /found \[1, 2, 0, 0, 2, 4.*singular/,
    );
  });
});

describe("reorient", () => {
  it("moves no voxel in the patient, from and to all 48 orientations", () => {
    const shape: Vec3 = [3, 4, 5];
    for (const { affine } of orientations) {
      const volume = numbered(shape, affine);
      const before = placesOf(volume);
      for (const { code } of orientations) {
        const turned = reorient(volume, code);
        assert.equal(orientationOfVolume(turned), code);
        assert.deepEqual(placesOf(turned), before);
      }
    }
  });

  it("comes back to the same volume", () => {
    fc.assert(
      fc.property(
        fc.tuple(
          fc.integer({ min: 1, max: 70 }),
          fc.integer({ min: 1, max: 40 }),
          fc.integer({ min: 1, max: 5 }),
        ),
        fc.constantFrom(...orientations),
        fc.constantFrom(...orientations),
        (shape, source, target) => {
          const volume = numbered(shape, source.affine);
          const back = reorient(reorient(volume, target.code), source.code);
          assert.deepEqual(back.data, volume.data);
          assert.deepEqual(back.shape, volume.shape);
          back.affine.forEach((value, k) => assert.ok(Math.abs(value - volume.affine[k]) < 1e-9));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("keeps names, scale and spacing with their axes", () => {
    const affine = [0, 0, 5, 0, -0.7, 0, 0, 0, 0, 0.8, 0, 0, 0, 0, 0, 1];
    const volume = {
      ...numbered([2, 3, 4], affine),
      names: { 1: "liver" },
      rescale: { slope: 2, intercept: 1 },
    };
    const ras = toRas(volume);
    assert.deepEqual(ras.shape, [4, 2, 3]);
    assert.deepEqual(ras.spacingMm, [5, 0.7, 0.8]);
    assert.deepEqual(ras.names, { 1: "liver" });
    assert.deepEqual(ras.rescale, { slope: 2, intercept: 1 });
    assert.equal(toRas(ras), ras);
  });

  it("refuses a code that is no orientation", () => {
    assert.throws(
      () => reorient(numbered([1, 1, 1], orientations[0].affine), "RAL"),
      /found "RAL", expected one letter/,
    );
  });
});
