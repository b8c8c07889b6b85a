import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "tumorlab/internal/cli/main";
import {
  createFolderPlan,
  type FolderPlanOptions,
} from "tumorlab/internal/experiment/plan/create-folder-plan";
import { estimatePlan } from "tumorlab/internal/experiment/plan/estimate-plan";
import { healthyScansOf, tumorScansOf } from "tumorlab/internal/experiment/plan/folder-scans";
import { hashPlan } from "tumorlab/internal/experiment/plan/plan";
import { openPhantomSource, type PhantomScan } from "tumorlab/internal/experiment/run/scans/phantom-source";
import { prepareExperimentScans } from "tumorlab/internal/experiment/run/scans/prepare-scans";
import { type PhantomOnDisk, writeAtlas } from "../phantom-folders.js";

const grid = { shape: [40, 28, 32], spacingMm: [10, 10, 10] } satisfies Pick<
  PhantomScan,
  "shape" | "spacingMm"
>;

/** The first patients of a hospital with a kidney tumor, then the first without any. */
function listPhantoms(hospital: string, tumors: number, healthy: number): PhantomOnDisk[] {
  const source = openPhantomSource({ hospital, seed: 1, patients: tumors, healthy }, grid, 1);
  const ill: PhantomOnDisk[] = [];
  for (const scan of source.listTumorScans("kidney")) {
    if (ill.length === tumors) break;
    ill.push({ scan, organ: "kidney" });
  }
  return [...ill, ...source.listHealthyScans("kidney").map((scan) => ({ scan }))];
}

describe("the plan of an experiment on folders", function () {
  this.timeout(120_000);
  const root = mkdtempSync(join(tmpdir(), "tumorlab-folder-plan-"));
  const place = (...parts: string[]): string => join(root, ...parts);
  const home = listPhantoms("reference", 8, 4);
  const nameOf = (at: number): string => home[at].scan.name;
  after(() => rmSync(root, { recursive: true, force: true }));
  before(async () => {
    await writeAtlas(place("home"), home);
    await writeAtlas(place("away"), listPhantoms("low-dose", 1, 1));
  });

  const plan = (changes: Partial<FolderPlanOptions> = {}) =>
    createFolderPlan("tiny", {
      scans: { folder: place("home") },
      ood: { folder: place("away") },
      ...changes,
    });
  /** A table of the folder with the patients of some rows changed. */
  const table = (name: string, patientOf: (row: string[], at: number) => string): string => {
    const [head, ...rows] = readFileSync(place("home", "metadata.csv"), "utf8").trim().split("\n");
    const changed = rows.map((row, at) => {
      const cells = row.split(",");
      return [cells[0], patientOf(cells, at), cells[2]].join(",");
    });
    writeFileSync(place(name), [head, ...changed].join("\n"));
    return place(name);
  };

  it("divides the patients, keeps what each scan shows, and gives the same plan again and with more threads", async () => {
    const { plan: found, notes } = await plan();
    assert.deepEqual(notes, []);
    const { cohort, tests } = found;
    const [id, ood] = tests;
    assert.equal(found.name, "home-tiny");
    assert.deepEqual(
      tests.map(({ name, distribution, folder }) => [name, distribution, folder]),
      [
        ["ID", "in", place("home")],
        ["OOD", "out", place("away")],
      ],
    );
    assert.equal(cohort.scans.length + id.scans.length, 12);
    assert.equal(id.scans.length, 2, "a fifth of twelve");
    const inBoth = cohort.scans.filter(({ patient }) => id.scans.some((scan) => scan.patient === patient));
    assert.deepEqual(inBoth, []);
    assert.equal(tumorScansOf(cohort, "kidney").length + tumorScansOf(id, "kidney").length, 8);
    for (const scan of cohort.scans) {
      assert.equal(
        scan.tumors.includes("kidney"),
        home.some((each) => each.scan.name === scan.name && each.organ),
      );
      assert.deepEqual(scan.shape, grid.shape);
      assert.match(scan.sha256, /^[0-9a-f]{64}$/);
    }
    assert.equal(ood.scans.length, 2);
    const again = await plan({ workers: 2 });
    assert.equal(hashPlan(again.plan), hashPlan(found));
    assert.notEqual(hashPlan((await plan({ seed: 1 })).plan), hashPlan(found), "others are held back");
    const { trials, scans, memoryMb } = estimatePlan(found);
    assert.equal(trials, 12);
    assert.equal(scans, 14);
    assert.ok(memoryMb > 200);
  });

  it("keeps the scans of a patient together and uses one of them", async () => {
    // The first three cases are one patient's, and so are the last healthy one and the fourth with a tumor.
    const metadata = table("patients.csv", ([, patient], at) =>
      at < 3 ? "Ann" : at === 3 || at === 11 ? "Bob" : patient,
    );
    const split = {
      training: ["Ann", "Bob", home[4].scan.patient, home[8].scan.patient],
      test: [home[5].scan.patient],
    };
    const { plan: found, notes } = await plan({
      scans: { folder: place("home"), metadata },
      split,
      sizes: [1, 3],
      organs: ["kidney"],
    });
    assert.deepEqual(
      tumorScansOf(found.cohort, "kidney").map(({ name }) => name),
      [nameOf(0), nameOf(3), nameOf(4)],
    );
    assert.deepEqual(
      healthyScansOf(found.cohort, "kidney").map(({ name }) => name),
      [nameOf(8)],
      "Bob has a tumor in another scan",
    );
    assert.match(notes.join(), /4 patients are left out, as the division has them in neither part/);
  });

  it("says that each case counts as a patient of its own where nothing tells whose it is, also as JSON", async () => {
    const folder = place("untold");
    cpSync(place("home"), folder, { recursive: true });
    rmSync(join(folder, "metadata.csv"));
    const { plan: found, notes } = await plan({ scans: { folder }, sizes: [1, 2] });
    assert.equal(notes.length, 1);
    assert.match(
      notes[0],
      /^\S+untold: Each case counts as a patient of its own: there is no table .*\(metadata\.csv, --metadata\)$/,
    );
    for (const { name, patient } of found.cohort.scans) assert.equal(patient, name);
    let [out, err] = ["", ""];
    const words = [
      "--scans",
      folder,
      "--sizes",
      "1,2",
      "--workers",
      "1",
      "--out",
      place("untold.json"),
      "--json",
    ];
    const code = await runCommandLine(["experiment", "plan", "--preset", "tiny", ...words], {
      out: (text: string) => void (out += text),
      err: (text: string) => void (err += text),
      isTerminal: false,
      signal: new AbortController().signal,
    });
    assert.equal(code, 0, err);
    assert.deepEqual((JSON.parse(out) as { notes: string[] }).notes, notes);
    assert.ok(err.includes(notes[0]));
  });

  it("says how many cases count alone where the folder's own table leaves some out or leaves their patient blank", async () => {
    const folder = place("half-told");
    cpSync(place("home"), folder, { recursive: true });
    const [head, ...rows] = readFileSync(place("home", "metadata.csv"), "utf8").trim().split("\n");
    const blank = rows[1].split(",").map((cell, at) => (at === 1 ? "" : cell));
    writeFileSync(join(folder, "metadata.csv"), [head, blank.join(","), ...rows.slice(4)].join("\n"));
    const { notes } = await plan({ scans: { folder }, sizes: [1, 2] });
    assert.equal(notes.length, 1);
    assert.match(
      notes[0],
      new RegExp(
        `Each of 4 of the 12 cases counts as .*metadata\\.csv does not say whose it is, such as ${nameOf(0)},`,
      ),
    );
  });

  it("refuses a table that was named and lacks scans that are used, and takes one that lacks only others", async () => {
    const [head, ...rows] = readFileSync(place("home", "metadata.csv"), "utf8").trim().split("\n");
    const metadata = place("short.csv");
    writeFileSync(metadata, [head, ...rows.slice(2)].join("\n"));
    const scans = { folder: place("home"), metadata };
    await assert.rejects(
      plan({ scans, sizes: [1, 2] }),
      new RegExp(
        `short\\.csv: found "no line for 2 of the 12 scans of \\S+home that are used: ${nameOf(0)}, ${nameOf(1)}".*Add the missing lines`,
      ),
    );
    const training = home.slice(2, 9).map(({ scan }) => scan.patient);
    // The sixth of them shows the tumor of the test.
    const test = training.splice(5, 1);
    const { notes } = await plan({ scans, sizes: [1, 2], split: { training, test } });
    assert.ok(notes.some((note) => /Each of 2 of the 12 cases/.test(note)));
    const away = readFileSync(place("away", "metadata.csv"), "utf8").trim().split("\n");
    writeFileSync(place("away.csv"), away.slice(0, 2).join("\n"));
    await assert.rejects(
      plan({ ood: { folder: place("away"), metadata: place("away.csv") } }),
      /away\.csv: found "no line for 1 of the 2 scans of/,
    );
    writeFileSync(place("head.csv"), `${head}\n`);
    await assert.rejects(
      plan({ scans: { folder: place("home"), metadata: place("head.csv") } }),
      /head\.csv: found \[\], expected cases of/,
    );
  });

  const refused: [string, () => Partial<FolderPlanOptions>, RegExp][] = [
    [
      "subsets larger than the cohort",
      () => ({ sizes: [2, 8] }),
      /home, patients with a tumor of the kidney: found "8, of whom \d are held back", expected at least 8 to train on.*--sizes.*kidney of 8 patients/,
    ],
    [
      "an organ without any tumor",
      () => ({ organs: ["liver"] }),
      /home, patients with a tumor of the liver: found 0, expected at least 4 to train on/,
    ],
    [
      "a test without a tumor",
      () => ({
        split: { training: home.slice(0, 11).map(({ scan }) => scan.patient), test: [home[11].scan.patient] },
      }),
      /home, patients with a tumor of the kidney to test on: found 0, expected at least 1/,
    ],
    [
      "no healthy organ",
      () => ({
        split: { training: home.slice(0, 7).map(({ scan }) => scan.patient), test: [home[7].scan.patient] },
      }),
      /home, patients with a healthy kidney to train on: found 0.*--arms real/,
    ],
    [
      "a patient that is not there",
      () => ({ split: { training: ["Nobody"], test: ["Someone"] } }),
      /home, patient of the division: found "Nobody", expected one of its 12 patients/,
    ],
    ["a share of all", () => ({ testShare: 1 }), /testShare: found 1/],
    [
      "an arm there is none of",
      () => ({ arms: ["dream"] }),
      /arms: found "dream", expected some of real, real\+synthetic/,
    ],
    ["an organ there is none of", () => ({ organs: ["brain" as never] }), /organs: found "brain"/],
    [
      "a table of other cases",
      () => ({ scans: { folder: place("home"), metadata: place("away", "metadata.csv") } }),
      /away.metadata\.csv: found \[.*\], expected cases of .*home, such as BDMAP_9/,
    ],
    [
      "a folder that is its own other hospital",
      () => ({ ood: { folder: join(place("home"), ".") } }),
      /folder out of distribution: found ".*home", expected another folder/,
    ],
    [
      "a folder that is not there",
      () => ({ ood: { folder: place("nowhere") } }),
      /nowhere: found "nothing there"/,
    ],
  ];
  for (const [what, changes, message] of refused)
    it(`refuses ${what}, in words`, async () => {
      await assert.rejects(
        plan(changes()),
        (error: Error) => message.test(error.message) || assert.fail(error.message),
      );
    });

  it("refuses a scan that is in both folders, unless a reason is given, which the plan keeps", async () => {
    cpSync(place("away"), place("mixed"), { recursive: true });
    cpSync(place("home", nameOf(2)), place("mixed", "BDMAP_00000001"), { recursive: true });
    const ood = { folder: place("mixed") };
    await assert.rejects(
      plan({ ood }),
      new RegExp(`out-of-distribution claim.*${nameOf(2)} and .*BDMAP_00000001: same voxels`),
    );
    const { plan: found } = await plan({ ood, acknowledgement: "a drill" });
    assert.equal(found.tests[1].acknowledgement, "a drill");
  });

  it("refuses a scan that is held back and trained on under two names", async () => {
    const folder = place("twice");
    cpSync(place("home"), folder, { recursive: true });
    cpSync(place("home", nameOf(0)), join(folder, "BDMAP_00000001"), { recursive: true });
    const training = home.slice(1).map(({ scan }) => scan.patient);
    const split = { training: [...training, "BDMAP_00000001"], test: [home[0].scan.patient] };
    await assert.rejects(
      plan({ scans: { folder }, split }),
      new RegExp(
        `twice, test in distribution: found "${nameOf(0)}, which is BDMAP_00000001 of the training: same voxels`,
      ),
    );
  });

  it("leaves out a scan that cannot be read, and says so", async () => {
    const folder = place("damaged");
    cpSync(place("home"), folder, { recursive: true });
    writeFileSync(join(folder, nameOf(1), "ct.nii.gz"), "no scan");
    mkdirSync(join(folder, "BDMAP_00000002"));
    cpSync(
      join(folder, nameOf(2), "combined_labels.nii.gz"),
      join(folder, "BDMAP_00000002", "combined_labels.nii.gz"),
    );
    const { plan: found, notes } = await plan({ scans: { folder }, sizes: [1, 2] });
    const names = [found.cohort, ...found.tests].flatMap(({ scans }) => scans.map(({ name }) => name));
    assert.ok(!names.includes(nameOf(1)) && names.includes(nameOf(2)));
    assert.equal(notes.length, 2);
    assert.match(notes[0], /BDMAP_00000002 is left out: no image or no labels/);
    assert.match(notes[1], new RegExp(`${nameOf(1)} is left out: .*ct\\.nii\\.gz`));
  });

  it("says before any training that tumors are lost at the training's spacing", async () => {
    const { plan: found } = await plan();
    const coarse = {
      ...found,
      recipe: { ...found.recipe, spacingMm: [150, 150, 150] as [number, number, number] },
    };
    await assert.rejects(
      prepareExperimentScans(coarse, place("scans"), ["kidney"], 1),
      /home, patients of the plan: found "\d whose scan shows a tumor of the kidney", expected at least 4\. .*finer voxels/,
    );
  });

  it("takes options of folders with a folder alone, and no two that say who is held back", async () => {
    const usages: [string[], RegExp][] = [
      [["--ood", place("away")], /--ood is for --scans/],
      [["--sizes", "1,2"], /--sizes is for --scans/],
      [["--acknowledge", "why not"], /--acknowledge is for --scans/],
      [["--scans", place("home"), "--ood-layout", "kits"], /--ood-layout is for --ood/],
      [["--scans", place("home"), "--layout", "heap"], /--layout: found "heap", expected abdomenatlas/],
      [["--scans", place("home"), "--sizes", "4,2"], /--sizes: found "4,2", expected rising whole numbers/],
      [["--scans", place("home"), "--organs", "brain"], /--organs: found "brain"/],
      [
        ["--scans", place("home"), "--split", "a.json", "--seed", "1"],
        /--split and --seed: expected one of them/,
      ],
      [["--scans", place("home"), "--test-share", "0"], /--test-share: found "0"/],
    ];
    for (const [words, message] of usages) {
      let err = "";
      const io = {
        out: () => undefined,
        err: (text: string) => void (err += text),
        isTerminal: false,
        signal: new AbortController().signal,
      };
      assert.equal(
        await runCommandLine(["experiment", "plan", "--preset", "tiny", ...words], io),
        2,
        words.join(" "),
      );
      assert.match(err, message);
    }
  });
});
