import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isCtName } from "tumorlab/internal/data/verify/check-modality";
import { verifyCohort } from "tumorlab/internal/data/verify/verify";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { onTinyGrid, paintBoxes, tinyCt, tinyOrgans } from "./tiny-cohort.js";

describe("verifyCohort, of headers and channels", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tumorlab-headers-"));
    await writeVolume(join(folder, "imagesTr", "a_0000.nii"), tinyCt(1));
    await writeVolume(join(folder, "labelsTr", "a.nii"), onTinyGrid(paintBoxes(tinyOrgans)));
    await describeSet({ channel_names: { 0: "CT" } });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const describeSet = (more: object) =>
    writeFile(
      join(folder, "dataset.json"),
      JSON.stringify({ labels: { background: 0, liver: 5, pancreas: 6 }, ...more }),
    );
  const findings = async () =>
    (await verifyCohort(folder)).findings.map(({ check, severity, file, found }) => ({
      check,
      severity,
      file,
      found,
    }));
  const edit = async (name: string, change: (bytes: Buffer) => void): Promise<void> => {
    const bytes = await readFile(join(folder, name));
    change(bytes);
    await writeFile(join(folder, name), bytes);
  };

  it("finds nothing in a CT with one channel, whatever the words for it", async () => {
    assert.deepEqual(await findings(), []);
    await describeSet({ modality: { 0: "CT" } });
    assert.deepEqual(await findings(), []);
    await describeSet({});
    assert.deepEqual(await findings(), []);
  });

  it("tells sets that are no CT, or have several channels", async () => {
    for (const more of [
      { modality: { 0: "MRI" } },
      { channel_names: { 0: "T2" } },
      { modality: "PET" },
      { channel_names: { 0: "CT", 1: "PET" } },
    ]) {
      await describeSet(more);
      const [finding, ...others] = await findings();
      assert.deepEqual([finding.check, finding.severity, others], ["not-ct", "warning", []]);
    }
    await describeSet({ channel_names: { 0: "CT" } });
    await writeVolume(join(folder, "imagesTr", "a_0001.nii"), tinyCt(2));
    assert.deepEqual(await findings(), [
      { check: "not-ct", severity: "warning", file: "imagesTr/a_0001.nii", found: "2 channels" },
    ]);
  });

  it("knows names of CT from others", () => {
    for (const name of [
      "CT",
      "ct",
      "CT_venous",
      "Computed Tomography",
      "CTA",
      "CBCT",
      "noncontrast CT",
      "HU",
    ])
      assert.equal(isCtName(name), true, name);
    for (const name of [
      "MRI",
      "MR",
      "T1w",
      "T2",
      "flair",
      "ADC",
      "PET",
      "PET/CT",
      "SUV",
      "CT-PET",
      "US",
      "0",
      "",
    ])
      assert.equal(isCtName(name), false, name);
  });

  it("tells a header that does not say how its grid lies, and one that says it twice", async () => {
    for (const name of ["imagesTr/a_0000.nii", "labelsTr/a.nii"])
      await edit(name, (bytes) => {
        bytes.writeInt16LE(0, 252);
        bytes.writeInt16LE(0, 254);
      });
    assert.deepEqual(
      (await findings())
        .filter(({ check }) => check === "no-orientation")
        .map(({ severity, file }) => [severity, file]),
      [
        ["warning", "imagesTr/a_0000.nii"],
        ["warning", "labelsTr/a.nii"],
      ],
    );
    await edit("imagesTr/a_0000.nii", (bytes) => {
      bytes.writeInt16LE(1, 252);
      bytes.writeInt16LE(1, 254);
      bytes.writeFloatLE(bytes.readFloatLE(268) + 4, 268);
    });
    const told = (await findings()).find(({ check }) => check === "forms-disagree");
    assert.deepEqual([told?.severity, told?.file], ["warning", "imagesTr/a_0000.nii"]);
    assert.match(told!.found, /up to 4 mm apart/);
  });

  it("counts padding as a note, neither error nor warning", async () => {
    await mkdir(folder, { recursive: true });
    const data = tinyCt(1).data.map((hu, i) => (i % 24 === 0 ? -3024 : hu));
    await writeVolume(join(folder, "imagesTr", "a_0000.nii"), onTinyGrid(data));
    const { errors, warnings, findings: all } = await verifyCohort(folder);
    assert.deepEqual(
      [errors, warnings, all.map(({ check, severity }) => [check, severity])],
      [0, 0, [["padded", "note"]]],
    );
  });
});
