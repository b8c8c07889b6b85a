import assert from "node:assert/strict";
import fc from "fast-check";
import {
  createVolume,
  listLabelValues,
  requireSameGrid,
  rescaleValue,
  toLabelMap,
  voxelVolumeMl,
  withData,
} from "tumorlab/internal/core/grid";

describe("createVolume", () => {
  it("refuses what is no grid, printing what it found", () => {
    const six = new Int16Array(6);
    const attempts: [() => unknown, RegExp][] = [
      [
        () => createVolume(six, [2, 3, 0]),
        /shape: found \[2, 3, 0\], expected three whole numbers of at least 1/,
      ],
      [() => createVolume(six, [2, 1.5, 2]), /shape: found \[2, 1\.5, 2\]/],
      [() => createVolume(six, [2, 2, 2]), /data: found "6 values", expected 8 values for shape 2 x 2 x 2/],
      [() => createVolume(six, [3, 2, 1], { spacingMm: [1, 0, 1] }), /spacingMm: found \[1, 0, 1\]/],
      [() => createVolume(six, [3, 2, 1], { spacingMm: [1, NaN, 1] }), /spacingMm: found \[1, NaN, 1\]/],
      [
        () => createVolume(six, [3, 2, 1], { affine: [1, 0, 0] }),
        /affine: found \[1, 0, 0\], expected 16 finite/,
      ],
      [
        () =>
          createVolume(six, [3, 2, 1], {
            spacingMm: [1, 1, 2],
            affine: withData(createVolume(six, [3, 2, 1]), six).affine,
          }),
        /spacingMm: found \[1, 1, 2\], expected the lengths of the affine's columns, 1\.00000, 1\.00000, 1\.00000/,
      ],
      [
        () => createVolume(six, [3, 2, 1], { rescale: { slope: 0, intercept: 0 } }),
        /rescale: found \{"slope":0/,
      ],
    ];
    for (const [attempt, pattern] of attempts) assert.throws(attempt, pattern);
  });

  it("measures a voxel by its affine, shear included", () => {
    const sheared = [0.7, 0, 0, 0, 0, 0.7, 3, 0, 0, 0, 4, 0, 0, 0, 0, 1];
    const volume = createVolume(new Uint8Array(1), [1, 1, 1], { affine: sheared });
    assert.ok(Math.abs(voxelVolumeMl(volume) - 0.00196) < 1e-15);
    assert.ok(Math.abs(volume.spacingMm[2] - 5) < 1e-12);
  });
});

describe("requireSameGrid", () => {
  it("lets rounding pass and prints both values for more", () => {
    const at = (x: number, step = 0.7) =>
      createVolume(new Uint8Array(512), [512, 1, 1], {
        affine: [step, 0, 0, x, 0, 0.7, 0, 0, 0, 0, 5, 0, 0, 0, 0, 1],
      });
    requireSameGrid(at(0), at(0.01));
    requireSameGrid(at(0), at(0, Math.fround(0.7)));
    assert.throws(
      () => requireSameGrid(at(0), at(1), ["mask", "CT"]),
      /affine of CT: found \[0\.7, 0, 0, 1, .*affine of mask/,
    );
    assert.throws(() => requireSameGrid(at(0), at(0, 0.7005)), /affine of second/);
    requireSameGrid(at(0), at(1), ["a", "b"], 1.5);
  });
});

describe("listLabelValues", () => {
  it("lists the values above 0 that occur, lowest first", () => {
    assert.deepEqual(listLabelValues(Uint16Array.of(0, 65535, 7, 0, 7, 300)), [7, 300, 65535]);
    assert.deepEqual(listLabelValues(new Uint8Array(1000).fill(3, 999)), [3]);
    assert.deepEqual(listLabelValues(new Uint8Array(9)), []);
  });
});

describe("toLabelMap", () => {
  it("names every value that occurs, for any length and offset in memory", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, 0, 0, 1, 1, 1, 7, 255), { minLength: 1, maxLength: 40 }),
        fc.nat(6),
        fc.boolean(),
        (values, offset, wide) => {
          const data = new (wide ? Uint16Array : Uint8Array)(values.length + offset).subarray(offset);
          data.set(values);
          // A neighbour outside the array must not be taken for a label.
          new Uint8Array(data.buffer, 0, data.byteOffset).fill(99);
          const map = toLabelMap(createVolume(data, [values.length, 1, 1]));
          const expected = [...new Set(values)].filter((value) => value > 0).map(String);
          assert.deepEqual(Object.keys(map.names).sort(), expected.sort());
          assert.deepEqual([...map.data], values);
        },
      ),
    );
  });

  it("keeps 300 labels apart and refuses names for what is no label", () => {
    const data = Int32Array.from({ length: 301 }, (_, i) => i);
    const map = toLabelMap(createVolume(data, [301, 1, 1]));
    assert.ok(map.data instanceof Uint16Array);
    assert.equal(Object.keys(map.names).length, 300);
    const one = createVolume(new Uint8Array(1), [1, 1, 1]);
    assert.throws(
      () => toLabelMap(one, { 70000: "x" }),
      /names: found "70000", expected label values from 0 to 65535/,
    );
  });
});

describe("rescaleValue", () => {
  it("is the stored number where there is no scale", () => {
    assert.equal(rescaleValue(40, undefined), 40);
    assert.equal(rescaleValue(40, { slope: 2, intercept: -1024 }), -944);
  });
});
