import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { toLabelMap } from "tumorlab/internal/core/grid";
import { findCaseFiles } from "tumorlab/internal/data/case-files";
import { readCaseLabels } from "tumorlab/internal/data/combine-masks";
import { hashScanFiles } from "tumorlab/internal/data/hash-scan";
import { findCohortScheme } from "tumorlab/internal/data/label-scheme";
import { findCohort, placeOfFile } from "tumorlab/internal/data/layouts";
import { readLabelsAs } from "tumorlab/internal/data/named-labels";
import { findScanFiles } from "tumorlab/internal/data/scan-files";
import { readVolume } from "tumorlab/internal/formats/read";
import { writeVolume } from "tumorlab/internal/formats/write";
import type { LesionCaseRecord } from "tumorlab/internal/synthesis/synthetic-case";
import { findLabelledScans } from "tumorlab/internal/training/cohort-scan";
import { run } from "../cli/run";
import { makeSlice } from "../dicom/make-dicom";
import { makeSeg, makeStructureSet } from "../dicom/make-structures";
import { makeZip } from "../dicom/make-zip";

describe("a cohort of DICOM folders", () => {
  let root: string;
  before(() => (root = mkdtempSync(path.join(tmpdir(), "dicom-cohort-"))));
  after(() => rmSync(root, { recursive: true, force: true }));
  const at = (...names: string[]): string => path.join(root, ...names);
  const addSlices = (folder: string, uid: string): void => {
    mkdirSync(folder, { recursive: true });
    for (const z of [0, 1, 2])
      writeFileSync(
        path.join(folder, `slice${z}`),
        makeSlice({
          position: [0, 0, 3 * z],
          pixel: (x, y) => 10 * z + x * y - 40,
          uid: `${uid}.${z}`,
          series: uid,
        }),
      );
  };
  const seg = (series: string, names: readonly string[]): Buffer =>
    makeSeg({
      series,
      segments: names.map((name, k) => ({ number: k + 1, name })),
      frames: names.map((_, k) => ({ position: [0, 0, 3], segment: k + 1, pixel: (x) => Number(x === k) })),
    });

  it("has slices as images, and a mask, a SEG or an RTSTRUCT in or beside them as labels", async () => {
    addSlices(at("flat", "a"), "1.1");
    writeFileSync(at("flat", "a", "seg"), seg("1.1", ["liver", "liver tumor"]));
    addSlices(at("flat", "b", "study", "ct"), "1.2");
    mkdirSync(at("flat", "b", "study", "rt"));
    const square = [
      [1, 1, 3],
      [7, 1, 3],
      [7, 5, 3],
      [1, 5, 3],
    ];
    const set = makeStructureSet([{ number: 7, name: "Liver", contours: [{ points: square }] }], {
      series: "1.2",
    });
    writeFileSync(at("flat", "b", "study", "rt", "x.dcm"), set);
    addSlices(at("flat", "c"), "1.3");
    writeFileSync(at("flat", "c_seg.dcm"), seg("1.3", ["spleen", "Liver_Tumor", "liver"]));
    addSlices(at("flat", "d"), "1.4");
    const { rescale: _, ...grid } = await readVolume(at("flat", "d"));
    await writeVolume(at("flat", "d.nii.gz"), { ...grid, data: new Uint8Array(72).fill(1, 30, 40) });
    mkdirSync(at("flat", "notes"));
    writeFileSync(at("flat", "notes", "x.txt"), "no DICOM");

    const cohort = await findCohort(at("flat"));
    assert.equal(cohort.layout, "flat");
    assert.deepEqual(
      cohort.cases.map((each) => [each.case, each.image, each.labels]),
      [
        ["a", at("flat", "a"), at("flat", "a", "seg")],
        ["b", at("flat", "b"), at("flat", "b", "study", "rt", "x.dcm")],
        ["c", at("flat", "c"), at("flat", "c_seg.dcm")],
        ["d", at("flat", "d"), at("flat", "d.nii.gz")],
      ],
    );
    assert.match(placeOfFile(cohort, "e", "labels"), /e\.nii\.gz$/);
    assert.deepEqual(
      (await findScanFiles(at("flat"))).map(({ path: each }) => each),
      cohort.cases.map(({ image }) => image),
    );
    assert.deepEqual([...(await findCaseFiles(at("flat"))).keys()], ["a", "b", "c", "d"]);
    assert.equal((await hashScanFiles({ image: at("flat", "a") })).length, 64);
    assert.notEqual(
      await hashScanFiles({ image: at("flat", "a") }),
      await hashScanFiles({ image: at("flat", "b") }),
    );
  });

  it("gives structures one value in all cases, whatever number each file has for them", async () => {
    const cohort = await findCohort(at("flat"));
    const scheme = await findCohortScheme({ ...cohort, cases: cohort.cases.slice(0, 3) });
    const valueOf = (name: string): number =>
      Number(
        Object.keys(scheme.names).find(
          (value) =>
            /^(\d+)$/.test(value) && scheme.names[Number(value)].toLowerCase().replace("_", " ") === name,
        ),
      );
    assert.deepEqual([valueOf("liver"), valueOf("spleen"), valueOf("liver tumor")], [5, 8, 27]);
    const values = await Promise.all(
      cohort.cases.slice(0, 3).map(async ({ labels }) => {
        const map = await readCaseLabels({ name: "x", path: labels! }, scheme.names);
        assert.deepEqual(map.shape, [6, 4, 3]);
        return [...map.data.subarray(24, 27)];
      }),
    );
    assert.deepEqual(values[0], [5, 27, 0]);
    assert.deepEqual(values[2], [8, 27, 5]);
    const rt = await readCaseLabels({ name: "b", path: cohort.cases[1].labels! }, scheme.names);
    assert.deepEqual([...rt.data.subarray(24 + 6, 24 + 12)], [0, 5, 5, 5, 5, 0]);
    // Structures that are not asked for are left out; where none is, that is an error.
    const liver = await readLabelsAs(cohort.cases[2].labels!, { 3: "liver" });
    assert.deepEqual([...liver.data.subarray(24, 27)], [0, 0, 3]);
    await assert.rejects(
      readLabelsAs(cohort.cases[2].labels!, { 1: "colon" }),
      /found "spleen, Liver_Tumor, liver", expected one of colon/,
    );
  });

  it("is refused where a folder holds several sets of structures", async () => {
    addSlices(at("twice", "a"), "2.1");
    for (const name of ["x", "y"]) writeFileSync(at("twice", "a", name), seg("2.1", ["liver"]));
    const told = /2 sets of structures", expected one DICOM SEG or RTSTRUCT .* of "x" in x, "y" in y/;
    await assert.rejects(findCaseFiles(at("twice")), told);
    await assert.rejects(findLabelledScans(at("twice")), told);
    const [{ image, labels, undecided }] = (await findCohort(at("twice"))).cases;
    assert.deepEqual([image, labels, undecided?.path], [at("twice", "a"), undefined, at("twice", "a")]);
    const { code, out } = await run("cohort", "verify", at("twice"));
    assert.match(out, /a: unreadable: a: 2 sets of structures; rule for files: one DICOM SEG/);
    assert.doesNotMatch(out, /missing-label/);
    assert.equal(code, 1);
  });

  it("is scored and verified by the command line, against label maps of any kind", async () => {
    addSlices(at("ref", "a"), "3.1");
    writeFileSync(at("ref", "a", "seg.dcm"), seg("3.1", ["spleen", "liver"]));
    mkdirSync(at("pred"));
    const { rescale: _, ...grid } = await readVolume(at("ref", "a"));
    const data = new Uint8Array(72);
    for (let y = 0; y < 4; y++) [data[24 + 6 * y], data[25 + 6 * y]] = [2, 1];
    data[24] = 0;
    await writeVolume(at("pred", "a.nii.gz"), { ...grid, data });
    writeFileSync(
      at("pred", "dataset.json"),
      JSON.stringify({ labels: { background: 0, liver: 1, spleen: 2 } }),
    );
    const { code, out, err } = await run(
      "evaluate",
      "--reference",
      at("ref"),
      "--prediction",
      at("pred"),
      "--json",
      "--workers",
      "1",
    );
    assert.equal(code, 0, err);
    const { cases } = JSON.parse(out) as { cases: { name: string; dice: number }[] };
    const dice = Object.fromEntries(cases.map((each) => [each.name, each.dice]));
    assert.deepEqual([dice.liver, dice.spleen], [1, 6 / 7]);
    const verified = await run("cohort", "verify", at("ref"), "--json");
    assert.doesNotMatch(verified.out, /missing-image|missing-label|unreadable/);
  });

  it("takes one of several sets of structures by name, also out of an archive and from the folder of one patient", async () => {
    addSlices(at("readers", "p"), "5.1");
    const drawnBy = (reader: string, columns: readonly number[]): Buffer =>
      makeSeg({
        series: "5.1",
        description: reader,
        segments: [{ number: 1, name: "liver" }],
        frames: [{ position: [0, 0, 3], segment: 1, pixel: (x) => Number(columns.includes(x)) }],
      });
    writeFileSync(at("readers", "p", "first"), drawnBy("reader A", [0, 1]));
    writeFileSync(at("readers", "p", "second"), drawnBy("reader B", [0, 1, 2, 3]));
    const files = readdirSync(at("readers", "p")).map((name) => ({
      name: `p/${name}`,
      bytes: readFileSync(at("readers", "p", name)),
    }));
    writeFileSync(at("readers.zip"), makeZip(files));
    mkdirSync(at("machine"));
    const { rescale: _, ...grid } = await readVolume(at("readers", "p"));
    const data = Uint8Array.from({ length: 72 }, (_, i) => Number(i >= 24 && i < 48 && i % 6 < 2));
    await writeVolume(at("machine", "p.nrrd"), toLabelMap({ ...grid, data }, { 1: "liver" }));
    const diceOf = async (reference: string, prediction: string, reader: string): Promise<number> => {
      const words = ["--reference", reference, "--prediction", prediction, "--series", reader];
      const { code, out, err } = await run("evaluate", ...words, "--json");
      assert.equal(code, 0, err);
      return (JSON.parse(out) as { cases: { dice: number }[] }).cases[0].dice;
    };
    for (const reference of [at("readers"), at("readers", "p")]) {
      assert.equal(await diceOf(reference, at("machine"), "reader A"), 1);
      assert.equal(await diceOf(reference, at("machine"), "second"), 2 / 3);
    }
    assert.equal(await diceOf(at("readers.zip"), at("machine", "p.nrrd"), "reader A"), 1);
    assert.equal(await diceOf(at("machine", "p.nrrd"), at("readers.zip"), "reader B"), 2 / 3);

    const sides = ["evaluate", "--reference", at("readers"), "--prediction", at("machine")];
    const silent = await run(...sides);
    assert.match(silent.err, /2 sets of structures", expected one .* of "reader A" in first, "reader B" in/);
    const none = await run(...sides, "--series", "reader C");
    assert.match(none.err, /2 sets of structures, not one alone by the name reader C/);
    assert.deepEqual([silent.code, none.code], [1, 1]);
    assert.equal((await run(...sides, "--irregular", "bend")).code, 2);
    const third = await run(...sides, "--series", "reader A", "--volume", "1");
    assert.match(third.err, /volume: found 1, expected 0, or a NIfTI file/);
    const zip = ["--reference", at("readers.zip"), "--prediction", at("machine", "p.nrrd")];
    const inside = await run("evaluate", ...zip, "--series", "reader C");
    assert.match(inside.err, /found "reader C", expected the name, number or UID of one of .*"reader A"/);
  });

  it("refuses structures on slices that seem to be missing, unless told to resample", async () => {
    addSlices(at("gap", "p"), "6.1");
    for (const z of [4, 5, 6])
      writeFileSync(
        at("gap", "p", `slice${z}`),
        makeSlice({ position: [0, 0, 3 * z], pixel: (x) => x, uid: `6.1.${z}`, series: "6.1" }),
      );
    writeFileSync(at("gap", "p", "seg"), seg("6.1", ["liver"]));
    const same = ["evaluate", "--reference", at("gap"), "--prediction", at("gap")];
    const refused = await run(...same);
    assert.match(refused.err, /p: .*as if 1 slice is missing/);
    assert.equal(refused.code, 1);
    const { code, out, err } = await run(...same, "--irregular", "resample", "--json");
    assert.equal(code, 0, err);
    assert.equal((JSON.parse(out) as { cases: { dice: number }[] }).cases[0].dice, 1);
  });

  it("is one case where a patient's slices and structures lie in two folders, and two where each has slices", async () => {
    addSlices(at("study", "scan", "1"), "9.1");
    mkdirSync(at("study", "rt"));
    writeFileSync(at("study", "rt", "x"), seg("9.1", ["liver"]));
    const files = await findCaseFiles(at("study"));
    assert.deepEqual([...files], [["study", { name: "study", path: at("study", "rt", "x") }]]);
    assert.deepEqual(await findScanFiles(at("study")), [{ name: "study", path: at("study") }]);
    assert.deepEqual((await findCohort(at("study"))).cases, [
      { case: "study", image: at("study"), labels: at("study", "rt", "x") },
    ]);
    addSlices(at("study", "rt"), "9.2");
    assert.deepEqual([...(await findCaseFiles(at("study"))).keys()], ["rt"]);
    assert.deepEqual(
      (await findScanFiles(at("study"))).map(({ name }) => name),
      ["rt", "scan"],
    );
  });

  it("finds the slices of a SEG in folders within its own, as a study lays them out", async () => {
    addSlices(at("nested", "p1", "ct", "study", "series"), "3.1");
    writeFileSync(at("nested", "p1", "seg.dcm"), seg("3.1", ["liver"]));
    const map = await readLabelsAs(at("nested", "p1", "seg.dcm"), { 5: "liver" });
    assert.deepEqual([map.shape, map.data[24]], [[6, 4, 3], 5]);
  });

  /** A second series in the folder of a host: it has to be chosen, the record holds it, and the lesion is the same. */
  async function assertChoosesSeries(folder: string, words: readonly string[], plain: string): Promise<void> {
    for (const z of [0, 1])
      writeFileSync(
        path.join(folder, `lung${z}`),
        makeSlice({ position: [0, 0, 5 * z], pixel: (x) => x, series: "4.2", seriesName: "Lung" }),
      );
    const make = ["synthesize", "--ct", folder, ...words, "--out"];
    const open = await run(...make, at("open"));
    assert.match(
      open.err,
      /2 series", expected one of "Lung" .*"Abdomen" .*--series "name" on a command line/s,
    );
    const wrong = await run(...make, at("wrong"), "--series", "Lung");
    assert.equal(wrong.code, 1);
    const chosen = await run(...make, at("chosen"), "--series", "Abdomen", "--irregular", "refuse");
    assert.equal(chosen.code, 0, chosen.err);
    const name = path.basename(path.dirname(plain));
    const record = JSON.parse(readFileSync(at("chosen", name, "lesion.json"), "utf8")) as LesionCaseRecord;
    const without = JSON.parse(readFileSync(plain, "utf8")) as LesionCaseRecord;
    assert.deepEqual(record.inputs.ct.reading, { series: "Abdomen", irregular: "refuse" });
    assert.deepEqual([record.outputs, record.record], [without.outputs, without.record]);
    const lesion = at("chosen", name, "lesion.json");
    const again = await run("synthesize", "--replay", lesion, "--out", at("chosen-again"));
    assert.match(again.out, /made again, every voxel as recorded/, again.err);
    const told = await run("synthesize", "--replay", lesion, "--series", "Lung", "--out", at("told"));
    assert.match(told.err, /says itself which series .* --series, --irregular and --volume out/s);
    writeFileSync(at("alone.json"), JSON.stringify(record.record));
    const alone = ["synthesize", "--replay", at("alone.json"), "--ct", folder, ...words.slice(0, 2)];
    assert.match((await run(...alone, "--out", at("alone"))).err, /2 series/);
    const byName = await run(...alone, "--series", "Abdomen", "--out", at("alone"));
    assert.equal(byName.code, 0, byName.err);
    for (const file of ["lung0", "lung1"]) rmSync(path.join(folder, file));
  }

  it("lends a series to a lesion, and its record makes the lesion again or names what changed", async () => {
    const [side, radius] = [32, 13];
    const folder = at("host", "series");
    mkdirSync(folder, { recursive: true });
    const inBall = (x: number, y: number, z: number): boolean =>
      (x - 16) ** 2 + (y - 16) ** 2 + (z - 16) ** 2 < radius ** 2;
    for (let z = 0; z < side; z++)
      writeFileSync(
        path.join(folder, `slice${String(z).padStart(2, "0")}`),
        makeSlice({
          ...{ columns: side, rows: side, spacing: [2, 2], position: [0, 0, 2 * z] },
          pixel: (x, y) => (inBall(x, y, z) ? 100 + ((7 * x + 3 * y + 5 * z) % 9) : -90),
          ...{ uid: `4.1.${z}`, series: "4.1" },
        }),
      );
    const { rescale: _, ...grid } = await readVolume(folder);
    const [nx, ny] = grid.shape;
    const data = Uint8Array.from({ length: grid.data.length }, (_, i) =>
      Number(inBall(i % nx, Math.floor(i / nx) % ny, Math.floor(i / (nx * ny)))),
    );
    const labels = at("host", "labels.nrrd");
    await writeVolume(labels, toLabelMap({ ...grid, data }, { 1: "liver" }));
    const words = ["--labels", labels, "--organ", "liver", "--size", "tiny", "--seed", "1"];
    const made = await run("synthesize", "--ct", folder, ...words, "--out", at("made"));
    assert.equal(made.code, 0, made.err + made.out);
    const [name] = readdirSync(at("made")).filter((each) => existsSync(at("made", each, "lesion.json")));
    const record = at("made", name, "lesion.json");
    const again = await run("synthesize", "--replay", record, "--out", at("again"));
    assert.match(again.out, /made again, every voxel as recorded/);
    assert.equal(
      await hashScanFiles({ image: at("made", name, "ct.nii.gz") }),
      await hashScanFiles({ image: at("again", name, "ct.nii.gz") }),
    );
    await assertChoosesSeries(folder, words, record);
    rmSync(path.join(folder, "slice31"));
    const other = await run("synthesize", "--replay", record, "--out", at("changed"));
    assert.equal(other.code, 1);
    assert.match(other.err + other.out, /host\/series: found "sha256 .*the file of the record/s);
  });
});
