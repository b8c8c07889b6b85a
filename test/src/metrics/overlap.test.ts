import assert from "node:assert/strict";
import fc from "fast-check";
import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import { countConfusion, scoreOverlap } from "tumorlab/internal/metrics/overlap";
import { labelPairs } from "./arbitrary.js";
import { box, draw, misalign } from "./masks.js";

describe("countConfusion", () => {
  it("counts what one can count by hand, with volumes in ml", () => {
    const reference = draw([["110.", "222."]], [0.7, 0.5, 5]);
    const prediction = draw([["1111", ".222"]], [0.7, 0.5, 5]);
    const ml = (voxels: number) => (voxels * 0.7 * 0.5 * 5) / 1000;
    const [one, two] = countConfusion(reference, prediction);
    const { referenceMl, predictionMl, ...counts } = one;
    assert.deepEqual(counts, { label: 1, name: "label 1", tp: 2, fp: 2, fn: 0, tn: 4 });
    assert.ok(Math.abs(referenceMl - ml(2)) < 1e-15 && Math.abs(predictionMl - ml(4)) < 1e-15);
    assert.deepEqual([two.label, two.tp, two.fp, two.fn, two.tn], [2, 2, 1, 1, 4]);
    assert.deepEqual(scoreOverlap(one).dice, 4 / 6);
  });

  it("takes names from the maps and lists labels that are named but absent", () => {
    const map = toLabelMap(draw([["1..."]]), { 1: "liver", 27: "liver tumor" });
    assert.deepEqual(
      countConfusion(map, draw([["..3."]])).map(({ label, name, tp, fp, fn }) => [label, name, tp, fp, fn]),
      [
        [1, "liver", 0, 0, 1],
        [3, "label 3", 0, 1, 0],
        [27, "liver tumor", 0, 0, 0],
      ],
    );
    assert.deepEqual(
      countConfusion(map, map, { labels: { 27: "tumor", 1: "organ" } }).map((row) => row.name),
      ["organ", "tumor"],
    );
    assert.deepEqual(
      countConfusion(map, map, { labels: [27, 1] }).map((row) => row.label),
      [27, 1],
    );
  });

  it("gives an empty list for maps without labels", () => {
    const nothing = createVolume(new Uint8Array(24), [4, 3, 2]);
    assert.deepEqual(countConfusion(nothing, nothing), []);
    assert.equal(countConfusion(nothing, nothing, { labels: [1] })[0].tn, 24);
  });

  it("counts labels 255, 256 and 65535, and bytes against 16-bit words", () => {
    const wide = createVolume(Uint16Array.from([255, 256, 65535, 0, 65535, 1, 255]), [7, 1, 1]);
    const narrow = createVolume(Uint8Array.from([255, 255, 0, 0, 0, 1, 255]), [7, 1, 1]);
    const counts = countConfusion(wide, narrow);
    assert.deepEqual(
      counts.map(({ label, tp, fp, fn, tn }) => [label, tp, fp, fn, tn]),
      [
        [1, 1, 0, 0, 6],
        [255, 2, 1, 0, 4],
        [256, 0, 0, 1, 6],
        [65535, 0, 0, 2, 5],
      ],
    );
    assert.deepEqual(
      countConfusion(narrow, wide).map(({ label, tp, fp, fn }) => [label, tp, fn, fp]),
      counts.map(({ label, tp, fp, fn }) => [label, tp, fp, fn]),
    );
  });

  it("counts the same at every address, with lengths that are no multiple of four, beyond one chunk", () => {
    const shape = [263, 251, 3] as const;
    const labels = Uint8Array.from({ length: 263 * 251 * 3 }, (_, i) => (i % 97 < 20 ? 1 + (i % 5) : 0));
    const others = labels.map((label, i) => (i % 11 === 0 ? 255 : label));
    const expected = countConfusion(createVolume(labels, shape), createVolume(others, shape));
    assert.equal(
      expected.reduce((sum, row) => sum + row.tp + row.fn, 0),
      labels.filter((label) => label > 0).length,
    );
    for (const [a, b] of [
      [1, 1],
      [1, 2],
      [3, 0],
      [0, 1],
    ])
      assert.deepEqual(
        countConfusion(createVolume(misalign(labels, a), shape), createVolume(misalign(others, b), shape)),
        expected,
      );
    const [wide, otherWide] = [Uint16Array.from(labels), Uint16Array.from(others)];
    for (const [a, b] of [
      [2, 2],
      [0, 2],
    ])
      assert.deepEqual(
        countConfusion(createVolume(misalign(wide, a), shape), createVolume(misalign(otherWide, b), shape)),
        expected,
      );
  });

  it("agrees with counting voxel by voxel", () => {
    fc.assert(
      fc.property(labelPairs(4), ([reference, prediction]) => {
        for (const row of countConfusion(reference, prediction)) {
          let [tp, fp, fn, tn] = [0, 0, 0, 0];
          reference.data.forEach((label, i) => {
            const [a, b] = [label === row.label, prediction.data[i] === row.label];
            if (a && b) tp++;
            else if (a) fn++;
            else if (b) fp++;
            else tn++;
          });
          assert.deepEqual([row.tp, row.fp, row.fn, row.tn], [tp, fp, fn, tn]);
        }
      }),
    );
  });

  it("takes whole numbers stored as floats and refuses others, naming the voxel", () => {
    const reference = createVolume(Float32Array.from([0, 1, 1, 2]), [4, 1, 1]);
    assert.equal(countConfusion(reference, draw([[".112"]]))[0].tp, 2);
    const broken = createVolume(Float32Array.from([0, 1, 1.5, 2]), [4, 1, 1]);
    assert.throws(
      () => countConfusion(broken, reference),
      /reference: found "1\.5 at voxel \[2, 0, 0\]", expected whole numbers/,
    );
    const negative = createVolume(Int16Array.from([0, 1, -1, 2]), [4, 1, 1]);
    assert.throws(() => countConfusion(reference, negative), /prediction: found "-1 at voxel/);
  });

  it("reads labels through a rescale", () => {
    const stored = {
      ...createVolume(Uint8Array.from([0, 2, 4]), [3, 1, 1]),
      rescale: { slope: 0.5, intercept: 0 },
    };
    assert.deepEqual(
      countConfusion(stored, draw([[".12"]])).map((row) => row.tp),
      [1, 1],
    );
  });

  it("refuses grids that differ, printing both", () => {
    const a = box([4, 3, 2], [0, 0, 0], [1, 1, 1]);
    assert.throws(
      () => countConfusion(a, box([4, 3, 3], [0, 0, 0], [1, 1, 1])),
      /shape of prediction: found \[4, 3, 3\], expected the shape of reference, 4 x 3 x 2/,
    );
    const moved = createVolume(a.data, a.shape, { affine: [1, 0, 0, 5, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] });
    assert.throws(() => countConfusion(a, moved), /affine of prediction: found \[1, 0, 0, 5/);
    assert.throws(() => countConfusion(a, { ...a, data: new Uint8Array(23) }), /prediction data: found 23/);
  });

  it("refuses labels that cannot be scored", () => {
    const map = draw([["1"]]);
    assert.throws(() => countConfusion(map, map, { labels: [0] }), /labels: found 0/);
    assert.throws(() => countConfusion(map, map, { labels: [1, 1] }), /each label once/);
    assert.throws(() => countConfusion(map, map, { labels: { 70000: "x" } }), /labels: found "70000"/);
  });
});

describe("scoreOverlap", () => {
  it("follows the formulas", () => {
    const counts = { tp: 6, fp: 2, fn: 4, referenceMl: 10, predictionMl: 8 };
    assert.deepEqual(scoreOverlap(counts), {
      dice: 12 / 18,
      iou: 6 / 12,
      sensitivity: 0.6,
      precision: 0.75,
      volumeErrorMl: -2,
      volumeErrorPercent: -20,
    });
  });

  it("divides zero by zero into NaN", () => {
    const empty = scoreOverlap({ tp: 0, fp: 0, fn: 0, referenceMl: 0, predictionMl: 0 });
    assert.deepEqual(empty, {
      dice: NaN,
      iou: NaN,
      sensitivity: NaN,
      precision: NaN,
      volumeErrorMl: 0,
      volumeErrorPercent: NaN,
    });
    const madeUp = scoreOverlap({ tp: 0, fp: 3, fn: 0, referenceMl: 0, predictionMl: 3 });
    assert.ok(Number.isNaN(madeUp.volumeErrorPercent) && madeUp.dice === 0);
  });
});
