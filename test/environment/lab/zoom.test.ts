import assert from "node:assert/strict";
import { formatMl, measureMm } from "#environment/lab/src/logic/ruler.js";
import { magnify, movePicture, noZoom, placePicture } from "#environment/lab/src/logic/zoom.js";

describe("zoom", () => {
  const fitted = { left: 10, top: 20, width: 180, height: 60 };
  const canvas = [200, 100] as const;

  it("leaves the picture where it fits, until it is magnified", () => {
    assert.deepEqual(placePicture(fitted, canvas, "axial", noZoom), fitted);
  });

  it("keeps the point it is magnified about in its place", () => {
    const before = placePicture(fitted, canvas, "axial", noZoom);
    const point: [number, number] = [30, -12];
    const share = (box: typeof fitted) => [
      (point[0] + 100 - box.left) / box.width,
      (point[1] + 50 - box.top) / box.height,
    ];
    const once = magnify(noZoom, 2, { axial: point });
    const twice = magnify(movePicture(once, "axial", 0, 0), 1.5, { axial: point });
    const after = placePicture(fitted, canvas, "axial", twice);
    assert.equal(after.width, 540);
    for (const axis of [0, 1]) assert.ok(Math.abs(share(before)[axis] - share(after)[axis]) < 1e-9);
  });

  it("goes back to the whole picture, and no further", () => {
    const zoom = movePicture(magnify(noZoom, 4, { axial: [5, 5] }), "axial", 9, 9);
    assert.deepEqual(magnify(zoom, 0.01, { axial: [0, 0] }), noZoom);
    assert.equal(magnify(noZoom, 1e9, {}).factor, 32);
  });
});

describe("measureMm", () => {
  it("measures along the affine", () => {
    const affine = [0.5, 0, 0, 9, 0, 2, 0, 9, 0, 0, 3, 9, 0, 0, 0, 1];
    assert.equal(measureMm(affine, [0, 0, 0], [6, 2, 0]), 5);
    assert.deepEqual(
      [formatMl(0.01234), formatMl(3.14159), formatMl(1520.4)],
      ["0.012 ml", "3.14 ml", "1520 ml"],
    );
  });
});
