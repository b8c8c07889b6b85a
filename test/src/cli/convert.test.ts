import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { createVolume } from "tumorlab/internal/core/grid";
import { readLabelMap, readVolume } from "tumorlab/internal/formats/read";
import { writeVolume } from "tumorlab/internal/formats/write";
import { makeDicom, makeSlice, type Part } from "../dicom/make-dicom.js";
import { makeSeg, makeStructureSet } from "../dicom/make-structures.js";
import { makeZip } from "../dicom/make-zip.js";
import { run } from "./run.js";

describe("tumorlab convert", () => {
  let root: string;
  before(() => (root = mkdtempSync(path.join(tmpdir(), "tumorlab-convert-"))));
  after(() => rmSync(root, { recursive: true, force: true }));
  const at = (name: string): string => path.join(root, name);

  /** A series of three slices, each `shiftMm` further down than the one before. */
  function makeSeries(name: string, shiftMm = 0): string {
    mkdirSync(at(name));
    for (const z of [0, 1, 2]) {
      const slice = makeSlice({ position: [0, shiftMm * z, 3 * z], pixel: (x, y) => 100 * z + 10 * y + x });
      writeFileSync(path.join(at(name), `${z}.dcm`), slice);
    }
    return at(name);
  }

  it("writes a DICOM series as any format, voxel by voxel, and nothing of who the patient is", async () => {
    const series = makeSeries("series");
    const wanted = await readVolume(series);
    for (const ending of ["nii.gz", "nii", "nrrd", "mha"]) {
      const out = at(`scan.${ending}`);
      const { code, out: said, err } = await run("convert", series, out);
      assert.deepEqual([code, err], [0, ""]);
      assert.match(said, /6 x 4 x 3 voxels of 1\.5 x 2 x 3 mm/);
      const found = await readVolume(out);
      assert.deepEqual([found.data, found.affine], [wanted.data, wanted.affine], ending);
      const bytes = readFileSync(out);
      const plain = ending.endsWith("gz") ? gunzipSync(bytes) : bytes;
      assert.ok(!plain.includes("Doe") && !said.includes("Doe"), ending);
    }
    const info = await run("info", series);
    assert.match(info.out, /Patient's Name \(3 files\)/);
    assert.match(info.out, /6 x 4 pixels of 1\.500 x 2\.000 mm, 3\.000 mm apart/);
    assert.doesNotMatch(info.out + (await run("info", series, "--json")).out, /Doe/);
  });

  it("says what it resampled, and refuses it where that is asked", async () => {
    const series = makeSeries("tilted", 1);
    const { code, err } = await run("convert", series, at("straight.nii.gz"));
    assert.equal(code, 0);
    assert.match(err, /tilted: slices are tilted by 18\.4 degrees: resampled .* displacement is 2\.0 mm\n/);
    const refused = await run("convert", series, at("refused.nii.gz"), "--irregular", "refuse");
    assert.equal(refused.code, 1);
    assert.match(refused.err, /found "slices tilted by 18\.4 degrees", expected slices on a regular grid/);
    assert.ok(!existsSync(at("refused.nii.gz")));
    assert.match(
      (await run("info", series)).out,
      /tilted by 18\.4 degrees, 3\.00 to 3\.00 mm apart: no regular/,
    );
  });

  it("chooses a series and refuses irregular slices in every command that reads a scan", async () => {
    const series = makeSeries("choose", 1);
    for (const z of [0, 1])
      writeFileSync(
        path.join(series, `lung${z}.dcm`),
        makeSlice({
          position: [0, 0, 4 * z],
          pixel: (x) => Number(x > 2),
          series: "7.7",
          seriesName: "Lung",
        }),
      );
    const calls = [
      ["info", series],
      ["resample", series, "--spacing-mm", "2", "--out", at("resampled.nii.gz"), "--force"],
      ["reorient", series, "--out", at("turned.nii.gz"), "--force"],
      ["components", series],
    ];
    for (const words of calls) {
      const chosen = await run(...words, "--series", "Lung");
      assert.equal(chosen.code, 0, `${words[0]}: ${chosen.err}`);
      const refused = await run(...words, "--series", "Abdomen", "--irregular", "refuse");
      assert.match(refused.err, /slices tilted by/, `${words[0]}: ${refused.err}`);
      assert.equal((await run(...words, "--irregular", "bend")).code, 2);
    }
    assert.match((await run("info", series, "--series", "Lung")).out, /shape +6 x 4 x 2/);
  });

  it("keeps the names of labels, the file's own and those beside it", async () => {
    const map = createVolume(Uint8Array.of(0, 1, 2, 2, 1, 0, 0, 0), [2, 2, 2]);
    const named = { ...map, names: { 1: "liver", 2: "liver_tumor" } };
    await writeVolume(at("own.seg.nrrd"), named);
    assert.equal((await run("convert", at("own.seg.nrrd"), at("kept.nrrd"))).code, 0);
    assert.deepEqual((await readLabelMap(at("kept.nrrd"))).names, { 1: "liver", 2: "liver_tumor" });
    mkdirSync(at("labelsTr"));
    writeFileSync(
      at("labelsTr/dataset.json"),
      JSON.stringify({ labels: { background: 0, colon: 1, cancer: 2 } }),
    );
    await writeVolume(at("labelsTr/a.nii.gz"), map);
    assert.equal((await run("convert", at("labelsTr/a.nii.gz"), at("beside.nrrd"))).code, 0);
    assert.deepEqual((await readLabelMap(at("beside.nrrd"))).names, { 1: "colon", 2: "cancer" });
  });

  it("turns a SEG into a label map with names, on the series that is named, and lists its structures", async () => {
    const series = makeSeries("of-seg");
    const seg = makeSeg({
      segments: [{ number: 1, name: "liver" }],
      frames: [{ position: [0, 0, 3], segment: 1, pixel: (x) => Number(x > 3) }],
    });
    mkdirSync(at("apart/seg"), { recursive: true });
    writeFileSync(at("apart/seg/a.dcm"), seg);
    const { code, err } = await run("convert", at("apart/seg/a.dcm"), at("seg.nrrd"), "--ct", series);
    assert.deepEqual([code, err], [0, ""]);
    const map = await readLabelMap(at("seg.nrrd"));
    assert.deepEqual([map.names, map.shape], [{ 1: "liver" }, [6, 4, 3]]);
    assert.equal(map.data.indexOf(1), 24 + 4);
    const again = await run("convert", at("seg.nrrd"), at("again.dcm"), "--ct", series);
    assert.equal(again.code, 0, again.err);
    assert.match(again.err, /without name, number and dates of the patient/);
    const back = await readLabelMap(at("again.dcm"), { ct: series });
    assert.deepEqual([back.data, back.names], [map.data, map.names]);
    const without = await run("convert", at("seg.nrrd"), at("none.dcm"));
    assert.match(without.err, /no scan that it refers to/);
    const alone = await run("convert", at("apart/seg/a.dcm"), at("alone.nrrd"));
    assert.match(alone.err, /is not beside it: it is on the grid of its own frames/);
    assert.match((await run("info", at("apart"))).out, /a\.dcm: DICOM segmentation with "liver"; the series/);
  });

  it("reads structures in an archive, with their series and without, and info says whether that is there", async () => {
    const series = makeSeries("of-zip");
    const slices = [0, 1, 2].map((z) => ({
      name: `ct/${z}`,
      bytes: readFileSync(path.join(series, `${z}.dcm`)),
    }));
    const seg = makeSeg({
      segments: [{ number: 4, name: "spleen" }],
      frames: [{ position: [0, 0, 6], segment: 4, pixel: (x, y) => Number(x === 1 && y > 1) }],
      description: "drawn",
    });
    const square = [
      [1, 1, 3],
      [7, 1, 3],
      [7, 5, 3],
      [1, 5, 3],
    ];
    const set = makeStructureSet([{ number: 2, name: "liver", contours: [{ points: square }] }]);
    writeFileSync(at("both.zip"), makeZip([...slices, { name: "seg/a.dcm", bytes: seg }]));
    writeFileSync(at("seg.zip"), makeZip([{ name: "a", bytes: seg }]));
    writeFileSync(at("set.zip"), makeZip([{ name: "b", bytes: set }]));

    const both = await run("convert", at("both.zip"), at("both.nrrd"), "--series", "drawn");
    assert.deepEqual([both.code, both.err], [0, ""]);
    const whole = await readLabelMap(at("both.nrrd"));
    assert.deepEqual([whole.shape, whole.names], [[6, 4, 3], { 4: "spleen" }]);
    assert.deepEqual(
      [...whole.data].flatMap((value, i) => (value === 0 ? [] : [i])),
      [48 + 13, 48 + 19],
    );
    const alone = await run("convert", at("seg.zip"), at("alone-zip.nrrd"));
    assert.match(alone.err, /seg\.zip: the series that it refers to is not beside it: it is on the grid of/);
    const own = await readLabelMap(at("alone-zip.nrrd"));
    assert.deepEqual([own.shape, own.data.indexOf(4), own.affine[11]], [[6, 4, 1], 13, 6]);
    const named = await run("convert", at("seg.zip"), at("named-zip.nrrd"), "--ct", series);
    assert.deepEqual([named.code, named.err], [0, ""]);
    assert.deepEqual((await readLabelMap(at("named-zip.nrrd"))).data, whole.data);
    const drawn = await run("convert", at("set.zip"), at("set.nrrd"));
    assert.match(drawn.err, /found "no such series beside it", expected the slices of series 1\.2\.3/);
    const onSeries = await run("convert", at("set.zip"), at("set.nrrd"), "--ct", series);
    assert.equal(onSeries.code, 0, onSeries.err);

    const absent = "; the series that it refers to is not beside it: it is read";
    const told = async (file: string): Promise<string> => (await run("info", at(file))).out;
    assert.match(await told("both.zip"), /both\.zip, seg\/a\.dcm: DICOM segmentation with "spleen"\n/);
    assert.ok((await told("seg.zip")).includes(`"spleen"${absent} on the grid of its own frames\n`));
    assert.ok((await told("set.zip")).includes(`"liver"${absent} with --ct DIR, the folder of that series`));
    writeFileSync(path.join(series, "x.dcm"), set);
    assert.match(await told("of-zip/x.dcm"), /DICOM structure set with "liver"\n/);
    const json = JSON.parse((await run("info", at("seg.zip"), "--json")).out) as { files: object[] };
    assert.deepEqual(
      json.files.map((file) => "hasSeries" in file && file.hasSeries),
      [false],
    );
  });

  it("counts nothing as identifying that cannot identify, in our own SEG too", async () => {
    const series = makeSeries("of-number");
    const { rescale: _, ...grid } = await readVolume(series);
    const map = { ...grid, data: new Uint8Array(72).fill(3, 30, 40), names: { 3: "liver" } };
    await writeVolume(at("ours.dcm"), map, { ct: series });
    assert.match((await run("info", at("ours.dcm"))).out, /identifying {2}no element that has a value/);
    const write = (name: string, more: Part[]): string => {
      mkdirSync(at(name));
      const file = makeDicom([[0x00080060, "CS", "SR"], ...more]);
      writeFileSync(path.join(at(name), "a"), file);
      return at(name);
    };
    const silent = write("silent", [
      [0x00181000, "LO", "000-0"],
      [0x00100010, "PN", "  "],
      [0x00101002, "SQ", []],
    ]);
    const telling = write("telling", [
      [0x00181000, "LO", "00410"],
      [0x00100010, "PN", "x"],
      [0x00100020, "LO", "0"],
      [0x00101002, "SQ", [[[0x00100020, "LO", "7"]]]],
    ]);
    assert.match((await run("info", silent)).out, /no element that has a value/);
    const { out } = await run("info", telling);
    for (const name of ["Device Serial Number", "Patient's Name", "Patient ID", "Other Patient IDs Sequence"])
      assert.ok(out.includes(`    ${name} (1 files)`), out);
  });

  it("says what to do about paths and words it cannot use", async () => {
    const refused: [string[], number, RegExp][] = [
      [
        [at("none"), at("x.nii.gz")],
        1,
        /none: found "no such file", expected a scan: NIfTI, NRRD, MetaImage, or DICOM/,
      ],
      [
        [at("series"), at("x.png")],
        1,
        /expected a name that ends in \.nii\.gz, \.nii, \.nrrd, \.mha, or \.dcm/,
      ],
      [[at("series"), at("scan.nii.gz")], 1, /scan\.nii\.gz.*--force/s],
      [[at("series")], 2, /IN and OUT are needed/],
      [[at("series"), at("x.nii"), "--irregular", "bend"], 2, /expected resample or refuse/],
      [
        [at("series"), at("x.nii"), "--series", "Chest"],
        1,
        /found "Chest", expected the name, number or UID of one of "Abdomen"/,
      ],
    ];
    for (const [words, code, message] of refused) {
      const found = await run("convert", ...words);
      assert.equal(found.code, code, found.err);
      assert.match(found.err, message);
    }
    assert.ok(!existsSync(at("x.nii")));
  });
});
