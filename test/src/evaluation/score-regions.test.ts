import assert from "node:assert/strict";
import { createVolume } from "tumorlab/internal/core/grid";
import type { LabelMap } from "tumorlab/internal/core/types";
import { scoreCase } from "tumorlab/internal/evaluation/score-case";

/** A row of voxels as a label map. */
function row(digits: string, names: Record<number, string>): LabelMap {
  return { ...createVolume(Uint8Array.from(digits, Number), [digits.length, 1, 1]), names };
}

describe("scoring organs with their lesions", () => {
  const names = { 1: "kidney", 2: "kidney_tumor", 3: "kidney_cyst", 9: "spleen" };
  const reference = row("1111223300099", names);
  const prediction = row("0111112230099", names);
  const identity = { case: "a", patient: "p" };
  const countsOf = (rows: readonly { label: number; name: string; tp: number; fp: number; fn: number }[]) =>
    rows.map(({ label, name, tp, fp, fn }) => [label, name, tp, fp, fn]);

  it("counts a voxel of any part as the region's, and keeps lesions as they are", () => {
    const { rows, notes, lesions } = scoreCase({ reference, prediction }, identity, { regions: true });
    assert.deepEqual(countsOf(rows), [
      [1, "kidney with lesions", 7, 1, 1],
      [2, "kidney_tumor", 0, 2, 2],
      [3, "kidney lesions and cysts", 2, 1, 2],
      [9, "spleen", 2, 0, 0],
    ]);
    assert.deepEqual(notes, [
      "kidney with lesions: kidney + kidney_tumor + kidney_cyst as one region",
      "kidney lesions and cysts: kidney_tumor + kidney_cyst as one region",
    ]);
    const plain = scoreCase({ reference, prediction }, identity, {});
    assert.deepEqual(countsOf(plain.rows).slice(0, 2), [
      [1, "kidney", 3, 2, 1],
      [2, "kidney_tumor", 0, 2, 2],
    ]);
    assert.deepEqual(lesions, plain.lesions);
    assert.deepEqual(plain.notes, []);
  });

  it("takes what was asked for, and labels that nothing names", () => {
    const labels = { 1: "kidney", 2: "kidney_tumor" };
    const asked = scoreCase({ reference, prediction }, identity, { regions: true, labels });
    assert.deepEqual(countsOf(asked.rows), [
      [1, "kidney with lesions", 5, 2, 1],
      [2, "kidney_tumor", 0, 2, 2],
    ]);
    const some = { 1: "kidney", 2: "kidney_tumor" };
    const pair = { reference: row("1127", some), prediction: row("1227", some) };
    assert.deepEqual(countsOf(scoreCase(pair, identity, { regions: true }).rows), [
      [1, "kidney with lesions", 3, 0, 0],
      [2, "kidney_tumor", 1, 1, 0],
      [7, "label 7", 1, 0, 0],
    ]);
  });

  it("joins masks that overlap and lie in several layers", () => {
    const layer = (a: string, b: string, labels: Record<number, string>) => ({
      reference: row(a, labels),
      prediction: row(b, labels),
      labels,
    });
    const layers = [
      layer("5555500", "5500000", { 5: "liver" }),
      layer("0000880", "0088000", { 8: "liver_lesion" }),
    ];
    const all = { 5: "liver", 8: "liver_lesion" };
    const pair = { reference: row("5555880", all), prediction: row("5588000", all), layers };
    const { rows } = scoreCase(pair, identity, { regions: true });
    assert.deepEqual(countsOf(rows), [
      [5, "liver with lesions", 4, 0, 2],
      [8, "liver_lesion", 0, 2, 2],
    ]);
  });

  it("says where there is no region, and scores as without", () => {
    const pair = { reference: row("1122", { 1: "liver", 2: "spleen" }), prediction: row("1112", {}) };
    const found = scoreCase(pair, identity, { regions: true });
    assert.deepEqual(found.rows, scoreCase(pair, identity, {}).rows);
    assert.deepEqual(found.notes, ["No organ has lesions of its own: there are no regions to score"]);
  });
});
