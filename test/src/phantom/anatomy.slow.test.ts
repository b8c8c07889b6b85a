import assert from "node:assert/strict";
import { findOrgan } from "tumorlab/internal/anatomy/organs";
import { orientationOf } from "tumorlab/internal/core/affine";
import { createPhantomCase } from "tumorlab/internal/phantom/make-case";
import type { PhantomCase } from "tumorlab/internal/phantom/make-case";
import { measure } from "./measure.js";
import type { Measured } from "./measure.js";

const seeds = [1, 2, 3, 4];

describe("createPhantomCase", () => {
  let cases: PhantomCase[];
  let measured: Record<string, Measured>[];

  before(function () {
    this.timeout(180_000);
    cases = seeds.map((seed) => createPhantomCase(seed, { seed, spacingMm: 4, controlShare: 1 }));
    measured = cases.map(measure);
  });

  it("lies along R, A, S with labels on the grid of the scan", () => {
    for (const { ct, labels } of cases) {
      assert.equal(orientationOf(ct.affine), "RAS");
      assert.deepEqual(labels.affine, ct.affine);
      assert.deepEqual(labels.shape, ct.shape);
      assert.ok(ct.data instanceof Int16Array);
      assert.deepEqual([...ct.spacingMm], [4, 4, 4]);
    }
  });

  it("puts organs where a radiologist looks for them", () => {
    for (const organs of measured) {
      const at = (name: string, axis: 0 | 1 | 2): number => {
        assert.ok(organs[name], `${name} is missing`);
        return organs[name].center[axis];
      };
      assert.ok(at("liver", 0) > 30, "liver on the right");
      assert.ok(at("gall_bladder", 0) > 30, "gall bladder on the right");
      assert.ok(at("spleen", 0) < -70, "spleen on the left");
      assert.ok(at("stomach", 0) < -20, "stomach on the left");
      assert.ok(at("aorta", 0) < at("postcava", 0) - 12, "aorta left of the vena cava");
      assert.ok(at("kidney_right", 0) > 50 && at("kidney_left", 0) < -50, "a kidney on each side");
      assert.ok(at("kidney_right", 2) < at("kidney_left", 2), "right kidney lower");
      for (const front of ["pancreas", "stomach", "intestine", "gall_bladder"])
        assert.ok(at(front, 1) > at("kidney_left", 1) + 20, `kidneys behind the ${front}`);
      assert.ok(Math.abs(at("pancreas", 0)) < 35, "pancreas across the middle");
      assert.ok(at("duodenum", 0) > at("pancreas", 0), "duodenum right of the pancreas");
      const order = ["lung_left", "spleen", "kidney_left", "colon", "bladder"];
      order
        .slice(1)
        .forEach((name, i) => assert.ok(at(order[i], 2) > at(name, 2), `${order[i]} over ${name}`));
      assert.ok(at("rectum", 1) < at("bladder", 1) - 30, "rectum behind the bladder");
      assert.ok(at("femur_right", 0) > 80 && at("femur_left", 0) < -80);
      assert.ok(at("esophagus", 2) > at("stomach", 2));
      assert.ok(at("adrenal_gland_right", 2) > at("kidney_right", 2) + 30);
    }
  });

  it("gives organs plausible volumes", () => {
    const ranges: Record<string, [number, number]> = {
      liver: [950, 2400],
      spleen: [90, 420],
      kidney_left: [95, 280],
      kidney_right: [95, 280],
      pancreas: [28, 130],
      stomach: [120, 800],
      gall_bladder: [8, 70],
      aorta: [35, 160],
      postcava: [40, 170],
      bladder: [40, 420],
      colon: [300, 1700],
      intestine: [250, 1300],
      duodenum: [30, 140],
      esophagus: [5, 45],
    };
    measured.forEach((organs, i) => {
      for (const [name, [least, most]] of Object.entries(ranges)) {
        const { volumeMl } = organs[name];
        assert.ok(volumeMl >= least && volumeMl <= most, `seed ${seeds[i]}: ${name} has ${volumeMl} ml`);
      }
    });
  });

  it("gives every organ an attenuation within the bounds of the organ table", () => {
    measured.forEach((organs, i) => {
      for (const [name, { meanHu, volumeMl }] of Object.entries(organs)) {
        if (volumeMl < 10) continue; // mostly edge at 4 mm
        const [least, most] = findOrgan(name)!.plausibleHu;
        assert.ok(meanHu >= least && meanHu <= most, `seed ${seeds[i]}: ${name} has ${meanHu} HU`);
      }
    });
  });

  it("has a uterus in women and a prostate in men", () => {
    const sexes = new Set(cases.map(({ metadata }) => metadata.sex));
    assert.deepEqual([...sexes].sort(), ["female", "male"]);
    cases.forEach(({ metadata }, i) => {
      assert.equal("uterus" in measured[i], metadata.sex === "female");
      assert.equal("prostate" in measured[i], metadata.sex === "male");
    });
  });

  it("shows the same body on any grid", function () {
    this.timeout(120_000);
    const fine = measured[0];
    const coarse = measure(createPhantomCase(seeds[0], { seed: seeds[0], spacingMm: 7, controlShare: 1 }));
    for (const name of ["liver", "spleen", "kidney_left", "bladder", "stomach"]) {
      assert.ok(Math.abs(coarse[name].volumeMl / fine[name].volumeMl - 1) < 0.06, name);
      for (let axis = 0; axis < 3; axis++)
        assert.ok(Math.abs(coarse[name].center[axis] - fine[name].center[axis]) < 1.5, name);
    }
  });

  it("names what it cannot make", () => {
    assert.throws(
      () => createPhantomCase(0, { seed: 1, hospital: "moon" }),
      /hospital: found "moon".*reference/,
    );
    assert.throws(() => createPhantomCase(0, { seed: 1, spacingMm: 0 }), /spacingMm: found 0/);
    assert.throws(() => createPhantomCase(0, { seed: 1, shape: [4, 96, 96] }), /shape: found/);
    assert.throws(() => createPhantomCase(-1, { seed: 1 }), /caseIndex: found -1/);
    assert.throws(() => createPhantomCase(0, { seed: 1, controlShare: 2 }), /controlShare: found 2/);
  });

  it("stops when it is told to", () => {
    const signal = AbortSignal.abort(new Error("enough"));
    assert.throws(() => createPhantomCase(0, { seed: 1, spacingMm: 8, signal }), /enough/);
  });
});
