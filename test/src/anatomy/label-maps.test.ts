import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readClassesFile } from "tumorlab/internal/anatomy/classes-file";
import { openLabelMap, parseLabels } from "tumorlab/internal/anatomy/label-maps";
import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import { parseLabelValue } from "tumorlab/internal/core/label-value";
import { readDataset } from "tumorlab/internal/data/layouts";
import { verifyCohort } from "tumorlab/internal/data/verify/verify";
import { evaluateCase } from "tumorlab/internal/metrics/evaluate";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { run } from "../cli/run.js";

/** What JavaScript reads as a number and is no label value as people write it. */
const odd = [
  "0x1",
  "0b1",
  "0o7",
  "1e0",
  " 1 ",
  "1 ",
  "+1",
  "-1",
  "01",
  "1.0",
  "1_0",
  "",
  " ",
  "Infinity",
  "65536",
  "1n",
  "\u0661",
];

describe("label values", () => {
  let root: string;
  before(() => (root = mkdtempSync(join(tmpdir(), "label-values-"))));
  after(() => rmSync(root, { recursive: true, force: true }));
  const write = (name: string, content: unknown): string => {
    const path = join(root, name);
    writeFileSync(path, JSON.stringify(content));
    return path;
  };

  it("are plain decimal whole numbers", () => {
    for (const text of ["0", "1", "9", "10", "255", "65535"])
      assert.equal(parseLabelValue(text), Number(text));
    for (const text of odd) assert.ok(Number.isNaN(parseLabelValue(text)), text);
  });

  const readers: [string, (labels: object) => Promise<Readonly<Record<number, string>>>][] = [
    ["a label map", async (labels) => (await openLabelMap(write("map.json", labels))).labels],
    [
      "a label map with a title",
      async (labels) => (await openLabelMap(write("map.json", { title: "t", labels }))).labels,
    ],
    [
      "dataset.json",
      async (labels) => (write("dataset.json", { labels }), (await readDataset(root))!.labels),
    ],
    [
      "classes.json",
      async (labels) => (
        write("classes.json", { format: "tumorlab-classes", labels }),
        (await readClassesFile(root))!.labels
      ),
    ],
  ];
  for (const [reader, read] of readers)
    it(`are read by one rule from ${reader}`, async () => {
      assert.deepEqual(await read({ 0: "background", 1: "liver", 10: "spleen" }), {
        1: "liver",
        10: "spleen",
      });
      assert.deepEqual(await read({ background: 0, liver: 1, "0x1": 2 }), { 1: "liver", 2: "0x1" });
      for (const key of odd)
        await assert.rejects(read({ 7: "liver", [key]: "tumor" }), (error: Error) => {
          assert.match(
            error.message,
            /\.json, label ".*found "tumor", expected a whole number from 0 to 65535 in plain digits/,
          );
          assert.ok(error.message.includes(`label ${JSON.stringify(key)}:`), error.message);
          return true;
        });
      for (const value of [1.5, -1, 65536, null, "1", {}])
        await assert.rejects(read({ liver: value }), /label "liver": found .*plain digits/);
      await assert.rejects(
        read({ liver: [1, 2] }),
        /label "liver": found \[1, 2\].*Regions made of several labels/,
      );
      await assert.rejects(
        read({ 3: "liver", tumor: 3 }),
        /label 3: found "tumor", expected one name \(it already is liver\)/,
      );
    });

  it("are refused likewise on command lines and in calls", async () => {
    assert.deepEqual(parseLabels("1=liver, 2=tumor"), { 1: "liver", 2: "tumor" });
    for (const text of ["0x1=liver", "1e0=liver", "01=liver", "0=liver"])
      assert.throws(() => parseLabels(text), /labels: found .*a value from 1 to 65535/);
    const map = createVolume(new Uint8Array(8).fill(1), [2, 2, 2]);
    assert.throws(() => toLabelMap(map, { "0x1": "liver" } as never), /names: found "0x1".*plain digits/);
    const labels = { "1e0": "liver" } as never;
    assert.throws(() => evaluateCase(map, map, { labels }), /labels: found "1e0", expected whole numbers/);
  });

  it("stop the commands that read them, with the file and the entry", async () => {
    const folder = join(root, "set");
    for (const part of ["imagesTr", "labelsTr"]) mkdirSync(join(folder, part), { recursive: true });
    const map = createVolume(new Uint8Array(8).fill(1), [2, 2, 2]);
    await writeVolume(join(folder, "labelsTr", "a.nii.gz"), map);
    writeFileSync(
      join(folder, "dataset.json"),
      JSON.stringify({ labels: { background: 0, " 1 ": "liver" } }),
    );
    await assert.rejects(verifyCohort(folder), /dataset\.json, label " 1 ": found "liver"/);
    const odd = write("odd.json", { "1e0": "liver" });
    const file = join(folder, "labelsTr", "a.nii.gz");
    for (const option of ["--label-map", "--reference-labels"]) {
      const { code, err } = await run("evaluate", "--reference", file, "--prediction", file, option, odd);
      assert.equal(code, 1);
      assert.match(err, /odd\.json, label "1e0": found "liver"/);
    }
  });
});
