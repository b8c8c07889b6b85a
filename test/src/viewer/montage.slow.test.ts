import assert from "node:assert/strict";
import { createVolume, toLabelMap, withData } from "tumorlab/internal/core/grid";
import { renderVolumePng } from "tumorlab/internal/viewer/montage";
import { createVolumePayload, openPayload, packForViewer } from "tumorlab/internal/viewer/payload";
import { decodePng, type Pixels, shareOf } from "../plot/pixels.js";

/** Soft tissue with a bright cube to the patient's right, front and top, and a liver label low on the left. */
function example() {
  const n = 40;
  const data = new Int16Array(n ** 3).fill(-60);
  const marks = new Uint8Array(n ** 3);
  for (let z = 0, i = 0; z < n; z++)
    for (let y = 0; y < n; y++)
      for (let x = 0; x < n; x++, i++) {
        if (x > 30 && y > 30 && z > 30) data[i] = 400;
        if (x < 12 && y < 12 && z < 12) marks[i] = 1;
      }
  // Without air it could be no CT.
  data[n - 1] = -900;
  const volume = createVolume(data, [n, n, n], { spacingMm: [2, 2, 2] });
  return { volume, labels: toLabelMap(withData(volume, marks), { 1: "liver" }) };
}

/** Centre of all pixels that are hit, as shares of the panel at `left`..`right`. */
function centreOf(
  { width, height, rgba }: Pixels,
  left: number,
  right: number,
  isHit: (...c: number[]) => boolean,
) {
  let [sumX, sumY, count] = [0, 0, 0];
  for (let y = 60; y < height - 60; y++)
    for (let x = Math.round(left * width); x < right * width; x++) {
      const i = 4 * (x + width * y);
      if (!isHit(rgba[i], rgba[i + 1], rgba[i + 2])) continue;
      sumX += (x / width - left) / (right - left);
      sumY += y;
      count++;
    }
  return { x: sumX / count, y: (sumY / count - 60) / (height - 120), count };
}

describe("renderVolumePng", () => {
  const { volume, labels } = example();

  it("hangs the planes as radiologists do: right on the left, anterior and superior up", async () => {
    const payload = createVolumePayload(volume, undefined, { crosshair: [36, 36, 36] });
    const pixels = await decodePng(renderVolumePng(openPayload(payload)));
    assert.equal(pixels.width, 900);
    const isBright = (r: number, g: number, b: number) => r > 252 && g > 252 && b > 252;
    for (const [name, left] of [
      ["axial", 0],
      ["coronal", 1 / 3],
      ["sagittal", 2 / 3],
    ] as const) {
      const { x, y, count } = centreOf(pixels, left, left + 1 / 3, isBright);
      assert.ok(count > 400, name);
      assert.ok(x < 0.35 && y < 0.35, `${name}: the cube is at ${x.toFixed(2)}, ${y.toFixed(2)}`);
    }
  });

  it("tints organs in their colour, names them in a legend and shows the window's contrast", async () => {
    const payload = createVolumePayload(volume, labels, { crosshair: [6, 6, 6], overlayOpacity: 1 });
    const pixels = await decodePng(renderVolumePng(openPayload(payload), { window: "Lung" }));
    const isLiver = (r: number, g: number, b: number) => Math.abs(r - 0xd5) + Math.abs(g - 0x5e) + b < 30;
    assert.ok(shareOf(pixels, [0, 0.1, 1, 0.85], isLiver) > 0.02, "in the picture");
    assert.ok(shareOf(pixels, [0, 0.85, 0.1, 1], isLiver) > 0.005, "in the legend");
    const without = await decodePng(renderVolumePng(packForViewer(volume), { window: "Lung" }));
    const middle = 4 * (Math.round(0.1 * without.width) + without.width * Math.round(without.height / 3));
    // -60 HU in a window from -1350 to 150 HU is 86 % of white.
    assert.ok(Math.abs(without.rgba[middle] - 0.86 * 255) < 6, `grey ${without.rgba[middle]}`);
  });

  it("draws the same bytes again, keeps to a byte budget, and refuses windows there are not", async () => {
    const payload = createVolumePayload(volume, labels, {
      title: "<script>alert(1)</script> & \u{1F9EA} ".repeat(9),
    });
    const png = renderVolumePng(openPayload(payload));
    assert.deepEqual(renderVolumePng(openPayload(payload)), png);
    const small = renderVolumePng(openPayload(payload), { maxBytes: png.length - 1 });
    assert.ok(small.length < png.length);
    assert.ok((await decodePng(small)).width < 900);
    assert.throws(() => renderVolumePng(openPayload(payload), { window: "Brain" }), /Soft tissue, Liver/);
    assert.throws(() => renderVolumePng(openPayload(payload), { width: 10 }), /width: found 10/);
  });

  it("draws flat, thin and tiny volumes", async () => {
    for (const shape of [
      [1, 1, 1],
      [200, 200, 1],
      [1, 3, 400],
    ] as const) {
      const flat = createVolume(new Int16Array(shape[0] * shape[1] * shape[2]), shape);
      const { width, height } = await decodePng(renderVolumePng(packForViewer(flat)));
      assert.ok(width === 900 && height > 100 && height < 800, `${shape.join(" x ")}: ${width} x ${height}`);
    }
  });
});
