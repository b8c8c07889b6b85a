import assert from "node:assert/strict";
import { lineFigure } from "tumorlab/internal/plot/lines";
import { choosePlotlyBuild } from "tumorlab/internal/plot/plotly-build";
import { renderSvg } from "tumorlab/internal/plot/static/render";

describe("the build of plotly.js for a figure", () => {
  it("is the small one where every trace is a curve, bars or a pie", () => {
    const axis = { title: "n", unit: "count" };
    assert.equal(
      choosePlotlyBuild(lineFigure([{ name: "a", x: [1, 2], y: [1, 4] }], { x: axis, y: axis })),
      "basic",
    );
    assert.equal(choosePlotlyBuild({ data: [{ x: [1] }, { type: "bar" }, { type: "pie" }] }), "basic");
    assert.equal(
      choosePlotlyBuild({ data: [], frames: [{ data: [{ type: "bar" }] }, { name: "a" }] }),
      "basic",
    );
  });

  it("is the whole one where a trace is another, in the figure or in what it plays", () => {
    for (const type of ["heatmap", "scatter3d", "scattergl", "mesh3d", "box", "toString", 3])
      assert.equal(choosePlotlyBuild({ data: [{ type: "bar" }, { type }] }), "full");
    assert.equal(choosePlotlyBuild({ data: [{}], frames: [{ data: [{ type: "box" }] }] }), "full");
  });

  it("is chosen for what is no figure too, which is refused elsewhere", () => {
    assert.equal(choosePlotlyBuild({}), "basic");
    assert.equal(choosePlotlyBuild({ data: [null], frames: [null, { data: "a" }] }), "basic");
  });

  it("draws each figure with its own, one after the other", async () => {
    const data = [{ x: ["a", "b"], y: [1, 2] }];
    const draw = (figure: Parameters<typeof renderSvg>[0]) => renderSvg(figure);
    const bars = { data: data.map((trace) => ({ ...trace, type: "bar" })), layout: {} };
    const before = await draw(bars);
    const map = await draw({ data: [{ type: "heatmap", z: [[1, 2]] }], layout: {} });
    assert.match(map, /class="heatmaplayer mlayer"><g class="hm"/);
    assert.match(before, /class="barlayer/);
    assert.equal(await draw(bars), before);
  }).timeout(60_000);
});
