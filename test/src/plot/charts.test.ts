import assert from "node:assert/strict";
import { LabError } from "tumorlab/internal/core/errors";
import { createVolume, toLabelMap, withData } from "tumorlab/internal/core/grid";
import { barFigure, organBarFigure } from "tumorlab/internal/plot/bars";
import { dotFigure } from "tumorlab/internal/plot/dots";
import type { Figure } from "tumorlab/internal/plot/figure";
import { histogramFigure } from "tumorlab/internal/plot/histogram";
import { lineFigure } from "tumorlab/internal/plot/lines";
import { sliceFigure } from "tumorlab/internal/plot/slices";
import { nameAxis, seriesColors, valueAxis } from "tumorlab/internal/plot/theme";
import { measureRegions } from "tumorlab/internal/volume/regions";

/** Titles of every axis that measures something. */
function axisTitles(figure: Figure): string[] {
  return Object.entries(figure.layout)
    .filter(([name, axis]) => /^[xy]axis/.test(name) && !hasNames(axis as Record<string, unknown>))
    .map(([, axis]) => (axis as { title: { text: string } }).title.text);
}

/** Whether an axis holds names rather than a measure: categories, or rows with a name each. */
function hasNames({ type, tickmode }: Record<string, unknown>): boolean {
  return type === "category" || tickmode === "array";
}

/** Two organs of known size and density on an anisotropic grid, and one lesion voxel. */
function twoOrgans() {
  const marks = Uint8Array.from([1, 1, 1, 1, 2, 2, 3, 0]);
  const hu = Int16Array.from([100, 110, 90, 100, 50, 60, 20, -1000]);
  const volume = createVolume(hu, [2, 2, 2], { spacingMm: [1, 2, 5] });
  return {
    volume,
    labels: toLabelMap(withData(volume, marks), { 1: "liver", 2: "spleen", 3: "liver_lesion" }),
  };
}

describe("valueAxis", () => {
  it("always names a unit, and says which names need none", () => {
    assert.deepEqual(
      (valueAxis({ title: "Volume", unit: "ml" }).title as { text: string }).text,
      "Volume (ml)",
    );
    assert.deepEqual((valueAxis({ title: "Dice", unit: "1" }).title as { text: string }).text, "Dice");
    assert.throws(() => valueAxis({ title: "Volume", unit: "" }), LabError);
    assert.throws(() => valueAxis({ title: " ", unit: "ml" }), LabError);
    assert.equal(nameAxis("Organ").type, "category");
  });
});

describe("every figure", () => {
  const { volume, labels } = twoOrgans();
  const regions = measureRegions(labels, volume);
  const figures: Figure[] = [
    barFigure([{ name: "a", value: 1 }], { axis: { title: "Volume", unit: "ml" } }),
    organBarFigure(regions, "volumeMl"),
    organBarFigure(regions, "meanHu"),
    lineFigure([{ name: "a", x: [1, 2], y: [3, 4] }], {
      x: { title: "Step", unit: "count" },
      y: { title: "Loss", unit: "nat" },
    }),
    dotFigure([{ name: "a", value: 0.5 }], { axis: { title: "Shift", unit: "mm" } }),
    histogramFigure(volume),
    sliceFigure(volume, labels, { index: 0 }),
  ];

  it("has axis titles with units, is plain JSON and asks for the shipped font", () => {
    for (const figure of figures) {
      for (const title of axisTitles(figure)) assert.match(title, /\((ml|HU|count|nat|mm|%)\)$/);
      assert.ok(axisTitles(figure).length >= 1);
      assert.deepEqual(JSON.parse(JSON.stringify(figure)), figure);
      assert.match((figure.layout.font as { family: string }).family, /^Liberation Sans/);
    }
  });

  it("writes names from data as text, never as markup", () => {
    const hostile = '<a href="javascript:alert(1)">x</a>';
    const made = [
      barFigure([{ name: hostile, value: 1 }], { title: hostile, axis: { title: hostile, unit: "ml" } }),
      dotFigure([{ name: hostile, value: 1 }], { title: hostile, axis: { title: "a", unit: "ml" } }),
      lineFigure([{ name: hostile, x: [1], y: [1] }], {
        title: hostile,
        x: { title: "a", unit: "b" },
        y: { title: "a", unit: "b" },
      }),
      sliceFigure(
        volume,
        { ...labels, names: { 1: hostile, 2: hostile, 3: hostile } },
        { title: hostile, index: 0 },
      ),
      histogramFigure(volume, { title: hostile, windows: [{ name: hostile, centerHu: 0, widthHu: 10 }] }),
    ];
    for (const figure of made) assert.doesNotMatch(JSON.stringify(figure), /<a /);
  });
});

describe("barFigure", () => {
  it("keeps the order, writes each number beside its bar and leaves a gap for what is not a number", () => {
    const figure = barFigure(
      [
        { name: "Liver", value: 1500.4, color: "#D55E00" },
        { name: "Spleen", value: NaN },
        { name: "Fat", value: -100, spread: 12.3 },
      ],
      { axis: { title: "Value", unit: "HU" }, digits: 1 },
    );
    const [bars] = figure.data;
    assert.deepEqual(bars.y, ["Liver", "Spleen", "Fat"]);
    assert.deepEqual(bars.x, [1500.4, null, -100]);
    assert.deepEqual((bars.marker as { color: string[] }).color, [
      "#D55E00",
      seriesColors[0],
      seriesColors[0],
    ]);
    const texts = (figure.layout.annotations as { text: string }[]).map(({ text }) => text);
    assert.deepEqual(texts, ["1,500.4", "none", "\u2212100.0 ± 12.3"]);
    assert.throws(
      () =>
        barFigure(
          [
            { name: "a", value: 1 },
            { name: "a", value: 2 },
          ],
          { axis: { title: "v", unit: "ml" } },
        ),
      /names that differ/,
    );
    assert.deepEqual(barFigure([], { axis: { title: "v", unit: "ml" } }).data[0].x, []);
  });
});

describe("organBarFigure", () => {
  const { volume, labels } = twoOrgans();
  const regions = measureRegions(labels, volume);

  it("shows volumes in ml, largest first, in the organs' colours", () => {
    const [bars] = organBarFigure(regions, "volumeMl").data;
    assert.deepEqual(bars.y, ["Liver", "Spleen", "Liver lesion"]);
    (bars.x as number[]).forEach((ml, i) => assert.ok(Math.abs(ml - [0.04, 0.02, 0.01][i]) < 1e-12));
    assert.deepEqual((bars.marker as { color: string[] }).color, ["#D55E00", "#8E7CC3", "#F0E442"]);
  });

  it("shows mean HU with the spread over voxels, and needs the image for it", () => {
    const figure = organBarFigure(regions, "meanHu", { limit: 2, title: "Density" });
    assert.deepEqual(figure.data[0].x, [100, 55]);
    const { array } = figure.data[0].error_x as { array: number[] };
    assert.ok(Math.abs(array[0] - Math.sqrt(50)) < 1e-9 && array[1] === 5);
    assert.equal((figure.layout.title as { text: string }).text, "<b>Density (2 of 3)</b>");
    assert.throws(() => organBarFigure(measureRegions(labels), "meanHu"), /measured with their image/);
  });
});

describe("histogramFigure", () => {
  const { volume, labels } = twoOrgans();

  it("counts shares of voxels in bins and says how many lie outside", () => {
    const [trace] = histogramFigure(volume, { rangeHu: [0, 120], binHu: 40 }).data;
    assert.deepEqual(trace.x, [20, 60, 100]);
    assert.deepEqual(trace.y, [12.5, 25, 50]);
    assert.equal(trace.name, "All voxels, 12.5 % outside");
  });

  it("lets bins without a voxel sink below a logarithmic axis, so that the filled curve has no gap", () => {
    const { data, layout } = histogramFigure(volume, { rangeHu: [0, 200], binHu: 40 });
    const y = data[0].y as number[];
    assert.deepEqual(y.slice(0, 3), [12.5, 25, 50]);
    const { range, tickvals } = layout.yaxis as { range: [number, number]; tickvals: number[] };
    assert.ok(y.at(-1)! > 0 && Math.log10(y.at(-1)!) < range[0], `${y}`);
    assert.ok(Math.log10(12.5) > range[0] && Math.log10(50) < range[1]);
    assert.ok(Math.min(...tickvals) >= 10, "ticks are those of bins that hold something");
  });

  it("counts structures apart, through the rescale, and skips what is not a number", () => {
    const data = Float32Array.from(volume.data, (hu) => (hu === 110 ? NaN : (hu + 1000) / 2));
    const scaled = createVolume(data, [2, 2, 2], {
      affine: volume.affine,
      rescale: { slope: 2, intercept: -1000 },
    });
    const figure = histogramFigure(scaled, {
      labels,
      structures: ["liver", "spleen"],
      rangeHu: [40, 120],
      binHu: 20,
    });
    assert.deepEqual(
      figure.data.map(({ name, y }) => [name, y]),
      [
        ["Liver", [null, null, 33.33, 66.67]],
        ["Spleen", [50, 50, null, null]],
      ],
    );
    assert.throws(() => histogramFigure(scaled, { labels, structures: ["heart"] }), /liver, spleen/);
    assert.throws(() => histogramFigure(scaled, { structures: ["liver"] }), /labels/);
    assert.throws(() => histogramFigure(scaled, { rangeHu: [10, 10] }), /rangeHu/);
  });

  it("draws named windows as bands with their ends in HU", () => {
    const { layout } = histogramFigure(volume, {
      windows: ["Soft tissue", { name: "Mine", centerHu: 0, widthHu: 50 }],
    });
    const shapes = layout.shapes as { x0: number; x1: number }[];
    assert.deepEqual(
      shapes.map(({ x0, x1 }) => [x0, x1]),
      [
        [-160, 240],
        [-25, 25],
      ],
    );
    const texts = (layout.annotations as { text: string }[]).map(({ text }) => text);
    assert.deepEqual(texts, ["Soft tissue: \u2212160 to 240 HU", "Mine: \u221225 to 25 HU"]);
    assert.throws(() => histogramFigure(volume, { windows: ["Brain"] }), /Soft tissue, Liver/);
  });
});

describe("lineFigure", () => {
  const axes = { x: { title: "Cases", unit: "count" }, y: { title: "Dice", unit: "1" } };

  it("tells curves apart by colour and symbol, with bands that name what they show", () => {
    const figure = lineFigure(
      [
        { name: "Real", x: [10, 100], y: [0.4, NaN], low: [0.3, 0.5], high: [0.5, 0.7] },
        { name: "Both", x: [10, 100], y: [0.5, 0.6] },
      ],
      { ...axes, bandName: "95 % interval", xScale: "log" },
    );
    const [band, real, both] = figure.data;
    assert.deepEqual(band.x, [10, 100, 100, 10]);
    assert.deepEqual(band.y, [0.5, 0.7, 0.5, 0.3]);
    assert.equal(band.name, "Real, 95 % interval");
    assert.deepEqual(real.y, [0.4, null]);
    const look = (trace: Figure["data"][number]) => trace.marker as { color: string; symbol: string };
    assert.notEqual(look(real).color, look(both).color);
    assert.notEqual(look(real).symbol, look(both).symbol);
    assert.deepEqual((figure.layout.xaxis as { ticktext: string[] }).ticktext.slice(0, 4), [
      "10",
      "20",
      "50",
      "100",
    ]);
  });

  it("refuses lists of different lengths and draws nothing from nothing", () => {
    assert.throws(() => lineFigure([{ name: "a", x: [1], y: [] }], axes), /1 x, 0 y/);
    assert.throws(() => lineFigure([{ name: "a", x: [1], y: [1], low: [0] }], axes), /band of series "a"/);
    assert.deepEqual(lineFigure([], { ...axes, yScale: "log" }).data, []);
  });
});

describe("dotFigure", () => {
  const axis = { title: "Dice", unit: "1" };

  it("shows values with both ends of their interval over their cases", () => {
    const figure = dotFigure(
      [
        {
          name: "Liver",
          value: 0.7,
          low: 0.6,
          high: 0.75,
          cases: [0.5, NaN, 0.9],
          caseNames: ["a", "b", "c"],
          note: "n = 2",
        },
        { name: "Colon", value: NaN },
      ],
      { axis, intervalName: "95 % interval", range: [0, 1] },
    );
    const [cases, values] = figure.data;
    assert.deepEqual(cases.x, [0.5, null, 0.9]);
    assert.deepEqual(cases.text, ["a", "b", "c"]);
    const heights = cases.y as number[];
    assert.ok(heights.every((height) => Math.abs(height) < 0.5) && new Set(heights).size === 3);
    assert.deepEqual(
      [values.x, values.y],
      [
        [0.7, null],
        [0, 1],
      ],
    );
    const { tickvals, ticktext } = figure.layout.yaxis as { tickvals: number[]; ticktext: string[] };
    assert.deepEqual(
      [tickvals, ticktext],
      [
        [0, 1],
        ["Liver", "Colon"],
      ],
    );
    const notes = figure.layout.annotations as { text: string; y: number }[];
    assert.deepEqual(
      notes.map(({ text, y }) => [text, y]),
      [["n = 2", 0]],
    );
    const error = values.error_x as { array: number[]; arrayminus: number[] };
    assert.ok(Math.abs(error.array[0] - 0.05) < 1e-12 && Math.abs(error.arrayminus[0] - 0.1) < 1e-12);
    assert.equal(values.name, "Value with 95 % interval");
  });

  it("shades a band under the rows, and names it in the legend", () => {
    const options = { axis: { title: "Gain", unit: "points" }, band: { from: -1, to: 1, name: "Margin <1" } };
    const { data, layout } = dotFigure([{ name: "a", value: 3 }], options);
    const [shape] = layout.shapes as Record<string, unknown>[];
    assert.deepEqual([shape.x0, shape.x1, shape.layer], [-1, 1, "below"]);
    assert.deepEqual([data[0].name, layout.showlegend], ["Margin &lt;1", true]);
    assert.equal((data[1].x as number[])[0], 3);
  });

  it("refuses half an interval and intervals without a name", () => {
    assert.throws(() => dotFigure([{ name: "a", value: 1, low: 0 }], { axis }), /both ends or none/);
    assert.throws(() => dotFigure([{ name: "a", value: 1, low: 0, high: 2 }], { axis }), /intervalName/);
  });
});
