import assert from "node:assert/strict";
import { createVolume, toLabelMap, withData } from "tumorlab/internal/core/grid";
import type { Volume } from "tumorlab/internal/core/types";
import type { Figure } from "tumorlab/internal/plot/figure";
import { sliceFigure, slicesFigure } from "tumorlab/internal/plot/slices";
import { closeRenderer } from "tumorlab/internal/plot/static/drawing-process";
import { renderPng } from "tumorlab/internal/plot/static/render";
import { reorient } from "tumorlab/internal/volume/orientation";
import { decodePng, type Pixels, shareOf } from "./pixels.js";

interface LayoutImage {
  source: string;
  sizex: number;
  sizey: number;
  layer: string;
}

/** A CT of 20 x 30 x 8 voxels with one bright voxel to the patient's right and front, under a lesion in a liver. */
function example(): { volume: Volume<Int16Array>; labels: ReturnType<typeof toLabelMap> } {
  const [nx, ny, nz] = [20, 30, 8];
  const data = new Int16Array(nx * ny * nz).fill(40);
  const marks = new Uint8Array(data.length);
  const at = (x: number, y: number, z: number) => x + nx * (y + ny * z);
  for (let y = 20; y < 29; y++) for (let x = 12; x < 19; x++) marks[at(x, y, 4)] = 1;
  for (let y = 24; y < 27; y++) for (let x = 15; x < 18; x++) marks[at(x, y, 4)] = 2;
  data[at(18, 28, 4)] = 1000;
  // Without air it could be no CT.
  data[at(0, 0, 0)] = -900;
  const volume = createVolume(data, [nx, ny, nz], { spacingMm: [2, 1, 5] });
  return { volume, labels: toLabelMap(withData(volume, marks), { 1: "liver", 2: "liver_lesion" }) };
}

function imagesOf(figure: Figure): LayoutImage[] {
  return figure.layout.images as LayoutImage[];
}

async function decode(image: LayoutImage): Promise<Pixels> {
  return decodePng(Buffer.from(image.source.replace("data:image/png;base64,", ""), "base64"));
}

describe("sliceFigure", function () {
  this.timeout(120_000);
  after(() => closeRenderer());
  const { volume, labels } = example();

  it("shows the slice in mm, in its window, hung with the patient's right on the left and front up", async () => {
    for (const orientation of ["RAS", "LPS", "SPL"]) {
      const figure = sliceFigure(reorient(volume, orientation), undefined, { index: 4 });
      const [ct] = imagesOf(figure);
      assert.deepEqual([ct.sizex, ct.sizey], [40, 30], orientation);
      const pixels = await decode(ct);
      assert.deepEqual([pixels.width, pixels.height], [20, 30]);
      const level = (x: number, y: number) => pixels.rgba[4 * (x + 20 * y)];
      assert.equal(level(1, 1), 255, "1000 HU is white");
      assert.ok(Math.abs(level(10, 10) - 127) <= 4, "40 HU is mid grey in the soft tissue window");
      const letters = (figure.layout.annotations as { text: string }[]).map(({ text }) => text);
      assert.deepEqual(letters.slice(0, 4), ["<b>R</b>", "<b>L</b>", "<b>A</b>", "<b>P</b>"]);
      assert.equal(letters[4], "Soft tissue window, \u2212160 to 240 HU");
      assert.deepEqual((figure.layout.yaxis as { range: number[] }).range, [30, 0]);
    }
  });

  it("lays organs over it as tints and lesions as outlines, and names them in the legend", async () => {
    const figure = sliceFigure(volume, labels, { index: 4, overlayOpacity: 0.5 });
    const [, overlay] = imagesOf(figure);
    assert.equal(overlay.layer, "above");
    const { rgba, width } = await decode(overlay);
    const pixel = (x: number, y: number) => [...rgba.subarray(4 * (x + width * y), 4 * (x + width * y) + 4)];
    // Voxel (13, 21) lies in column 6 and row 8 of the picture, three pixels a voxel.
    const [red, green, , opacity] = pixel(3 * 6 + 1, 3 * 8 + 1);
    assert.ok(red > 200 && green > 80 && green < 110 && Math.abs(opacity - 128) <= 1, "liver tint");
    assert.equal(pixel(3 * 3 + 1, 3 * 4 + 1)[3], 0, "inside of the lesion stays clear");
    assert.deepEqual(pixel(3 * 2, 3 * 3), [240, 228, 66, 255], "its rim is bright");
    const legend = figure.data.filter(({ showlegend }) => showlegend).map(({ name }) => name);
    assert.deepEqual(legend, ["Liver", "Liver lesion"]);
    assert.equal(
      imagesOf(sliceFigure(volume, labels, { index: 0 })).length,
      1,
      "no overlay where nothing is",
    );
  });

  it("is drawn in the static picture with both layers", async () => {
    const png = await renderPng(sliceFigure(volume, labels, { index: 4, overlayOpacity: 1 }));
    const pixels = await decodePng(png);
    const isLiver = (r: number, g: number, b: number) => Math.abs(r - 0xd5) + Math.abs(g - 0x5e) + b < 40;
    assert.ok(shareOf(pixels, [0, 0, 0.7, 1], isLiver) > 0.02);
    const isGrey = (r: number, g: number, b: number) => Math.abs(r - 127) < 6 && r === g && g === b;
    assert.ok(shareOf(pixels, [0, 0, 0.7, 1], isGrey) > 0.2);
  });

  it("stays small for large slices and refuses what does not fit", () => {
    const large = createVolume(
      Int16Array.from({ length: 512 * 512 }, (_, i) => ((i * 2654435761) >>> 8) % 400),
      [512, 512, 1],
    );
    assert.ok(JSON.stringify(sliceFigure(large)).length < 130_000);
    assert.throws(() => sliceFigure(volume, undefined, { index: 8 }), /axial index: found 8.*0 to 7/);
    assert.throws(() => sliceFigure(volume, undefined, { window: "Brain" }), /Soft tissue/);
    assert.throws(() => sliceFigure(volume, large as never), /shape of labels/);
    assert.throws(() => sliceFigure(volume, undefined, { overlayOpacity: -1 }), /overlayOpacity/);
  });
});

describe("slicesFigure", () => {
  const { volume, labels } = example();

  it("draws a millimetre as long upwards as sideways, whatever the number of pictures in a row", () => {
    for (const columns of [1, 2, 3, 4]) {
      const indices = [0, 2, 4, 6];
      const { layout } = slicesFigure(volume, labels, { indices, columns });
      const { l, r, t, b } = layout.margin as { l: number; r: number; t: number; b: number };
      const pixelsPerMm = (axis: string, plotPx: number) => {
        const { domain, range } = layout[axis] as { domain: [number, number]; range: [number, number] };
        return ((domain[1] - domain[0]) * plotPx) / Math.abs(range[1] - range[0]);
      };
      for (const i of ["", "2", "3", "4"]) {
        const across = pixelsPerMm(`xaxis${i}`, (layout.width as number) - l - r);
        const up = pixelsPerMm(`yaxis${i}`, (layout.height as number) - t - b);
        assert.ok(Math.abs(up / across - 1) < 0.002, `${columns} in a row: ${across} across, ${up} up`);
      }
    }
  });

  it("spreads slices evenly in one scale with a bar in mm", () => {
    const figure = slicesFigure(volume, labels, { count: 4, columns: 2 });
    const captions = (figure.layout.annotations as { text: string }[]).map(({ text }) => text);
    for (const caption of ["Slice 2 of 8", "Slice 4 of 8", "Slice 6 of 8", "Slice 8 of 8", "<b>10 mm</b>"])
      assert.ok(captions.includes(caption), caption);
    assert.equal(imagesOf(figure).filter(({ layer }) => layer === "below").length, 4);
    const [bar] = figure.layout.shapes as { x0: number; x1: number }[];
    assert.ok(Math.abs(bar.x1 - bar.x0 - 10) < 1e-9);
    for (const name of ["xaxis", "yaxis", "xaxis4", "yaxis4"]) assert.ok(figure.layout[name], name);
  });

  it("shows the slices asked for, no more than there are, and refuses none", () => {
    const asked = slicesFigure(volume, undefined, { indices: [4] });
    assert.equal(imagesOf(asked).length, 1);
    assert.equal(imagesOf(slicesFigure(volume, undefined, { count: 12 })).length, 8);
    assert.throws(() => slicesFigure(volume, undefined, { indices: [] }), /indices/);
    assert.throws(() => slicesFigure(volume, undefined, { count: 0 }), /count/);
  });
});
