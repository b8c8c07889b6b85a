import assert from "node:assert/strict";
import { LabError } from "tumorlab/internal/core/errors";
import type { Figure } from "tumorlab/internal/plot/figure";
import { closeRenderer } from "tumorlab/internal/plot/static/drawing-process";
import { renderPng, renderSvg } from "tumorlab/internal/plot/static/render";
import { decodePng, inkShare } from "../pixels.js";

const bars: Figure = {
  data: [{ type: "bar", x: ["Liver", "Spleen"], y: [1500, 210], name: "Volume" }],
  layout: {
    title: { text: "<b>Organ volumes</b>" },
    xaxis: { title: { text: "Organ" } },
    yaxis: { title: { text: "Volume (ml)" } },
  },
};

describe("renderPng and renderSvg", function () {
  this.timeout(120_000);
  after(() => closeRenderer());

  it("draws a figure at the size and scale asked for, with its title, axis titles and bars", async () => {
    const png = await renderPng(bars, { width: 400, height: 300, scale: 2 });
    const image = await decodePng(png);
    assert.deepEqual([image.width, image.height], [800, 600]);
    assert.ok((await inkShare(png, [0.3, 0.02, 0.7, 0.3])) > 0.005, "title");
    assert.ok((await inkShare(png, [0, 0.3, 0.2, 0.8])) > 0.005, "axis title and ticks");
    const [left, right] = [
      await inkShare(png, [0.25, 0.3, 0.5, 0.75]),
      await inkShare(png, [0.55, 0.3, 0.8, 0.75]),
    ];
    assert.ok(left > 3 * right, "the taller bar has more ink");
  });

  it("gives the same bytes for the same figure, whatever was drawn in between", async () => {
    const first = await renderPng(bars);
    await renderPng({
      data: [
        {
          type: "heatmap",
          z: [
            [1, 2],
            [3, 4],
          ],
        },
      ],
      layout: {},
    });
    assert.deepEqual(await renderPng(bars), first);
    assert.equal(await renderSvg(bars), await renderSvg(bars));
  });

  it("leaves out buttons, which nobody can press there", async () => {
    const updatemenus = [{ type: "buttons", buttons: [{ label: "Play", method: "animate" }] }];
    const pressed = { ...bars, layout: { ...bars.layout, updatemenus } };
    assert.equal(await renderSvg(pressed), await renderSvg(bars));
  });

  it("draws every kind of trace the notebooks use", async () => {
    const y = [1, 3, 2, 5, 4, 6];
    const kinds: Figure["data"] = [
      { type: "scatter", y, error_y: { type: "data", array: y } },
      { type: "bar", y },
      { type: "box", y },
      { type: "violin", y },
      { type: "histogram", x: y },
      { type: "heatmap", z: [y, y] },
      { type: "contour", z: [y, [6, 5, 4, 3, 2, 1]] },
      {
        type: "image",
        z: [
          [
            [10, 20, 30],
            [200, 100, 0],
          ],
        ],
      },
      { type: "table", header: { values: ["a"] }, cells: { values: [[1, 2]] } },
    ];
    for (const trace of kinds) {
      const png = await renderPng({ data: [trace], layout: {} }, { width: 300, height: 250, scale: 1 });
      assert.ok((await inkShare(png)) > 0.0005, `${String(trace.type)} is not blank`);
    }
  });

  it("sets text in the shipped font with its real widths, bold wider than plain", async () => {
    const label = "Inferior vena cava";
    const marginOf = async (text: string) => {
      const figure: Figure = {
        data: [{ type: "bar", orientation: "h", x: [1], y: [text] }],
        layout: { yaxis: { automargin: true, tickfont: { size: 20 } }, margin: { l: 0, r: 0, t: 0, b: 0 } },
      };
      const svg = await renderSvg(figure, { width: 500, height: 200 });
      const plot = /class="plotclip"><rect width="([\d.]+)"/.exec(svg);
      assert.ok(plot, "the plot area is in the picture");
      return 500 - Number(plot[1]);
    };
    const [plain, bold] = [await marginOf(label), await marginOf(`<b>${label}</b>`)];
    // 18 characters of Liberation Sans at 20 px are 158.9 px wide, in bold 166.7 px.
    assert.ok(Math.abs(plain - 159 - 5) < 6, `margin ${plain}`);
    assert.ok(bold - plain > 4 && bold - plain < 20, `bold adds ${bold - plain}`);
    assert.match(await renderSvg(bars), /font-family: Liberation Sans, Arial/);
  });

  it("never hands a 3D or gl figure to Plotly: it draws a card with the title", async () => {
    for (const type of ["surface", "mesh3d", "scatter3d", "scattergl", "volume", "splom", "choropleth"]) {
      const figure: Figure = {
        data: [{ type, z: [[1]] }],
        layout: { title: { text: "Liver <i>surface</i> & tumor" } },
      };
      const svg = await renderSvg(figure);
      assert.match(svg, /Liver surface &amp; tumor/, type);
      assert.match(svg, /Interactive 3D figure: open in the lab/, type);
      const png = await renderPng(figure, { width: 300, height: 200, scale: 1 });
      assert.ok((await inkShare(png, [0.1, 0.3, 0.9, 0.7])) > 0.005, type);
    }
  });

  it("gives up on a figure that takes too long and draws the next one", async () => {
    const heavy: Figure = {
      data: [
        {
          type: "contour",
          z: Array.from({ length: 400 }, (_, i) => Array.from({ length: 400 }, (_, j) => (i * j) % 17)),
        },
      ],
      layout: {},
    };
    await assert.rejects(renderPng(heavy, { timeoutMs: 5 }), (error: unknown) => {
      assert.ok(error instanceof LabError);
      assert.match(error.message, /a drawing within 5 ms/);
      return true;
    });
    assert.ok((await inkShare(await renderPng(bars))) > 0.01);
  });

  it("refuses sizes and scales that make no picture", async () => {
    await assert.rejects(renderPng(bars, { width: 0 }), /width: found 0/);
    await assert.rejects(renderPng(bars, { scale: 0 }), /scale: found 0/);
    await assert.rejects(renderPng({ ...bars, layout: { width: "wide" } }), /figure\.layout\.width/);
    await assert.rejects(renderPng({ data: [{ type: "bar", y: [1n] }], layout: {} }), /plain JSON data/);
  });

  it("draws figures asked for at the same time", async () => {
    const pictures = await Promise.all(
      [1, 2, 3, 4].map((n) => renderPng({ data: [{ y: [n, 2 * n] }], layout: {} })),
    );
    for (const png of pictures) assert.ok((await inkShare(png)) > 0.001);
  });
});
