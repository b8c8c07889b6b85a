import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toJson } from "tumorlab/internal/cli/command";
import type { Vec3 } from "tumorlab/internal/core/types";
import { evaluateStudy } from "tumorlab/internal/evaluation/evaluate-study";
import { openStudy, type StudyPaths } from "tumorlab/internal/evaluation/study";
import { emptyPolicies, type PolicyName } from "tumorlab/internal/metrics/empty";
import { summarizeLesions } from "tumorlab/internal/metrics/lesion-summary";
import { summarizePatients } from "tumorlab/internal/metrics/patient-summary";
import { summarizeScores } from "tumorlab/internal/metrics/summary";
import { writeBoxes } from "./boxes.js";
import { run } from "./run.js";

type Boxes = [number, Vec3, Vec3][];

const organ = (value: number, to: Vec3 = [4, 2, 4]): Boxes[number] => [value, [0, 0, 0], to];
const spot = (value: number, at: number): Boxes[number] => [value, [at, 3, 0], [at + 2, 5, 2]];

/** What a cohort of folders holds: cases of both sides by name, and further files. */
interface Folders {
  reference: Record<string, Boxes>;
  prediction: Record<string, Boxes>;
  files?: Record<string, string>;
  options?: Partial<StudyPaths>;
  words?: string[];
}

/** Five kinds of folders; case b lacks a label that case a has. */
const kinds: Record<string, Folders> = {
  "bare label maps": {
    reference: { "a.nii.gz": [organ(1), spot(2, 0)], "b.nii.gz": [organ(1)] },
    prediction: { "a.nii.gz": [organ(1, [4, 2, 3]), spot(2, 1)], "b.nii.gz": [organ(1)] },
  },
  "nnU-Net's numbering against AbdomenAtlas's masks": {
    reference: {
      "a/segmentations/liver.nii.gz": [organ(1)],
      "a/segmentations/liver_lesion.nii.gz": [spot(1, 0)],
      "b/segmentations/liver.nii.gz": [organ(1)],
      "b/segmentations/liver_lesion.nii.gz": [],
    },
    prediction: { "a.nii.gz": [organ(2), spot(5, 1)], "b.nii.gz": [organ(2), spot(5, 3)] },
    files: {
      "prediction/dataset.json": JSON.stringify({ labels: { background: 0, liver: 2, liver_lesion: 5 } }),
    },
  },
  "several scans of one patient, by the table beside the references": {
    reference: { "a.nii.gz": [organ(1)], "b.nii.gz": [organ(1), spot(2, 0)], "c.nii.gz": [organ(1)] },
    prediction: { "a.nii.gz": [organ(1, [4, 2, 2])], "b.nii.gz": [organ(1)], "c.nii.gz": [spot(2, 2)] },
    files: { "reference/metadata.csv": "case,patient\na,P1\nb,P1\nc,P2\n" },
    options: { labelMap: "msd-liver" },
    words: ["--label-map", "msd-liver"],
  },
  "labels that are asked for": {
    reference: { "a.nii.gz": [organ(1), spot(2, 0), spot(3, 3)], "b.nii.gz": [] },
    prediction: { "a.nii.gz": [organ(1), spot(2, 0)], "b.nii.gz": [] },
    options: { labels: { 1: "liver", 2: "liver_lesion", 9: "spleen" } },
    words: ["--labels", "1=liver,2=liver_lesion,9=spleen"],
  },
  "cases without a partner, damaged, or empty on both sides": {
    reference: { "a.nii.gz": [organ(1)], "b.nii.gz": [], "d.nii.gz": [organ(1)] },
    prediction: { "a.nii.gz": [organ(1)], "b.nii.gz": [], "c.nii.gz": [organ(1)] },
    files: { "reference/e.nii.gz": "no image", "prediction/e.nii.gz": "no image" },
  },
};

describe("tumorlab evaluate and a notebook", () => {
  let root: string;
  before(() => (root = mkdtempSync(join(tmpdir(), "tumorlab-alike-"))));
  after(() => rmSync(root, { recursive: true, force: true }));

  for (const [kind, { reference, prediction, files = {}, options = {}, words = [] }] of Object.entries(
    kinds,
  )) {
    describe(`on ${kind}`, () => {
      let paths: StudyPaths;
      before(async () => {
        const folder = mkdtempSync(join(root, "folders-"));
        paths = { reference: join(folder, "reference"), prediction: join(folder, "prediction"), ...options };
        for (const [side, cases] of Object.entries({ reference, prediction }))
          for (const [name, boxes] of Object.entries(cases)) {
            mkdirSync(join(folder, side, name, ".."), { recursive: true });
            await writeBoxes(join(folder, side, name), boxes);
          }
        for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      });

      for (const policy of Object.keys(emptyPolicies) as PolicyName[])
        it(`have the same rows, patients, lesions, failures and means under ${policy}`, async () => {
          const { rows, lesions, failed } = await evaluateStudy(await openStudy(paths), { policy });
          const sides = ["--reference", paths.reference, "--prediction", paths.prediction];
          const workers = policy === "kits23" ? "2" : "1";
          const more = [...words, "--policy", policy, "--workers", workers, "--json"];
          const { out } = await run("evaluate", ...sides, ...more);
          const printed = JSON.parse(out) as Record<string, unknown[]>;
          assert.equal(printed.cases.length, rows.length);
          // The command prints fewer columns of a row than a notebook has.
          const columns = Object.keys(printed.cases[0] ?? {});
          assert.ok(columns.length >= 17);
          const numbers = rows.map((row) =>
            Object.fromEntries(columns.map((name) => [name, row[name as "dice"]])),
          );
          const expected = {
            cases: numbers,
            failed,
            summary: summarizeScores(rows),
            lesions,
            detection: summarizeLesions(lesions),
            patients: (["any", "located"] as const).flatMap((rule) => summarizePatients(lesions, { rule })),
          };
          assert.deepEqual(printed, JSON.parse(toJson(expected)));
        });
    });
  }

  it("counts a label that a case rightly lacks where the policy says so", async () => {
    const folder = mkdtempSync(join(root, "absent-"));
    for (const side of ["reference", "prediction"]) {
      mkdirSync(join(folder, side));
      await writeBoxes(join(folder, side, "b.nii.gz"), [organ(1)]);
    }
    await writeBoxes(join(folder, "reference", "a.nii.gz"), [organ(1), spot(2, 0)]);
    // 4 of the 8 voxels of the spot, and 8 predicted: Dice 0.5.
    await writeBoxes(join(folder, "prediction", "a.nii.gz"), [organ(1), spot(2, 1)]);
    const sides = ["--reference", join(folder, "reference"), "--prediction", join(folder, "prediction")];
    const meanOf = async (policy: string) => {
      const { out } = await run("evaluate", ...sides, "--policy", policy, "--json");
      const { summary } = JSON.parse(out) as {
        summary: { label?: number; metric: string; n: number; mean: number }[];
      };
      const found = summary.find(({ label, metric }) => label === 2 && metric === "dice")!;
      return [found.n, found.mean];
    };
    assert.deepEqual(await meanOf("worst-case"), [1, 0.5]);
    assert.deepEqual(await meanOf("kits23"), [2, 0.75]);
  });

  it("says whose the cases are, and leaves out a table beside them that is another one", async () => {
    const folder = mkdtempSync(join(root, "patients-"));
    for (const side of ["reference", "prediction"]) {
      mkdirSync(join(folder, side));
      for (const name of ["a", "b", "c"]) await writeBoxes(join(folder, side, `${name}.nii.gz`), [organ(1)]);
    }
    const sides = ["--reference", join(folder, "reference"), "--prediction", join(folder, "prediction")];
    const table = join(folder, "reference", "metadata.csv");
    const score = async (...more: string[]) => {
      const { code, out, err } = await run("evaluate", ...sides, "--json", ...more);
      const patients =
        code === 2 || out === "" ? [] : (JSON.parse(out) as { cases: { patient: string }[] }).cases;
      return { code, err, patients: patients.map(({ patient }) => patient) };
    };
    writeFileSync(table, "case,patient\na,P1\nb,P1\n");
    const known = await score();
    assert.deepEqual([known.code, known.patients], [0, ["P1", "P1", "c"]]);
    assert.match(
      known.err,
      /2 patients in 3 cases, from .*metadata\.csv; 1 of the cases, whose patient it does not say/,
    );

    writeFileSync(table, "age,sex\n63,F\n");
    const other = await score();
    assert.deepEqual([other.code, other.patients], [0, ["a", "b", "c"]]);
    assert.match(
      other.err,
      /Each case counts as a patient of its own: .*metadata\.csv: found \["age", "sex"\]/,
    );
    const named = await score("--metadata", table);
    assert.deepEqual([named.code, named.patients], [1, []]);
    assert.match(named.err, /expected a column case/);
  });

  it("writes one row per lesion of either side", async () => {
    const folder = mkdtempSync(join(root, "lesions-"));
    const names = { reference: [organ(1), spot(2, 0)], prediction: [organ(1), spot(2, 1), spot(2, 4)] };
    for (const [side, boxes] of Object.entries(names)) {
      mkdirSync(join(folder, side));
      await writeBoxes(join(folder, side, "a.nii.gz"), boxes);
    }
    const sides = ["--reference", join(folder, "reference"), "--prediction", join(folder, "prediction")];
    const table = join(folder, "lesions.csv");
    const { code, out } = await run("evaluate", ...sides, "--label-map", "msd-liver", "--lesions-out", table);
    assert.equal(code, 0);
    const lines = readFileSync(table, "utf8").trim().split("\n");
    const columns = lines[0].split(",");
    const cells = lines.slice(1).map((line) => line.split(","));
    const column = (name: string) => cells.map((row) => row[columns.indexOf(name)]);
    assert.deepEqual(column("side"), ["reference", "prediction", "prediction"]);
    assert.deepEqual(column("found"), ["yes", "", ""]);
    assert.deepEqual(column("falsePositive"), ["", "no", "yes"]);
    // 2 x 2 x 2 voxels of 1 x 2 x 2.5 mm.
    assert.deepEqual(column("volumeMl"), ["0.04", "0.04", "0.04"]);
    assert.match(out, /two match when they share a voxel[\s\S]*early \(d < 20 mm\)[\s\S]*specificity/);
    assert.deepEqual(column("early"), ["yes", "yes", "yes"]);
    // One of two slices: 4 voxels of 12.
    assert.deepEqual(column("iou").slice(0, 1), [String(1 / 3)]);
    // One to one by an IoU that the pair has, and by one that it has not.
    const detection = join(folder, "detection.csv");
    for (const [rule, found] of [
      ["greedy:0.3", 1],
      ["optimal:0.4", 0],
    ] as const) {
      const more = ["--lesions", rule, "--detection-out", detection, "--force"];
      const { out: text } = await run("evaluate", ...sides, "--label-map", "msd-liver", ...more);
      assert.match(
        text,
        new RegExp(`one to one where their IoU is at least ${rule.split(":")[1]}[^]*F1 \\(RQ\\)`),
      );
      const [header, ...body] = readFileSync(detection, "utf8")
        .trim()
        .split("\n")
        .map((line) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/));
      const [all] = body
        .map((cells) => Object.fromEntries(cells.map((cell, at) => [header[at], cell])))
        .filter((row) => row.level === "lesions" && row.name === "all lesions");
      const { truePositives, falseNegatives, falsePositives, f1, panopticQuality } = all;
      assert.deepEqual([truePositives, falseNegatives, falsePositives].map(Number), [
        found,
        1 - found,
        2 - found,
      ]);
      // F1 = 2 / (2 + 1), PQ = F1 x 1/3
      assert.ok(Math.abs(Number(f1) - (found * 2) / 3) < 1e-12);
      assert.ok(Math.abs(Number(panopticQuality) - (found * 2) / 9) < 1e-12);
      assert.deepEqual(body.map(([level]) => level).filter((level) => level === "patients").length, 4);
    }
    // One would replace the other, by whatever name.
    const twice = join(folder, "twice.csv");
    for (const other of [twice, join(folder, "prediction", "..", "twice.csv")]) {
      const both = await run("evaluate", ...sides, "--out", twice, "--lesions-out", other, "--force");
      assert.deepEqual([both.code, existsSync(twice)], [1, false]);
      assert.match(both.err, /twice\.csv: found "the name of two outputs"/);
    }
  });
});
