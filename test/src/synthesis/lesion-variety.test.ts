import assert from "node:assert/strict";
import fc from "fast-check";
import { sizeClasses, sizeClassOf } from "tumorlab/internal/anatomy/size-class";
import { createKey } from "tumorlab/internal/core/random";
import { lesionCounts, variedRadiiMm } from "tumorlab/internal/experiment/plan/plan-synthesis";
import { createPhantomCase } from "tumorlab/internal/phantom/make-case";
import { makeVariedCase, sampleLesions } from "tumorlab/internal/synthesis/lesion-variety";
import { makePlannedCase, type PlannedLesion } from "tumorlab/internal/synthesis/plan";
import { findComponents } from "tumorlab/internal/volume/components";

const planned: PlannedLesion = {
  name: "BDMAP_80000000",
  host: "host",
  patient: "patient",
  organ: "liver",
  size: { sizeClass: "small" },
  method: "handcrafted",
  key: createKey(4).words,
};

describe("sampleLesions", () => {
  it("draws numbers and radii within their ranges, of their class, and the same from the same key", () => {
    const seen = new Map<string, Set<number>>();
    fc.assert(
      fc.property(fc.nat(1e6), fc.constantFrom(...sizeClasses.map(({ name }) => name)), (seed, sizeClass) => {
        const counts = lesionCounts.handcrafted;
        const key = createKey(seed);
        const lesions = sampleLesions(sizeClass, key, { counts, radiiMm: variedRadiiMm });
        const [fewest, most] = counts[sizeClass];
        assert.ok(lesions.length >= fewest && lesions.length <= most);
        seen.set(sizeClass, (seen.get(sizeClass) ?? new Set()).add(lesions.length));
        for (const { size } of lesions) {
          assert.ok("radiusMm" in size);
          const [low, high] = variedRadiiMm[sizeClass];
          assert.ok(size.radiusMm >= low && size.radiusMm < high);
          assert.equal(sizeClassOf(size.radiusMm), sizeClass);
        }
        assert.equal(new Set(lesions.map((each) => each.key.words.join())).size, lesions.length);
        assert.deepEqual(
          sampleLesions(sizeClass, key, { counts, radiiMm: variedRadiiMm }).map(({ size }) => size),
          lesions.map(({ size }) => size),
        );
      }),
      { numRuns: 300 },
    );
    assert.deepEqual([...seen.get("medium")!].sort(), [2, 3, 4, 5], "each number comes");
  });

  it("is the one lesion of the class and key without variety", () => {
    const key = createKey(3);
    assert.deepEqual(sampleLesions("medium", key, {}), [{ size: { sizeClass: "medium" }, key }]);
    assert.deepEqual(sampleLesions("medium", key, { counts: { small: [4, 4] } }).length, 1);
  });
});

describe("makeVariedCase", () => {
  const { ct, labels } = createPhantomCase(3, {
    seed: 5,
    spacingMm: 6,
    shape: [64, 48, 60],
    controlShare: 1,
  });
  const scan = { ct, labels };

  it("gives the bytes of a planned case without variety", async () => {
    const [varied, plain] = [await makeVariedCase(planned, scan), await makePlannedCase(planned, scan)];
    assert.deepEqual(varied.ct.data, plain.ct.data);
    assert.deepEqual(varied.labels.data, plain.labels.data);
    assert.deepEqual(varied.records, [plain.record]);
  });

  it("puts several lesions of their own radii into an organ, each over tissue that no other took", async () => {
    const variety = { counts: { small: [3, 3] }, radiiMm: { small: [7, 9] } } as const;
    const made = await makeVariedCase(planned, scan, structuredClone(variety) as never);
    assert.equal(made.records.length, 3);
    const { value } = made.records[0].lesionLabel;
    const isLesion = Uint8Array.from(made.labels.data, (label) => Number(label === value));
    const voxels = isLesion.reduce((sum, each) => sum + each, 0);
    assert.equal(
      voxels,
      made.records.reduce((sum, record) => sum + record.voxels, 0),
    );
    const radii = made.records.map(({ requestedRadiusMm }) => requestedRadiusMm);
    assert.equal(new Set(radii).size, 3);
    assert.ok(radii.every((radius) => radius >= 7 && radius < 9));
    assert.ok(
      findComponents({ ...made.labels, data: isLesion }).components.length >= 2,
      "they do not all touch",
    );
    // The scan is left as it was.
    assert.ok(labels.data.every((label) => label !== value));
  });

  it("leaves out what finds no place in a full organ", async () => {
    const large: PlannedLesion = { ...planned, organ: "uterus", size: { sizeClass: "large" } };
    const options = {
      seed: 6,
      spacingMm: 8,
      shape: [48, 36, 45] as [number, number, number],
      controlShare: 1,
    };
    const cases = [0, 1, 2, 3, 4].map((index) => createPhantomCase(index, options));
    const female = cases.find(({ metadata }) => metadata.sex === "female")!;
    const made = await makeVariedCase(large, female, { counts: { large: [20, 20] } });
    assert.ok(made.records.length >= 1 && made.records.length < 20, String(made.records.length));
  });
});
