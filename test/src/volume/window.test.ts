import assert from "node:assert/strict";
import { createVolume } from "tumorlab/internal/core/grid";
import {
  applyWindow,
  findWindow,
  huWindows,
  toGreyLevels,
  windowRange,
} from "tumorlab/internal/volume/window";

describe("huWindows", () => {
  it("starts with soft tissue and ends with the paper's training range", () => {
    assert.deepEqual(windowRange(huWindows[0]), [-160, 240]);
    assert.deepEqual(windowRange(huWindows[huWindows.length - 1]), [-175, 250]);
    assert.deepEqual(windowRange(findWindow("lung")), [-1350, 150]);
    assert.throws(() => findWindow("spleen"), /found "spleen", expected Soft tissue, Liver/);
  });
});

describe("applyWindow", () => {
  it("spreads the window over 0 to 1 and rescales on the way", () => {
    const volume = createVolume(Int16Array.from([-3000, -175, 250, 4000]), [4, 1, 1]);
    assert.deepEqual([...applyWindow(volume, findWindow("Training [-175, 250]")).data], [0, 0, 1, 1]);
    const stored = { ...volume, rescale: { slope: 0.01, intercept: 0 } };
    const window = { name: "", centerHu: 0, widthHu: 80 };
    assert.deepEqual(
      [...applyWindow(stored, window).data],
      [10 / 80, 38.25 / 80, 42.5 / 80, 80 / 80].map(Math.fround),
    );
    assert.throws(() => applyWindow(volume, { name: "", centerHu: 0, widthHu: 0 }), /a width above 0/);
  });
});

describe("toGreyLevels", () => {
  it("clips to black and white", () => {
    const window = { name: "", centerHu: 127.5, widthHu: 255 };
    assert.deepEqual(
      [...toGreyLevels([-5, 0, 20, 50.6, 255, 900, NaN], window)],
      [0, 0, 20, 51, 255, 255, 0],
    );
  });
});
