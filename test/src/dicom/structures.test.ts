import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { LabError } from "tumorlab/internal/core/errors";
import { fillContours } from "tumorlab/internal/dicom/fill-contours";
import { readHeader } from "tumorlab/internal/formats/header";
import { notesOf } from "tumorlab/internal/formats/notes";
import { readLabelMap, readVolume } from "tumorlab/internal/formats/read";
import { makeSlice, type SliceSettings, syntaxes } from "./make-dicom";
import { makeSeg, makeStructureSet, type SegSettings } from "./make-structures";

describe("DICOM structures", () => {
  let root: string;
  let count = 0;
  before(() => (root = mkdtempSync(path.join(tmpdir(), "structures-"))));
  after(() => rmSync(root, { recursive: true, force: true }));
  const folderOf = (files: Readonly<Record<string, Uint8Array>>): string => {
    const folder = path.join(root, String(++count));
    mkdirSync(folder);
    for (const [name, bytes] of Object.entries(files)) writeFileSync(path.join(folder, name), bytes);
    return folder;
  };
  const placeOf = (z: number): number[] => [-10, -20, 30 + 2.5 * z];
  /** Five slices, `2` of them with another place. */
  const sliceFiles = (more: Partial<SliceSettings> = {}, place = placeOf): Record<string, Buffer> =>
    Object.fromEntries(
      [0, 1, 2, 3, 4].map((z) => [
        `ct${z}.dcm`,
        makeSlice({ position: place(z), pixel: (x, y) => x + y, uid: `1.2.3.9.${z}`, ...more }),
      ]),
    );
  const segments = [
    { number: 1, name: "Liver" },
    { number: 2, name: "Tumor, größer" },
  ];
  const isIn = (z: number, segment: number) => (x: number, y: number) =>
    segment === 1 ? Number(x >= 1 && y >= 1) : Number(x === 2 + (z % 2) && y === 2);
  /** Frames in no order, and none of segment 2 in slice 3. */
  const frames = [
    [3, 1],
    [1, 2],
    [1, 1],
    [2, 2],
  ].map(([z, segment]) => ({ position: placeOf(z), segment, pixel: isIn(z, segment) }));
  const expected = (z: number) => (x: number, y: number) =>
    frames.some(({ segment, position }) => segment === 2 && position[2] === placeOf(z)[2]) &&
    isIn(z, 2)(x, y) === 1
      ? 2
      : frames.some(({ segment, position }) => segment === 1 && position[2] === placeOf(z)[2])
        ? isIn(z, 1)(x, y)
        : 0;
  const requireLabels = (
    map: { data: ArrayLike<number>; shape: readonly number[] },
    slices: readonly number[],
  ): void => {
    assert.deepEqual(map.shape, [6, 4, slices.length]);
    slices.forEach((z, k) => {
      for (let i = 0; i < 24; i++)
        assert.equal(map.data[24 * k + i], expected(z)(i % 6, Math.floor(i / 6)), `${i} of ${z}`);
    });
  };

  for (const [name, syntax] of Object.entries(syntaxes))
    it(`reads a binary SEG in ${name} on the grid of the series beside it, by name and by file`, async () => {
      const seg = makeSeg({ frames, segments, syntax, description: "mine" });
      const folder = folderOf({ ...sliceFiles(), "a.seg": seg });
      const ct = await readVolume(folder);
      const map = await readLabelMap(path.join(folder, "a.seg"));
      assert.deepEqual(map.affine, ct.affine);
      assert.deepEqual(map.names, { 1: "Liver", 2: "Tumor, größer" });
      requireLabels(map, [0, 1, 2, 3, 4]);
      const volume = await readVolume(folder, { series: "mine" });
      requireLabels(volume, [0, 1, 2, 3, 4]);
      assert.match(notesOf(volume).join(), /overlap.*"Tumor, größer" in "Liver" \(1 voxels\)/s);
      assert.deepEqual((await readHeader(path.join(folder, "a.seg"))).affine, ct.affine);
    });

  it("reads a SEG alone on the grid of its frames, with the slices that it leaves out, and says so", async () => {
    const folder = folderOf({ "a.dcm": makeSeg({ frames, segments }) });
    const map = await readVolume(folder);
    requireLabels(map, [1, 2, 3]);
    assert.match(notesOf(map)[0], /series that it refers to is not beside it/);
    assert.deepEqual(map.affine.slice(8, 12), [0, 0, 2.5, 32.5]);
    // Slices 0, 2 and 3: a gap of two steps and one of one.
    const sparse = [0, 3, 2].map((z) => ({ position: placeOf(z), segment: 1, pixel: isIn(z, 1) }));
    const filled = await readVolume(folderOf({ "a.dcm": makeSeg({ frames: sparse, segments }) }));
    assert.deepEqual(filled.shape, [6, 4, 4]);
    assert.equal(
      filled.data.subarray(24, 48).some((value) => value !== 0),
      false,
    );
    const uneven = [0, 1, 2.4].map((z) => ({ position: placeOf(z), segment: 1, pixel: isIn(0, 1) }));
    await assert.rejects(
      readVolume(folderOf({ "a.dcm": makeSeg({ frames: uneven, segments }) })),
      /frames 2\.50 to 3\.50 mm apart.*expected frames at multiples of one distance/,
    );
  });

  it("puts a SEG on a series that is named, and on one that is straightened where the scan is", async () => {
    const seg = makeSeg({ frames, segments });
    const [apart, alone] = [folderOf(sliceFiles()), folderOf({ "a.dcm": seg })];
    requireLabels(await readLabelMap(alone, { ct: apart }), [0, 1, 2, 3, 4]);
    const tilt = (z: number): number[] => [-10, -20 + 2 * z, 30 + 2.5 * z];
    const tilted = folderOf(sliceFiles({}, tilt));
    const full = [0, 1, 2, 3, 4].map((z) => ({ position: tilt(z), segment: 1, pixel: isIn(z, 1) }));
    const other = folderOf({ "a.dcm": makeSeg({ frames: full, segments }) });
    const [map, ct] = [await readLabelMap(other, { ct: tilted }), await readVolume(tilted)];
    assert.deepEqual([map.shape, map.affine], [ct.shape, ct.affine]);
    // Each slice is moved by one row, so that no label is mixed or lost.
    assert.equal(map.data.filter((value) => value === 1).length, 5 * 15);
    assert.equal(map.data[1 + 6 * (1 + 4) + 6 * 8 * 4], 1);
    await assert.rejects(readLabelMap(other, { ct: tilted, irregular: "refuse" }), /tilted by/);
    // Frames that lie in no slice keep their own grid, in words.
    const off = folderOf({
      "a.seg": makeSeg({ frames: [{ ...frames[0], position: [0, 0, 0] }], segments }),
      ...sliceFiles(),
    });
    const own = await readVolume(path.join(off, "a.seg"));
    assert.match(notesOf(own)[0], /do not lie in the slices/);
    assert.deepEqual(own.shape, [6, 4, 1]);
  });

  it("takes half of a fractional SEG, the values of a LABELMAP, and label values that it tells", async () => {
    const fractional = makeSeg({
      type: "FRACTIONAL",
      segments: segments.slice(0, 1),
      frames: [{ position: placeOf(0), segment: 1, pixel: (x) => [0, 99, 100, 200, 0, 0][x] }],
    });
    const half = await readVolume(folderOf({ "a.dcm": fractional }));
    assert.deepEqual([...half.data.subarray(0, 6)], [0, 0, 1, 1, 0, 0]);
    assert.match(notesOf(half).join(), /fractional: voxels of at least half/);
    const labelmap = makeSeg({
      type: "LABELMAP",
      segments,
      frames: [0, 1].map((z) => ({ position: placeOf(z), pixel: (x: number) => [0, 1, 2, 2, 0, z][x] })),
    });
    const map = await readLabelMap(folderOf({ "a.dcm": labelmap }));
    assert.deepEqual([...map.data.subarray(24, 30)], [0, 1, 2, 2, 0, 1]);
    const told = makeSeg({
      segments: [{ number: 1, name: "x", description: "label value 300" }],
      frames: [{ position: placeOf(0), segment: 1, pixel: () => 1 }],
    });
    const wide = await readLabelMap(folderOf({ "a.dcm": told }));
    assert.deepEqual([wide.data[0], wide.names], [300, { 300: "x" }]);
  });

  it("refuses a SEG that it cannot take at its word", async () => {
    const one = [{ position: placeOf(0), segment: 1, pixel: () => 1 }];
    const refused: [SegSettings, RegExp][] = [
      [{ segments, frames: [{ ...one[0], segment: 3 }] }, /found "segment 3", expected one of 1, 2/],
      [{ segments, frames: [{ ...one[0], segment: undefined }] }, /no segment \(0062,000B\)/],
      [{ segments: [], frames: one }, /found "no segment"/],
      [{ segments: [segments[0], segments[0]], frames: one }, /segment 1 twice/],
      [{ segments, frames: one, more: [[0x00620001, "CS", "SURFACE"]] }, /BINARY, FRACTIONAL or LABELMAP/],
      [{ segments, frames: one, more: [[0x00280010, "US", [40]]] }, /bytes for 6 x 40 x 1 bits/],
    ];
    for (const [settings, message] of refused) {
      const bytes = makeSeg(settings);
      await assert.rejects(readVolume(folderOf({ "a.dcm": bytes })), (error) => {
        assert.ok(error instanceof LabError);
        assert.match(error.message, message);
        return true;
      });
    }
    const cut = makeSeg({ segments, frames }).subarray(0, -6);
    await assert.rejects(readVolume(folderOf({ "a.dcm": cut })), LabError);
  });

  it("lists what there is where a folder holds several sets of structures", async () => {
    const folder = folderOf({
      "a.dcm": makeSeg({ segments, frames, description: "one" }),
      "b.dcm": makeSeg({ segments, frames }),
    });
    await assert.rejects(
      readVolume(folder),
      /found "2 sets of structures", expected one of "one" \(a DICOM segmentation\); "b\.dcm"/,
    );
    requireLabels(await readVolume(folder, { series: "b.dcm" }), [1, 2, 3]);
  });

  /** Corners by column and row of slice `z` in LPS mm. */
  const corners = (z: number, places: readonly (readonly number[])[]): number[][] =>
    places.map(([column, row]) => [-10 + 1.5 * column, -20 + 2 * row, 30 + 2.5 * z]);
  const square = (from: number, to: number): number[][] => [
    [from, from],
    [to, from],
    [to, to],
    [from, to],
  ];

  it("fills the contours of an RTSTRUCT on the grid of its series, holes and all", async () => {
    const set = makeStructureSet([
      {
        number: 4,
        name: "Höhle",
        contours: [square(0.5, 3.5), square(1.5, 2.5)].map((s) => ({ points: corners(1, s) })),
      },
      {
        number: 9,
        name: "GTV",
        contours: [{ points: corners(1, square(2.5, 3.2)) }, { points: corners(3, square(2.5, 3.2)) }],
      },
      { number: 5, name: "point", contours: [{ type: "POINT", points: corners(1, [[0, 0]]) }] },
    ]);
    const folder = folderOf({ ...sliceFiles(), "rt.dcm": set });
    const map = await readLabelMap(path.join(folder, "rt.dcm"));
    assert.deepEqual(map.names, { 4: "Höhle", 9: "GTV", 5: "point" });
    assert.deepEqual(map.affine, (await readVolume(folder)).affine);
    const rows = [0, 1, 2, 3].map((y) => [...map.data.subarray(24 + 6 * y, 30 + 6 * y)]);
    assert.deepEqual(rows, [
      [0, 0, 0, 0, 0, 0],
      [0, 4, 4, 4, 0, 0],
      [0, 4, 0, 4, 0, 0],
      [0, 4, 4, 9, 0, 0],
    ]);
    assert.equal(map.data.filter((value) => value !== 0).length, 9);
    const notes = notesOf(await readVolume(folder, { series: "drawn" }));
    assert.match(notes.join(), /1 contours of type POINT are left out/);
    assert.match(notes.join(), /no contour on 1 slices between others/);
    assert.match(notes.join(), /"GTV" in "Höhle" \(1 voxels\)/);
  });

  it("says where contours lie between slices or outside, and refuses those that are in no slice", async () => {
    const roi = (points: number[][]) => [
      { number: 1, name: "a", contours: [{ points: corners(1, square(0.5, 2.5)) }, { points }] },
    ];
    const read = async (points: number[][]) => {
      const folder = folderOf({ ...sliceFiles(), "rt.dcm": makeStructureSet(roi(points)) });
      return readVolume(path.join(folder, "rt.dcm"));
    };
    const between = await read(corners(2.4, square(0.5, 1.5)));
    assert.match(
      notesOf(between).join(),
      /1 contours lie between slices and fill the nearest, up to 1\.00 mm away/,
    );
    assert.equal(between.data[24 * 2 + 7], 1);
    assert.match(
      notesOf(await read(corners(9, square(0.5, 1.5)))).join(),
      /1 contours outside of the series are left out/,
    );
    await assert.rejects(
      read([...corners(2, square(0, 2)).slice(0, 3), [0, 0, 30]]),
      /"a": found "a contour that lies across slices by .* mm"/,
    );
    const outside = makeStructureSet([
      { number: 1, name: "a", contours: [{ points: corners(50, square(0, 2)) }] },
    ]);
    await assert.rejects(
      readVolume(path.join(folderOf({ ...sliceFiles(), "rt.dcm": outside }), "rt.dcm")),
      /1 contours outside of series .*Abdomen/,
    );
    const alone = folderOf({ "rt.dcm": makeStructureSet(roi(corners(2, square(0, 2)))) });
    await assert.rejects(
      readVolume(alone),
      /found "no such series beside it", expected the slices of series 1\.2\.3\. Put its slices beside/,
    );
    const named = await readVolume(alone, { ct: folderOf(sliceFiles()) });
    assert.deepEqual(named.shape, [6, 4, 5]);
    const damaged = makeStructureSet([{ number: 1, name: "a", contours: [{ points: [[1, 2]] }] }]);
    await assert.rejects(readVolume(folderOf({ "rt.dcm": damaged })), /2 numbers for 1 points/);
  });

  it("fills a polygon where voxel centres lie inside, as a test of every centre does", () => {
    const contour = Array.from({ length: 23 }, (_, k) => {
      const [angle, radius] = [(2 * Math.PI * k) / 23, 9 + 5 * Math.sin(5 * k)];
      return [15.1 + radius * Math.cos(angle), 14.2 + radius * Math.sin(angle)];
    });
    const runs = fillContours([contour.flat()], 32, 30);
    const found = new Set<number>();
    for (let k = 0; k < runs.length; k += 2) for (let at = runs[k]; at < runs[k + 1]; at++) found.add(at);
    assert.ok(found.size > 200);
    for (let at = 0; at < 32 * 30; at++) {
      const [x, y] = [at % 32, Math.floor(at / 32)];
      // The angle that the line goes round a centre: whole turns inside. By winding number, for this star has no crossings.
      let turn = 0;
      contour.forEach(([x0, y0], k) => {
        const [x1, y1] = contour[(k + 1) % contour.length];
        const step = Math.atan2(y1 - y, x1 - x) - Math.atan2(y0 - y, x0 - x);
        turn += step > Math.PI ? step - 2 * Math.PI : step < -Math.PI ? step + 2 * Math.PI : step;
      });
      assert.equal(found.has(at), Math.abs(turn) > 1, `${x}, ${y}`);
    }
  });
});
