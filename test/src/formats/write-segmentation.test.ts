import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { codeStructures } from "tumorlab/internal/anatomy/structure-codes";
import { withData } from "tumorlab/internal/core/grid";
import type { LabelMap } from "tumorlab/internal/core/types";
import { itemsOf, parseDicom, textOf } from "tumorlab/internal/dicom/parse";
import { formatDecimal } from "tumorlab/internal/dicom/write-elements";
import { readLabelMap, readVolume } from "tumorlab/internal/formats/read";
import { writeVolume } from "tumorlab/internal/formats/write";
import { reorient } from "tumorlab/internal/volume/orientation";
import { makeSlice, type SliceSettings } from "../dicom/make-dicom";

describe("writing DICOM SEG", () => {
  let root: string;
  before(() => (root = mkdtempSync(path.join(tmpdir(), "write-seg-"))));
  after(() => rmSync(root, { recursive: true, force: true }));
  const at = (name: string): string => path.join(root, name);
  const names = { 1: "liver", 4: "Left Kidney", 300: "Läsion, pancreas tumor" };

  function makeSeries(
    name: string,
    more: Partial<SliceSettings> = {},
    place = (z: number): number[] => [-10.123456, -20, 30 + 2.5 * z],
  ): string {
    mkdirSync(at(name));
    for (const z of [0, 1, 2, 3])
      writeFileSync(
        path.join(at(name), `${z}.dcm`),
        makeSlice({
          position: place(z),
          pixel: (x, y) => x * y,
          columns: 7,
          rows: 5,
          uid: `1.2.3.5.${name.length}.${z}`,
          more: [
            [0x00200052, "UI", "1.2.3.6"],
            [0x00100020, "LO", "MRN-17"],
          ],
          ...more,
        }),
      );
    return at(name);
  }
  /** Every third voxel of slices 0, 2 and 3 in one of three structures; slice 1 is empty. */
  async function makeLabels(series: string): Promise<LabelMap> {
    const scan = await readVolume(series);
    const plane = scan.shape[0] * scan.shape[1];
    const data = Uint16Array.from(scan.data, (_, i) =>
      Math.floor(i / plane) === 1 ? 0 : ([1, 0, 4, 300, 0, 1, 1][i % 7] ?? 0),
    );
    return { ...withData(scan, data), names };
  }

  it("writes what reads back voxel by voxel, with names, on the scan and alone", async () => {
    const series = makeSeries("a");
    const map = await makeLabels(series);
    await writeVolume(at("a.dcm"), map, { ct: series });
    const back = await readLabelMap(at("a.dcm"), { ct: series });
    assert.deepEqual(
      [back.data, back.shape, back.affine, back.names],
      [map.data, map.shape, map.affine, names],
    );
    const alone = await readLabelMap(at("a.dcm"));
    assert.deepEqual([alone.data, alone.shape], [map.data, map.shape]);
    alone.affine.forEach((value, k) => assert.ok(Math.abs(value - map.affine[k]) < 1e-9));
    const first = readFileSync(at("a.dcm"));
    await writeVolume(at("a.dcm"), map, { ct: series });
    assert.ok(readFileSync(at("a.dcm")).equals(first), "the same labels give the same bytes");
  });

  it("takes labels in another orientation, and finds the series that has their grid", async () => {
    const series = makeSeries("bb", { orientation: [0, 1, 0, 0, 0, -1] }, (z) => [3 * z, 5, 6]);
    for (const z of [0, 1])
      writeFileSync(
        path.join(series, `other${z}.dcm`),
        makeSlice({ position: [0, 0, z], pixel: () => 0, series: "9.9", seriesName: "Scout" }),
      );
    const map = {
      ...withData(await readVolume(series, { series: "Abdomen" }), new Uint8Array(140).fill(1, 40, 60)),
      names: { 1: "x" },
    };
    await writeVolume(at("b.dcm"), reorient(map, "RAS"), { ct: series });
    const back = await readLabelMap(at("b.dcm"), { ct: series });
    assert.deepEqual([back.data, back.affine], [map.data, map.affine]);
  });

  it("refers to the series alone where its slices are resampled", async () => {
    const series = makeSeries("ccc", { series: "1.2.4" }, (z) => [-10, -20 + 2 * z, 30 + 2.5 * z]);
    const map = await makeLabels(series);
    await writeVolume(at("c.dcm"), map, { ct: series });
    const back = await readLabelMap(at("c.dcm"));
    assert.deepEqual([back.data, back.shape], [map.data, map.shape]);
    back.affine.forEach((value, k) => assert.ok(Math.abs(value - map.affine[k]) < 1e-9));
    const data = parseDicom(readFileSync(at("c.dcm")), "c");
    assert.equal(textOf(itemsOf(data, "x00081115")[0], "x0020000e"), "1.2.4");
    assert.ok(itemsOf(data, "x52009230").every((frame) => itemsOf(frame, "x00089124").length === 0));
  });

  it("refers to slices, codes structures, and holds nothing of who the patient is", async () => {
    const bytes = readFileSync(at("a.dcm"));
    for (const secret of ["Doe", "Jane", "MRN-17"]) assert.ok(!bytes.includes(secret), secret);
    const data = parseDicom(bytes, "a");
    assert.deepEqual(
      ["x00120062", "x0020000d", "x00200052", "x00100010", "x00100020"].map((tag) => textOf(data, tag)),
      ["YES", "1.2", "1.2.3.6", undefined, undefined],
    );
    const meanings = itemsOf(data, "x00620002").map((item) => [
      textOf(itemsOf(item, "x0062000f")[0], "x00080100"),
      textOf(itemsOf(itemsOf(item, "x0062000f")[0], "x00620011")[0] ?? item, "x00080100"),
      textOf(itemsOf(item, "x00082218")[0] ?? item, "x00080100"),
    ]);
    assert.deepEqual(meanings[0], ["10200004", undefined, undefined]);
    assert.deepEqual(meanings[1], ["64033007", "7771000", undefined]);
    assert.equal(meanings[2][0], "108369006");
    const frames = itemsOf(data, "x52009230");
    assert.equal(frames.length, 9);
    const source = itemsOf(itemsOf(frames[1], "x00089124")[0], "x00082112")[0];
    assert.equal(textOf(source, "x00081155"), "1.2.3.5.1.2");
    const listed = itemsOf(itemsOf(data, "x00081115")[0], "x0008114a").map((item) =>
      textOf(item, "x00081155"),
    );
    assert.deepEqual(
      listed,
      [0, 1, 2, 3].map((z) => `1.2.3.5.1.${z}`),
    );
  });

  it("has the codes of the tumor organs and their lesions by any of their names", () => {
    const codes = codeStructures({
      1: "Pancreas",
      2: "pdac",
      3: "esophagus_tumor",
      4: "right_kidney",
      5: "kidney_cyst",
      6: "spine",
    });
    const told = Object.values(codes).map(({ category, type, side, region }) =>
      [category, type, side, region].map((each) => each?.value ?? "").join(" "),
    );
    // PS3.16: context groups 7150, 7151, 7159 and 244, as pydicom 2.3.1 lists them in pydicom.sr.codedict.
    assert.deepEqual(told, [
      "123037004 15776009  ",
      "49755003 108369006  15776009",
      "49755003 108369006  32849002",
      "123037004 64033007 24028007 ",
      "49755003 367643001  64033007",
      "85756007 85756007  ",
    ]);
  });

  it("is refused without a scan, on another grid, without labels, and for pictures and long names", async () => {
    const series = makeSeries("dddd");
    const map = await makeLabels(series);
    const out = at("d.dcm");
    await assert.rejects(writeVolume(out, map), /no scan that it refers to.*--ct DIR/s);
    const [rows, columns] = [
      [0, 4, 8],
      [3, 7, 11],
    ];
    const moved = {
      ...map,
      affine: map.affine.map((value, k) => (columns.includes(k) ? value + rows.length : value)),
    };
    await assert.rejects(writeVolume(out, moved, { ct: series }), /affine of series \\?"Abdomen/);
    await assert.rejects(
      writeVolume(out, { ...map, data: new Uint8Array(140) }, { ct: series }),
      /no voxel with a label/,
    );
    const { names: _, ...picture } = { ...map, data: Int16Array.from(map.data, (v, i) => v - i) };
    await assert.rejects(writeVolume(out, picture, { ct: series }), /a picture/);
    const long = { ...map, names: { ...names, 1: "x".repeat(65) } };
    await assert.rejects(writeVolume(out, long, { ct: series }), /name of label 1.*at most 64 characters/s);
    assert.throws(() => readFileSync(out));
  });

  it("writes numbers in the 16 characters of DICOM as exactly as they allow", () => {
    for (const value of [0, -0, 1 / 3, -1 / 3, 12345.678901234567, -1e-7 / 3, 1e20, 0.451171875]) {
      const text = formatDecimal(value);
      assert.ok(text.length <= 16, text);
      assert.ok(Math.abs(Number(text) - value) <= Math.max(1e-12, Math.abs(value) * 1e-8), text);
    }
  });

  it("has no fault that dciodvfy finds", function () {
    const found = spawnSync("dciodvfy", [at("a.dcm")], { encoding: "utf8" });
    // Debian: apt-get install dicom3tools.
    if (found.error) return this.skip();
    const said = `${found.stdout}${found.stderr}`.split("\n");
    // A directory of files would want the patient's ID.
    assert.deepEqual(
      said.filter((line) => line !== "" && !/DICOMDIR|^Segmentation$/.test(line)),
      [],
    );
  });
});
