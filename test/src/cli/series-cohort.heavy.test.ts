import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findCohort } from "tumorlab/internal/data/layouts";
import { openScan } from "tumorlab/internal/data/open-scan";
import type { FolderPlan } from "tumorlab/internal/experiment/plan/plan";
import { readFolderScan } from "tumorlab/internal/experiment/run/scans/folder-source";
import { readLabelMap, readVolume } from "tumorlab/internal/formats/read";
import { makeSlice } from "../dicom/make-dicom.js";
import { seriesCases, venousNames, writeSeriesCohorts } from "../dicom/series-cohort.js";
import { run } from "./run.js";

const venous = ["--series", "*venous*"];

/** Four patients of four series each, as folders and as archives, beside the venous scans alone as NIfTI. */
describe("a cohort of several series a patient, in folders and in archives", function () {
  this.timeout(240_000);
  let root: string;
  const at = (...names: string[]): string => join(root, ...names);
  before(async () => {
    root = mkdtempSync(join(tmpdir(), "tumorlab-series-"));
    await writeSeriesCohorts(root);
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  const ask = async (...words: string[]): Promise<any> => {
    const { code, out, err } = await run(...words);
    assert.equal(code, 0, `${words.join(" ")}\n${err}${out}`);
    return words.includes("--json") ? JSON.parse(out) : out;
  };
  /** Of the three cohorts, which all have to agree. */
  const compare = async <T>(of: (cohort: string, series: string[]) => Promise<T>): Promise<T> => {
    const first = await of("nifti", []);
    for (const cohort of ["dicom", "zip"]) assert.deepEqual(await of(cohort, venous), first, cohort);
    return first;
  };
  const train = (data: string, out: string, ...more: string[]): string[] => [
    ...["train", "--config", at("recipe.json"), "--data", data, "--out", out],
    ...["--engine", "simd", ...more],
  ];

  it("gives the weights of the scans alone, and records which series were read, by their own files", async () => {
    const records: any[] = [];
    const { weights } = await compare(async (cohort, series) => {
      const record = await ask(...train(at(cohort), at(`${cohort}-model`), ...series, "--json"));
      records.push(record);
      return { weights: record.weightsSha256 as string };
    });
    assert.match(weights, /^[0-9a-f]{64}$/);
    const [plain, folders, archives] = records;
    const scansOf = ({ training, heldOut }: any): any[] => [...training, ...heldOut];
    assert.ok(scansOf(plain).every((each) => !("series" in each)) && !("reading" in plain));
    assert.deepEqual(folders.reading, { series: "*venous*" });
    for (const { case: name, series } of scansOf(folders))
      assert.equal(series, venousNames[seriesCases.indexOf(name)]);
    // The files are the same in a folder and in an archive, and other series take no part.
    assert.deepEqual(scansOf(archives), scansOf(folders));
    cpSync(at("dicom"), at("more"), { recursive: true });
    for (const name of seriesCases)
      writeFileSync(
        at("more", name, "late"),
        makeSlice({ position: [0, 0, 0], pixel: () => 1, series: "9.9", seriesName: "Late" }),
      );
    const again = await ask(...train(at("more"), at("more-model"), ...venous, "--json"));
    assert.deepEqual(scansOf(again), scansOf(folders));
    const generators = await compare(async (cohort, series) => {
      const words = [
        "--data",
        at(cohort),
        "--organ",
        "liver",
        "--out",
        at(`${cohort}-generator`),
        "--steps",
        "2",
      ];
      const record = await ask("generator", "train", ...words, "--engine", "simd", ...series, "--json");
      assert.ok(cohort === "nifti" || record.inputs.every((each: any) => /venous/i.test(each.series)));
      return record.weightsSha256;
    });
    assert.match(generators, /^[0-9a-f]{64}$/);
  });

  it("is refused with every case named in which none or several series are meant", async () => {
    cpSync(at("dicom"), at("once"), { recursive: true });
    rmSync(at("once", "ball-2", "seg-a"));
    const silent = await run(...train(at("once"), at("none")));
    assert.match(
      silent.err,
      /4 of 4 cases where not one is meant.* --series .*ball-1: 4 series "Abdomen VENOUS 3.0".*ball-4: 4 series/,
    );
    const some = await run(...train(at("once"), at("none"), "--series", "venous"));
    assert.match(
      some.err,
      /3 of 4 cases .*ball-1: none of "Abdomen VENOUS 3.0".*ball-3: none of .*ball-4: none of/,
    );
    assert.doesNotMatch(some.err, /ball-2/);
    const wide = await run(...train(at("zip"), at("none"), "--series", "*venous*|Lung*"));
    assert.match(
      wide.err,
      /4 of 4 cases .*ball-2: 2 series "venous" .*; "Lung B70" \(number 7, 16 slices\)\. ball-3: 2 series/,
    );
    const sets = await run(...train(at("dicom"), at("none"), "--series", "Scout"));
    assert.match(sets.err, /ball-2: found "2 sets of structures, not one alone by the name Scout/);
    assert.deepEqual([silent.code, some.code, wide.code, sets.code], [1, 1, 1, 1]);
    const verified = await run("cohort", "verify", at("zip"), "--series", "Art*|*venous*");
    assert.match(
      verified.out,
      /ball-1: unreadable: ball-1.zip: Art\*\|\*venous\*; rule for files: what fits one alone; it fits "Abdomen VENOUS 3.0".*"Arterial"/,
    );
    const plan = await run(
      "experiment",
      "plan",
      "--preset",
      "tiny",
      "--scans",
      at("once"),
      "--out",
      at("none.json"),
    );
    assert.match(plan.err, /ball-1 is left out: .*4 series.* --series "name" on a command line/);
    for (const words of [
      ["--irregular", "bend"],
      ["--volume", "-1"],
    ])
      assert.equal((await run("cohort", "verify", at("zip"), ...words)).code, 2);
  });

  it("is verified, split and searched for leaks by the series that was asked for", async () => {
    const reports = await compare(async (cohort, series) => {
      const words = [at(cohort), "--out", at(`${cohort}.json`), "--json", ...series];
      const { cases, findings, reading } = await ask("cohort", "verify", ...words);
      assert.deepEqual(reading, cohort === "nifti" ? undefined : { series: "*venous*" });
      return { findings, cases: cases.map(({ series: _, ...rest }: any) => rest) };
    });
    assert.equal(reports.findings.length, 0);
    const { cases } = JSON.parse(readFileSync(at("zip.json"), "utf8"));
    assert.deepEqual(
      cases.map((each: any) => each.series),
      venousNames,
    );
    await compare((cohort) => ask("cohort", "split", at(`${cohort}.json`), "--folds", "2", "--json"));
    const leaks = await run("cohort", "leaks", "--train", at("nifti.json"), "--test", at("zip.json"));
    assert.equal(leaks.code, 1);
    for (const name of seriesCases) assert.match(leaks.out, new RegExp(name));
  });

  it("is planned with the series and the hash of its files, and refused where these changed", async () => {
    const planOf = async (cohort: string, series: string[]): Promise<FolderPlan> => {
      const words = ["--scans", at(cohort), "--organs", "liver", "--arms", "real", "--sizes", "2"];
      await ask(
        "experiment",
        "plan",
        "--preset",
        "tiny",
        ...words,
        "--out",
        at(`${cohort}-plan.json`),
        ...series,
      );
      return JSON.parse(readFileSync(at(`${cohort}-plan.json`), "utf8")) as FolderPlan;
    };
    const [dicom, zip] = [await planOf("dicom", venous), await planOf("zip", venous)];
    const hashes = ({ cohort }: FolderPlan): string[] => cohort.scans.map(({ sha256 }) => sha256);
    assert.deepEqual(hashes(dicom), hashes(zip));
    const { folder, names, scans } = dicom.cohort;
    const scan = { ...scans[0], kind: "folder", folder, labelNames: names } as const;
    assert.deepEqual([scan.reading, scan.series], [{ series: "*venous*" }, venousNames[0]]);
    const { ct } = await readFolderScan(scan);
    assert.deepEqual(ct.data, (await readVolume(at("nifti", "ball-1_0000.nii.gz"))).data);
    await assert.rejects(
      readFolderScan({ ...scan, reading: { series: "Arterial" } }),
      /with sha256 .*as when the plan was made/,
    );
  });

  it("is predicted, scored and opened from archives as from folders", async () => {
    await ask(...train(at("nifti"), at("model")));
    const predict = (ct: string, out: string, ...series: string[]): Promise<unknown> =>
      ask("predict", "--model", at("model"), "--ct", ct, "--out", out, "--engine", "simd", ...series);
    await compare(async (cohort, series) => {
      await predict(at(cohort), at(`${cohort}-labels`), ...series);
      return Promise.all(
        seriesCases.map(async (name) => (await readLabelMap(at(`${cohort}-labels`, `${name}.nii.gz`))).data),
      );
    });
    await predict(at("zip", "ball-3.zip"), at("one"), ...venous);
    assert.ok(readdirSync(at("one")).includes("ball-3.nii.gz"));
    await compare(async (cohort, series) => {
      const words = ["--reference", at(cohort), "--prediction", at("nifti-labels"), "--json"];
      return (await ask("evaluate", ...words, ...series)).cases;
    });
    for (const path of [at("zip", "ball-2.zip"), at("dicom", "ball-2")]) {
      const { ct, labels, notes } = await openScan(path, { series: "*VENOUS*" });
      assert.deepEqual(ct.data, (await readVolume(at("nifti", "ball-2_0000.nii.gz"))).data);
      assert.equal(labels.data.filter((value) => value > 0).length > 0, true, notes.join());
    }
    const twice = await openScan(at("zip", "ball-2.zip"), { series: "Lung B70" });
    assert.match(twice.notes.join(), /labels are left out: found 2 sets of structures/);
  });

  it("says where labels were made on another series than the one that is read", async () => {
    for (const cohort of ["dicom", "zip"]) {
      const { notes } = await ask("cohort", "verify", at(cohort), "--series", "arterial*", "--json");
      const told = (name: string, series: string): string =>
        `${name}: its structures were made on series "${series}", and "Arterial" is read: look whether they fit`;
      const files = cohort === "zip" ? ["ball-1.zip", "ball-3.zip"] : ["ball-1/seg-b", "ball-3/rt"];
      assert.deepEqual(notes, [told(files[0], venousNames[0]), told(files[1], venousNames[2])]);
    }
    const { err } = await run(...train(at("zip"), at("arterial"), "--series", "Arterial"));
    assert.match(
      err,
      /ball-1.zip: its structures were made on series "Abdomen VENOUS 3.0", and "Arterial" is read/,
    );
  });

  it("holds archives in the layouts of case folders too", async () => {
    cpSync(at("zip"), at("kits"), { recursive: true });
    rmSync(at("kits", "ball-4.zip"));
    rmSync(at("kits", "ball-4.nii.gz"));
    cpSync(at("nifti", "ball-4_0000.nii.gz"), at("kits", "ball-4", "imaging.nii.gz"));
    cpSync(at("nifti", "ball-4.nii.gz"), at("kits", "ball-4", "segmentation.nii.gz"));
    writeFileSync(at("kits", "notes.zip"), "no archive");
    const { layout, cases } = await findCohort(at("kits"), undefined, undefined, {
      reading: { series: "*venous*" },
    });
    assert.equal(layout, "kits");
    assert.deepEqual(
      cases.map((each) => [each.case, each.image !== undefined, each.labels !== undefined]),
      [...seriesCases.map((name) => [name, true, true])],
    );
  });
});
