import assert from "node:assert/strict";
import { LabError } from "tumorlab/internal/core/errors";
import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import type { Figure } from "tumorlab/internal/plot/figure";
import { groupedBarFigure } from "tumorlab/internal/plot/grouped-bars";
import { presenceFigure } from "tumorlab/internal/plot/presence";
import { type NamedScan, scansFigure } from "tumorlab/internal/plot/scans";
import { renderSvg } from "tumorlab/internal/plot/static/render";

const axis = { title: "Scans", unit: "count" };

describe("groupedBarFigure", () => {
  it("gives each series its bars, with their numbers, and says what is not known", () => {
    const figure = groupedBarFigure(
      [
        { name: "first", values: [15130, 1.5] },
        { name: "<second>", values: [999, null] },
      ],
      { axis, series: ["a", "b"], title: "Sizes" },
    );
    assert.deepEqual(
      figure.data.map(({ text }) => text),
      [
        ["15,130", "999"],
        ["2", "not known"],
      ],
    );
    assert.deepEqual(figure.data[1].x, [1.5, 0]);
    assert.deepEqual(figure.data[0].y, ["first", "&lt;second&gt;"]);
    assert.notDeepEqual(figure.data[0].marker, figure.data[1].marker);
    assert.equal(figure.layout.showlegend, true);
    const [low, high] = (figure.layout.xaxis as { range: number[] }).range;
    assert.ok(low === 0 && high > 15130);
  });

  it("has room for numbers below zero, and digits where they are asked for", () => {
    const figure = groupedBarFigure([{ name: "a", values: [-12345.678] }], {
      axis,
      series: ["x"],
      digits: 2,
    });
    assert.deepEqual(figure.data[0].text, ["−12,345.68"]);
    assert.ok((figure.layout.xaxis as { range: number[] }).range[0] < -12345.678);
    assert.equal(figure.layout.showlegend, false);
  });

  it("refuses names that repeat and groups that lack a value", () => {
    const twice = [
      { name: "a", values: [1] },
      { name: "a", values: [2] },
    ];
    assert.throws(() => groupedBarFigure(twice, { axis, series: ["x"] }), /names that differ/);
    assert.throws(
      () => groupedBarFigure([{ name: "a", values: [1] }], { axis, series: ["x", "y"] }),
      /group "a".*expected 2 values/,
    );
    assert.deepEqual(groupedBarFigure([], { axis, series: ["x"] }).data[0].x, []);
  });
});

describe("presenceFigure", () => {
  const columns = [{ name: "liver" }, { name: "colon", displayName: "Colon", color: "#123456" }];
  const words = { present: "labelled", absent: "not labelled" };

  it("marks what is there and what is not with signs of their own", () => {
    const rows = [
      { name: "one", has: ["colon"] },
      { name: "two", has: ["liver", "colon", "brain"] },
    ];
    const [there, missing] = presenceFigure(rows, { columns, ...words, title: "Labels" }).data;
    assert.deepEqual(
      [there.x, there.y],
      [
        ["Colon", "liver", "Colon"],
        ["one", "two", "two"],
      ],
    );
    assert.deepEqual((there.marker as { color: string[] }).color[0], "#123456");
    assert.deepEqual([missing.x, missing.y], [["liver"], ["one"]]);
    assert.equal((missing.marker as { symbol: string }).symbol, "x-thin");
    assert.deepEqual([there.name, missing.name], ["labelled", "not labelled"]);
  });

  it("is empty for no rows, and refuses names that repeat", () => {
    assert.deepEqual(presenceFigure([], { columns, ...words }).data[0].x, []);
    const twice = [
      { name: "a", has: [] },
      { name: "a", has: [] },
    ];
    assert.throws(() => presenceFigure(twice, { columns, ...words }), LabError);
    assert.throws(() => presenceFigure([], { columns: [columns[0], columns[0]], ...words }), LabError);
  });
});

describe("scansFigure", () => {
  /** Soft tissue with liver everywhere in slice `liverAt`, and a lesion of one voxel in slice `lesionAt`. */
  function createScan(
    name: string,
    shape: [number, number, number],
    mm: number,
    lesionAt?: number,
  ): NamedScan {
    const slice = shape[0] * shape[1];
    const ct = createVolume(new Int16Array(slice * shape[2]).fill(40), shape, { spacingMm: [mm, mm, 5] });
    const marks = new Uint8Array(ct.data.length);
    marks.fill(5, slice, 2 * slice);
    if (lesionAt !== undefined) marks[slice * lesionAt + 1] = 27;
    const map = createVolume(marks, shape, { spacingMm: [mm, mm, 5] });
    return { name, ct, labels: toLabelMap(map, { 5: "liver", 27: "liver_lesion" }) };
  }
  const wide = createScan("wide & <tall>", [20, 20, 4], 10, 3);
  const narrow = createScan("narrow", [10, 20, 4], 10);

  function axesOf(figure: Figure, panel: number): { width: number; range: number[]; domain: number[] } {
    const { domain, range } = figure.layout[`xaxis${panel === 0 ? "" : panel + 1}`] as {
      domain: number[];
      range: number[];
    };
    return { width: domain[1] - domain[0], range, domain };
  }

  it("draws all in one scale of millimetres", () => {
    const figure = scansFigure([wide, narrow], { columns: 2, title: "Two" });
    const [first, second] = [axesOf(figure, 0), axesOf(figure, 1)];
    assert.deepEqual(
      [first.range, second.range],
      [
        [0, 200],
        [0, 100],
      ],
    );
    assert.ok(Math.abs(first.width / second.width - 2) < 1e-6);
    assert.ok(second.domain[0] > first.domain[1]);
    const texts = (figure.layout.annotations as { text: string }[]).map(({ text }) => text);
    assert.ok(texts.includes("wide &amp; &lt;tall&gt;") && texts.includes("<b>50 mm</b>"));
    assert.equal(texts.filter((text) => text === "<b>R</b>").length, 2);
    assert.ok(texts.includes("Soft tissue window, −160 to 240 HU"));
  });

  it("finds the slice with the most of a structure, and draws the structures asked for", () => {
    const names = (figure: Figure): unknown[] =>
      figure.data.filter(({ showlegend }) => showlegend).map(({ name }) => name);
    const lesions = scansFigure([wide, narrow], { through: ["lesion", "liver"] });
    assert.deepEqual(names(lesions), ["Liver lesion"]);
    const organs = scansFigure([narrow], { through: ["lesion", "Liver"], show: ["liver", "lesion"] });
    assert.deepEqual(names(organs), ["Liver"]);
    assert.deepEqual(names(scansFigure([narrow], { show: ["liver"] })), []); // the middle slice has none
    assert.deepEqual(names(scansFigure([{ name: "bare", ct: narrow.ct }], { through: ["liver"] })), []);
  });

  it("is drawn as a still picture", async function () {
    this.timeout(60_000);
    const svg = await renderSvg(scansFigure([wide, narrow, wide, narrow], { columns: 3 }));
    assert.ok(svg.includes("narrow") && (svg.match(/<image/g) ?? []).length === 4);
  });

  it("refuses no scans, and rows of no length", () => {
    assert.throws(() => scansFigure([]), /scans: found "0 scans", expected 1 to 24/);
    assert.throws(() => scansFigure([wide], { columns: 0 }), /columns/);
  });
});
