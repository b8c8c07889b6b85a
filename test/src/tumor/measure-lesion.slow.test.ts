import assert from "node:assert/strict";
import { createVolume } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import { measureLesion } from "tumorlab/internal/tumor/measure-lesion";

const side = 48;
const grid = { spacingMm: [1.5, 1.5, 1.5] as const };
const shape = [side, side, side] as const;

/** An organ of 100 HU that fills the scan, with a lesion of -40 HU whose edge is a blurred step. */
function scan({ radiiMm = [12, 12, 12], edgeSd = 1.2, noise = 0, grain = 0 }) {
  const mask = new Uint8Array(side ** 3);
  const hu = new Float32Array(side ** 3);
  const draw = createKey(2).stream();
  const middle = ((side - 1) / 2) * 1.5;
  for (let z = 0, i = 0; z < side; z++)
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++, i++) {
        const at = [x, y, z].map((each) => each * 1.5 - middle);
        const share = Math.hypot(...at.map((each, axis) => each / radiiMm[axis]));
        mask[i] = share <= 1 ? 1 : 0;
        const depth = (1 - share) * Math.min(...radiiMm);
        // A logistic step runs within a hundredth of a Gaussian one of 1/1.702 its scale.
        hu[i] = 100 - 40 / (1 + Math.exp((-1.702 * depth) / edgeSd)) + noise * draw.normal();
        if (share <= 1) hu[i] += grain * draw.normal();
      }
  return {
    ct: createVolume(hu, shape, grid),
    lesion: createVolume(mask, shape, grid),
    organ: createVolume(new Uint8Array(side ** 3).fill(1), shape, grid),
  };
}

function look(options: Parameters<typeof scan>[0]) {
  const { ct, lesion, organ } = scan(options);
  return measureLesion(ct, lesion, organ);
}

describe("measureLesion", () => {
  it("finds size, contrast and roundness", () => {
    const round = look({ noise: 5 });
    assert.ok(Math.abs(round.radiusMm - 12) < 0.2);
    assert.ok(Math.abs(round.volumeMl - (4 / 3) * Math.PI * 1.2 ** 3) < 0.3);
    assert.ok(round.contrastHu < -32 && round.contrastHu > -40, `${round.contrastHu}`);
    assert.ok(round.sphericity > 0.96, `${round.sphericity}`);
    const flat = look({ radiiMm: [20, 20, 6], noise: 5 });
    assert.ok(flat.sphericity < 0.85 && flat.sphericity > 0.6, `${flat.sphericity}`);
  });

  it("measures how sharp the edge is, in mm", () => {
    for (const edgeSd of [1.5, 3]) {
      const { edgeWidthMm } = look({ edgeSd, noise: 2 });
      assert.ok(Math.abs(edgeWidthMm / (2.563 * edgeSd) - 1) < 0.2, `${edgeSd}: ${edgeWidthMm}`);
    }
  });

  it("measures texture against what is round it", () => {
    const plain = look({ noise: 6, edgeSd: 0.3 });
    assert.ok(Math.abs(plain.spreadRatio - 1) < 0.25 && Math.abs(plain.coherence) < 0.25);
    assert.ok(look({ noise: 6, grain: 12, edgeSd: 0.3 }).spreadRatio > 1.8);
  });

  it("says nothing of what is too small or too faint, or is not there", () => {
    const tiny = look({ radiiMm: [2, 2, 2] });
    assert.ok(tiny.voxels > 0 && Number.isNaN(tiny.sphericity) && Number.isNaN(tiny.edgeWidthMm));
    assert.ok(Number.isNaN(tiny.spreadRatio) && Number.isNaN(tiny.coherence));
    assert.ok(Number.isNaN(look({ noise: 200 }).edgeWidthMm));
    const { ct, lesion, organ } = scan({});
    const empty = { ...lesion, data: new Uint8Array(side ** 3) };
    assert.deepEqual(measureLesion(ct, empty, organ).voxels, 0);
    // Without any organ round it there is nothing to compare with.
    assert.ok(Number.isNaN(measureLesion(ct, lesion, empty).contrastHu));
    assert.ok(Number.isNaN(measureLesion(ct, lesion, empty).edgeWidthMm));
  });
});
