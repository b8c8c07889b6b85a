import assert from "node:assert/strict";
import fc from "fast-check";
import { applyAffine, createAffine, multiplyAffines } from "tumorlab/internal/core/affine";
import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import type { Affine, Vec3, Volume } from "tumorlab/internal/core/types";
import { reorient } from "tumorlab/internal/volume/orientation";
import { resample, resampleOnto } from "tumorlab/internal/volume/resample";
import { hashOf, readGolden } from "../../golden/volumes.js";

function middleOf({ affine, shape }: Volume): Vec3 {
  return applyAffine(affine, [(shape[0] - 1) / 2, (shape[1] - 1) / 2, (shape[2] - 1) / 2]);
}

/** Intensity 2 x - 3 y + 0.5 z + 7 of world position, which linear interpolation keeps exactly. */
function ramp(shape: Vec3, affine: Affine): Volume<Float64Array> {
  const data = new Float64Array(shape[0] * shape[1] * shape[2]);
  for (let z = 0, i = 0; z < shape[2]; z++)
    for (let y = 0; y < shape[1]; y++)
      for (let x = 0; x < shape[0]; x++, i++) {
        const [a, b, c] = applyAffine(affine, [x, y, z]);
        data[i] = 2 * a - 3 * b + 0.5 * c + 7;
      }
  return createVolume(data, shape, { affine });
}

describe("resample", () => {
  interface Case {
    shape: Vec3;
    old: Vec3;
    new: Vec3;
    size: Vec3;
    linear: number[];
    nearest: number[];
  }
  const { cases } = readGolden<Case>("resample");

  it("gives scipy's numbers, linear and nearest, in every kind of array", () => {
    for (const { shape, old, new: spacing, size, linear, nearest } of cases) {
      const count = shape[0] * shape[1] * shape[2];
      for (const Numbers of [Int16Array, Int32Array, Float32Array, Float64Array]) {
        const data = new Numbers(count);
        for (let i = 0; i < count; i++) data[i] = (hashOf(i, 2) % 3000) - 1000;
        const volume = createVolume(data, shape, { spacingMm: old });
        const mixed = resample(volume, spacing);
        assert.deepEqual(mixed.shape, size);
        assert.equal(mixed.data.constructor, Numbers);
        const tolerance = { Float32Array: 1e-4, Float64Array: 1e-9 }[Numbers.name] ?? 0.5 + 1e-9;
        mixed.data.forEach((value, i) =>
          assert.ok(Math.abs(value - linear[i]) <= tolerance, `${i}: ${value} ${linear[i]}`),
        );
        assert.deepEqual([...resample(volume, spacing, { method: "nearest" }).data], nearest);
      }
    }
  });

  it("leaves the middle where it is and has exactly the spacing asked for", () => {
    fc.assert(
      fc.property(
        fc.tuple(
          fc.integer({ min: 1, max: 12 }),
          fc.integer({ min: 1, max: 9 }),
          fc.integer({ min: 1, max: 6 }),
        ),
        fc.tuple(...[0, 1, 2].map(() => fc.double({ min: 0.3, max: 6, noNaN: true }))),
        fc.constantFrom("RAS", "LPS", "SPL", "AIR"),
        (shape, spacing, code) => {
          const affine = [0.7, 0.02, 0, 5, 0, 0.8, 0.1, 6, 0, 0, 5, 7, 0, 0, 0, 1];
          const volume = reorient(
            createVolume(new Uint8Array(shape[0] * shape[1] * shape[2]), shape, { affine }),
            code,
          );
          const result = resample(volume, spacing as unknown as Vec3);
          assert.deepEqual(result.spacingMm, spacing);
          // The constructor's check that spacing and affine agree.
          createVolume(result.data, result.shape, result);
          middleOf(result).forEach((mm, axis) => assert.ok(Math.abs(mm - middleOf(volume)[axis]) < 1e-9));
          result.shape.forEach((n, axis) => {
            const extent = volume.shape[axis] * volume.spacingMm[axis];
            assert.ok(n === 1 || Math.abs(n * spacing[axis] - extent) <= spacing[axis] / 2 + 1e-9);
          });
        },
      ),
    );
  });

  it("keeps a linear ramp inside, at the world position its affine says", () => {
    const volume = ramp([9, 8, 7], [0, 0, 2, 5, -0.7, 0, 0, 6, 0, 0.8, 0, 7, 0, 0, 0, 1]);
    const result = resample(volume, [1.1, 0.45, 1.3]);
    const expected = ramp(result.shape, result.affine).data;
    const [nx, ny, nz] = result.shape;
    let compared = 0;
    for (let z = 1; z < nz - 1; z++)
      for (let y = 1; y < ny - 1; y++)
        for (let x = 1; x < nx - 1; x++, compared++) {
          const i = x + nx * (y + ny * z);
          assert.ok(Math.abs(result.data[i] - expected[i]) < 1e-9, `${x} ${y} ${z}`);
        }
    assert.ok(compared > 100);
  });

  it("rounds whole-number images half up, and gives the image back for its own spacing", () => {
    const volume = createVolume(Int16Array.of(-3, -2, 4, 5), [4, 1, 1]);
    assert.deepEqual([...resample(volume, [2, 1, 1]).data], [-2, 5]);
    assert.deepEqual([...resample(volume, 1).data], [-3, -2, 4, 5]);
    assert.deepEqual(
      [...resample(createVolume(Uint8Array.of(0, 255), [2, 1, 1]), [0.5, 1, 1], { labels: false }).data],
      [0, 64, 191, 255],
    );
  });

  it("takes the nearest label, keeps names, and refuses to mix labels", () => {
    const map = toLabelMap(createVolume(Uint16Array.of(0, 300, 300, 7), [4, 1, 1]), { 300: "liver" });
    const small = resample(map, [0.5, 1, 1]);
    assert.deepEqual([...small.data], [0, 0, 300, 300, 300, 300, 7, 7]);
    assert.equal(small.names[300], "liver");
    assert.throws(
      () => resample(map, 2, { method: "linear" }),
      /method: found "linear", expected "nearest" for a label/,
    );
  });

  /** Three labels in boxes, in any kind of array, as a reader gives a label map that nobody called one. */
  const boxes = (
    Numbers: Uint8ArrayConstructor | Int16ArrayConstructor | Float32ArrayConstructor,
  ): Volume => {
    const data = new Numbers(9 * 8 * 7);
    for (let i = 0; i < data.length; i++) data[i] = [0, 5, 27][Math.floor((i % 9) / 3)];
    return createVolume(data, [9, 8, 7], { spacingMm: [2, 2, 2] });
  };
  const grid = createVolume(new Uint8Array(1000), [10, 10, 10], {
    affine: createAffine([2.1, 2.1, 2.1], [-3, 1, 1]),
  });
  const used = ({ data }: Volume) => [...new Set(data)].sort((a, b) => a - b);

  it("knows labels without names by their voxels: nearest unasked, linear refused, background outside", () => {
    for (const Numbers of [Uint8Array, Int16Array, Float32Array] as const) {
      const volume = boxes(Numbers);
      assert.deepEqual(used(resample(volume, 0.9)), [0, 5, 27]);
      assert.deepEqual(used(resampleOnto(volume, grid)), [0, 5, 27]);
      const refused =
        /method: found "linear", expected "nearest" for a label map or what looks like one.*no 16/;
      assert.throws(() => resample(volume, 0.9, { method: "linear" }), refused);
      assert.throws(() => resampleOnto(volume, grid, { method: "linear" }), refused);
      const upwards = { ...volume, data: volume.data.map((label) => label + 3) };
      assert.equal(resampleOnto(upwards, grid).data[0], 0, "beyond labels there is background");
    }
  });

  it("takes the caller's word for what is a picture and what is not", () => {
    const volume = boxes(Uint8Array);
    assert.ok(used(resample(volume, 0.9, { labels: false })).length > 3);
    assert.ok(used(resampleOnto(volume, grid, { labels: false, method: "linear" })).length > 3);
    // Levels of a picture that the voxels alone would not give away.
    const picture = { ...volume, data: volume.data.map((label, i) => label + (i % 2)) };
    assert.ok(used(resample(picture, 0.9)).length > 6);
    assert.deepEqual(used(resample(picture, 0.9, { labels: true })), [0, 1, 5, 6, 27, 28]);
    assert.throws(() => resample(picture, 0.9, { labels: true, method: "linear" }), /no 16/);
    const named = toLabelMap(volume);
    assert.throws(() => resample(named, 0.9, { labels: false, method: "linear" }), /no 16/);
  });

  it("refuses spacing that is none", () => {
    const volume = createVolume(new Int16Array(1), [1, 1, 1]);
    for (const spacing of [0, -1, NaN, Infinity])
      assert.throws(() => resample(volume, spacing), /spacingMm: found \[.*three finite numbers above 0/);
    assert.throws(() => resample(volume, 1, { method: "cubic" as "linear" }), /method: found "cubic"/);
  });
});

describe("resampleOnto", () => {
  it("takes the values that lie where the target's voxels lie, oblique or turned", () => {
    const source = ramp([12, 11, 10], [0.7, 0, 0, -4, 0, 0.8, 0, -4, 0, 0, 1.5, -7, 0, 0, 0, 1]);
    const [c, s] = [Math.cos(0.4), Math.sin(0.4)];
    const turn = [c, -s, 0, 0, s, c, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
    const affine = multiplyAffines(turn, [0, 0, 0.6, -1.5, 0.5, 0, 0, -1, 0, -0.9, 0, 1, 0, 0, 0, 1]);
    const target = createVolume(new Uint8Array(4 * 3 * 5), [4, 3, 5], { affine });
    const found = resampleOnto(source, target);
    const expected = ramp(target.shape, target.affine).data;
    found.data.forEach((value, i) =>
      assert.ok(Math.abs(value - expected[i]) < 1e-9, `${i}: ${value} ${expected[i]}`),
    );
    assert.equal(found.affine, target.affine);
  });

  it("turns a volume as reorient does, all of it", () => {
    const data = Int16Array.from({ length: 60 }, (_, i) => hashOf(i, 8) % 99);
    const volume = createVolume(data, [3, 4, 5], { spacingMm: [0.7, 0.8, 5] });
    for (const code of ["LPS", "SPL", "ASR", "RAS"]) {
      const turned = reorient(volume, code);
      for (const method of ["linear", "nearest"] as const)
        assert.deepEqual(resampleOnto(volume, turned, { method }).data, turned.data);
    }
  });

  it("fills what lies outside with the smallest value, background, or what is asked for", () => {
    const volume = createVolume(Int16Array.of(-1024, 40), [2, 1, 1]);
    const wide = createVolume(new Uint8Array(4), [4, 1, 1], {
      affine: [1, 0, 0, -1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    });
    assert.deepEqual([...resampleOnto(volume, wide).data], [-1024, -1024, 40, -1024]);
    assert.deepEqual([...resampleOnto(volume, wide, { outside: 7 }).data], [7, -1024, 40, 7]);
    const labels = toLabelMap(createVolume(Uint8Array.of(5, 9), [2, 1, 1]));
    assert.deepEqual([...resampleOnto(labels, wide).data], [0, 5, 9, 0]);
  });
});
