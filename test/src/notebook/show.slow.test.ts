import assert from "node:assert/strict";
import { loadImage } from "@napi-rs/canvas";
import { plotlyMime } from "tumorlab/internal/contracts/plotly-payload";
import { figureBundle, show } from "tumorlab/internal/notebook/show";
import type { Figure } from "tumorlab/internal/plot/figure";
import { closeRenderer } from "tumorlab/internal/plot/static/drawing-process";
import { captureOutput, startFakeKernel } from "./fake-kernel.js";

const figure: Figure = {
  data: [{ type: "bar", x: ["<script>alert(1)</script>", "Spleen"], y: [1500, 210] }],
  layout: {
    title: { text: "Volumes" },
    xaxis: { title: { text: "Organ" } },
    yaxis: { title: { text: "Volume (ml)" } },
  },
};

describe("show", function () {
  this.timeout(120_000);
  after(() => closeRenderer());

  it("sends one bundle a figure, in order: live figure, picture and words, no HTML", async () => {
    const kernel = startFakeKernel();
    try {
      await show([figure, { data: [], layout: { title: "Second" } }], { scale: 1 });
      assert.deepEqual(
        kernel.shown.map(({ bundle }) => Object.keys(bundle)),
        Array(2).fill([plotlyMime, "image/png", "text/plain"]),
      );
      const texts = kernel.shown.map(({ bundle }) => String(bundle["text/plain"]).split("\n")[0]);
      assert.deepEqual(texts, ["Figure: Volumes. Axes: Organ, Volume (ml)", "Figure: Second"]);
    } finally {
      kernel.stop();
    }
  });

  it("gives the picture its size on the page and keeps the figure's own layout, data and frames", async () => {
    const frames = [{ name: "1", layout: { title: { text: "One" } } }];
    const size = { width: 500, height: 300, scale: 2 };
    const { bundle, metadata } = await figureBundle({ ...figure, frames }, size);
    const image = await loadImage(Buffer.from(String(bundle["image/png"]), "base64"));
    assert.deepEqual([image.width, image.height], [1000, 600]);
    assert.deepEqual(metadata, { "image/png": { width: 500, height: 300 } });
    const live = bundle[plotlyMime] as Figure;
    assert.deepEqual(live.data, figure.data);
    assert.deepEqual(live.layout, { ...figure.layout, width: 500, height: 300 });
    assert.deepEqual(live.frames, frames);
    assert.equal(live.config?.displaylogo, false);
  });

  it("updates an earlier output in place", async () => {
    const kernel = startFakeKernel();
    try {
      await show(figure, { displayId: "loss", update: true, scale: 1 });
      assert.equal(kernel.shown[0].options.displayId, "loss");
      assert.equal(kernel.shown[0].options.update, true);
    } finally {
      kernel.stop();
    }
  });

  it("still shows the live figure when its picture cannot be drawn, with a card that says why", async () => {
    const { bundle } = await figureBundle(figure, { timeoutMs: 1e-3 });
    assert.ok(bundle[plotlyMime]);
    const image = await loadImage(Buffer.from(String(bundle["image/png"]), "base64"));
    assert.equal(image.width, 1080);
  });

  it("prints words outside any kernel and refuses what is not a figure", async () => {
    const output = await captureOutput(() => show(figure, { scale: 1 }));
    assert.match(output, /^Figure: Volumes/);
    await assert.rejects(show({ layout: {} } as unknown as Figure), /figure\.data/);
  });
});
