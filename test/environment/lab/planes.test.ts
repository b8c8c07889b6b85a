import assert from "node:assert/strict";
import fc from "fast-check";
import type { Triple } from "tumorlab/internal/contracts/volume-payload";
import { chooseScaleBarMm, planes, planeSize, voxelToPixel } from "tumorlab/internal/volume/planes";
import { createTestVolume } from "./volumes.js";
import { layoutPlanes } from "#environment/lab/src/logic/layout.js";
import {
  extractSlice,
  measureTiltDegrees,
  pixelToVoxel,
  stepVoxel,
  voxelToWorldMm,
} from "#environment/lab/src/logic/planes.js";

const [axial, coronal, sagittal] = planes;
const { payload, ct } = createTestVolume();

describe("extractSlice", () => {
  it("puts the patient's right on the left and anterior up in axial pictures", () => {
    // z = 0: level is x + 4 y; first row is y = 2, first column x = 3, the rightmost voxel.
    assert.deepEqual([...extractSlice(ct, payload.shape, axial, 0)], [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  });

  it("puts the patient's right on the left and superior up in coronal pictures", () => {
    assert.deepEqual([...extractSlice(ct, payload.shape, coronal, 1)], [19, 18, 17, 16, 7, 6, 5, 4]);
  });

  it("puts anterior on the left and superior up in sagittal pictures", () => {
    assert.deepEqual([...extractSlice(ct, payload.shape, sagittal, 2)], [22, 18, 14, 10, 6, 2]);
  });

  it("shows at each pixel the voxel that pixelToVoxel names", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...planes),
        fc.tuple(
          fc.integer({ min: 0, max: 3 }),
          fc.integer({ min: 0, max: 2 }),
          fc.integer({ min: 0, max: 1 }),
        ),
        (plane, voxel) => {
          const [columns] = planeSize(plane, payload.shape);
          const [column, row] = voxelToPixel(plane, payload.shape, voxel);
          const slice = extractSlice(ct, payload.shape, plane, voxel[plane.through]);
          assert.equal(slice[column + row * columns], voxel[0] + 4 * voxel[1] + 12 * voxel[2]);
          assert.deepEqual(pixelToVoxel(plane, payload.shape, [column, row], voxel), voxel);
        },
      ),
    );
  });
});

describe("the marks", () => {
  it("name the sides that the picture's edges lie towards", () => {
    const far: Record<string, Triple> = {
      R: [3, 1, 0],
      L: [0, 1, 0],
      A: [1, 2, 0],
      P: [1, 0, 0],
      S: [1, 1, 1],
      I: [1, 1, 0],
    };
    for (const plane of planes) {
      const [columns, rows] = planeSize(plane, payload.shape);
      const { left, right, top, bottom } = plane.edges;
      assert.equal(voxelToPixel(plane, payload.shape, far[left])[0], 0, `${plane.name} left`);
      assert.equal(voxelToPixel(plane, payload.shape, far[right])[0], columns - 1, `${plane.name} right`);
      assert.equal(voxelToPixel(plane, payload.shape, far[top])[1], 0, `${plane.name} top`);
      assert.equal(voxelToPixel(plane, payload.shape, far[bottom])[1], rows - 1, `${plane.name} bottom`);
    }
  });
});

describe("moving", () => {
  it("keeps the crosshair inside the grid", () => {
    assert.deepEqual(pixelToVoxel(axial, payload.shape, [-5, 99], [1, 1, 1]), [3, 0, 1]);
    assert.deepEqual(stepVoxel([1, 1, 1], payload.shape, 2, 10), [1, 1, 1]);
    assert.deepEqual(stepVoxel([1, 1, 1], payload.shape, 0, -10), [0, 1, 1]);
  });

  it("leaves its argument as it was", () => {
    const voxel: Triple = [1, 1, 1];
    stepVoxel(voxel, payload.shape, 0, 1);
    assert.deepEqual(voxel, [1, 1, 1]);
  });
});

describe("voxelToWorldMm", () => {
  it("applies the affine row by row", () => {
    assert.deepEqual(voxelToWorldMm(payload.affine, [3, 2, 1]), [13, 24, 33]);
  });
});

describe("measureTiltDegrees", () => {
  it("is 0 for an upright grid and the angle for one that is turned", () => {
    assert.equal(measureTiltDegrees(payload.affine), 0);
    const [c, s] = [Math.cos(Math.PI / 9), Math.sin(Math.PI / 9)];
    const turned = [2 * c, -s, 0, 0, 2 * s, c, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
    assert.ok(Math.abs(measureTiltDegrees(turned) - 20) < 1e-6);
  });
});

describe("layoutPlanes", () => {
  it("draws all planes at one scale, so that a mm is as long in each", () => {
    const { pixelsPerMm, pictures, stacked } = layoutPlanes([100, 50, 40], [1, 2, 5], 924);
    // 100 + 100 + 100 mm and two gaps of 12 pixels in 924 pixels; 200 mm of height at 460 pixels is tighter.
    assert.equal(pixelsPerMm, 2.3);
    assert.equal(stacked, false);
    const rounded = pictures.map(({ width, height }) => [Math.round(width), Math.round(height)]);
    assert.deepEqual(rounded, [
      [230, 230],
      [230, 460],
      [230, 460],
    ]);
  });

  it("puts the planes below one another on a narrow page", () => {
    const { pixelsPerMm, stacked } = layoutPlanes([100, 100, 100], [1, 1, 1], 300);
    assert.equal(stacked, true);
    assert.equal(pixelsPerMm, 3);
  });

  it("keeps the aspect of a grid of one slice, in the middle of a canvas that marks fit in", () => {
    const { canvases, pictures } = layoutPlanes([200, 200, 1], [1, 1, 1], 1024);
    assert.equal(canvases[1][1], 96);
    const { width, height, top } = pictures[1];
    assert.ok(Math.abs(width / height - 200) < 1e-9);
    assert.ok(Math.abs(top + height / 2 - 48) < 1e-9);
  });
});

describe("chooseScaleBarMm", () => {
  it("takes the longest round length that fits", () => {
    const cases = [0.7, 1, 3, 5, 19.9, 20, 99, 130];
    assert.deepEqual(
      cases.map(chooseScaleBarMm).map((mm) => Number(mm.toPrecision(3))),
      [0.5, 1, 2, 5, 10, 20, 50, 100],
    );
  });
});
