import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { TumorOrgan } from "tumorlab/internal/anatomy/organs";
import { LabError } from "tumorlab/internal/core/errors";
import { createVolume, toLabelMap, withData } from "tumorlab/internal/core/grid";
import { createKey, restoreKey } from "tumorlab/internal/core/random";
import type { Vec3 } from "tumorlab/internal/core/types";
import { createPhantomCase } from "tumorlab/internal/phantom/make-case";
import { planMix } from "tumorlab/internal/synthesis/plan";
import { growth, growTumor, tumorAtStep } from "tumorlab/internal/tumor/growth/synthesizer";
import { handcrafted } from "tumorlab/internal/tumor/handcrafted";
import type { LesionPatch, SynthesisRequest, Synthesizer } from "tumorlab/internal/tumor/synthesizer";
import { synthesizers } from "tumorlab/internal/tumor/synthesizers";
import { crop } from "tumorlab/internal/volume/crop";
import { requireShares, type Scan } from "./exophytic-shares.js";
import { ballScan } from "./scans.js";

function hashOf({ ct, labels, mask }: LesionPatch): string {
  const hash = createHash("sha256");
  for (const { data } of [ct, labels, mask])
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return hash.digest("hex").slice(0, 16);
}

const phantom = createPhantomCase(1, { seed: 5, controlShare: 1, spacingMm: 5 });

describe("exophytic growth", function () {
  this.timeout(60_000);

  const scans: [string, Scan, TumorOrgan][] = [
    ["even grid", ballScan(30, [2, 2, 2]), "liver"],
    ["phantom's kidneys", phantom, "kidney"],
  ];
  for (const [title, scan, organ] of scans)
    it(`reaches the asked share in fat alone: ${title}`, () => requireShares(scan, organ));

  it("looks out of the organ as it does within it, and leaves no step at the surface", () => {
    const scan = ballScan(30, [2, 2, 2]);
    const options = { exophyticShare: 0.5, contrastHu: -40, edgeMm: 0, capsuleHu: 0, massEffectPercent: 0 };
    for (const synthesizer of synthesizers) {
      const request = { ...scan, organ: "liver" as const, size: { radiusMm: 12 }, key: createKey(4) };
      const patch = synthesizer.synthesize({
        ...request,
        options: { ...options, ...(synthesizer === growth ? { necroticShare: 0, satellites: 0 } : {}) },
      }) as LesionPatch;
      const old = crop(scan.labels, patch.box).data;
      const meanOf = (label: number): number => {
        const found = Array.from(patch.ct.data).filter((_, i) => patch.mask.data[i] && old[i] === label);
        return found.reduce((sum, hu) => sum + hu, 0) / found.length;
      };
      const [inside, out] = [meanOf(5), meanOf(0)];
      assert.ok(
        Math.abs(inside - 70) < 12 && Math.abs(out - inside) < 10,
        `${synthesizer.name}: ${inside}, ${out}`,
      );
      assert.ok(Math.abs(patch.record.contrastHu + 40) < 12, `${patch.record.contrastHu}`);
    }
  });

  it("leaves the bytes of lesions within the organ what they were before there was this option", () => {
    const request = (change: Partial<SynthesisRequest>): SynthesisRequest => {
      return { ...ballScan(), organ: "liver", size: { radiusMm: 9 }, key: createKey(1), ...change };
    };
    const small = { ...phantom, size: { sizeClass: "small" }, key: createKey(3) } as const;
    const requests = [
      request({}),
      request(ballScan(30, [1.5, 2, 4])),
      request({ ...small, organ: "kidney" }),
      request({ ...small, organ: "colon" }),
    ];
    // Made by the commit before exophytic growth was added.
    const golden = {
      handcrafted: ["1c9294a15f2bf775", "69cd75c319c7a09b", "d55d9e1899d693b6", "f12c2e77b727f782"],
      growth: ["82a2d09b18bbbb79", "8a94e56cc3a87dc3", "58dc8b8ce903da75", "88d4c65b5e31a549"],
    } as Record<string, string[]>;
    for (const synthesizer of synthesizers)
      for (const options of [undefined, { exophyticShare: 0 }]) {
        const patches = requests.map((each) => synthesizer.synthesize({ ...each, options }) as LesionPatch);
        assert.deepEqual(patches.map(hashOf), golden[synthesizer.name], synthesizer.name);
        assert.ok(patches.every(({ record }) => !("exophytic" in record)));
      }
  });

  it("makes the same bytes from a record", () => {
    for (const synthesizer of synthesizers) {
      const scan = ballScan();
      const options = { exophyticShare: 0.3 };
      const request = { ...scan, organ: "liver" as const, size: { radiusMm: 9 }, key: createKey(8), options };
      const first = synthesizer.synthesize(request) as LesionPatch;
      const record = JSON.parse(JSON.stringify(first.record)) as LesionPatch["record"];
      assert.deepEqual(record, first.record);
      const again = synthesizer.synthesize({
        ...scan,
        ...record,
        key: restoreKey(record.key),
      }) as LesionPatch;
      assert.equal(hashOf(again), hashOf(first));
      assert.deepEqual(again.record.exophytic, first.record.exophytic);
    }
  });

  it("shows the history of a grown tumor that left its organ", () => {
    const options = { exophyticShare: 0.4 };
    const grown = growTumor({
      ...ballScan(),
      organ: "liver",
      size: { radiusMm: 9 },
      key: createKey(2),
      options,
    });
    const voxelsAt = (step: number): number =>
      tumorAtStep(grown, step).mask.data.reduce((sum, on) => sum + on, 0);
    const { steps } = grown.series;
    const counts = [0, Math.round(steps / 2), steps].map(voxelsAt);
    assert.deepEqual([counts[0], counts[2]], [0, grown.patch.record.voxels]);
    assert.ok(counts[1] > 0 && counts[1] < counts[2], `${counts.join()}`);
  });

  it("starts at a middle that is given, also one in the fat, and says what it reached", () => {
    const scan = ballScan(30, [2, 2, 2]);
    const [nx, ny, nz] = scan.ct.shape;
    const make = (offMm: number, exophyticShare: number): LesionPatch => {
      const centerVoxel: Vec3 = [(nx - 1) / 2 - offMm / 2, (ny - 1) / 2, (nz - 1) / 2];
      const options = { exophyticShare, centerVoxel };
      const request = { ...scan, organ: "liver" as const, size: { radiusMm: 8 }, key: createKey(1), options };
      return handcrafted.synthesize(request) as LesionPatch;
    };
    assert.ok(Math.abs(make(32, 0.7).record.exophytic!.share - 0.7) <= 0.1);
    const short = make(22, 0.8).record.exophytic!;
    assert.ok(short.share > 0 && short.share < 0.7, `${short.share}`);
    assert.throws(() => make(8, 0.5), /handcrafted lesion: found "0 % of it out of the liver/);
  });

  it("does not go through the wall of the belly into the fat under the skin", () => {
    // Along -x from the liver: 3 mm of wall, 20 mm of fat, skin, air. Elsewhere fat within the belly.
    const { ct, labels } = ballScan(30, [3, 3, 3], 60);
    const [nx] = ct.shape;
    const wallX = (nx - 1) / 2 - 11;
    const data = ct.data.map((hu, i) => {
      const x = i % nx;
      if (labels.data[i] > 0 && x > wallX) return hu;
      return x > wallX ? -100 : x === wallX ? 55 : x > wallX - 8 ? -100 : x > wallX - 9 ? 30 : -1000;
    });
    const values = labels.data.map((value, i) => (i % nx <= wallX ? 0 : value));
    const scan = { ct: withData(ct, data), labels: toLabelMap(withData(labels, values), labels.names) };
    const [, ny, nz] = ct.shape;
    const centerVoxel: Vec3 = [wallX + 1, (ny - 1) / 2, (nz - 1) / 2];
    const leastX = (synthesizer: Synthesizer, seed: number, place: object): number => {
      const options = { exophyticShare: 0.3, ...place };
      const request = {
        ...scan,
        organ: "liver" as const,
        size: { radiusMm: 12 },
        key: createKey(seed),
        options,
      };
      const { mask, box } = synthesizer.synthesize(request) as LesionPatch;
      const [mx] = mask.shape;
      return mask.data.reduce((least, on, i) => (on ? Math.min(least, box.boxMin[0] + (i % mx)) : least), nx);
    };
    for (const synthesizer of synthesizers)
      for (let seed = 0; seed < 2; seed++) assert.ok(leastX(synthesizer, seed, {}) >= wallX);
    assert.ok(leastX(growth, 1, { centerVoxel }) >= wallX);
    assert.throws(
      () => leastX(handcrafted, 1, { centerVoxel }),
      /outside the liver of .* and the fat beside it/,
    );
  });

  it("refuses walls, shares out of range and organs without fat beside them", () => {
    const request = { ...phantom, organ: "liver" as const, size: { radiusMm: 8 }, key: createKey(1) };
    for (const synthesizer of synthesizers) {
      const make = (change: Partial<SynthesisRequest>): unknown =>
        synthesizer.synthesize({ ...request, ...change });
      for (const organ of ["colon", "esophagus"] as const)
        assert.throws(
          () => make({ organ, options: { exophyticShare: 0.3 } }),
          (error: LabError) =>
            error instanceof LabError && /exophyticShare.*whose lesions follow its wall/.test(error.message),
        );
      for (const exophyticShare of [-0.1, 0.95, NaN])
        assert.throws(
          () => make({ options: { exophyticShare } }),
          /exophyticShare: found .* a share from 0 to 0.9/,
        );
      // The same liver with all that is round it labelled as something else.
      const { ct, labels } = ballScan();
      const full = toLabelMap(
        createVolume(
          labels.data.map((value) => (value === 0 ? 40 : value)),
          labels.shape,
          labels,
        ),
        { ...labels.names, 40: "spleen" },
      );
      assert.throws(
        () => make({ ct, labels: full, options: { exophyticShare: 0.3 } }),
        /no fat beside the liver/,
      );
    }
  });

  it("plans a cohort without walls, and refuses one that asks for them", () => {
    const host = { case: "a", healthyOrgans: ["liver", "colon"] as const };
    const recipe = { seed: 1, ratio: 4, options: { exophyticShare: 0.3 } };
    const plans = planMix([host], recipe);
    assert.ok(plans.every(({ organ, options }) => organ === "liver" && options?.exophyticShare === 0.3));
    assert.throws(() => planMix([host], { ...recipe, organs: ["colon"] }), /follow its wall/);
    const plain = planMix([host], { seed: 1, ratio: 4 });
    assert.deepEqual(new Set(plain.map(({ organ }) => organ)), new Set(["liver", "colon"]));
  });
});
