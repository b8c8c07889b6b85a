import assert from "node:assert/strict";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "tumorlab/internal/cli/main";
import { readVolume } from "tumorlab/internal/nifti/read";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { reorient } from "tumorlab/internal/volume/orientation";
import { tinyCt, tinyLesion, tinyOrgans, writeTinyCohort, writeTinyLabels } from "../data/tiny-cohort.js";
import { run, type Outcome } from "./run.js";

describe("tumorlab cohort", () => {
  const names = Array.from({ length: 12 }, (_, k) => `BDMAP_${String(k + 1).padStart(8, "0")}`);
  let folder: string;
  const at = (...parts: string[]): string => join(folder, ...parts);
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "tumorlab-cohort-"));
    await writeTinyCohort(at("clean"), names, names.slice(8));
    cpSync(at("clean"), at("damaged"), { recursive: true });
    rmSync(at("damaged", names[0], "ct.nii.gz"));
    const tiny = { label: 27, from: [11, 11, 8], to: [13, 13, 9] } as const;
    await writeTinyLabels(at("damaged", names[1]), [...tinyOrgans, tinyLesion, tiny]);
    assert.equal((await run("cohort", "verify", at("clean"), "--out", at("clean.json"))).code, 0);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  describe("verify", () => {
    it("says that nothing is wrong with exit code 0, by name of a manifest too", async () => {
      const { code, out, err } = await run("cohort", "verify", at("clean"), "--workers", "1");
      assert.deepEqual([code, err], [0, ""]);
      assert.match(
        out,
        /12 cases, layout abdomenatlas, labels from label map abdomenatlas\nNothing wrong was found/,
      );
      const named = await run(
        "cohort",
        "verify",
        "abdomenatlas-2.0",
        at("clean"),
        "--json",
        "--workers",
        "2",
      );
      assert.equal(named.code, 0);
      const report = JSON.parse(named.out);
      assert.deepEqual([report.name, report.labelsFrom], ["abdomenatlas-2.0", "manifest abdomenatlas-2.0"]);
      assert.deepEqual(report.findings, []);
      assert.equal(report.cases[0].lesions[0].organ, "liver");
    });

    it("passes a phantom cohort, whose table it knows", async () => {
      const phantom = ["phantom", "--cases", "2", "--spacing-mm", "8", "--seed", "5", "--control-share", "0"];
      assert.equal((await run(...phantom, "--workers", "1", "--out", at("phantom"))).code, 0);
      const { code, out } = await run(
        "cohort",
        "verify",
        "phantom",
        at("phantom"),
        "--json",
        "--workers",
        "1",
      );
      const report = JSON.parse(out);
      assert.deepEqual([code, report.errors, report.cases.length], [0, 0, 2]);
      assert.ok(report.cases.every((each: { patient?: string; lesions: unknown[] }) => each.patient));
      assert.ok(report.cases[0].lesions.length > 0);
    });

    it("prints errors, then warnings, then counts, with exit code 1; warnings alone leave it 0", async () => {
      const { code, out } = await run("cohort", "verify", at("damaged"), "--workers", "1");
      assert.equal(code, 1);
      assert.match(out, /error: BDMAP_00000001: missing-image.*\nwarning: BDMAP_00000002: tiny-lesion/);
      assert.match(out, /tiny-lesion +1 +lesions have a least number of voxels/);
      assert.match(out, /1 errors, 1 warnings/);
      mkdirSync(at("warned"));
      cpSync(at("damaged", names[1]), at("warned", names[1]), { recursive: true });
      const warned = await run("cohort", "verify", at("warned"), "--json");
      assert.deepEqual([warned.code, JSON.parse(warned.out).warnings], [0, 1]);
    });

    it("says what labels were held against where a set nobody named has others", async () => {
      cpSync(at("clean", names[0]), at("foreign", names[0]), { recursive: true });
      const masks = at("foreign", names[0], "segmentations");
      renameSync(join(masks, "liver.nii.gz"), join(masks, "brain.nii.gz"));
      const hint = /held against label map abdomenatlas: for another set, give its NAME or a --label-map/;
      const { code, err } = await run("cohort", "verify", at("foreign"));
      assert.equal(code, 1);
      assert.match(err, hint);
      const named = await run("cohort", "verify", "abdomenatlas-2.0", at("foreign"));
      assert.doesNotMatch(named.err, hint);
    });

    it("takes labels, layout, metadata and limits from the command line", async () => {
      writeFileSync(at("table.csv"), `case,liver_tumor\n${names[2]},no\n`);
      writeFileSync(at("labels.json"), JSON.stringify({ labels: { 5: "liver", 6: "pancreas" } }));
      const args = [
        "--metadata",
        at("table.csv"),
        "--label-map",
        at("labels.json"),
        "--layout",
        "abdomenatlas",
      ];
      const { code, out } = await run("cohort", "verify", at("clean"), "--json", ...args);
      assert.equal(code, 1);
      const checks = JSON.parse(out).findings.filter((each: { case: string }) => each.case === names[2]);
      assert.deepEqual(
        checks.map((each: { check: string; file: string }) => `${each.check} ${each.file.split("/").at(-1)}`),
        ["unexpected-label liver_lesion.nii.gz", "unexpected-label combined_labels.nii.gz"],
      );
      const larger = await run(
        "cohort",
        "verify",
        at("clean"),
        "--min-lesion-voxels",
        "37",
        "--organ-gap-mm",
        "0",
      );
      assert.match(larger.out, /0 errors, 8 warnings/);
      assert.match(larger.out, /tiny-lesion +8/);
      const headers = await run("cohort", "verify", at("damaged"), "--headers-only");
      assert.match(headers.out, /1 errors, 0 warnings/);
    });

    it("draws its progress on a terminal, stops when interrupted, and leaves nothing behind", async () => {
      const controller = new AbortController();
      let err = "";
      const io = {
        out: () => {},
        err(text: string) {
          err += text;
          if (text.includes("/12")) controller.abort(new Error("Interrupted"));
        },
        isTerminal: true,
        signal: controller.signal,
      };
      const words = ["cohort", "verify", at("clean"), "--workers", "1", "--out", at("none.json")];
      assert.equal(await runCommandLine(words, io), 130);
      assert.match(err, /verify \[.*\/12/);
      assert.match(err, /Interrupted/);
      assert.ok(!readdirSync(folder).some((name) => name.startsWith("none.json")));
    });

    it("refuses words it does not know with exit code 2, and a folder that is no cohort with 1", async () => {
      for (const words of [
        [],
        ["a", "b", "c"],
        [at("clean"), "--layout", "bids"],
        [at("clean"), "--workers", "0"],
      ]) {
        const { code, err } = await run("cohort", "verify", ...words);
        assert.equal(code, 2);
        assert.match(err, /tumorlab cohort verify \[NAME\] DIR/);
      }
      const none = await run("cohort", "verify", at("nowhere"));
      assert.deepEqual([none.code, none.out], [1, ""]);
      assert.match(none.err, /nowhere: found "nothing there"/);
      assert.equal((await run("cohort", "verify", "no-such-set", at("clean"))).code, 1);
    });
  });

  describe("split", () => {
    it("divides a report by patient, stratified by organ and lesion size, and writes both files", async () => {
      const args = [
        "cohort",
        "split",
        at("clean.json"),
        "--folds",
        "2",
        "--seed",
        "3",
        "--test-share",
        "0.34",
      ];
      const { code, out, err } = await run(...args, "--out", at("split"), "--json");
      assert.deepEqual([code, err], [0, ""]);
      const split = JSON.parse(readFileSync(at("split", "split.json"), "utf8"));
      assert.deepEqual(split, JSON.parse(out));
      assert.equal(split.test.patients.length, 2);
      assert.equal(split.test.scans.length, 4);
      // 36 voxels of 1.5 x 1.5 x 3 mm are 0.243 ml: a radius of 3.9 mm.
      assert.deepEqual(Object.keys(split.strata), ["control", "liver tiny"]);
      const folds = JSON.parse(readFileSync(at("split", "splits_final.json"), "utf8"));
      assert.equal(folds.length, 2);
      for (const { train, val } of folds) {
        assert.equal(train.length + val.length, 8);
        for (const scan of split.test.scans) assert.ok(!train.includes(scan) && !val.includes(scan));
      }
      assert.equal((await run(...args, "--json")).out, out);
    });

    it("nests training sets, and prints parts and strata", async () => {
      const sizes = ["--sizes", "2,3", "--validation-share", "0.2", "--test-share", "0"];
      const { code, out } = await run("cohort", "split", at("clean.json"), ...sizes, "--out", at("nested"));
      assert.equal(code, 0);
      assert.match(out, /first 2 patients +2 +4/);
      assert.match(out, /liver tiny +0/);
      const [small, large] = JSON.parse(readFileSync(at("nested", "splits_final.json"), "utf8"));
      assert.ok(small.train.every((scan: string) => large.train.includes(scan)));
      assert.deepEqual([small.train.length, large.train.length], [4, 6]);
      const byScan = await run(
        "cohort",
        "split",
        at("clean.json"),
        "--sizes",
        "5",
        "--unit",
        "scans",
        "--json",
      );
      assert.equal(JSON.parse(byScan.out).nested[0].scans.length, 4);
    });

    it("leaves out scans with errors, and tells of scans without a patient", async () => {
      assert.equal((await run("cohort", "verify", at("damaged"), "--out", at("damaged.json"))).code, 1);
      const faulty = await run("cohort", "split", at("damaged.json"), "--folds", "2", "--json");
      assert.match(faulty.err, /1 scans with errors are left out: BDMAP_00000001/);
      assert.ok(!faulty.out.includes(names[0]));
      writeFileSync(
        at("table2.csv"),
        "case,patient,tumor,liver,colon\na,,yes,,\nb,P,,Y,\nc,P,,,Y\nd,,no,,\ne,,,,N\nf,,,,\n",
      );
      const table = await run(
        "cohort",
        "split",
        at("table2.csv"),
        "--folds",
        "2",
        "--test-share",
        "0",
        "--json",
      );
      assert.match(table.err, /4 scans have no patient.*: a, d, e, f/);
      const { strata } = JSON.parse(table.out);
      assert.deepEqual(Object.keys(strata), ["colon and liver", "control", "tumor", "unknown"]);
      assert.equal(strata.control.training, 2);
    });

    it("refuses words it does not know and files that are no report", async () => {
      const report = at("clean.json");
      for (const words of [
        [],
        [report, "--sizes", "2", "--folds", "3"],
        [report, "--sizes", "many"],
        [report, "--unit", "slices"],
        [report, "--test-share", "1"],
      ])
        assert.equal((await run("cohort", "split", ...words)).code, 2, words.join(" "));
      writeFileSync(at("other.json"), "{}");
      for (const path of [at("other.json"), at("missing.json"), at("missing.csv")]) {
        const { code, err } = await run("cohort", "split", path);
        assert.equal(code, 1);
        assert.ok(err.includes(path));
      }
      const many = await run("cohort", "split", report, "--sizes", "99");
      assert.match(many.err, /trainSizes: found 99/);
    });
  });

  describe("leaks", () => {
    before(async () => {
      await writeTinyCohort(at("outside"), ["other_1", "other_2"]);
      await writeVolume(at("outside", "other_1", "ct.nii.gz"), tinyCt(77));
      const turned = reorient(await readVolume(at("clean", names[4], "ct.nii.gz")), "LPS");
      await writeVolume(at("outside", "other_2", "ct.nii.gz"), turned, { level: 9 });
      await run("cohort", "verify", at("outside"), "--out", at("outside.json"));
      await run("cohort", "verify", at("outside"), "--headers-only", "--out", at("headers.json"));
    });
    const claim = (...more: string[]): Promise<Outcome> =>
      run("cohort", "leaks", "--train", at("clean.json"), "--test", at("outside.json"), ...more);

    it("names each shared scan with exit code 1, and passes with a reason", async () => {
      const found = await claim();
      assert.deepEqual(
        [found.code, found.out],
        [1, "clean/BDMAP_00000005 and outside/other_2: same voxels (all 4488 voxels of tissue)\n"],
      );
      const passed = await claim("--acknowledge", "a test of the guard");
      assert.equal(passed.code, 0);
      assert.match(passed.out, /other_2.*\nAcknowledged: a test of the guard\n/);
      const { shared, acknowledgement } = JSON.parse((await claim("--json", "--acknowledge", "why")).out);
      assert.deepEqual([shared.length, shared[0].likeness, acknowledgement], [1, "same voxels", "why"]);
    });

    it("looks sets given by name up in the manifests, and says what it could not compare", async () => {
      const known = await run("cohort", "leaks", "--train", "lits,kits23", "--test", "3d-ircadb");
      assert.equal(known.code, 1);
      assert.match(known.out, /^lits and 3d-ircadb are known to share 20 scans: volume-28/);
      assert.match(known.err, /kits23: no scans given/);
      const apart = await run("cohort", "leaks", "--train", "kipa22", "--test", at("headers.json"));
      assert.deepEqual([apart.code, apart.out], [0, "No scan of outside was found in kipa22.\n"]);
      assert.match(apart.err, /outside: 2 of 2 scans have no fingerprint/);
    });

    it("stops every claim that known overlaps stand against, until it is acknowledged", async () => {
      for (const [train, test, told] of [
        ["lits", "3d-ircadb", /are known to share 20 scans: volume-28, .*volume-48, .*issue 33/],
        ["panorama", "msd-pancreas", /are known to share 194 scans/],
        ["nih-pancreas-ct", "panorama", /are known to share 80 scans/],
        ["abdomenatlas-2.0", "3d-ircadb", /may share scans by way of abdomenatlas-1\.0-mini: /],
        ["abdomenatlas-2.0", "panorama", /by way of abdomenatlas-1\.0-mini and nih-pancreas-ct: /],
      ] as const) {
        const stopped = await run("cohort", "leaks", "--train", train, "--test", test);
        assert.equal(stopped.code, 1, `${train} ${test}`);
        assert.match(stopped.out, told);
        const reason = ["--acknowledge", "as the paper did"];
        const passed = await run("cohort", "leaks", "--train", train, "--test", test, ...reason);
        assert.equal(passed.code, 0);
        assert.match(passed.out, told);
        assert.match(passed.out, /Acknowledged: as the paper did\n$/);
      }
      const apart = await run("cohort", "leaks", "--train", "kits23", "--test", "lits");
      assert.equal(apart.code, 0, apart.out);
    });

    it("refuses what it cannot use", async () => {
      assert.equal((await run("cohort", "leaks", "--train", "lits")).code, 2);
      assert.equal((await run("cohort", "leaks", "word", "--train", "lits", "--test", "lits")).code, 2);
      assert.equal((await run("cohort", "leaks", "--train", "lits", "--test", "nowhere")).code, 1);
    });
  });
});
