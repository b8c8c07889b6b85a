import assert from "node:assert/strict";
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { requireFree } from "tumorlab/internal/cli/output";
import { createAffine } from "tumorlab/internal/core/affine";
import { createVolume } from "tumorlab/internal/core/grid";
import { requireOwnFolder } from "tumorlab/internal/core/require-free";
import { readVolume } from "tumorlab/internal/nifti/read";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { resampleOnto } from "tumorlab/internal/volume/resample";
import { writeBoxes } from "./boxes.js";
import { run } from "./run.js";

describe("what a command writes", () => {
  let folder: string;
  const at = (...names: string[]): string => join(folder, ...names);
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "tumorlab-output-"));
    await writeBoxes(at("two.nii.gz"), [
      [5, [0, 0, 0], [4, 4, 3]],
      [27, [1, 1, 1], [3, 3, 2]],
    ]);
    symlinkSync(at("two.nii.gz"), at("soft.nii.gz"));
    linkSync(at("two.nii.gz"), at("hard.nii.gz"));
    copyFileSync(at("two.nii.gz"), at("taken.nii.gz"));
    writeFileSync(at("taken.json"), "mine");
    mkdirSync(at("split"));
    writeFileSync(at("split", "splits_final.json"), "mine");
    writeFileSync(at("m.csv"), "case,patient\na,A\nb,B\nc,C\nd,D\ne,E\nf,F\n");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("is never what it reads, by whatever name, with --force or without", async () => {
    const input = readFileSync(at("two.nii.gz"));
    const names = [
      at("two.nii.gz"),
      relative(process.cwd(), at("two.nii.gz")),
      at(".", "split", "..", "two.nii.gz"),
    ];
    for (const out of [...names, at("soft.nii.gz"), at("hard.nii.gz")])
      for (const force of [[], ["--force"]])
        for (const command of [["resample", "--spacing-mm", "3"], ["reorient"], ["components"]]) {
          const { code, err } = await run(
            command[0],
            at("two.nii.gz"),
            "--out",
            out,
            ...command.slice(1),
            ...force,
          );
          assert.equal(code, 1);
          assert.match(err, /input.*expected a place of its own/, out);
        }
    const like = [
      "resample",
      at("taken.nii.gz"),
      "--like",
      at("two.nii.gz"),
      "--out",
      at("soft.nii.gz"),
      "--force",
    ];
    assert.match((await run(...like)).err, /input/);
    assert.deepEqual(readFileSync(at("two.nii.gz")), input);
    await assert.rejects(requireFree([at("two.nii.gz")], [folder], true), /a file of the input/);
  });

  it("is nothing that lies in a folder it reads, nor what says of its scans", async () => {
    const cohort = at("ds", "labelsTr");
    mkdirSync(cohort, { recursive: true });
    await writeBoxes(join(cohort, "a.nii.gz"), [[1, [0, 0, 0], [4, 4, 3]]]);
    const kept = [
      join(cohort, "notes.txt"),
      join(cohort, "metadata.csv"),
      join(cohort, "run.json"),
      at("ds", "dataset.json"),
    ];
    for (const path of kept) writeFileSync(path, "mine");
    const names = at("names.json");
    writeFileSync(names, '{"1":"liver"}');
    const both = ["--reference", cohort, "--prediction", at("two.nii.gz"), "--force"];
    const plan = ["experiment", "plan", "--preset", "tiny", "--scans", cohort, "--force"];
    for (const out of kept)
      for (const command of [
        ["evaluate", ...both, "--out", out],
        ["evaluate", ...both, "--lesions-out", out],
        ["cohort", "verify", cohort, "--force", "--out", out],
        [...plan, "--out", out],
      ]) {
        const { code, err } = await run(...command);
        assert.equal(code, 1, command.join(" "));
        assert.match(err, /a file of the input .*labelsTr.*expected a place of its own/, command.join(" "));
        assert.equal(readFileSync(out, "utf8"), "mine");
      }
    const named = [
      [...plan, "--label-map", names],
      [...plan, "--ood", cohort, "--ood-label-map", names],
      ["components", at("two.nii.gz"), "--label-map", names, "--force"],
      ["cohort", "verify", cohort, "--label-map", names, "--force"],
    ];
    for (const command of named) {
      assert.match((await run(...command, "--out", names)).err, /the input itself/, command.join(" "));
      assert.equal(readFileSync(names, "utf8"), '{"1":"liver"}');
    }
    symlinkSync(cohort, at("by-link"));
    await assert.rejects(requireFree([join(cohort, "notes.txt")], [at("by-link")], true), /of the input/);
    await requireFree([join(cohort, "new.csv"), at("taken.json")], [cohort], true);
  });

  it("is no folder of scans that are read", async () => {
    const cohort = at("patients");
    mkdirSync(join(cohort, "imagesTr"), { recursive: true });
    await writeBoxes(join(cohort, "imagesTr", "a_0000.nii.gz"), [[1, [0, 0, 0], [4, 4, 3]]]);
    symlinkSync(cohort, at("patients-too"));
    const among = [cohort, at("patients-too"), join(cohort, "imagesTr")];
    for (const out of among) {
      await assert.rejects(
        requireOwnFolder(out, [undefined, cohort]),
        /another folder than the cohort's own/,
      );
      const { code, err } = await run("train", "--preset", "tiny", "--data", cohort, "--out", out);
      assert.equal(code, 1);
      assert.match(err, /another folder than the cohort's own/);
    }
    assert.deepEqual(readdirSync(cohort), ["imagesTr"]);
    assert.deepEqual(readdirSync(join(cohort, "imagesTr")), ["a_0000.nii.gz"]);
    for (const out of [join(cohort, "model"), folder, at("new")]) await requireOwnFolder(out, [cohort]);
  });

  it("replaces nothing that is there but with --force", async () => {
    const commands = [
      ["resample", at("two.nii.gz"), "--spacing-mm", "3", "--out", at("taken.nii.gz")],
      ["reorient", at("two.nii.gz"), "--out", at("taken.nii.gz")],
      ["components", at("two.nii.gz"), "--out", at("taken.nii.gz")],
      [
        "evaluate",
        "--reference",
        at("two.nii.gz"),
        "--prediction",
        at("two.nii.gz"),
        "--out",
        at("taken.json"),
      ],
      ["experiment", "plan", "--preset", "tiny", "--out", at("taken.json")],
      ["cohort", "export", "lits", "--format", "croissant", "--out", at("taken.json")],
      ["cohort", "split", at("m.csv"), "--folds", "2", "--out", at("split")],
    ];
    for (const command of commands) {
      const path = command.at(-1) === at("split") ? at("split", "splits_final.json") : command.at(-1)!;
      const former = readFileSync(path);
      const refused = await run(...command);
      assert.equal(refused.code, 1, command.join(" "));
      assert.match(refused.err, /something of that name.*--force/);
      assert.deepEqual(readFileSync(path), former);
      const forced = await run(...command, "--force");
      assert.equal(forced.code, 0, forced.err);
      assert.notDeepEqual(readFileSync(path), former, command.join(" "));
    }
  });

  it("is a grid that overlaps: none is an error, little a warning with its share", async () => {
    const place = async (name: string, x: number): Promise<string> => {
      const grid = createVolume(new Uint8Array(500), [20, 5, 5], { spacingMm: [1, 2, 2.5] });
      const affine = [...createAffine([1, 2, 2.5])];
      affine[3] = x;
      await writeVolume(at(name), { ...grid, affine });
      return at(name);
    };
    const far = await place("far.nii.gz", 400);
    const command = ["resample", at("two.nii.gz"), "--out", at("onto.nii.gz"), "--like"];
    const refused = await run(...command, far);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /far\.nii\.gz: found .*409\.5.*expected a grid that overlaps/);
    const warned = await run(...command, await place("edge.nii.gz", 5.4), "--json");
    assert.equal(warned.code, 0, warned.err);
    const { overlap } = JSON.parse(warned.out);
    // One of 20 planes along x and 4 of 5 along z.
    assert.equal(overlap, 0.04);
    assert.match(warned.err, /only 4\.0 % of the grid/);
    assert.throws(
      () =>
        resampleOnto(createVolume(new Int16Array(8), [2, 2, 2]), {
          ...createVolume(new Int16Array(8), [2, 2, 2]),
          affine: [1, 0, 0, 9, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
        }),
      /overlaps/,
    );
  });

  it("keeps the values of a label map: nearest unasked, and linear refused", async () => {
    const command = ["resample", at("two.nii.gz"), "--spacing-mm", "0.7", "--out", at("fine.nii.gz")];
    const refused = await run(...command, "--method", "linear");
    assert.equal(refused.code, 1);
    assert.match(
      refused.err,
      /--method of .*two\.nii\.gz: found "linear", expected "nearest" for a label map or what looks like one/,
    );
    const { code, err } = await run(...command);
    assert.equal(code, 0, err);
    assert.match(err, /label map: method nearest/);
    assert.deepEqual(
      [...new Set((await readVolume(at("fine.nii.gz"))).data)].sort((a, b) => a - b),
      [0, 5, 27],
    );
  });
});
