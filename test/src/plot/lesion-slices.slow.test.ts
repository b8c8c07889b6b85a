import assert from "node:assert/strict";
import { createKey } from "tumorlab/internal/core/random";
import { checkFigure, type Figure } from "tumorlab/internal/plot/figure";
import { growthFigure, lesionChangeFigure, lesionStripFigure } from "tumorlab/internal/plot/lesion-slices";
import { surfaceFigure } from "tumorlab/internal/plot/surfaces";
import { growth, growTumor } from "tumorlab/internal/tumor/growth/synthesizer";
import { applyPatch } from "tumorlab/internal/tumor/insert";
import { synthesizeStrip } from "tumorlab/internal/tumor/strip";
import { makeScan } from "../tumor/growth/scan.js";

const scan = makeScan();
const request = { ...scan, organ: "liver", phase: "venous", key: createKey(3) } as const;
const grown = growTumor({ ...request, size: { radiusMm: 8 }, options: { contrastHu: -40 } });
const imagesOf = (figure: Figure) => figure.layout.images as { source: string }[];
const textsOf = (figure: Figure) => (figure.layout.annotations as { text: string }[]).map(({ text }) => text);

describe("lesionChangeFigure", () => {
  it("shows healthy, lesion and difference in HU, with window, bar, sides and outline", () => {
    const figure = lesionChangeFigure(scan, grown.patch, { window: "Liver" });
    checkFigure(figure);
    assert.equal(imagesOf(figure).length, 4, "three slices and an outline");
    assert.equal(new Set(imagesOf(figure).map(({ source }) => source)).size, 4);
    const texts = textsOf(figure).join("|");
    for (const text of ["Healthy", "With lesion", "Difference", "Liver window", "mm", "<b>R</b>", "<b>A</b>"])
      assert.ok(texts.includes(text), text);
    const bar = figure.data.find((trace) => "marker" in trace && "cmin" in (trace.marker as object));
    const { cmin, cmax } = (bar as { marker: { cmin: number; cmax: number } }).marker;
    assert.ok(cmax >= 40 && cmax <= 80 && cmin === -cmax, `${cmin} to ${cmax}`);
    assert.ok(figure.data.some((trace) => trace.name === "Liver lesion"));
    assert.ok(JSON.stringify(figure).length < 200_000);
  });

  it("leaves the scan alone and draws in other planes", () => {
    const before = scan.ct.data.slice();
    lesionChangeFigure(scan, grown.patch, { plane: "coronal", fieldMm: 60, title: "A title" });
    assert.deepEqual(scan.ct.data, before);
  });
});

describe("lesionStripFigure", () => {
  it("shows every size with every contrast, at one place", async () => {
    const sizes = { radiiMm: [4, 7], contrastsHu: [-50, 30] };
    const strip = await synthesizeStrip({ ...request, options: { satellites: 0 } }, growth, sizes);
    assert.deepEqual(
      strip.map(({ caption }) => caption),
      ["4 mm, \u221250 HU", "7 mm, \u221250 HU", "4 mm, +30 HU", "7 mm, +30 HU"],
    );
    const places = new Set(strip.map(({ patch }) => patch.record.centerVoxel.join()));
    assert.equal(places.size, 1);
    const figure = lesionStripFigure(scan, strip, { columns: 2 });
    checkFigure(figure);
    assert.equal(imagesOf(figure).length, 4, "no outlines");
    for (const { caption } of strip) assert.ok(textsOf(figure).includes(caption));
    assert.throws(() => lesionStripFigure(scan, []), /at least one lesion/);
    await assert.rejects(synthesizeStrip(request, growth, { radiiMm: [], contrastsHu: [1] }), /radiiMm/);
    await assert.rejects(synthesizeStrip(request, growth, { radiiMm: [4], contrastsHu: [] }), /contrastsHu/);
  });
});

describe("growthFigure", () => {
  it("has a slider whose steps swap the pictures, from healthy to the end", () => {
    const figure = growthFigure(grown, { frames: 5 });
    checkFigure(figure);
    const [slider] = figure.layout.sliders as {
      active: number;
      steps: { label: string; method: string; args: [string[], object] }[];
    }[];
    assert.equal(slider.steps.length, 5);
    assert.equal(slider.active, 4);
    assert.deepEqual([slider.steps[0].label, slider.steps[4].label], ["0", `${grown.series.steps}`]);
    const frames = figure.frames as { name: string; layout: { images: { source: string }[] } }[];
    for (const [i, { name }] of frames.entries()) {
      assert.equal(slider.steps[i].method, "animate");
      assert.deepEqual(slider.steps[i].args[0], [name]);
    }
    assert.deepEqual(
      frames[4].layout.images,
      imagesOf(figure).map(({ source }) => ({ source })),
    );
    const pictures = frames.map(({ layout }) => layout.images[0].source);
    assert.ok(new Set(pictures).size >= 4, "the CT changes");
    assert.ok(JSON.stringify(figure).length < 500_000);
    assert.throws(() => growthFigure(grown, { frames: 1 }), /frames/);
  });

  it("plays and pauses by buttons, with a picture a step at most", () => {
    const few = growTumor({ ...request, size: { radiusMm: 4 }, options: { steps: 12 } });
    const figure = growthFigure(few, { frames: 40 });
    assert.equal(figure.frames?.length, few.series.steps + 1);
    const [{ buttons }] = figure.layout.updatemenus as {
      buttons: { label: string; method: string; args: [unknown, { frame: { duration: number } }] }[];
    }[];
    assert.deepEqual(
      buttons.map(({ label, method, args }) => [label, method, args[0], args[1].frame.duration]),
      [
        ["Play", "animate", null, 250],
        ["Pause", "animate", [null], 0],
      ],
    );
    assert.throws(() => checkFigure({ ...figure, frames: ["a"] }), /figure\.frames/);
  });
});

describe("surfaceFigure", () => {
  it("draws organ and lesion as surfaces in mm, in the colours of the table, small enough for a notebook", () => {
    const { labels } = applyPatch(scan.ct, scan.labels, grown.patch);
    const values = [1, grown.patch.record.lesionLabel.value, 77];
    const figure = surfaceFigure(labels, { values, maxTriangles: 3000 });
    checkFigure(figure);
    assert.deepEqual(
      figure.data.map(({ type, name, color, opacity }) => [type, name, color, opacity]),
      [
        ["mesh3d", "Liver", "#D55E00", 0.25],
        ["mesh3d", "Liver lesion", "#F0E442", 1],
      ],
    );
    for (const trace of figure.data) {
      const { x, i } = trace as { x: number[]; i: number[] };
      assert.ok(i.length > 100 && i.length <= 1500 && Math.min(...x) > -5 && Math.max(...x) < 95);
    }
    assert.ok(JSON.stringify(figure).length < 300_000);
    const all = surfaceFigure(labels);
    assert.equal(all.data.length, 4);
  });
});
