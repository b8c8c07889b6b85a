import assert from "node:assert/strict";
import { dotFigure } from "tumorlab/internal/plot/dots";
import { learningCurveFigure, type MeasuredCurve } from "tumorlab/internal/plot/learning-curve";
import { renderSvg } from "tumorlab/internal/plot/static/render";

const real: MeasuredCurve = {
  name: "real <scans>",
  points: [
    { n: 60, error: 0.6, low: 0.55, high: 0.7 },
    { n: 278, error: 0.5, estimate: true },
    { n: 3159, error: 0.4, heldOut: true },
  ],
};
const line = { name: "law", n: [60, 100_000], error: [0.6, 0.3], limit: 0.25 };

describe("learningCurveFigure", () => {
  it("draws percent over a log axis with a tick at each size, decades beyond, and the limit", () => {
    const { data, layout } = learningCurveFigure([real], {
      title: "T",
      lines: [{ ...line, low: [0.5, 0.2], high: [0.7, NaN] }],
      bandName: "95 % band",
      range: [0, 100],
    });
    const axis = layout.xaxis as { type: string; tickvals: number[]; ticktext: string[] };
    assert.equal(axis.type, "log");
    assert.deepEqual(axis.tickvals, [60, 278, 3159, 10_000, 100_000]);
    assert.equal(axis.ticktext[2], "3,159");
    const [band, law, curve, held, hollow] = data;
    assert.deepEqual(band.y, [50, 80, null, 100 * (1 - 0.7)]);
    assert.deepEqual(law.y, [40, 70]);
    assert.deepEqual(curve.y, [40, 50, 60]);
    assert.equal(curve.name, "real &lt;scans&gt;");
    assert.deepEqual((curve.marker as { symbol: string[] }).symbol, ["circle", "circle-open", "circle"]);
    const bars = curve.error_y as { array: number[]; arrayminus: number[] };
    assert.ok(Math.abs(bars.array[0] - 5) < 1e-9 && Math.abs(bars.arrayminus[0] - 10) < 1e-9);
    assert.deepEqual(held.x, [3159]);
    assert.match(String(hollow.name), /read off a plot/);
    assert.match(JSON.stringify(layout.annotations), /limit 75\.0/);
    assert.deepEqual((layout.yaxis as { range: number[] }).range, [0, 100]);
  });

  it("says nothing of marks that are not there, and names sizes that are far enough apart", () => {
    const points = [100, 110, 120, 1000].map((n) => ({ n, error: 0.5 }));
    const { data, layout } = learningCurveFigure([{ name: "one", points, isJoined: false }], {
      lines: [{ name: "law", n: [100, 2e6], error: [0.5, 0.4] }],
    });
    assert.equal(data.length, 2);
    assert.equal(data[1].mode, "markers");
    const axis = layout.xaxis as { tickvals: number[]; ticktext: string[] };
    assert.deepEqual(axis.tickvals, [100, 1000, 10_000, 100_000, 1_000_000]);
    assert.equal(axis.ticktext[4], "1e6");
  });

  it("has a static twin", async () => {
    assert.match(await renderSvg(learningCurveFigure([real], { lines: [line] })), /<svg/);
  });

  it("refuses half a band and a band without a name", () => {
    assert.throws(() => learningCurveFigure([], { lines: [{ ...line, low: [0, 0] }] }), /band of "law"/);
    assert.throws(
      () => learningCurveFigure([real], { lines: [{ ...line, low: [0, 0], high: [1, 1] }] }),
      /bandName/,
    );
  });
});

describe("dotFigure with a reference on a log axis", () => {
  it("puts the line at its value and ends open intervals at the range", () => {
    const { data, layout } = dotFigure([{ name: "a", value: 2, low: 0, high: Infinity }], {
      axis: { title: "Multiplier", unit: "1" },
      xScale: "log",
      range: [0.1, 10],
      intervalName: "interval",
      reference: { value: 1, name: "nothing" },
    });
    const bars = data[0].error_x as { array: number[]; arrayminus: number[] };
    assert.deepEqual([bars.array, bars.arrayminus], [[8], [1.9]]);
    assert.deepEqual((layout.xaxis as { range: number[] }).range, [-1, 1]);
    const [shape] = layout.shapes as { x0: number }[];
    const [note] = layout.annotations as { x: number; text: string }[];
    assert.deepEqual([shape.x0, note.x, note.text], [1, 0, "nothing"]);
    const plain = dotFigure([{ name: "a", value: 2 }], {
      axis: { title: "Gain", unit: "points" },
      reference: { value: 7, name: "+7 %" },
    });
    assert.equal((plain.layout.annotations as { x: number }[])[0].x, 7);
  });
});
