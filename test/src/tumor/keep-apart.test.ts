import assert from "node:assert/strict";
import { createKey } from "tumorlab/internal/core/random";
import type { LabelMap, Volume } from "tumorlab/internal/core/types";
import { findHealthyOrgans, chooseHost } from "tumorlab/internal/synthesis/host-scans";
import { planMix, synthesizePlannedLesion } from "tumorlab/internal/synthesis/plan";
import { applyPatch } from "tumorlab/internal/tumor/insert";
import { keepApart } from "tumorlab/internal/tumor/keep-apart";
import { findComponents } from "tumorlab/internal/volume/components";
import { ballScan } from "./scans.js";

/** A ball of liver of 30 mm with a lesion of 9 mm in its middle. */
function sickScan(): { ct: Volume<Int16Array>; labels: LabelMap } {
  const { ct, labels } = ballScan();
  const [nx, ny, nz] = labels.shape;
  const data = labels.data.map((value, i) => {
    const at = [i % nx, Math.floor(i / nx) % ny, Math.floor(i / (nx * ny))];
    const mm = at.map((each, axis) => (each - ([nx, ny, nz][axis] - 1) / 2) * labels.spacingMm[axis]);
    return value > 0 && Math.hypot(...mm) <= 9 ? 27 : value;
  });
  return { ct, labels: { ...labels, data, names: { ...labels.names, 27: "liver_lesion" } } };
}

describe("keepApart", () => {
  it("takes the liver within 5 mm of its lesion for lesion, and nothing else", () => {
    const { labels } = sickScan();
    const kept = keepApart(labels, "liver");
    const radii = [0, 0];
    const [nx, ny, nz] = labels.shape;
    kept.data.forEach((value, i) => {
      const at = [i % nx, Math.floor(i / nx) % ny, Math.floor(i / (nx * ny))];
      const mm = Math.hypot(
        ...at.map((each, axis) => (each - ([nx, ny, nz][axis] - 1) / 2) * labels.spacingMm[axis]),
      );
      if (value === 27) radii[0] = Math.max(radii[0], mm);
      if (labels.data[i] === 19) assert.ok(value === 19, "a vessel stays a vessel");
    });
    assert.ok(radii[0] > 12.5 && radii[0] <= 14, `${radii[0]} mm`);
  });

  it("is the map itself where the organ has no lesion, or another organ has one", () => {
    const { labels } = ballScan();
    assert.equal(keepApart(labels, "liver"), labels);
    const sick = sickScan().labels;
    assert.equal(keepApart(sick, "kidney"), sick);
  });
});

describe("a lesion beside others", () => {
  const scan = sickScan();
  const plan = {
    ...{ name: "BDMAP_80000000", host: "own", patient: "own", organ: "liver" as const },
    ...{ size: { radiusMm: 5 }, method: "handcrafted", key: createKey(3).words },
  };

  it("is refused where it is not asked for", () => {
    assert.throws(() => synthesizePlannedLesion(plan, scan), /liver_lesion, label 27.*--beside-lesions/);
  });

  for (const method of ["handcrafted", "growth"])
    it(`is a piece of its own, and leaves the other as it was: ${method}`, async () => {
      const patch = await synthesizePlannedLesion({ ...plan, method, besideLesions: true }, scan);
      const { labels, ct } = applyPatch(scan.ct, scan.labels, patch);
      const pieces = findComponents(labels).components.filter(({ label }) => label === 27);
      assert.equal(pieces.length, 2);
      scan.labels.data.forEach((value, i) => {
        if (value !== 27) return;
        assert.equal(labels.data[i], 27);
        assert.equal(ct.data[i], scan.ct.data[i]);
      });
    });

  it("is planned into organs that have some, where that is asked for", () => {
    const hosts = [{ case: "a", healthyOrgans: [], openOrgans: ["liver"] as const }];
    assert.throws(() => planMix(hosts, { seed: 1, organs: ["liver"] }), /none of 1 scans shows it healthy/);
    const plans = planMix(hosts, { seed: 1, organs: ["liver"], besideLesions: true });
    assert.deepEqual(
      plans.map(({ host, besideLesions }) => [host, besideLesions]),
      Array(3).fill(["a", true]),
    );
    assert.deepEqual(findHealthyOrgans(scan.labels), []);
  });
});

describe("chooseHost", () => {
  it("takes the first scan in HU that has the organ, sick or not", () => {
    const [own, sick] = [ballScan(), sickScan()];
    assert.equal(chooseHost("liver", [sick, own]), sick);
    assert.equal(chooseHost("liver", [{ ...own, isHu: false }, sick]).labels, sick.labels);
    assert.throws(() => chooseHost("uterus", [own, sick]), /uterus: found "none of 2 scans/);
  });
});
