import assert from "node:assert/strict";
import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import { pairSlicesFigure } from "tumorlab/internal/plot/pair-slices";
import { baseLayout, palette, valueAxis } from "tumorlab/internal/plot/theme";
import { applyFigureTheme, type FigureTheme, printColors } from "#environment/lab/src/logic/figure-theme.js";
import { parseFigure, readTitle } from "#environment/lab/src/logic/figure.js";

const png = "data:image/png;base64,iVBORw0KGgo=";

describe("parseFigure", () => {
  it("leaves an ordinary figure as it is", () => {
    const data = [
      { type: "bar", x: ["a<b", "c"], y: [1, 2], marker: { color: "#0072B2" }, customdata: null },
    ];
    const layout = {
      title: { text: '<b>Volume</b> <a href="https://example.org">(ml)</a>' },
      shapes: [{ type: "line" }],
    };
    assert.deepEqual(parseFigure({ data, layout, config: { scrollZoom: true } }), {
      data,
      layout,
      config: { scrollZoom: true, modeBarButtonsToRemove: [] },
    });
  });

  it("takes a figure of traces alone", () => {
    assert.deepEqual(parseFigure({ data: [] }), {
      data: [],
      layout: {},
      config: { modeBarButtonsToRemove: [] },
    });
  });

  it("drops configuration that can run, fetch or send", () => {
    const { config } = parseFigure({
      data: [],
      config: {
        modeBarButtonsToAdd: [{ name: "x", icon: { svg: "<svg onload='alert(1)'/>" } }],
        modeBarButtonsToRemove: ["lasso2d", { name: "x" }],
        plotlyServerURL: "https://example.org",
        showSendToCloud: true,
        topojsonURL: "https://example.org/",
        displayModeBar: { toString: "x" },
      },
    });
    assert.deepEqual(config, { modeBarButtonsToRemove: ["lasso2d"] });
  });

  it("takes pictures only from the figure itself", () => {
    const read = (source: string) =>
      parseFigure({ data: [], layout: { images: [{ source }] } }).layout.images;
    assert.deepEqual(read(png), [{ source: png }]);
    for (const source of [
      "https://example.org/x.png",
      "data:image/svg+xml,<svg/>",
      "javascript:alert(1)",
      "/files/x.png",
    ])
      assert.deepEqual(read(source), [{ source: "" }]);
  });

  it("looks into the arguments of buttons, where keys are paths", () => {
    const { layout } = parseFigure({
      data: [],
      layout: {
        updatemenus: [{ buttons: [{ args: [{ "images[0].source": "https://example.org/x.png" }] }] }],
      },
    });
    assert.deepEqual(layout.updatemenus, [{ buttons: [{ args: [{ "images[0].source": "" }] }] }]);
  });

  it("keeps links to pages and mail, drops all others and styles that fetch", () => {
    const clean = (text: string) => (parseFigure({ data: [{ text }] }).data[0] as { text: string }).text;
    assert.equal(clean('<a href="https://example.org">x</a>'), '<a href="https://example.org">x</a>');
    assert.equal(clean('<a href="javascript:alert(1)">x</a>'), "<a>x</a>");
    assert.equal(clean("<a href=' JavaScript:alert(1)'>x</a>"), "<a>x</a>");
    assert.equal(clean("<a href=java&#115;cript:alert(1)>x</a>"), "<a>x</a>");
    assert.equal(clean('<a href="data:text/html,<script>alert(1)</script>">x</a>'), "<a>x</a>");
    assert.equal(clean('<span style="background:url(https://example.org)">x</span>'), "<span>x</span>");
    assert.equal(clean('<span style="color:red">x</span>'), '<span style="color:red">x</span>');
  });

  it("lets no key reach a prototype", () => {
    const { layout } = parseFigure(
      JSON.parse('{"data":[],"layout":{"__proto__":{"a":1},"x.constructor.y":1,"title":"t"}}'),
    );
    assert.deepEqual(layout, { title: "t" });
    assert.equal(({} as { a?: number }).a, undefined);
  });

  it("keeps the frames of an animation, and holds them to what holds for the figure", () => {
    const frame = { name: "1", data: [{ x: [1] }], layout: { images: [{ source: png }] } };
    assert.deepEqual(parseFigure({ data: [], frames: [frame] }).frames, [frame]);
    const hostile = {
      name: '<a href="javascript:alert(1)">x</a>',
      layout: { images: [{ source: "https://example.org/x.png" }], map: { style: "https://example.org" } },
      traces: [0],
    };
    assert.deepEqual(parseFigure({ data: [], frames: [hostile] }).frames, [
      { name: "<a>x</a>", traces: [0], layout: { images: [{ source: "" }] } },
    ]);
    const map = { data: [{ type: "scattermap" }] };
    assert.throws(() => parseFigure({ data: [], frames: [map] }), /"scattermap" needs maps/);
    assert.throws(() => parseFigure({ data: [], frames: "play" }), /frames is "play", expected a list/);
  });

  const refused: [string, unknown, RegExp][] = [
    ["a text", "figure", /it is "figure", expected an object/],
    ["no traces", {}, /data is missing, expected a list of traces/],
    ["a trace that is no object", { data: [1] }, /data is \[1\], expected a list of traces/],
    ["a layout that is no object", { data: [], layout: [] }, /layout is \[\], expected an object/],
    ["a map", { data: [{ type: "scattermap" }] }, /"scattermap" needs maps from the network/],
    ["a globe", { data: [{ type: "scattergeo" }] }, /"scattergeo" needs maps/],
  ];
  for (const [name, figure, message] of refused)
    it(`refuses ${name}`, () => assert.throws(() => parseFigure(figure), message));

  it("draws heat maps, which are no maps", () => {
    const { data } = parseFigure({ data: [{ type: "heatmap", z: [[1]] }] });
    assert.deepEqual(data, [{ type: "heatmap", z: [[1]] }]);
  });

  it("refuses nesting without end", () => {
    let layout: Record<string, unknown> = {};
    for (let i = 0; i < 100; i++) layout = { a: layout };
    assert.throws(() => parseFigure({ data: [], layout }), /nested more than 64 deep/);
  });

  it("drops the layout of maps, which fetches by itself", () => {
    const { layout } = parseFigure({
      data: [],
      layout: { geo: {}, map2: { style: "https://example.org" }, xaxis: {} },
    });
    assert.deepEqual(layout, { xaxis: {} });
  });
});

describe("readTitle", () => {
  it("is the title without its markup", () => {
    assert.equal(readTitle({ title: { text: "<b>Volume</b><br>in ml" } }), "Volume, in ml");
    assert.equal(readTitle({ title: "Plain" }), "Plain");
    assert.equal(readTitle({ title: {} }), undefined);
    assert.equal(readTitle({}), undefined);
  });
});

describe("applyFigureTheme", () => {
  const light: FigureTheme = {
    isLight: true,
    text: "#111",
    muted: "#666",
    grid: "#ddd",
    zeroLine: "#999",
    font: "sans-serif",
  };
  const dark: FigureTheme = { ...light, isLight: false, text: "#eee", muted: "#aaa", grid: "#333" };

  const themeLayout = (layout: Record<string, unknown>, theme: FigureTheme): Record<string, any> =>
    applyFigureTheme({ data: [], config: {}, layout }, theme).layout;

  it("gives a figure without colours those of the page", () => {
    const { template } = themeLayout({}, light);
    assert.equal(template.layout.paper_bgcolor, "rgba(0,0,0,0)");
    assert.deepEqual(template.layout.font, { color: "#111", family: "sans-serif", size: 13 });
  });

  it("leaves what the figure or its template says above that", () => {
    const layout = {
      paper_bgcolor: "#abc",
      template: { layout: { font: { color: "#f00" } }, data: { bar: [] } },
    };
    const themed = themeLayout(layout, light);
    assert.equal(themed.paper_bgcolor, "#abc");
    assert.equal(themed.template.layout.font.color, "#f00");
    assert.equal(themed.template.layout.font.size, 13);
    assert.deepEqual(themed.template.data, { bar: [] });
    assert.deepEqual(layout.template.layout, { font: { color: "#f00" } });
  });

  it("knows the colours that src/plot draws in", () => {
    const { ink, muted, grid, paper } = palette;
    assert.deepEqual({ ...printColors }, { ink, muted, grid, paper });
  });

  it("re-inks the project's own figures on a dark page, and on no other", () => {
    const layout = baseLayout("Volumes", { xaxis: valueAxis({ title: "Volume", unit: "ml" }) });
    const themed = themeLayout(layout, dark);
    assert.equal(themed.paper_bgcolor, "rgba(0,0,0,0)");
    assert.equal(themed.font.color, "#eee");
    assert.equal(themed.xaxis.gridcolor, "#333");
    assert.equal(themed.xaxis.linecolor, "#aaa");
    assert.equal(themeLayout(layout, light).paper_bgcolor, palette.paper);
    const data = [{ line: { color: "#000000" }, x: [1] }];
    assert.deepEqual(applyFigureTheme({ data, layout, config: {} }, dark).data, [
      { line: { color: "#eee" }, x: [1] },
    ]);
  });

  it("keeps white that is no ground, and clears white grounds of every spelling", () => {
    const themed = themeLayout(
      {
        plot_bgcolor: "White",
        legend: { bgcolor: "#FFF", font: { color: palette.ink } },
        hoverlabel: { bgcolor: "#ffffff", font: { color: palette.ink } },
        shapes: [{ line: { color: "#ffffff" } }],
        annotations: [{ text: "R", xref: "paper", yref: "paper", font: { color: "#ffffff" } }],
      },
      dark,
    );
    assert.equal(themed.plot_bgcolor, "rgba(0,0,0,0)");
    assert.deepEqual(themed.legend, { bgcolor: "rgba(0,0,0,0)", font: { color: "#eee" } });
    assert.deepEqual(themed.hoverlabel, { bgcolor: "#ffffff", font: { color: palette.ink } });
    assert.equal(themed.shapes[0].line.color, "#ffffff");
    assert.equal(themed.annotations[0].font.color, "#ffffff");
  });

  it("keeps whatever stands on a ground of its own", () => {
    const rim = { line: { color: palette.ink } };
    const mark = (more: Record<string, unknown>) => ({ font: { color: palette.muted }, ...more });
    const onPicture = mark({ xref: "x2 domain", yref: "y2 domain", x: 0.98, xanchor: "right", y: 0.5 });
    const above = mark({ xref: "x2 domain", yref: "y2 domain", x: 0, y: 1, yanchor: "bottom" });
    const inBox = mark({ x: 5, y: 5 });
    const besideBox = mark({ x: 15, y: 5 });
    const legend = { bgcolor: palette.muted, font: { color: "#ffffff" } };
    const { data, layout, frames } = applyFigureTheme(
      {
        data: [
          { xaxis: "x2", yaxis: "y2", ...rim },
          { ...rim },
          { type: "heatmap", xaxis: "x3", yaxis: "y3" },
        ],
        config: {},
        layout: {
          legend,
          images: [{ source: png, xref: "x2", yref: "y2" }],
          shapes: [
            { x0: 0, x1: 10, y0: 10, y1: 0, fillcolor: "#f3f5f9" },
            { xref: "x2", yref: "y2", ...rim },
          ],
          annotations: [onPicture, above, inBox, besideBox, mark({ xref: "x3", yref: "y3", x: 1, y: 1 })],
        },
        frames: [{ traces: [1, 0], data: [{ ...rim }, { ...rim }] }],
      },
      dark,
    ) as Record<string, any>;
    const colors = (parts: any[]) => parts.map((part) => part.line?.color ?? part.font?.color);
    assert.deepEqual(colors(data), [palette.ink, "#eee", undefined]);
    assert.deepEqual(colors(layout.shapes), [undefined, palette.ink]);
    const { muted } = palette;
    assert.deepEqual(colors(layout.annotations), [muted, "#aaa", muted, "#aaa", muted]);
    assert.deepEqual(layout.legend, legend);
    assert.deepEqual(colors(frames[0].data), ["#eee", palette.ink]);
  });

  it("keeps sides, scale bar, outlines and legend of a pair of slices", () => {
    const data = Float32Array.from({ length: 1000 }, (_, i) => i % 100);
    const ct = createVolume(data, [10, 10, 10], { spacingMm: [2, 2, 2] });
    const mask = { ...ct, data: Uint8Array.from(data, (value) => Number(value > 50)) };
    const reference = toLabelMap(mask, { 1: "liver" });
    const figure = pairSlicesFigure({ ct, reference, prediction: reference }, { label: 1 });
    const themed = applyFigureTheme({ config: {}, ...figure }, dark);
    const whites = (value: unknown) => JSON.stringify(value).match(/"#ffffff"/g)?.length ?? 0;
    const { paper_bgcolor, plot_bgcolor, ...rest } = figure.layout;
    assert.equal(paper_bgcolor, plot_bgcolor);
    assert.equal(whites(themed), whites([rest, figure.data]));
    assert.deepEqual(themed.data, figure.data);
  });
});
