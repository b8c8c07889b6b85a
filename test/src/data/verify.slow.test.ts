import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAffine } from "tumorlab/internal/core/affine";
import { LabError } from "tumorlab/internal/core/errors";
import { createVolume } from "tumorlab/internal/core/grid";
import type { CheckName, Finding } from "tumorlab/internal/data/verify/finding";
import { verifyCohort } from "tumorlab/internal/data/verify/verify";
import { readVolume } from "tumorlab/internal/nifti/read";
import { writeVolume } from "tumorlab/internal/nifti/write";
import {
  onTinyGrid,
  paintBoxes,
  tinyAffine,
  tinyCt,
  tinyLesion,
  tinyOrgans,
  tinyShape,
  writeTinyCohort,
  writeTinyLabels,
} from "./tiny-cohort.js";

/** A fault, planted in the folder of a case, and what the message must show: both values and both files. */
interface Fault {
  check: CheckName;
  message: readonly RegExp[];
  plant: (folder: string) => Promise<void>;
}

const all = [...tinyOrgans, tinyLesion];
const at = (folder: string): string => join(folder, "combined_labels.nii.gz");
const rewriteLabels = async (folder: string, affine: readonly number[]): Promise<void> =>
  writeVolume(at(folder), createVolume(paintBoxes(all), tinyShape, { affine }));

const faults: readonly Fault[] = [
  {
    check: "missing-image",
    message: [/missing-image: BDMAP_00000001\/ct\.nii\.gz: not there/, /CASE\/ct\.nii\.gz/],
    plant: (folder) => rm(join(folder, "ct.nii.gz")),
  },
  {
    check: "missing-label",
    message: [/BDMAP_00000002\/combined_labels\.nii\.gz: not there/, /CASE\/combined_labels\.nii\.gz/],
    async plant(folder) {
      await rm(at(folder));
      await rm(join(folder, "segmentations"), { recursive: true });
    },
  },
  {
    check: "unreadable",
    message: [/ct\.nii\.gz: /, /rule for files: /],
    plant: (folder) => truncate(join(folder, "ct.nii.gz"), 2000),
  },
  {
    check: "shape",
    message: [/combined_labels\.nii\.gz: 24 x 20 x 11;/, /ct\.nii\.gz: 24 x 20 x 12/],
    async plant(folder) {
      const data = paintBoxes(all).slice(0, 24 * 20 * 11);
      await writeVolume(at(folder), createVolume(data, [24, 20, 11], { affine: tinyAffine }));
    },
  },
  {
    check: "spacing",
    message: [/combined_labels\.nii\.gz: 1\.5 x 1\.5 x 2 mm;/, /ct\.nii\.gz: 1\.5 x 1\.5 x 3 mm/],
    plant: (folder) => rewriteLabels(folder, createAffine([1.5, 1.5, 2], [-18, -15, 100])),
  },
  {
    check: "affine",
    message: [/combined_labels\.nii\.gz: \[1\.5 0 0 12 /, /ct\.nii\.gz: \[1\.5 0 0 -18 /, /30 mm apart/],
    plant: (folder) => rewriteLabels(folder, createAffine([1.5, 1.5, 3], [12, -15, 100])),
  },
  {
    check: "orientation",
    message: [/combined_labels\.nii\.gz: LAS;/, /ct\.nii\.gz: RAS/],
    plant: (folder) => rewriteLabels(folder, [-1.5, 0, 0, 16.5, 0, 1.5, 0, -15, 0, 0, 3, 100, 0, 0, 0, 1]),
  },
  {
    check: "unexpected-label",
    message: [
      /label 99 in 3 voxels, the first at voxel \[4, 4, 3\]/,
      /label map abdomenatlas: the 32 labels from 1 to 32/,
    ],
    async plant(folder) {
      const stray = { label: 99, from: [4, 4, 3], to: [7, 5, 4] } as const;
      await writeVolume(at(folder), onTinyGrid(paintBoxes([...all, stray])));
    },
  },
  {
    check: "not-finite",
    message: [
      /ct\.nii\.gz: 2 voxels that are NaN or infinite, the first at voxel \[5, 0, 0\]/,
      /finite numbers only/,
    ],
    async plant(folder) {
      const { data } = await readVolume(join(folder, "ct.nii.gz"));
      const damaged = Float32Array.from(data);
      damaged[5] = NaN;
      damaged[100] = Infinity;
      await writeVolume(join(folder, "ct.nii.gz"), onTinyGrid(damaged));
    },
  },
  {
    check: "empty-tumor",
    message: [/combined_labels\.nii\.gz: 0 lesions of the liver/, /metadata\.csv: liver tumor: yes/],
    plant: (folder) => writeTinyLabels(folder, tinyOrgans),
  },
  {
    check: "tiny-lesion",
    message: [/liver_lesion of 4 voxels at voxel \[11, 11, 8\]/, /least size of a lesion: 10 voxels/],
    plant: (folder) => writeTinyLabels(folder, [...all, { label: 27, from: [11, 11, 8], to: [13, 13, 9] }]),
  },
  {
    check: "lesion-outside-organ",
    message: [
      /liver_lesion of 24 voxels at voxel \[21, 16, 3\] with no liver near it/,
      /label 5 \(liver\) within 5 mm/,
    ],
    plant: (folder) => writeTinyLabels(folder, [...all, { label: 27, from: [20, 15, 1], to: [22, 18, 5] }]),
  },
];

const namesOf = (count: number): string[] =>
  Array.from({ length: count }, (_, k) => `BDMAP_${String(k + 1).padStart(8, "0")}`);
const short = (findings: readonly Finding[]): string[] =>
  findings.map(({ case: name, check }) => `${name} ${check}`).sort();

describe("verifyCohort", () => {
  const names = namesOf(faults.length);
  let folder: string;
  let clean: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "verify-"));
    clean = join(folder, "clean");
    await writeTinyCohort(clean, names);
  });
  after(() => rm(folder, { recursive: true }));

  /** A copy of the clean cohort's first case alone, to be damaged. */
  async function copyOne(name: string): Promise<string> {
    const copy = join(folder, name);
    await cp(join(clean, names[0]), join(copy, "case_1"), { recursive: true });
    return copy;
  }

  it("finds nothing in a clean cohort, and says what it holds", async () => {
    const report = await verifyCohort(clean);
    assert.deepEqual(report.findings, []);
    assert.deepEqual([report.errors, report.warnings, report.layout], [0, 0, "abdomenatlas"]);
    assert.deepEqual(
      report.cases.map((each) => each.case),
      names,
    );
    const [first, second, third] = report.cases;
    assert.deepEqual([first.shape, first.spacingMm, first.orientation], [tinyShape, [1.5, 1.5, 3], "RAS"]);
    assert.deepEqual([first.patient, second.patient, third.patient], ["P1", "P1", "P2"]);
    assert.equal(first.lesions!.length, 1);
    assert.deepEqual([first.lesions![0].organ, first.lesions![0].voxels], ["liver", 36]);
    assert.ok(Math.abs(first.lesions![0].volumeMl - 36 * 0.00675) < 1e-12);
  });

  it("finds each of 12 planted faults and nothing else, with both values and both files", async () => {
    const copy = join(folder, "damaged");
    await cp(clean, copy, { recursive: true });
    for (const [k, fault] of faults.entries()) await fault.plant(join(copy, names[k]));
    const report = await verifyCohort(copy);
    assert.equal(faults.length, 12);
    assert.deepEqual(short(report.findings), faults.map(({ check }, k) => `${names[k]} ${check}`).sort());
    for (const [k, { message }] of faults.entries()) {
      const finding = report.findings.find((each) => each.case === names[k])!;
      for (const pattern of message) assert.match(finding.message, pattern);
      assert.ok(finding.message.includes(finding.file) && finding.message.includes(finding.against));
      assert.ok(finding.message.includes(finding.found) && finding.message.includes(finding.expected));
    }
    assert.deepEqual([report.errors, report.warnings], [11, 1]);
    // The same report from threads, whatever finishes first.
    assert.deepEqual(await verifyCohort(copy, { workers: 3 }), report);
  });

  const further: readonly Fault[] = [
    {
      check: "label-values",
      message: [/5\.5 at voxel \[3, 3, 2\]/, /whole numbers/],
      async plant(here) {
        const data = Float32Array.from(paintBoxes(all), (label) => (label === 5 ? 5.5 : label));
        await writeVolume(at(here), onTinyGrid(data));
      },
    },
    {
      check: "masks-disagree",
      message: [
        /liver_lesion\.nii\.gz: 12 voxels, 0 of them background in the map/,
        /label 27 in 36 voxels, 24 of them not/,
      ],
      async plant(here) {
        const part = { ...tinyLesion, to: [10, 9, 5] } as const;
        await writeVolume(
          join(here, "segmentations", "liver_lesion.nii.gz"),
          onTinyGrid(paintBoxes([part], 1)),
        );
      },
    },
    {
      check: "unexpected-label",
      message: [/segmentations\/wings\.nii\.gz: mask wings/, /label map abdomenatlas/],
      plant: (here) =>
        writeVolume(join(here, "segmentations", "wings.nii.gz"), onTinyGrid(paintBoxes([], 1))),
    },
    {
      check: "constant",
      message: [/-1000 in every voxel/, /a picture/],
      plant: (here) => writeVolume(join(here, "ct.nii.gz"), onTinyGrid(new Int16Array(5760).fill(-1000))),
    },
    {
      check: "not-hu",
      message: [/24 to \d+/, /air and fat lie below 0/],
      async plant(here) {
        const ct = tinyCt(1);
        await writeVolume(join(here, "ct.nii.gz"), onTinyGrid(ct.data.map((hu) => hu + 1024)));
      },
    },
    {
      check: "empty-label",
      message: [/background only/, /the 32 labels/],
      async plant(here) {
        await writeVolume(at(here), onTinyGrid(paintBoxes([])));
        await rm(join(here, "segmentations"), { recursive: true });
      },
    },
    {
      check: "unreadable",
      message: [/segmentations\/liver\.nii\.gz/],
      plant: (here) => writeFile(join(here, "segmentations", "liver.nii.gz"), "not a scan"),
    },
    {
      check: "dimensions",
      message: [/ct\.nii: shape 24 x 20 x 6 x 2/, /one 3D volume/],
      async plant(here) {
        const path = join(here, "ct.nii");
        await writeVolume(path, tinyCt(1));
        const bytes = await readFile(path);
        [4, 24, 20, 6, 2].forEach((n, k) => bytes.writeInt16LE(n, 40 + 2 * k));
        await writeFile(path, bytes);
        await rm(join(here, "ct.nii.gz"));
      },
    },
  ];
  for (const { check, message, plant } of further)
    it(`tells of ${check}: ${message[0].source}`, async () => {
      const copy = await copyOne(`further-${check}-${message[0].source.length}`);
      await plant(join(copy, "case_1"));
      const { findings } = await verifyCohort(copy);
      assert.deepEqual(short(findings), [`case_1 ${check}`]);
      for (const pattern of message) assert.match(findings[0].message, pattern);
    });

  it("tells of cases that metadata list and the folder lacks, tumors they deny, and a scan that is there twice", async () => {
    const copy = await copyOne("spoken-of");
    await cp(join(copy, "case_1"), join(copy, "case_2"), { recursive: true });
    await writeFile(join(folder, "table.csv"), "case,tumor\ncase_1,no\ncase_2,\ncase_3,yes\n");
    const { findings } = await verifyCohort(copy, { metadata: join(folder, "table.csv") });
    assert.deepEqual(short(findings), [
      "case_1 unexpected-tumor",
      "case_2 duplicate-scan",
      "case_3 missing-case",
    ]);
    assert.match(
      findings.find(({ check }) => check === "unexpected-tumor")!.message,
      /1 lesions; table\.csv: tumor: no/,
    );
    assert.match(
      findings.find(({ check }) => check === "duplicate-scan")!.message,
      /case_2\/ct\.nii\.gz: fingerprint \w+; case_1\/ct/,
    );
  });

  it("reads masks alone where there is no combined map, and images and labels in two folders", async () => {
    const apart = join(folder, "apart");
    await cp(join(clean, names[0]), join(apart, "ct", names[0]), { recursive: true });
    const [image, label] = [join(apart, "ct", names[0]), join(apart, "label", names[0])];
    await mkdir(label, { recursive: true });
    await rename(join(image, "segmentations"), join(label, "segmentations"));
    await rm(join(image, "combined_labels.nii.gz"));
    const report = await verifyCohort(apart);
    assert.deepEqual(report.findings, []);
    assert.deepEqual(
      report.cases[0].lesions!.map(({ organ, voxels }) => [organ, voxels]),
      [["liver", 36]],
    );
  });

  it("reads nnU-Net and Decathlon folders with their dataset.json, and counts their cases", async () => {
    const nnunet = join(folder, "nnunet");
    const map = onTinyGrid(paintBoxes(all).map((label) => ({ 5: 1, 27: 2 })[label] ?? 0));
    for (const [k, name] of ["liver_0", "liver_1_0000"].entries()) {
      await writeVolume(join(nnunet, "imagesTr", `${name}.nii.gz`), tinyCt(k + 1));
      await writeVolume(join(nnunet, "labelsTr", `liver_${k}.nii.gz`), map);
    }
    await writeVolume(join(nnunet, "imagesTr", "liver_1_0001.nii.gz"), tinyCt(9));
    const dataset = { labels: { 0: "background", 1: "liver", 2: "cancer" }, numTraining: 3 };
    await writeFile(join(nnunet, "dataset.json"), JSON.stringify(dataset));
    const report = await verifyCohort(nnunet);
    assert.deepEqual([report.layout, report.labelsFrom], ["nnunet", "dataset.json"]);
    assert.deepEqual(short(report.findings), ["all cases missing-case", "liver_1 not-ct"]);
    assert.match(report.findings[0].message, /2 cases with image and labels; dataset\.json: 3/);
    assert.equal(report.cases[1].lesions![0].organ, "liver");
    await rm(join(nnunet, "dataset.json"));
    await assert.rejects(
      verifyCohort(nnunet),
      (error) => error instanceof LabError && error.found === '"no dataset.json"',
    );
    const labels = { 1: "liver", 2: "liver_tumor" };
    const again = await verifyCohort(nnunet, { labels });
    assert.deepEqual(short(again.findings), ["liver_1 not-ct"]);
  });

  it("reads KiTS folders, and takes a cyst for no tumor", async () => {
    const kits = join(folder, "kits", "case_00000");
    const boxes = [
      { ...tinyOrgans[0], label: 1 },
      { ...tinyLesion, label: 3 },
    ];
    await writeVolume(join(kits, "imaging.nii.gz"), tinyCt(1));
    await writeVolume(join(kits, "segmentation.nii.gz"), onTinyGrid(paintBoxes(boxes)));
    const report = await verifyCohort(join(folder, "kits"));
    assert.deepEqual([report.layout, report.labelsFrom, report.findings], ["kits", "label map kits", []]);
    assert.deepEqual(report.cases[0].lesions, []);
  });

  it("looks at headers alone when asked", async () => {
    const copy = join(folder, "headers");
    await cp(join(clean, names[0]), join(copy, names[0]), { recursive: true });
    await faults.find(({ check }) => check === "tiny-lesion")!.plant(join(copy, names[0]));
    const quick = await verifyCohort(copy, { headersOnly: true });
    assert.deepEqual(
      [quick.findings, quick.cases[0].fingerprint, quick.cases[0].lesions],
      [[], undefined, undefined],
    );
    assert.equal((await verifyCohort(copy)).findings.length, 1);
    assert.deepEqual((await verifyCohort(copy, { minLesionVoxels: 4 })).findings, []);
  });

  it("tells how far it is, and stops when aborted, with and without threads", async () => {
    for (const workers of [1, 2]) {
      const controller = new AbortController();
      const seen: number[] = [];
      const progress = ({ done, total }: { done: number; total?: number }): void => {
        assert.equal(total, names.length);
        seen.push(done);
        if (done === 2) controller.abort(new Error("enough"));
      };
      await assert.rejects(verifyCohort(clean, { workers, progress, signal: controller.signal }), /enough/);
      assert.ok(seen.length >= 2 && seen.length < names.length);
    }
  });

  it("refuses a folder that is no cohort, and options out of range", async () => {
    await mkdir(join(folder, "empty"), { recursive: true });
    assert.deepEqual(await readdir(join(folder, "empty")), []);
    const refuse = (promise: Promise<unknown>, input: RegExp, expected: RegExp): Promise<void> =>
      assert.rejects(promise, (error) => {
        assert.ok(error instanceof LabError);
        assert.match(error.input, input);
        assert.match(error.expected, expected);
        return true;
      });
    await refuse(verifyCohort(join(folder, "nowhere")), /nowhere/, /folder of a cohort/);
    await refuse(verifyCohort(join(folder, "empty")), /empty/, /imagesTr\/CASE_0000/);
    await refuse(verifyCohort(join(folder, "empty"), { layout: "kits" }), /empty/, /imaging\.nii\.gz/);
    await refuse(verifyCohort(clean, { workers: 0 }), /workers/, /from 1/);
    await refuse(verifyCohort(clean, { organGapMm: -1 }), /organGapMm/, /from 0/);
    await refuse(verifyCohort(clean, { layout: "bids" as "kits" }), /layout/, /abdomenatlas, nnunet, kits/);
  });
});
