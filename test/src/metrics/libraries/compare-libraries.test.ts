import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import type { Vec3 } from "tumorlab/internal/core/types";
import { compareLibraries } from "tumorlab/internal/metrics/libraries/compare-libraries";
import { findLibraries, libraryDefinitions } from "tumorlab/internal/metrics/libraries/definitions";
import type { LibraryName, LibraryScores } from "tumorlab/internal/metrics/libraries/library-scores";
import { labelPairs } from "../arbitrary.js";
import { box, draw, overlay, unpack } from "../masks.js";

/** A number of a golden file: `null` is NaN, `"fails"` what raises an error. */
type Value = number | "Infinity" | "fails" | null;
type Values = Record<string, Value>;

const folder = path.join(__dirname, "../../../../golden/metrics");
const read = (name: string): unknown => JSON.parse(readFileSync(path.join(folder, name), "utf8"));

interface Masks {
  name: string;
  shape: number[];
  spacingMm: number[];
  toleranceMm: number;
  reference: string;
  prediction: string;
}

/** Where each library keeps a number of ours. */
const columns: Readonly<Record<LibraryName, Partial<Record<keyof LibraryScores, string>>>> = {
  monai: {
    ...{ dice: "dice", iou: "iou", nsd: "nsd", hd95: "hd95", hd: "hd" },
    ...{ assd: "assd", predictionToReference: "asd" },
  },
  "surface-distance": { dice: "dice", nsd: "nsd", hd95: "hd95", hd: "hd" },
  panoptica: {
    ...{ dice: "global_bin_dsc", iou: "global_bin_iou", nsd: "global_bin_nsd", hd95: "global_bin_hd95" },
    ...{ hd: "global_bin_hd", assd: "global_bin_assd" },
    ...{ truePositives: "tp", falsePositives: "fp", falseNegatives: "fn" },
    ...{ recognitionQuality: "rq", segmentationQuality: "sq", panopticQuality: "pq" },
  },
  "metrics-reloaded": {
    ...{ dice: "dsc", iou: "iou", nsd: "nsd", hd95: "hd_perc", hd: "hd", assd: "assd", masd: "masd" },
  },
};

function requireClose(actual: number, expected: Value, digits: number, what: string): void {
  const value = typeof expected === "number" ? expected : expected === "Infinity" ? Infinity : NaN;
  const isSame =
    Object.is(actual, value) || Math.abs(actual - value) <= digits * Math.max(1, Math.abs(value));
  assert.ok(isSame, `${what}: found ${actual}, expected ${value}`);
}

describe("what other libraries print", () => {
  const masks = new Map<string, Masks>();
  for (const file of ["surface-distance", "surface-distance-2d"])
    for (const each of (read(`${file}.json`) as { cases: Masks[] }).cases)
      masks.set(`${file}: ${each.name}`, each);
  const golden = read("library-definitions.json") as {
    cases: ({ file: string; name: string } & Record<LibraryName, Values>)[];
  };
  for (const each of golden.cases) {
    const key = `${each.file}: ${each.name}`;
    const { shape, spacingMm, toleranceMm, reference, prediction } = masks.get(key)!;
    // An image of two axes is a grid with one voxel along the third.
    const grid = [[...shape, 1].slice(0, 3), [...spacingMm, 4].slice(0, 3)] as unknown as [Vec3, Vec3];
    it(`agrees with each of them on ${key}`, () => {
      const pair = [unpack(reference, ...grid), unpack(prediction, ...grid)] as const;
      const isOneEmpty = pair[0].data.includes(1) !== pair[1].data.includes(1);
      for (const row of compareLibraries(...pair, { label: 1, toleranceMm })) {
        const { library } = row;
        const values = each[library];
        for (const [column, theirs] of Object.entries(columns[library])) {
          // It measures to a border that is not there; any number may come out.
          if (library === "metrics-reloaded" && column === "nsd" && isOneEmpty) continue;
          const digits = library === "monai" ? 1e-6 : 1e-9;
          requireClose(row[column as "dice"], values[theirs], digits, `${library} ${column}`);
        }
        if (library === "surface-distance") {
          const [there, back] = values.averages as unknown as Value[];
          requireClose(row.referenceToPrediction, there, 1e-9, "reference to prediction");
          requireClose(row.predictionToReference, back, 1e-9, "prediction to reference");
        }
      }
    });
  }

  it("differ by hand: a line of 10 voxels of 2 mm, found but for the first two, with one voxel far away", () => {
    // Every voxel of a line is its border. Reference to prediction: 4, 2 and eight times 0 mm; back: eight times 0 and 4 mm.
    const reference = draw([["1111111111......"], ["................"]], [2, 1, 9]);
    const prediction = draw([["..11111111.1...."], ["................"]], [2, 1, 9]);
    // The grid has one row: it is an image of x and z, where all voxels of one row are border voxels too.
    const [monai, panoptica, reloaded] = (["monai", "panoptica", "metrics-reloaded"] as const).map(
      (library) =>
        compareLibraries(reference, prediction, { label: 1, toleranceMm: 2, libraries: [library] })[0],
    );
    const near = (actual: number, expected: number): void =>
      assert.ok(Math.abs(actual - expected) < 1e-6, `${actual}, not ${expected}`);
    for (const row of [monai, panoptica, reloaded]) near(row.dice, 16 / 19);
    // Directed 95 %: of 10 values at position 8.55 between 2 and 4; of 9 at 7.6 between 0 and 4. The larger is 3.1.
    near(monai.hd95, 2 + 0.55 * 2);
    near(reloaded.hd95, 3.1);
    // Pooled: 19 values in voxels, position 17.1 between 2 and 2.
    near(panoptica.hd95, 2);
    near(monai.assd, 10 / 19);
    near(reloaded.assd, 10 / 19);
    near(reloaded.masd, (6 / 10 + 4 / 9) / 2);
    near(panoptica.assd, (3 / 10 + 2 / 9) / 2);
    near(monai.predictionToReference, 4 / 9);
    near(monai.nsd, (9 + 8) / 19);
    near(panoptica.nsd, (8 / 10 + 8 / 9) / 2);
    assert.deepEqual([panoptica.unit, monai.unit], ["voxels", "mm"]);
    // IoU 8 / 10 of one pair, one piece too many.
    assert.deepEqual(
      [panoptica.truePositives, panoptica.falsePositives, panoptica.falseNegatives],
      [1, 1, 0],
    );
    near(panoptica.panopticQuality, 0.8 / 1.5);
  });

  it("keeps to the label, whatever lies beside it", () => {
    const shape: Vec3 = [8, 7, 6];
    const [a, b] = [box(shape, [1, 1, 1], [5, 5, 4]), box(shape, [2, 1, 1], [6, 5, 4])];
    const other = box(shape, [6, 0, 0], [8, 7, 6], [1, 1, 1], 3);
    assert.deepEqual(
      compareLibraries(overlay(other, a), overlay(other, b), { label: 1 }),
      compareLibraries(a, b, { label: 1 }),
    );
  });

  it("gives perfect scores to a mask and itself, and the same distances when the sides change places", () => {
    fc.assert(
      fc.property(labelPairs(1), ([a, b]) => {
        for (const row of compareLibraries(a, a, { label: 1, toleranceMm: 0 }))
          if (a.data.includes(1)) assert.deepEqual([row.dice, row.nsd, row.hd95, row.hd], [1, 1, 0, 0]);
        const [there, back] = [compareLibraries(a, b, { label: 1 }), compareLibraries(b, a, { label: 1 })];
        there.forEach((row, at) =>
          [row.hd95, row.hd].forEach((value, k) => {
            const other = [back[at].hd95, back[at].hd][k];
            assert.ok(Object.is(value, other) || Math.abs(value - other) < 1e-9);
          }),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("are found by name, each with its definitions and source", () => {
    assert.deepEqual(findLibraries("all"), Object.keys(libraryDefinitions));
    assert.deepEqual(findLibraries("monai"), ["monai"]);
    assert.throws(() => findLibraries("medpy"), /library: found "medpy", expected one of monai, .*or all/);
    for (const [name, definition] of Object.entries(libraryDefinitions)) {
      assert.equal(definition.name, name);
      assert.ok(Object.values(definition).every((text) => text.length > 4));
      assert.match(definition.source, /^https:\/\/github\.com\//);
    }
  });
});
