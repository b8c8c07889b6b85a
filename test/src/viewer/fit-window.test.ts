import assert from "node:assert/strict";
import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import type { LabelMap, Volume } from "tumorlab/internal/core/types";
import { histogramFigure } from "tumorlab/internal/plot/histogram";
import { describeWindow, fitWindow, fitWindows } from "tumorlab/internal/viewer/fit-window";

const shape = [20, 20, 20] as const;
const grid = { spacingMm: [5, 5, 5] as const };

/** A block of air with one structure after another, each of a thousand voxels of its own HU. */
function scanOf(structures: Record<string, number>): { ct: Volume; labels: LabelMap } {
  const names = Object.keys(structures);
  const label = Uint8Array.from({ length: 8000 }, (_, i) => {
    const at = Math.floor(i / 1000);
    return at < names.length ? at + 1 : 0;
  });
  const hu = Int16Array.from(label, (value, i) =>
    value > 0 ? structures[names[value - 1]] + (i % 21) - 10 : -1000,
  );
  const table = Object.fromEntries(names.map((name, i) => [i + 1, name]));
  return {
    ct: createVolume(hu, shape, grid),
    labels: toLabelMap(createVolume(label, shape, grid), table),
  };
}

describe("fitWindow", () => {
  it("puts the liver's window round the liver that is there, whatever its phase", () => {
    for (const [hu, centerHu] of [
      [46, 30],
      [110, 90],
      [8, -10],
    ]) {
      const { ct, labels } = scanOf({ liver: hu, spleen: 50 });
      assert.deepEqual(fitWindow(ct, labels, "Liver"), { name: "Liver", centerHu, widthHu: 150 });
    }
  });

  it("goes by the phase of other organs where no liver is labelled, and is the preset without any", () => {
    const centerOf = (structures: Record<string, number>): number => {
      const { ct, labels } = scanOf(structures);
      return fitWindow(ct, labels, "liver").centerHu;
    };
    assert.equal(centerOf({ aorta: 45 }), 30);
    assert.equal(centerOf({ aorta: 300 }), 50);
    assert.equal(centerOf({ aorta: 150 }), 90);
    assert.equal(centerOf({ tumor: 50 }), 30);
  });

  it("leaves other presets and windows of one's own as they are", () => {
    const { ct, labels } = scanOf({ liver: 110 });
    assert.deepEqual(fitWindow(ct, labels), { name: "Soft tissue", centerHu: 40, widthHu: 400 });
    const own = { name: "Own", centerHu: 5, widthHu: 7 };
    assert.equal(fitWindow(ct, labels, own), own);
    assert.throws(() => fitWindow(ct, labels, "Brain"), /window: found "Brain"/);
  });

  it("measures a window in numbers that cannot be HU, and says that they are none", () => {
    const mri = createVolume(
      Uint16Array.from({ length: 8000 }, (_, i) => (i * 37) % 1000),
      shape,
      grid,
    );
    const windows = fitWindows(mri, undefined, "Bone");
    assert.deepEqual(
      windows.map(({ name }) => name),
      ["Measured", "Measured without ends", "All values"],
    );
    const [window, inner, all] = windows;
    assert.ok(all.widthHu === 999 && inner.widthHu > 890 && inner.widthHu < 910);
    assert.ok(Math.abs(window.centerHu - 500) < 10 && Math.abs(window.widthHu - 980) < 10);
    assert.match(describeWindow(window), /^Measured window, \S+ to \S+ \(no HU\)$/);
    const normalised = createVolume(
      Float32Array.from({ length: 8000 }, (_, i) => ((i * 37) % 1000) / 1000),
      shape,
      grid,
    );
    assert.ok(Math.abs(fitWindow(normalised).widthHu - 0.98) < 0.02);
    const { layout } = histogramFigure(mri, { windows: ["Lung"] });
    assert.deepEqual([layout.shapes, JSON.stringify(layout.xaxis).includes("HU")], [[], false]);
  });
});
