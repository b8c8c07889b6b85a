import assert from "node:assert/strict";
import fc from "fast-check";
import { LabError } from "tumorlab/internal/core/errors";
import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import { traceContours } from "tumorlab/internal/plot/contours";
import { checkFigure, type Figure } from "tumorlab/internal/plot/figure";
import { pairSlicesFigure } from "tumorlab/internal/plot/pair-slices";
import { closeRenderer } from "tumorlab/internal/plot/static/drawing-process";
import { renderPng } from "tumorlab/internal/plot/static/render";
import { reorient } from "tumorlab/internal/volume/orientation";
import { extractSlice } from "tumorlab/internal/volume/slice";
import { box, draw } from "../metrics/masks.js";
import { decodePng, shareOf } from "./pixels.js";

/** Twice the area inside closed lines, by the shoelace formula; holes count against it. */
function areaOf({ x, y }: { x: (number | null)[]; y: (number | null)[] }): number {
  let area = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const [x0, y0, x1, y1] = [x[i], y[i], x[i + 1], y[i + 1]];
    if (x0 !== null && y0 !== null && x1 !== null && y1 !== null) area += x0 * y1 - x1 * y0;
  }
  return Math.abs(area) / 2;
}

describe("traceContours", () => {
  it("goes round a rectangle in four corners, in mm", () => {
    const slice = extractSlice(draw([["....", ".11.", "...."]], [2, 3, 1]), "axial", 0);
    const { x, y } = traceContours(slice);
    assert.deepEqual(
      x.map((mm, i) => `${mm},${y[i]}`).sort(),
      ["2,3", "2,3", "2,6", "6,3", "6,6"],
      "the first corner closes the line",
    );
    assert.deepEqual(traceContours(extractSlice(draw([["..", ".."]]), "axial", 0)), { x: [], y: [] });
  });

  it("encloses exactly the area of its pixels, holes taken out, with every line closed", () => {
    const grid = fc.array(fc.array(fc.constantFrom(".", "1"), { minLength: 6, maxLength: 6 }), {
      minLength: 5,
      maxLength: 5,
    });
    fc.assert(
      fc.property(grid, (rows) => {
        const slice = extractSlice(draw([rows.map((row) => row.join(""))], [2, 3, 1]), "axial", 0);
        const lines = traceContours(slice);
        const pixels = slice.data.filter((value) => value > 0).length;
        assert.equal(areaOf(lines), pixels * 6);
        const starts = [0, ...lines.x.flatMap((mm, i) => (mm === null ? [i + 1] : []))];
        starts.forEach((start, i) => {
          if (lines.x.length === 0) return;
          const end = (starts[i + 1] ?? lines.x.length + 1) - 2;
          assert.deepEqual([lines.x[start], lines.y[start]], [lines.x[end], lines.y[end]]);
        });
      }),
    );
  });
});

describe("pairSlicesFigure", function () {
  this.timeout(120_000);
  after(() => closeRenderer());
  const names = { 1: "liver", 27: "liver_lesion" };
  const map = (...args: Parameters<typeof box>) => toLabelMap(box(...args), names);
  const shape = [40, 30, 20] as const;
  const reference = map(shape, [10, 10, 5], [20, 20, 15], [1, 1, 2]);
  const prediction = map(shape, [10, 10, 5], [20, 20, 10], [1, 1, 2]);
  const captions = (figure: Figure) =>
    (figure.layout.annotations as { text: string }[])
      .map(({ text }) => text)
      .filter((text) => /of/.test(text));

  it("picks the slices with most of the structure where they are asked for", () => {
    const figure = pairSlicesFigure({ reference, prediction }, { label: 1, slices: "structure" });
    assert.deepEqual(captions(figure)[0], "Axial 6 of 20");
    // A structure that the reference lacks is shown by the prediction.
    const empty = map(shape, [0, 0, 0], [0, 0, 0], [1, 1, 2]);
    const extra = { reference: { ...empty, data: empty.data.map(() => 0) }, prediction };
    assert.deepEqual(
      captions(pairSlicesFigure(extra, { label: 1, slices: "structure" }))[0],
      "Axial 6 of 20",
    );
  });

  it("picks the slices with most disagreement and says which of how many", () => {
    const figure = pairSlicesFigure({ reference, prediction }, { label: 1, marginMm: 4 });
    checkFigure(figure);
    // Slices 11 to 15 of 20 are missed; the first of them is shown.
    assert.deepEqual(captions(figure), ["Axial 11 of 20", "Coronal 11 of 30", "Sagittal 11 of 40"]);
    assert.match(JSON.stringify(figure.layout.annotations), /No CT was given/);
    assert.match(JSON.stringify(figure.layout.title), /Liver: prediction and reference/);
    const marks = (figure.layout.annotations as { text: string }[]).map(({ text }) => text);
    for (const side of ["R", "L", "A", "P", "S", "I"]) assert.ok(marks.includes(`<b>${side}</b>`), side);
    assert.ok(marks.some((text) => /^<b>\d+ mm<\/b>$/.test(text)));
  });

  it("is the same whatever the order of the axes in the file", () => {
    const turn = (each: typeof reference) => reorient(each, "LPI");
    const plain = pairSlicesFigure({ reference, prediction }, { label: 1 });
    const turned = pairSlicesFigure(
      { reference: turn(reference), prediction: turn(prediction) },
      { label: 1 },
    );
    // Of equal slices another may come first, but the outlines and places are the patient's.
    assert.deepEqual(captions(turned)[0], captions(plain)[0]);
    assert.deepEqual(turned.data[0].x, plain.data[0].x);
  });

  it("draws both outlines over the CT in its window", async () => {
    const ct = createVolume(new Int16Array(40 * 30 * 20).fill(40), shape, { spacingMm: [1, 1, 2] });
    const figure = pairSlicesFigure(
      { reference, prediction, ct },
      { label: 1, window: "Bone", title: "Case 7" },
    );
    assert.match(JSON.stringify(figure.layout.annotations), /Bone window/);
    const { width, height } = figure.layout as { width: number; height: number };
    const pixels = await decodePng(await renderPng(figure, { width, height, scale: 1 }));
    const orange = shareOf(pixels, [0, 0, 1, 1], (r, g, b) => r > 180 && g > 60 && g < 120 && b < 60);
    assert.ok(orange > 0.001, `outline of the reference: ${orange}`);
  });

  it("shows what one map has alone, agreement as it is, and refuses a label of neither", () => {
    const nothing = map(shape, [0, 0, 0], [0, 0, 0], [1, 1, 2]);
    const missed = pairSlicesFigure({ reference, prediction: nothing }, { label: 1 });
    assert.deepEqual(missed.data[1].x, [null]);
    assert.deepEqual(
      captions(pairSlicesFigure({ reference, prediction: reference }, { label: 1 }))[0],
      "Axial 6 of 20",
    );
    assert.throws(() => pairSlicesFigure({ reference, prediction }, { label: 9 }), LabError);
    const other = map([10, 10, 10], [1, 1, 1], [3, 3, 3]);
    assert.throws(() => pairSlicesFigure({ reference, prediction: other }, { label: 1 }), /shape/);
    const lesion = toLabelMap(box(shape, [10, 10, 5], [12, 12, 7], [1, 1, 2], 27), names);
    assert.match(
      JSON.stringify(pairSlicesFigure({ reference: lesion, prediction }, { label: 27 }).data),
      /#F0E442/,
    );
  });
});
