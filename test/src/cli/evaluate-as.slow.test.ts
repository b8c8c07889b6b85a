import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAffine } from "tumorlab/internal/core/affine";
import { toJson } from "tumorlab/internal/core/missing";
import { evaluateStudy } from "tumorlab/internal/evaluation/evaluate-study";
import { openStudy } from "tumorlab/internal/evaluation/study";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { box } from "../metrics/masks.js";
import { writeBoxes } from "./boxes.js";
import { run } from "./run.js";

describe("tumorlab evaluate --as", () => {
  let folder: string;
  let paths: { reference: string; prediction: string };
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "tumorlab-as-"));
    paths = { reference: join(folder, "reference"), prediction: join(folder, "prediction") };
    for (const side of Object.values(paths)) {
      await writeBoxes(join(side, "a.nii.gz"), [[1, [0, 0, 0], [4, 4, 4]]]);
      await writeBoxes(join(side, "b.nii.gz"), [[1, [0, 0, 0], [5, 4, 4]]]);
      writeFileSync(join(side, "dataset.json"), JSON.stringify({ labels: { liver: 1, liver_tumor: 2 } }));
    }
    await writeBoxes(join(paths.reference, "a.nii.gz"), [
      [1, [0, 0, 0], [4, 4, 4]],
      [2, [1, 1, 1], [3, 3, 3]],
    ]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const sides = (): string[] => ["--reference", paths.reference, "--prediction", paths.prediction];

  it("prints each library's numbers below its own, and how it defines them", async () => {
    const { code, out } = await run("evaluate", ...sides(), "--as", "all");
    assert.equal(code, 0);
    const lines = out.split("\n");
    const cells = (name: string, label: string, library: string): string[] =>
      lines
        .map((line) => line.trim().split(/ {2,}/))
        .find(([a, b, c]) => a === name && b === label && c === library)!;
    // The tumor of b is in neither mask: 1 for one library, nothing for the others. That of a was missed.
    assert.deepEqual(
      ["tumorlab", "monai", "surface-distance", "panoptica", "metrics-reloaded"].map((library) => [
        cells("b", "liver_tumor", library)[3],
        cells("a", "liver_tumor", library)[3],
      ]),
      [
        ["-", "0"],
        ["-", "0"],
        ["-", "0"],
        ["-", "0"],
        ["1", "0"],
      ],
    );
    assert.match(out, /panoptica 2\.1\.4 \(https:.*\)\n {2}Dice, empty/);
    assert.match(out, /MONAI 1\.5\.0[^]*in voxels whatever the spacing/);
    const { out: one } = await run("evaluate", ...sides(), "--as", "monai");
    assert.ok(one.includes("MONAI 1.5.0") && !one.includes("panoptica 2"));
    const { out: none } = await run("evaluate", ...sides());
    assert.ok(!none.includes("MONAI"));
  });

  it("gives in JSON what a notebook has, in threads and with regions too", async () => {
    for (const regions of [false, true]) {
      const words = ["--as", "all", "--json", "--workers", "2", ...(regions ? ["--regions"] : [])];
      const { out } = await run("evaluate", ...sides(), ...words);
      const { as } = JSON.parse(out) as { as: { definitions: { name: string }[]; rows: unknown[] } };
      const libraries = ["monai", "surface-distance", "panoptica", "metrics-reloaded"] as const;
      assert.deepEqual(
        as.definitions.map(({ name }) => name),
        libraries,
      );
      const study = await evaluateStudy(await openStudy(paths), { regions, libraries });
      assert.equal(as.rows.length, 4 * study.rows.length);
      assert.deepEqual(as.rows, JSON.parse(toJson(study.libraries)));
      const liver = study.libraries.find((row) => row.case === "a" && row.library === "monai")!;
      assert.equal(liver.name, regions ? "liver with lesions" : "liver");
      // Without regions the tumor's 8 voxels are the liver's false positives: 2 x 56 / (56 + 64).
      assert.equal(liver.dice, regions ? 1 : 112 / 120);
    }
  });

  it("measures one slice in the plane, as a volume of one slice and as an image of two axes", async () => {
    // Rectangles of 8 x 9 mm, shifted by 1.6 mm: the numbers of surface-distance on two axes are in test/golden.
    const square = (x: number) => {
      const map = box([40, 40, 1], [x, 10, 0], [x + 10, 20, 1], [0.8, 0.9, 2.5]);
      return { ...map, affine: createAffine(map.spacingMm) };
    };
    const at = (name: string): string => join(folder, name);
    for (const [name, x] of [
      ["left.nii", 10],
      ["right.nii", 12],
    ] as const) {
      await writeVolume(at(name), square(x));
      const bytes = readFileSync(at(name));
      assert.equal(bytes.readInt16LE(40), 3);
      bytes.writeInt16LE(2, 40); // dim[0]
      writeFileSync(at(`flat-${name}`), bytes);
    }
    for (const prefix of ["", "flat-"]) {
      const pair = ["--reference", at(`${prefix}left.nii`), "--prediction", at(`${prefix}right.nii`)];
      const { out } = await run("evaluate", ...pair, "--tolerance-mm", "1", "--as", "monai", "--json");
      const { cases, as } = JSON.parse(out) as {
        cases: Record<string, number>[];
        as: { rows: Record<string, number>[] };
      };
      const found = [cases[0].nsd, cases[0].assd, cases[0].hd95, as.rows[0].nsd];
      [0.527265853868442, 0.8442312740532505, 1.6, 0.5555555555555556].forEach((expected, k) =>
        assert.ok(Math.abs(found[k] - expected) < 1e-6, `${prefix} ${found[k]}, not ${expected}`),
      );
    }
  });

  it("refuses a library that nobody knows, with the names", async () => {
    const { code, err } = await run("evaluate", ...sides(), "--as", "medpy");
    assert.equal(code, 1);
    assert.match(
      err,
      /library: found "medpy", expected one of monai, surface-distance, panoptica, metrics-reloaded, or all/,
    );
  });
});
