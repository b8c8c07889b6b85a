import assert from "node:assert/strict";
import { createKey } from "tumorlab/internal/core/random";
import { growth, growTumor, tumorAtStep } from "tumorlab/internal/tumor/growth/synthesizer";
import { applyPatch } from "tumorlab/internal/tumor/insert";
import type { SynthesisRequest } from "tumorlab/internal/tumor/synthesizer";
import { makeScan } from "./scan.js";

const scan = makeScan();

function request(change: Partial<SynthesisRequest> = {}): SynthesisRequest {
  return { ...scan, organ: "liver", size: { radiusMm: 9 }, phase: "venous", key: createKey(4), ...change };
}

describe("the generator growth", () => {
  it("puts a lesion of the wanted size into its organ and touches nothing else", async () => {
    for (const organ of ["liver", "colon"] as const) {
      const patch = await growth.synthesize(request({ organ }));
      const { record } = patch;
      assert.ok(Math.abs(record.achievedRadiusMm / 9 - 1) < 0.15, `${organ}: ${record.achievedRadiusMm}`);
      assert.deepEqual([record.generator, record.cap, record.clippedShare], ["growth", null, 0]);
      const { ct, labels } = applyPatch(scan.ct, scan.labels, patch);
      const own = organ === "liver" ? 1 : 2;
      let before = 0;
      let voxels = 0;
      labels.data.forEach((value, i) => {
        if (value !== scan.labels.data[i]) {
          assert.deepEqual([value, scan.labels.data[i]], [record.lesionLabel.value, own]);
          before += scan.ct.data[i];
          voxels++;
        }
        if (scan.labels.data[i] !== own) assert.equal(ct.data[i], scan.ct.data[i]);
      });
      assert.equal(voxels, record.voxels);
      if (organ === "colon") {
        // Gas and wall give way to tumor, which is as noisy as the wall.
        assert.ok(before / voxels < -50 && record.contrastHu + before / voxels > 25);
      } else assert.ok(record.contrastHu < -15, `${record.contrastHu}`);
    }
  });

  it("makes the same bytes from the same request, and plain JSON of its record", () => {
    const [a, b] = [growTumor(request()).patch, growTumor(request()).patch];
    assert.deepEqual(a, b);
    assert.deepEqual(JSON.parse(JSON.stringify(a.record)), a.record);
    const other = growTumor(request({ key: createKey(5) })).patch;
    assert.notDeepEqual(other.mask.data, a.mask.data);
  });

  it("shows every step from the healthy scan to the lesion", () => {
    const grown = growTumor(request({ options: { necroticShare: 0.3, contrastHu: -40 } }));
    const { patch, series } = grown;
    const count = (mask: { data: Uint8Array }): number => mask.data.reduce((sum, value) => sum + value, 0);
    const healthy = tumorAtStep(grown, 0);
    assert.equal(count(healthy.mask), 0);
    assert.deepEqual(Array.from(healthy.ct.data), Array.from(grown.site.hu));
    const half = tumorAtStep(grown, Math.round(series.steps / 2));
    assert.ok(count(half.mask) > 0 && count(half.mask) < count(patch.mask));
    const last = tumorAtStep(grown, series.steps);
    assert.deepEqual(last.mask.data, patch.mask.data);
    assert.deepEqual(last.ct, patch.ct);
    assert.deepEqual(last.labels.data, patch.labels.data);
    assert.ok(series.necroticShare > 0.05);
    assert.throws(() => tumorAtStep(grown, series.steps + 1), /step/);
  });

  it("reports the cap of a small organ", () => {
    const { record } = growTumor(request({ organ: "uterus", size: { sizeClass: "medium" } })).patch;
    assert.ok(record.cap && record.achievedRadiusMm < 8 && /uterus/.test(record.cap.reason));
    assert.equal(record.requestedRadiusMm, 16);
  });

  it("takes its settings and refuses those out of range", () => {
    const options = { steps: 30, irregularity: 0.9, satellites: 2, edgeMm: 2, contrastHu: 30 };
    const { record } = growTumor(request({ options })).patch;
    assert.ok(record.contrastHu > 10);
    assert.deepEqual([record.parameters.kind, record.parameters.edgeMm], ["as asked", 2]);
    for (const bad of [{ edgeMm: 9 }, { contrastHu: 4000 }, { steps: 1 }, { satellites: -1 }])
      assert.throws(() => growTumor(request({ options: bad })), new RegExp(Object.keys(bad)[0]));
  });
});
