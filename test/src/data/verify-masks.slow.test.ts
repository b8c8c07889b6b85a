import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAffine } from "tumorlab/internal/core/affine";
import { createVolume } from "tumorlab/internal/core/grid";
import type { Affine, Vec3 } from "tumorlab/internal/core/types";
import { findSharedScans } from "tumorlab/internal/data/leakage/shared-scans";
import { scansOfMetadata } from "tumorlab/internal/data/split/report-scans";
import type { Finding } from "tumorlab/internal/data/verify/finding";
import { verifyCohort } from "tumorlab/internal/data/verify/verify";
import { writeVolume } from "tumorlab/internal/nifti/write";

/** A box from one voxel up to, not including, another. */
type Box = readonly [from: Vec3, to: Vec3];

const shape: Vec3 = [40, 24, 16];
const affine = createAffine([8, 8, 8], [-160, -96, 0]);
const mirrored: Affine = [-8, 0, 0, 152, 0, 8, 0, -96, 0, 0, 8, 0, 0, 0, 0, 1];

function paint(boxes: readonly (readonly [number, Box])[]): Uint8Array {
  const data = new Uint8Array(40 * 24 * 16);
  for (const [label, [from, to]] of boxes)
    for (let z = from[2]; z < to[2]; z++)
      for (let y = from[1]; y < to[1]; y++)
        for (let x = from[0]; x < to[0]; x++) data[x + 40 * (y + 24 * z)] = label;
  return data;
}

const box = (x: number, y: number, width = 5): Box => [
  [x, y, 4],
  [x + width, y + 5, 10],
];
// World x grows toward the patient's right, and so does x here.
const body: Readonly<Record<string, Box>> = {
  kidney_left: box(8, 2),
  kidney_right: box(27, 2),
  liver: box(25, 10, 8),
  spleen: box(4, 10),
};
const values: Readonly<Record<string, number>> = { kidney_left: 3, kidney_right: 4, liver: 5, spleen: 8 };

const told = (findings: readonly Finding[]): string[] =>
  findings.map(({ check, file }) => `${check} ${file.split("/").slice(1).join("/")}`).sort();

describe("verifyCohort, masks and sides", () => {
  let folder: string;
  let count = 0;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "verify-masks-"));
  });
  after(() => rm(folder, { recursive: true }));

  /** Writes a case of masks alone and verifies it. */
  async function verifyMasks(boxes: Readonly<Record<string, Box>>, affineOf = (_: string) => affine) {
    const cohort = join(folder, `masks-${count++}`);
    for (const [name, each] of Object.entries(boxes)) {
      const mask = createVolume(paint([[1, each]]), shape, { affine: affineOf(name) });
      await writeVolume(join(cohort, "case_1", "segmentations", `${name}.nii.gz`), mask);
    }
    return verifyCohort(cohort);
  }
  /** The same as one label map, in KiTS's or nnU-Net's way of keeping maps alone. */
  async function verifyMap(boxes: Readonly<Record<string, Box>>, as = affine) {
    const cohort = join(folder, `map-${count++}`);
    const data = paint(Object.entries(boxes).map(([name, each]) => [values[name], each]));
    await writeVolume(
      join(cohort, "case_1", "combined_labels.nii.gz"),
      createVolume(data, shape, { affine: as }),
    );
    return verifyCohort(cohort);
  }

  it("finds nothing in a body that lies right, as masks or as a map", async () => {
    assert.deepEqual(told((await verifyMasks(body)).findings), []);
    assert.deepEqual(told((await verifyMap(body)).findings), []);
  });

  it("tells overlaps of organs in ml and in which file, and lets a part lie in its whole", async () => {
    const lying = { ...body, pancreas: box(28, 10) };
    const { findings, errors } = await verifyMasks(lying);
    assert.deepEqual(told(findings), ["masks-overlap segmentations/pancreas.nii.gz"]);
    assert.equal(errors, 0);
    assert.match(findings[0].message, /shares 150 voxels, 76\.8 ml, with liver; .*liver\.nii\.gz/);
    const inside: Record<string, Box> = {
      ...body,
      liver_lesion: box(26, 11, 3),
      kidney_lesion: box(8, 2, 3),
    };
    inside.lung_left = [
      [4, 10, 11],
      [14, 20, 16],
    ];
    assert.deepEqual(told((await verifyMasks(inside)).findings), []);
    // A lobe has no label of its own here, but it may lie in its lung.
    const lobe = await verifyMasks({
      ...inside,
      lung_lower_lobe_left: [
        [4, 10, 11],
        [14, 20, 13],
      ],
    });
    assert.deepEqual(told(lobe.findings), ["unexpected-label segmentations/lung_lower_lobe_left.nii.gz"]);
    const foreign = await verifyMasks({ ...body, kidney_lesion: box(26, 11, 3) });
    assert.ok(told(foreign.findings).includes("lesion-outside-organ segmentations/kidney_lesion.nii.gz"));
    assert.ok(told(foreign.findings).some((each) => each.startsWith("masks-overlap")));
  });

  it("tells one mask under two names, but not two empty ones", async () => {
    const none: Box = [
      [0, 0, 0],
      [0, 0, 0],
    ];
    const { findings } = await verifyMasks({ ...body, pancreas: body.liver, colon: none, stomach: none });
    assert.deepEqual(told(findings), ["masks-identical segmentations/pancreas.nii.gz"]);
    assert.equal(findings[0].severity, "error");
  });

  it("tells left and right exchanged, of kidneys and of pairs the tables do not have", async () => {
    const swapped = { ...body, kidney_left: body.kidney_right, kidney_right: body.kidney_left };
    const masks = await verifyMasks(swapped);
    assert.deepEqual(told(masks.findings), ["sides-exchanged segmentations/kidney_left.nii.gz"]);
    assert.match(masks.findings[0].message, /kidney_right\.nii\.gz: kidney_left left of kidney_right/);
    assert.deepEqual(told((await verifyMap(swapped)).findings), ["sides-exchanged combined_labels.nii.gz"]);
    const hips = { ...body, "Left Hip": box(30, 18), "Right Hip": box(5, 18) };
    const found = told((await verifyMasks(hips)).findings).filter((each) => !each.startsWith("unexp"));
    assert.deepEqual(found, ["sides-exchanged segmentations/Left Hip.nii.gz"]);
  });

  it("tells a mirrored header once, and a lone organ on the wrong side as a warning", async () => {
    for (const { findings } of [await verifyMasks(body, () => mirrored), await verifyMap(body, mirrored)])
      assert.deepEqual(
        findings.map(({ check, severity }) => `${check} ${severity}`),
        ["mirrored error"],
      );
    for (const name of ["liver", "spleen"]) {
      assert.deepEqual(told((await verifyMap({ [name]: body[name] })).findings), []);
      const { findings } = await verifyMap({ [name]: body[name] }, mirrored);
      assert.deepEqual(
        findings.map(({ check, severity }) => `${check} ${severity}`),
        ["wrong-side warning"],
      );
    }
  });

  it("names the mask that is on another grid or cannot be read, whichever comes first", async () => {
    const off = createAffine([8, 8, 8], [-100, -96, 0]);
    const names = ["kidney_left", "spleen"];
    for (const name of names) {
      const { findings } = await verifyMasks(body, (each) => (each === name ? off : affine));
      assert.deepEqual(told(findings), [`affine segmentations/${name}.nii.gz`]);
    }
    const cohort = join(folder, "broken");
    await verifyMasks({ ...body, liver_lesion: box(26, 11, 3) });
    await cp(join(folder, `masks-${count - 1}`), cohort, { recursive: true });
    const masks = join(cohort, "case_1", "segmentations");
    await writeFile(join(masks, "liver.nii.gz"), "no scan");
    const half = Float32Array.from(paint([[1, body.spleen]]), (n) => n / 2);
    await writeVolume(join(masks, "spleen.nii.gz"), createVolume(half, shape, { affine }));
    assert.deepEqual(told((await verifyCohort(cohort)).findings), [
      "label-values segmentations/spleen.nii.gz",
      "unreadable segmentations/liver.nii.gz",
    ]);
  });

  it("checks a flat folder of labels alone with one note, and keeps PANORAMA's patients together", async () => {
    const flat = join(folder, "panorama");
    await mkdir(flat);
    for (const [k, name] of ["100001_00001", "100001_00002", "100002_00001"].entries()) {
      const data = paint([
        [4, box(10 + k, 4, 9)],
        [1, box(11, 5, 2 + k)],
      ]);
      await writeVolume(join(flat, `${name}.nii.gz`), createVolume(data, shape, { affine }));
    }
    const report = await verifyCohort(flat);
    assert.deepEqual([report.layout, report.findings], ["flat", []]);
    assert.match(report.labelsFrom, /panorama, a guess/);
    assert.equal(report.notes!.filter((note) => /no case has an image/.test(note)).length, 1);
    assert.deepEqual(
      report.cases.map(({ patient }) => patient),
      ["100001", "100001", "100002"],
    );
    assert.deepEqual(scansOfMetadata([{ case: "100001_00002", tumors: {} }]).scans[0].patient, "100001");

    const setOf = (name: string, cases: typeof report.cases) => ({
      name,
      scans: cases.map((each) => ({ scan: each.case, labels: each.labelFingerprint! })),
    });
    const shared = findSharedScans(setOf("a", report.cases), setOf("b", report.cases.slice(1, 2)));
    assert.deepEqual(
      shared.map(({ first, likeness }) => `${first.scan} ${likeness}`),
      ["100001_00002 same labels"],
    );
    // Saved again under another name, turned, numbered otherwise: still the same labels.
    const turned = paint([
      [2, box(10, 4, 9)],
      [7, box(11, 5, 2)],
    ]).reverse();
    await writeVolume(join(flat, "100003_00001.nii.gz"), createVolume(turned, shape, { affine }));
    const again = await verifyCohort(flat, { labels: { 1: "a", 2: "b", 4: "c", 7: "d" } });
    assert.deepEqual(
      again.findings.map(({ check, file }) => `${check} ${file}`),
      ["duplicate-scan 100003_00001.nii.gz"],
    );
  });

  it("pairs a flat folder with images in another, and names the image that was looked for", async () => {
    const images = join(folder, "images-apart");
    const flat = join(folder, "panorama");
    const ct = createVolume(
      Int16Array.from(paint([[1, box(5, 5)]]), (n, i) => (n ? 40 + (i % 7) : -1000)),
      shape,
      { affine },
    );
    for (const name of (await readdir(flat)).sort().slice(1))
      await writeVolume(join(images, name.replace(".nii", "_0000.nii")), ct);
    const { findings, notes } = await verifyCohort(flat, { images, headersOnly: true });
    assert.deepEqual(
      findings.map(({ check, file }) => `${check} ${file}`),
      ["missing-image ../images-apart/100001_00001_0000.nii.gz"],
    );
    assert.ok(!notes!.some((note) => /no case has an image/.test(note)));
  });

  it("names the path looked for in the ending that is in use", async () => {
    for (const [layout, image, label, wanted] of [
      ["nnunet", "imagesTr/a_0000.nii", "labelsTr/b.nii", ["imagesTr/b_0000.nii", "labelsTr/a.nii"]],
      ["nnunet", "imagesTr/a.nii.gz", "labelsTr/b.nii.gz", ["imagesTr/b.nii.gz", "labelsTr/a.nii.gz"]],
      ["kits", "a/imaging.nii", "b/segmentation.nii", ["b/imaging.nii", "a/segmentation.nii"]],
      [
        "abdomenatlas",
        "ct/a/ct.nii.gz",
        "label/b/combined_labels.nii.gz",
        ["ct/b/ct.nii.gz", "label/a/combined_labels.nii.gz"],
      ],
    ] as const) {
      const cohort = join(folder, `looked-${count++}`);
      await writeVolume(join(cohort, image), createVolume(new Int16Array(8), [2, 2, 2]));
      await writeVolume(join(cohort, label), createVolume(new Uint8Array(8).fill(1), [2, 2, 2]));
      const { findings } = await verifyCohort(cohort, { labels: { 1: "liver" }, layout, headersOnly: true });
      assert.deepEqual(findings.map(({ file }) => file).sort(), [...wanted].sort());
    }
  });
});
