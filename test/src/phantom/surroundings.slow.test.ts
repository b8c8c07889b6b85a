import assert from "node:assert/strict";
import { createKey } from "tumorlab/internal/core/random";
import type { LabelMap } from "tumorlab/internal/core/types";
import { createPhantomCase, phantomLabels, type PhantomOptions } from "tumorlab/internal/phantom/make-case";
import { createNoise } from "tumorlab/internal/phantom/noise";
import { boundingBox, crop } from "tumorlab/internal/volume/crop";

/** Values of the labels whose name begins so: an organ's, of its parts and of its lesions. */
function valuesOf(organ: string): number[] {
  return Object.entries(phantomLabels)
    .filter(([, name]) => name.startsWith(organ))
    .map(([value]) => Number(value));
}

function boxOf(labels: LabelMap, values: readonly number[], marginMm: number) {
  const data = Uint8Array.from(labels.data, (label) => (values.includes(label) ? 1 : 0));
  return boundingBox({ ...labels, data }, marginMm);
}

describe("a phantom drawn round some labels", function () {
  this.timeout(180_000);

  for (const [organ, hospital, marginMm] of [
    ["pancrea", "reference", 24],
    ["kidney", "thick-slice", 0],
    ["esophag", "sharp-kernel", 17],
  ] as const)
    it(`is the whole phantom cut to them: ${organ} at ${hospital}, ${marginMm} mm`, () => {
      const options: PhantomOptions = {
        seed: 6,
        hospital,
        spacingMm: [5, 6, 7],
        shape: [80, 50, 64],
        controlShare: 0,
      };
      const labels = valuesOf(organ);
      assert.ok(labels.length > 0);
      const whole = createPhantomCase(2, options);
      const part = createPhantomCase(2, { ...options, around: { labels, marginMm } });
      const box = boxOf(whole.labels, labels, marginMm);
      assert.ok(box);
      assert.deepEqual(boxOf(part.labels, labels, marginMm), box);
      assert.deepEqual(crop(part.ct, box), crop(whole.ct, box));
      assert.deepEqual(crop(part.labels, box), crop(whole.labels, box));
      assert.deepEqual(part.metadata.protocol, whole.metadata.protocol);
      // Beyond it there is nothing, which is what makes it cheap.
      const drawn = (data: Int16Array) => data.reduce((count, hu) => (hu > -900 ? count + 1 : count), 0);
      assert.ok(drawn(part.ct.data) < 0.75 * drawn(whole.ct.data));
      assert.equal(part.ct.data[0], -1000);
    });

  it("is whole where no part has such a label, or none is on the grid", () => {
    const options: PhantomOptions = { seed: 6, spacingMm: 12, shape: [32, 24, 8], controlShare: 1 };
    const whole = createPhantomCase(0, options);
    for (const labels of [[999], valuesOf("prostate")]) {
      const part = createPhantomCase(0, { ...options, around: { labels, marginMm: 0 } });
      assert.deepEqual(part.ct.data, whole.ct.data);
    }
  });
});

describe("noise whose first slices are left out", () => {
  it("goes on as if they had been made", () => {
    const options = {
      width: 20,
      height: 12,
      pixelMm: [4, 4] as const,
      sliceSpacingMm: 4,
      sliceThicknessMm: 5,
      peakPerMm: 0.1,
    };
    const next = createNoise(createKey(3), options);
    const slices = Array.from({ length: 8 }, () => next().slice());
    for (const leaveOut of [0, 1, 2, 5]) {
      const later = createNoise(createKey(3), { ...options, leaveOut });
      for (let z = leaveOut; z < slices.length; z++)
        assert.deepEqual(later(), slices[z], `${leaveOut}, ${z}`);
    }
  });
});
