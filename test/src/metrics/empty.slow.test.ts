import assert from "node:assert/strict";
import { comparePolicies } from "tumorlab/internal/metrics/compare-policies";
import { emptyPolicies, emptyReasons, findPolicy, resolveEmpty } from "tumorlab/internal/metrics/empty";
import type { PolicyName } from "tumorlab/internal/metrics/empty";
import { applyPolicy, evaluateCase } from "tumorlab/internal/metrics/evaluate";
import { metricInfo } from "tumorlab/internal/metrics/metric";
import type { Metric } from "tumorlab/internal/metrics/metric";
import { box } from "./masks.js";
import { emptyStudy } from "./rows.js";

const names = Object.keys(emptyPolicies) as PolicyName[];
const diagonalMm = Math.sqrt(10 ** 2 + 20 ** 2 + 20 ** 2); // 10 x 10 x 10 voxels of 1 x 2 x 2 mm
const bratsMm = 373.12866; // sqrt(240^2 + 240^2 + 155^2), as the challenge rounds it

describe("emptyPolicies", () => {
  it("decides every metric in all three cases, with a source", () => {
    for (const name of names) {
      const policy = findPolicy(name);
      assert.equal(policy.name, name);
      assert.ok(policy.description.length > 20 && policy.source.length > 10);
      assert.deepEqual(Object.keys(policy.outcomes), Object.keys(metricInfo));
    }
    assert.throws(
      () => findPolicy("nnU-Net"),
      /policy: found "nnU-Net", expected one of worst-case, exclude, nnunet/,
    );
  });

  it("gives the values its sources give", () => {
    const values = (policy: PolicyName, metric: Metric) => emptyStudy(policy).map((row) => row[metric]);
    // columns: found, missed (empty prediction), made up (empty reference), absent (both empty)
    const dice = (2 * 2) / (2 * 2 + 2);
    const expected: Record<PolicyName, number[]> = {
      "worst-case": [dice, 0, 0, NaN],
      exclude: [dice, NaN, NaN, NaN],
      nnunet: [dice, 0, 0, NaN],
      monai: [dice, 0, NaN, NaN],
      kits23: [dice, 0, 0, 1],
      brats: [dice, 0, 0, 1],
    };
    for (const name of names) assert.deepEqual(values(name, "dice"), expected[name], name);
    assert.deepEqual(values("worst-case", "hd95"), [4, diagonalMm, diagonalMm, NaN]);
    for (const name of ["exclude", "nnunet", "monai", "kits23"] as const)
      assert.deepEqual(values(name, "hd95"), [4, NaN, NaN, NaN], name);
    const [found, missed, madeUp, absent] = values("brats", "hd95");
    assert.deepEqual([found, absent], [4, 0]);
    assert.ok(Math.abs(missed - bratsMm) < 1e-4 && madeUp === missed);
    assert.deepEqual(values("worst-case", "sensitivity"), [0.5, 0, NaN, NaN]);
    assert.deepEqual(values("worst-case", "volumeErrorPercent"), [-50, -100, NaN, NaN]);
    // slabs of 100 voxels of 4 mm3 a slice: 0.4 ml
    values("nnunet", "volumeErrorMl").forEach((ml, k) =>
      assert.ok(Math.abs(ml - [-0.8, -1.6, 1.2, 0][k]) < 1e-12),
    );
    assert.ok(Number.isNaN(values("worst-case", "volumeErrorMl")[3]));
  });

  it("leaves values alone where no mask is empty", () => {
    const policy = findPolicy("exclude");
    assert.equal(resolveEmpty("dice", "none", policy, 0.7, 100), 0.7);
    assert.equal(emptyReasons.none, undefined);
    const [row] = emptyStudy();
    for (const name of names) assert.deepEqual({ ...applyPolicy(row, name), policy: row.policy }, row);
  });

  it("can be applied one after another: the last one counts", () => {
    for (const last of names)
      for (const first of names)
        emptyStudy(first).forEach((row, k) => assert.deepEqual(applyPolicy(row, last), emptyStudy(last)[k]));
  });

  it("makes up no distances where surfaces were not asked for", () => {
    const map = box([4, 4, 4], [0, 0, 0], [2, 2, 2]);
    const nothing = { ...map, data: new Uint8Array(64) };
    for (const prediction of [map, nothing]) {
      const [row] = evaluateCase(map, prediction, { surfaces: false, policy: "brats" });
      for (const name of names)
        for (const metric of ["nsd", "hd95", "hd", "assd"] as const)
          assert.ok(Number.isNaN(applyPolicy(row, name)[metric]), `${name} ${metric}`);
      assert.equal(row.dice, prediction === map ? 1 : 0);
      assert.equal(row.surface, undefined);
    }
  });
});

describe("comparePolicies", () => {
  it("shows what each policy would report for the same predictions", () => {
    const table = comparePolicies(emptyStudy("exclude"), {
      metrics: ["dice", "hd95"],
      interval: { resamples: 50 },
    });
    const overall = (policy: PolicyName, metric: Metric) =>
      table.find((row) => row.policy === policy && row.scope === "overall" && row.metric === metric)!;
    const dice = 2 / 3;
    const means: Record<PolicyName, [number, number]> = {
      "worst-case": [dice / 3, 3],
      exclude: [dice, 1],
      nnunet: [dice / 3, 3],
      monai: [dice / 2, 2],
      kits23: [(dice + 1) / 4, 4],
      brats: [(dice + 1) / 4, 4],
    };
    for (const name of names) {
      const { mean, n, excluded } = overall(name, "dice");
      assert.ok(
        Math.abs(mean - means[name][0]) < 1e-12 && n === means[name][1],
        `${name}: ${mean}, n = ${n}`,
      );
      assert.equal(
        excluded.reduce((sum, reason) => sum + reason.n, n),
        4,
      );
    }
    // The trap: where a missed structure drops out, the mean distance is that of what was found.
    assert.equal(overall("monai", "hd95").mean, 4);
    assert.ok(overall("worst-case", "hd95").mean > 20);
    assert.deepEqual(overall("monai", "hd95").excluded, [
      { reason: "both masks are empty", n: 1 },
      { reason: "the prediction is empty", n: 1 },
      { reason: "the reference is empty", n: 1 },
    ]);
    assert.deepEqual(
      [...new Set(table.map((row) => row.policy))],
      ["worst-case", "exclude", "nnunet", "monai", "kits23", "brats"],
    );
  });

  it("compares the policies asked for and gives nothing for no rows", () => {
    assert.deepEqual(comparePolicies([]), []);
    const some = comparePolicies(emptyStudy(), {
      policies: ["monai"],
      metrics: ["iou"],
      interval: { resamples: 9 },
    });
    assert.deepEqual(
      some.map((row) => [row.policy, row.scope]),
      [
        ["monai", "label"],
        ["monai", "overall"],
      ],
    );
  });
});
