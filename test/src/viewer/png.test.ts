import assert from "node:assert/strict";
import fc from "fast-check";
import { encodePalettePng, toPalette } from "tumorlab/internal/viewer/png";
import { decodePng } from "../plot/pixels.js";

describe("toPalette and encodePalettePng", () => {
  it("keep every pixel of a picture of at most 256 colours", async () => {
    const picture = fc
      .record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 20 }) })
      .chain(({ width, height }) =>
        fc.record({
          width: fc.constant(width),
          height: fc.constant(height),
          colors: fc.array(fc.integer({ min: 0, max: 0xffffff }), { minLength: 1, maxLength: 256 }),
          seed: fc.integer({ min: 1, max: 1e6 }),
        }),
      );
    await fc.assert(
      fc.asyncProperty(picture, async ({ width, height, colors, seed }) => {
        const rgba = new Uint8Array(4 * width * height);
        for (let i = 0; i < width * height; i++) {
          const color = colors[(i * seed) % colors.length];
          rgba.set([color >> 16, (color >> 8) & 255, color & 255, 255], 4 * i);
        }
        const { indices, palette } = toPalette(rgba);
        const decoded = await decodePng(encodePalettePng(indices, palette, { width, height }));
        assert.deepEqual([decoded.width, decoded.height], [width, height]);
        assert.deepEqual(Uint8Array.from(decoded.rgba), rgba);
      }),
      { numRuns: 40 },
    );
  });

  it("bring a picture of 16,384 colours close to the original with 256", () => {
    const side = 128;
    const rgba = new Uint8Array(4 * side * side);
    for (let i = 0; i < side * side; i++)
      rgba.set([2 * (i % side), 2 * Math.floor(i / side), 99, 255], 4 * i);
    const { indices, palette } = toPalette(rgba);
    assert.equal(palette.length, 4 * 256);
    let worst = 0;
    for (let i = 0; i < side * side; i++)
      for (let channel = 0; channel < 3; channel++)
        worst = Math.max(worst, Math.abs(rgba[4 * i + channel] - palette[4 * indices[i] + channel]));
    // 256 colours spread over a plane of 255 x 255 lie 16 apart.
    assert.ok(worst <= 24, `off by ${worst}`);
  });

  it("keep opacity and refuse what is not a picture", async () => {
    const palette = Uint8Array.from([0, 0, 0, 0, 255, 0, 0, 128]);
    const decoded = await decodePng(
      encodePalettePng(Uint8Array.from([0, 1]), palette, { width: 2, height: 1 }),
    );
    assert.equal(decoded.rgba[3], 0);
    assert.equal(decoded.rgba[7], 128);
    assert.throws(
      () => encodePalettePng(new Uint8Array(3), palette, { width: 2, height: 1 }),
      /2 x 1 pixels/,
    );
    assert.throws(
      () => encodePalettePng(new Uint8Array(0), palette, { width: 0, height: 1 }),
      /at least one/,
    );
    assert.throws(
      () => encodePalettePng(new Uint8Array(1), new Uint8Array(0), { width: 1, height: 1 }),
      /palette/,
    );
  });
});
