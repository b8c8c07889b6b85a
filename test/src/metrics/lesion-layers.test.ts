import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toLabelMap } from "tumorlab/internal/core/grid";
import type { LabelMap, Vec3 } from "tumorlab/internal/core/types";
import { evaluateStudy } from "tumorlab/internal/evaluation/evaluate-study";
import { openStudy } from "tumorlab/internal/evaluation/study";
import { evaluateLesionsOfPair, type LayeredPair } from "tumorlab/internal/metrics/evaluate-pair";
import { evaluateLesions } from "tumorlab/internal/metrics/lesions";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { box, overlay } from "./masks.js";

const shape: Vec3 = [16, 10, 8];
const names = { 27: "liver_lesion", 28: "pancreatic_lesion", 29: "kidney_lesion" };
const cube = (x: number, size: number, label: number, y = 1) =>
  box(shape, [x, y, 1], [x + size, y + size, 1 + size], [1, 1, 1], label);
const map = (...parts: ReturnType<typeof cube>[]): LabelMap => toLabelMap(overlay(...parts), names);

describe("lesions of masks that overlap", () => {
  // In both sides two lesions of the liver, one of the pancreas over part of the first, one of the kidney over nothing.
  const liver = map(cube(0, 5, 27), cube(12, 3, 27, 6));
  const pancreas = map(cube(3, 4, 28));
  const found = map(cube(3, 5, 28));
  const kidney = map(cube(9, 2, 29, 7));
  const painted = map(cube(0, 5, 27), cube(12, 3, 27, 6), cube(3, 4, 28), cube(9, 2, 29, 7));
  const paintedToo = map(cube(0, 5, 27), cube(12, 3, 27, 6), cube(3, 5, 28));
  const pair: LayeredPair = {
    reference: painted,
    prediction: paintedToo,
    layers: [
      { reference: pancreas, prediction: found, labels: { 28: "pancreatic_lesion" } },
      { reference: liver, prediction: liver, labels: { 27: "liver_lesion" } },
      { reference: kidney, prediction: map(cube(0, 0, 29)), labels: { 29: "kidney_lesion" } },
    ],
  };

  it("are each measured and matched whole, with one numbering in the order of memory", () => {
    const { reference, predicted, ...all } = evaluateLesionsOfPair(pair, {
      labels: names,
      case: "c",
      patient: "p",
    });
    assert.deepEqual(
      reference.map(({ id, name, voxels, dice, matchedIds }) => [id, name, voxels, dice, matchedIds]),
      [
        [1, "liver_lesion", 125, 1, [1]],
        [2, "pancreatic_lesion", 64, 128 / 189, [2]],
        [3, "liver_lesion", 27, 1, [3]],
        [4, "kidney_lesion", 8, 0, []],
      ],
    );
    assert.deepEqual(
      predicted.map(({ id, name, voxels, matchedIds }) => [id, name, voxels, matchedIds]),
      [
        [1, "liver_lesion", 125, [1]],
        [2, "pancreatic_lesion", 125, [2]],
        [3, "liver_lesion", 27, [3]],
      ],
    );
    assert.deepEqual(
      [all.case, all.patient, all.detectedLesions, all.missedLesions, all.falsePositives],
      ["c", "p", 3, 1, 0],
    );
    assert.equal(all.referenceMl, (125 + 64 + 27 + 8) / 1000);
    // Painted into one map the lesion of the liver would have lost what the other covers.
    assert.ok(evaluateLesions(painted, paintedToo, { labels: names }).reference[0].voxels < 125);
  });

  it("of some labels alone, and of those that no layer names, are found too", () => {
    const one = evaluateLesionsOfPair(pair, { labels: [27] });
    assert.deepEqual(
      one.reference.map(({ id, voxels }) => [id, voxels]),
      [
        [1, 125],
        [2, 27],
      ],
    );
    const { layers, ...plain } = pair;
    const part = { ...pair, layers: layers!.slice(1) };
    assert.equal(evaluateLesionsOfPair(part, { labels: [28] }).reference[0].voxels, 64);
    assert.deepEqual(
      evaluateLesionsOfPair(plain, { labels: [27, 28] }),
      evaluateLesions(painted, paintedToo, { labels: [27, 28] }),
    );
    const together = evaluateLesionsOfPair(pair, { labels: [27, 28, 29], byLabel: false });
    assert.deepEqual(
      together,
      evaluateLesions(painted, paintedToo, { labels: [27, 28, 29], byLabel: false }),
    );
    assert.throws(() => evaluateLesionsOfPair(pair, { labels: [] }), /labels: found \[\]/);
    assert.throws(
      () => evaluateLesionsOfPair(pair, { labels: [27], match: { rule: "iou", threshold: 2 } }),
      /threshold/,
    );
  });

  it("give the same as one map where nothing overlaps, however they are laid", () => {
    const apart = map(cube(0, 3, 27), cube(12, 3, 27, 6), cube(5, 3, 28), cube(9, 2, 29, 7));
    const other = map(cube(1, 3, 27), cube(12, 2, 27, 6), cube(5, 3, 28, 2), cube(4, 2, 29, 7));
    const pick = (from: LabelMap, label: number): LabelMap => ({
      ...from,
      data: from.data.map((each) => (each === label ? label : 0)),
    });
    const layers = ([29, 27, 28] as const).map((label) => ({
      reference: pick(apart, label),
      prediction: pick(other, label),
      labels: { [label]: names[label] },
    }));
    for (const match of [{ rule: "overlap" }, { rule: "iou", threshold: 0.2 }] as const)
      assert.deepEqual(
        evaluateLesionsOfPair({ reference: apart, prediction: other, layers }, { labels: names, match }),
        evaluateLesions(apart, other, { labels: names, match }),
      );
  });

  describe("in folders", () => {
    let root: string;
    before(() => (root = mkdtempSync(join(tmpdir(), "lesion-layers-"))));
    after(() => rmSync(root, { recursive: true, force: true }));
    it("are scored as their files hold them", async () => {
      for (const [side, extra] of [
        ["reference", 4],
        ["prediction", 5],
      ] as const) {
        const masks = {
          liver_lesion: cube(0, 5, 1),
          pancreatic_lesion: cube(3, extra, 1),
          liver: cube(0, 7, 1),
          pancreas: cube(3, 6, 1),
        };
        for (const [name, mask] of Object.entries(masks))
          await writeVolume(join(root, side, "a", "segmentations", `${name}.nii.gz`), mask);
      }
      const study = await openStudy({
        reference: join(root, "reference"),
        prediction: join(root, "prediction"),
      });
      const { lesions, rows } = await evaluateStudy(study);
      assert.deepEqual(
        lesions[0].reference.map(({ name, volumeMl }) => [name, volumeMl]),
        [
          ["liver_lesion", 0.125],
          ["pancreatic_lesion", 0.064],
        ],
      );
      assert.equal(lesions[0].reference[0].dice, 1);
      for (const lesion of lesions[0].reference)
        assert.equal(lesion.volumeMl, rows.find(({ name }) => name === lesion.name)!.referenceMl);
    });
  });
});
