import assert from "node:assert/strict";
import {
  synthesizePlannedLesion,
  makePlannedCase,
  planMix,
  syntheticCaseName,
} from "tumorlab/internal/synthesis/plan";
import type { HostScan, OpenScan } from "tumorlab/internal/synthesis/plan";
import { applyPatch } from "tumorlab/internal/tumor/insert";
import { ballScan } from "../tumor/scans.js";

const scans: HostScan[] = [
  { case: "a", patient: "p", phase: "venous", healthyOrgans: ["liver", "colon"] },
  { case: "b", healthyOrgans: ["liver"] },
  { case: "c", healthyOrgans: [] },
  { case: "d", healthyOrgans: ["liver", "uterus"] },
];

describe("planMix", () => {
  it("plans the ratio, the mix and healthy scans alone", () => {
    const plans = planMix(scans, { seed: 1, ratio: 21 });
    assert.equal(plans.length, 84);
    assert.deepEqual([...new Set(plans.map(({ organ }) => organ))], ["liver", "colon", "uterus"]);
    for (const plan of plans) {
      const host = scans.find((scan) => scan.case === plan.host)!;
      assert.ok(host.healthyOrgans.includes(plan.organ));
      assert.equal(plan.patient, host.patient ?? host.case);
      assert.equal(plan.phase, host.phase);
    }
    for (const organ of ["liver", "colon", "uterus"]) {
      const own = plans.filter((plan) => plan.organ === organ);
      const count = (sizeClass: string) =>
        own.filter(({ size }) => "sizeClass" in size && size.sizeClass === sizeClass).length;
      assert.deepEqual([count("small"), count("medium"), count("large")], [16, 8, 4]);
    }
    const liver = plans.filter(({ organ }) => organ === "liver").map(({ host }) => host);
    assert.deepEqual([...new Set(liver.slice(0, 3))].sort(), ["a", "b", "d"]);
    assert.equal(new Set(plans.map(({ key }) => key.join())).size, 84);
    assert.equal(plans[83].name, "BDMAP_80000083");
  });

  it("gives the same plan for the same seed, and only adds to it for a larger ratio", () => {
    const plans = planMix(scans, { seed: 1, ratio: 2 });
    assert.deepEqual(planMix(scans, { seed: 1, ratio: 2 }), plans);
    assert.deepEqual(planMix(scans, { seed: 1, ratio: 5 }).slice(0, 8), plans);
    assert.notDeepEqual(planMix(scans, { seed: 2, ratio: 2 }), plans);
    assert.equal(planMix(scans, { seed: 1, ratio: 0.5, realCases: 10 }).length, 5);
    const only = planMix(scans, { seed: 1, organs: ["uterus"], options: { edgeMm: 1 }, mix: [0, 0, 3] });
    assert.ok(only.every((plan) => plan.host === "d" && plan.options?.edgeMm === 1));
    assert.ok(only.every(({ size }) => "sizeClass" in size && size.sizeClass === "large"));
  });

  it("refuses what makes no plan", () => {
    const plan = (change: object) => () => planMix(scans, { seed: 1, ...change });
    assert.throws(plan({ ratio: 0 }), /ratio: found 0/);
    assert.throws(plan({ mix: [0, 0, 0] }), /mix: found \[0, 0, 0\]/);
    assert.throws(plan({ mix: [1, 2] }), /mix: found/);
    assert.throws(plan({ methods: [] }), /methods: found/);
    assert.throws(plan({ methods: ["gan"] }), /generator: found "gan"/);
    assert.throws(plan({ realCases: 0 }), /real cases: found 0/);
    assert.throws(plan({ organs: ["kidney"] }), /kidney: found "none of 4 scans shows it healthy"/);
    assert.throws(() => planMix([scans[2]], { seed: 1 }), /scans: found 1, expected a scan in which/);
    assert.throws(() => syntheticCaseName(1e7), /index: found 10000000/);
  });
});

describe("planned lesions", () => {
  const scan: OpenScan = ballScan();
  const plans = planMix([{ case: "ball", healthyOrgans: ["liver"] }], { seed: 6, mix: [1, 0, 0] });

  it("are the same bytes as patches and made whole", async () => {
    const whole = await Promise.all(plans.map((plan) => makePlannedCase(plan, scan)));
    for (const [index, plan] of plans.entries()) {
      const patch = await synthesizePlannedLesion(plan, scan);
      const { ct, labels } = applyPatch(scan.ct, scan.labels, patch);
      assert.deepEqual(ct.data, whole[index].ct.data);
      assert.deepEqual(labels.data, whole[index].labels.data);
      assert.deepEqual(patch.record, whole[index].record);
    }
    assert.equal(whole.length, 3);
  });

  it("stop when told to, and keep out of organs with a lesion", async () => {
    const stop = AbortSignal.abort(new Error("enough"));
    await assert.rejects(async () => makePlannedCase(plans[0], scan, stop), /enough/);
    const ill = await makePlannedCase(plans[0], scan);
    assert.throws(
      () => synthesizePlannedLesion(plans[1], ill),
      /ball, liver: found "liver_lesion, label 27"/,
    );
    const other = { ...plans[1], method: "gan" };
    assert.throws(() => synthesizePlannedLesion(other, scan), /generator: found "gan"/);
  });
});
