import assert from "node:assert/strict";
import { createKey, restoreKey } from "tumorlab/internal/core/random";
import { openSample } from "tumorlab/internal/data/samples";
import { createPhantomCase } from "tumorlab/internal/phantom/make-case";
import { handcrafted } from "tumorlab/internal/tumor/handcrafted";
import { synthesizeLesion } from "tumorlab/internal/tumor/insert";
import type { LesionPatch, SynthesisRequest } from "tumorlab/internal/tumor/synthesizer";
import { findSynthesizer, synthesizers } from "tumorlab/internal/tumor/synthesizers";
import { type Scan, sweep } from "./handcrafted-sweep.js";
import { ballScan } from "./scans.js";

async function make(request: SynthesisRequest): Promise<LesionPatch> {
  return handcrafted.synthesize(request);
}

describe("hand-crafted lesions", function () {
  this.timeout(120_000);
  let real: Scan;
  let phantom: Scan;
  before(async () => {
    real = await openSample("abdomen-ct");
    // A woman's scan of the cohort, without tumors.
    const options = { seed: 5, controlShare: 1, spacingMm: 4 };
    phantom = createPhantomCase(1, options);
  });

  for (const organ of ["liver", "pancreas"] as const)
    it(`lie inside the ${organ} of a real CT, as large as asked for`, () => sweep(real, organ, 2));
  for (const organ of ["kidney", "colon"] as const)
    it(`lie inside the ${organ} of a phantom, as large as asked for`, () => sweep(phantom, organ, 2));

  it("follow the wall of a hollow organ and take the place of what it holds", async () => {
    const patch = await make({
      ...phantom,
      organ: "colon",
      size: { sizeClass: "medium" },
      key: createKey(1),
    });
    assert.equal(patch.record.parameters.fit, "wall");
    let sum = 0;
    patch.mask.data.forEach((on, i) => on && (sum += patch.ct.data[i]));
    const mean = sum / patch.record.voxels;
    assert.ok(mean > -40 && mean < 130, `${mean} HU`);
  });

  it("spread along an organ too thin for a ball", async () => {
    const { record } = await make({
      ...real,
      organ: "pancreas",
      size: { sizeClass: "large" },
      key: createKey(0),
    });
    assert.equal(record.parameters.fit, "conforming");
    assert.ok(record.cap && record.cap.radiusMm < 32);
    assert.match(record.cap.reason, /40 % of its pancreas/);
  });
});

describe("handcrafted", () => {
  const request = (change: Partial<SynthesisRequest> = {}): SynthesisRequest => ({
    ...ballScan(),
    organ: "liver",
    size: { radiusMm: 10 },
    key: createKey(12),
    ...change,
  });

  it("makes the same bytes from a record, and others from another key", async () => {
    const first = await make(request({ options: { edgeMm: 1, capsuleHu: 20, massEffectPercent: 40 } }));
    const { key, size, options, organ, phase } = JSON.parse(
      JSON.stringify(first.record),
    ) as typeof first.record;
    const again = await make({ ...ballScan(), organ, size, options, phase, key: restoreKey(key) });
    assert.deepEqual(again.ct.data, first.ct.data);
    assert.deepEqual(again.labels.data, first.labels.data);
    const other = await make(request({ key: createKey(13) }));
    assert.notDeepEqual(other.record.centerVoxel, first.record.centerVoxel);
  });

  it("has the same size and shape at every spacing", async () => {
    // How far it reaches from its middle along +x, +y, +z, in mm.
    const reachAt = async (spacingMm: readonly [number, number, number]): Promise<number[]> => {
      const scan = ballScan(30, spacingMm);
      const [nx, ny, nz] = scan.ct.shape;
      const centerVoxel = [(nx - 1) / 2 - Math.round(8 / spacingMm[0]), (ny - 1) / 2, (nz - 1) / 2] as const;
      const options = { centerVoxel };
      const { record, mask, box } = await make({ ...request(scan), key: createKey(2), options });
      assert.ok(Math.abs(record.achievedRadiusMm - 10) < 0.4);
      const [mx, my] = mask.shape;
      const reach = [0, 0, 0];
      mask.data.forEach((on, i) => {
        if (!on) return;
        [i % mx, Math.floor(i / mx) % my, Math.floor(i / (mx * my))].forEach((at, axis) => {
          const mm = (box.boxMin[axis] + at - centerVoxel[axis]) * spacingMm[axis];
          reach[axis] = Math.max(reach[axis], mm);
        });
      });
      return reach;
    };
    const fine = await reachAt([1, 1, 1]);
    for (const spacingMm of [
      [2, 2, 2],
      [2, 2, 4],
    ] as const) {
      const found = await reachAt(spacingMm);
      found.forEach((mm, axis) =>
        assert.ok(Math.abs(mm - fine[axis]) <= spacingMm[axis], `${found} and ${fine}`),
      );
    }
  });

  it("is as far above or below the organ as asked for", async () => {
    for (const contrastHu of [-60, 45]) {
      const { record } = await make(request({ options: { contrastHu, edgeMm: 0, capsuleHu: 0 } }));
      assert.ok(
        Math.abs(record.contrastHu - contrastHu) < 0.15 * Math.abs(contrastHu) + 3,
        `${record.contrastHu}`,
      );
      assert.equal(record.parameters.kind, "as asked");
    }
  });

  it("brightens the rim by a capsule", async () => {
    const options = { contrastHu: -40, edgeMm: 1.5, massEffectPercent: 0 };
    const plain = await make(request({ options: { ...options, capsuleHu: 0 } }));
    const rimmed = await make(request({ options: { ...options, capsuleHu: 60 } }));
    const differences = rimmed.ct.data.map((hu, i) => hu - plain.ct.data[i]);
    assert.ok(differences.every((each) => each >= 0));
    assert.ok(Math.max(...differences) > 50);
  });

  it("pushes tissue outward and leaves the grain", async () => {
    const scan = ballScan(30, [2, 2, 2]);
    const options = { contrastHu: 0, capsuleHu: 0 };
    // A plane of brighter liver beside the lesion, to see it move.
    const [nx, ny, nz] = scan.ct.shape;
    const centerVoxel = [(nx - 1) / 2 - 2, (ny - 1) / 2, (nz - 1) / 2] as const;
    for (let i = 0; i < scan.ct.data.length; i++)
      if (i % nx >= nx / 2 + 1 && scan.labels.data[i] === 5) scan.ct.data[i] += 60;
    const still = await make(
      request({ ...scan, options: { ...options, centerVoxel, massEffectPercent: 0 } }),
    );
    const pushed = await make(
      request({ ...scan, options: { ...options, centerVoxel, massEffectPercent: 50 } }),
    );
    assert.ok(pushed.record.changedVoxels > still.record.changedVoxels);
    assert.notDeepEqual(pushed.ct.data, still.ct.data);
    assert.deepEqual(pushed.mask.data, still.mask.data);
  });

  it("refuses settings out of range and generators there are none of", async () => {
    for (const options of [
      { massEffectPercent: 90 },
      { edgeMm: -1 },
      { capsuleHu: 500 },
      { contrastHu: NaN },
    ])
      await assert.rejects(
        synthesizeLesion(request({ options }), handcrafted),
        new RegExp(`${Object.keys(options)[0]}: found`),
      );
    assert.equal(findSynthesizer("handcrafted"), handcrafted);
    assert.throws(
      () => findSynthesizer("gan"),
      /generator: found "gan", expected handcrafted, growth, learned/,
    );
    assert.ok(synthesizers.every(({ name, version, title }) => name && version && title));
    const stop = AbortSignal.abort(new Error("enough"));
    await assert.rejects(synthesizeLesion(request({ signal: stop }), handcrafted), /enough/);
  });
});
