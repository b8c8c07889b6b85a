import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { crc32 as crc32OfNode } from "node:zlib";
import {
  parseVolumePayload,
  type Triple,
  type VolumePayload,
} from "tumorlab/internal/contracts/volume-payload";
import { applyAffine, invertAffine } from "tumorlab/internal/core/affine";
import { createVolume, toLabelMap, withData } from "tumorlab/internal/core/grid";
import type { LabelMap, Vec3, Volume } from "tumorlab/internal/core/types";
import { openSample } from "tumorlab/internal/data/samples";
import { readLabelMap, readVolume } from "tumorlab/internal/nifti/read";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { createVolumePayload } from "tumorlab/internal/viewer/payload";
import { reorient } from "tumorlab/internal/volume/orientation";
import { root } from "../../browser/browser.js";
import { crc32 } from "#environment/lab/src/logic/crc32.js";
import { type DecodedVolume, decodeVolume } from "#environment/lab/src/logic/decode.js";
import { voxelToWorldMm } from "#environment/lab/src/logic/planes.js";
import { type OpenFile, readFull } from "#environment/lab/src/logic/read-full.js";
import { describeGrid, describeResolution, explainShrunk } from "#environment/lab/src/logic/readout.js";
import { moveVoxel, sourceAffine } from "#environment/lab/src/logic/source-grid.js";

/** HU that grow evenly through the patient, so that the mean of a box is what its centre has. */
const huAt = ([x, y, z]: Vec3) => Math.round(40 + 0.9 * x - 1.1 * y + 0.7 * z);
const labelAt = ([x, y, z]: Vec3) => (x > 4 ? 70 : 0) + (z > 2 && y < 0 ? 300 : 0);

/** A CT and labels on a grid whose voxels are 1.5 x 2 x 4 mm, tilted by `degrees` about the patient's long axis. */
function createPair(degrees: number, orientation: string): { ct: Volume; labels: LabelMap } {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const affine = [1.5 * c, -2 * s, 0, -48, 1.5 * s, 2 * c, 0, -48, 0, 0, 4, -32, 0, 0, 0, 1];
  const shape: Vec3 = [64, 48, 16];
  const upright = createVolume(new Int16Array(64 * 48 * 16), shape, { affine });
  const ct = reorient(upright, orientation);
  const label = new Uint16Array(ct.data.length);
  const stored = Int16Array.from(label);
  const [nx, ny, nz] = ct.shape;
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) {
        const mm = applyAffine(ct.affine, [x, y, z]);
        stored[i] = (huAt(mm) + 1024) * 2;
        label[i] = labelAt(mm);
      }
  const rescale = { slope: 0.5, intercept: -1024 };
  const { spacingMm } = ct;
  return {
    ct: createVolume(stored, ct.shape, { spacingMm, affine: ct.affine, rescale }),
    labels: toLabelMap(withData(ct, label), { 70: "liver", 300: "spleen", 370: "liver_lesion" }),
  };
}

describe("readFull", function () {
  this.timeout(20_000);
  let folder: string;
  const open: OpenFile = async (path) => new Blob([await readFile(join(folder, path))]).stream();

  before(async () => (folder = await mkdtemp(join(tmpdir(), "tumorlab-full-"))));
  after(() => rm(folder, { recursive: true, force: true }));

  /** Writes a pair, reads it again as a notebook would, and makes the payload of it. */
  async function show(
    { ct, labels }: { ct: Volume; labels: LabelMap },
    maxBytes = 2500,
    ending = "nii.gz",
  ): Promise<{ payload: VolumePayload; ct: Volume; labels: LabelMap }> {
    const files = { ct: `ct.${ending}`, labels: `labels.${ending}` };
    await writeVolume(join(folder, files.ct), ct);
    await writeVolume(join(folder, files.labels), labels);
    const read = {
      ct: await readVolume(join(folder, files.ct)),
      labels: await readLabelMap(join(folder, files.labels), { names: labels.names }),
    };
    const made = createVolumePayload(read.ct, read.labels, { files, maxBytes });
    return { payload: parseVolumePayload(JSON.parse(JSON.stringify(made))), ...read };
  }

  for (const [orientation, degrees] of [
    ["RAS", 0],
    ["LPS", 0],
    ["ASL", 0],
    ["IRP", 25],
    ["SPR", -30],
  ] as const) {
    it(`shows what the file has at each place of the patient: ${orientation}, tilted by ${degrees}°`, async () => {
      const { payload, ct, labels } = await show(createPair(degrees, orientation));
      assert.ok(payload.shape[0] < payload.sourceShape[0], "the payload is a downsampled copy");
      const full = await readFull(payload, open);
      const small = await decodeVolume(payload);
      assert.deepEqual(full.payload.shape, payload.sourceShape);
      assert.deepEqual(
        [...full.payload.spacingMm].map((mm) => Number(mm.toFixed(4))),
        [1.5, 2, 4],
      );
      const table = payload.labels!.table;
      const toFile = invertAffine(ct.affine);
      let apart = 0;
      forEachVoxel(full.payload.shape, (voxel, at) => {
        const mm = voxelToWorldMm(full.payload.affine, voxel);
        const place = applyAffine(toFile, mm).map(Math.round);
        const from = place[0] + ct.shape[0] * (place[1] + ct.shape[1] * place[2]);
        assert.ok(Math.abs(huOf(full, at) - (ct.data[from] / 2 - 1024)) <= 2);
        const name = table.find(({ value }) => value === full.labels![at])?.name;
        assert.equal(
          name,
          { 0: undefined, 70: "Liver", 300: "Spleen", 370: "Liver lesion" }[labels.data[from]],
        );
      });
      // The downsampled copy has the mean of a voxel's surroundings, at the same place of the patient.
      forEachVoxel(payload.shape, (voxel, at) => {
        apart = Math.max(apart, Math.abs(huOf(small, at) - huAt(voxelToWorldMm(payload.affine, voxel))));
      });
      assert.ok(apart <= 4, `the downsampled copy is ${apart} HU off`);
    });
  }

  it("shows a scan that is no CT at its own resolution in its own numbers", async () => {
    const { ct: scan, labels } = createPair(0, "LPS");
    const [least, greatest] = [Math.min(...scan.data), Math.max(...scan.data)];
    const shares = Float32Array.from(scan.data, (stored) => (stored - least) / (greatest - least));
    const { rescale: _, ...grid } = scan;
    const { payload, ct } = await show({ ct: { ...grid, data: shares }, labels });
    assert.equal(payload.kind, "values");
    const full = await readFull(payload, open);
    assert.equal(full.payload.kind, "values");
    const toFile = invertAffine(ct.affine);
    forEachVoxel(full.payload.shape, (voxel, at) => {
      const place = applyAffine(toFile, voxelToWorldMm(full.payload.affine, voxel)).map(Math.round);
      const from = place[0] + ct.shape[0] * (place[1] + ct.shape[1] * place[2]);
      const { levelsHu } = payload.ct;
      // Beyond the outermost thousandths lies one level alone.
      if (ct.data[from] < levelsHu[1] || ct.data[from] > levelsHu[254]) return;
      assert.ok(Math.abs(levelsHu[full.ct[at]] - ct.data[from]) < 0.0025);
    });
  });

  it("reads files of either byte order, of bytes and of floats, compressed or not", async () => {
    const { ct, labels } = createPair(0, "RPI");
    const hu = Float32Array.from(ct.data, (stored) => stored / 2 - 1024);
    const { payload } = await show({ ct: withData(ct, hu), labels }, 2500, "nii");
    const expected = await readFull(payload, open);
    for (const [path, size] of [
      ["ct.nii", 4],
      ["labels.nii", 2],
    ] as const) {
      const bytes = await readFile(join(folder, path));
      await writeFile(join(folder, path), swapFile(bytes, size));
    }
    const swapped = await readFull(payload, open);
    assert.deepEqual(swapped, expected);
    // Pieces of any length: numbers are cut in two.
    const inPieces: OpenFile = async (path) => {
      const bytes = await readFile(join(folder, path));
      return Readable.toWeb(Readable.from(cut(bytes, 4093))) as ReadableStream<Uint8Array>;
    };
    assert.deepEqual(await readFull(payload, inPieces), expected);
  });

  it("starts at the voxel that was asked for, or in the lesion at its own resolution", async () => {
    const { payload, ct, labels } = await show(createPair(0, "LPS"));
    const full = await readFull(payload, open);
    const [x, y, z] = full.payload.crosshair;
    const [nx, ny] = full.payload.shape;
    const lesion = payload.labels!.table.find((row) => row.lesion);
    assert.equal(full.labels![x + nx * (y + ny * z)], lesion?.value);
    const files = payload.files;
    const asked = createVolumePayload(ct, labels, { files, maxBytes: 2500, crosshair: [3, 5, 7] });
    assert.deepEqual(asked.full?.crosshair, [60, 42, 7], "the same voxel in RAS order");
  });

  describe("refuses", () => {
    let payload: VolumePayload;
    let pair: { ct: Volume; labels: LabelMap };
    beforeEach(async () => {
      pair = createPair(0, "LAS");
      ({ payload } = await show(pair));
    });

    it("a file that is gone", async () => {
      await rm(join(folder, "labels.nii.gz"));
      await assert.rejects(readFull(payload, open), /ENOENT/);
    });

    it("a file whose voxels were changed", async () => {
      const data = Int16Array.from(pair.ct.data);
      data[1234] += 100;
      await writeVolume(join(folder, "ct.nii.gz"), { ...pair.ct, data });
      await assert.rejects(readFull(payload, open), /ct\.nii\.gz holds other voxels than were shown/);
    });

    it("a file of another grid, before its voxels are read", async () => {
      await writeVolume(join(folder, "ct.nii.gz"), createVolume(new Int16Array(8), [2, 2, 2]));
      await assert.rejects(readFull(payload, open), /has another grid than what was shown: 2 × 2 × 2 voxels/);
    });

    it("the same voxels at another place, or mirrored in the header alone", async () => {
      for (const [at, value, message] of [
        [3, 8, /ct\.nii\.gz lies elsewhere than what was shown: \d+\.\d mm away/],
        [0, 1.5, /lies elsewhere/],
        [10, 4.2, /another grid.* of 1\.5 × 2 × 4\.2 mm/],
      ] as const) {
        const affine = pair.ct.affine.map((old, i) => (i === at ? value : old));
        const changed = createVolume(pair.ct.data, pair.ct.shape, { affine, rescale: pair.ct.rescale });
        await writeVolume(join(folder, "ct.nii.gz"), changed);
        await assert.rejects(readFull(payload, open), message);
      }
    });

    it("labels with a value that was not there", async () => {
      const data = Uint16Array.from(pair.labels.data);
      data[data.indexOf(70)] = 71;
      await writeVolume(join(folder, "labels.nii.gz"), { ...pair.labels, data });
      await assert.rejects(readFull(payload, open), /labels\.nii\.gz holds other voxels/);
    });

    it("what is no NIfTI file, or is cut short", async () => {
      await writeFile(join(folder, "ct.nii.gz"), "<!doctype html><title>Log in</title>".repeat(40));
      await assert.rejects(readFull(payload, open), /not a NIfTI file/);
      await writeVolume(join(folder, "ct.nii"), pair.ct);
      const bytes = await readFile(join(folder, "ct.nii"));
      await writeFile(join(folder, "ct.nii.gz"), bytes.subarray(0, 5000));
      await assert.rejects(readFull(payload, open), /The file ends after \d+ of 49152 voxels/);
    });

    it("a payload that does not say what its files held, or has other levels", async () => {
      const { full: _full, ...rest } = payload;
      await assert.rejects(readFull(rest, open), /does not say what its files held/);
      const ct = { ...payload.ct, levelsHu: payload.ct.levelsHu.map((hu) => hu + 1) };
      await assert.rejects(readFull({ ...payload, ct }, open), /another version/);
    });
  });
});

describe("the shipped scan", function () {
  this.timeout(20_000);

  it("is read at its own 3 mm from its files", async () => {
    const { ct, labels, files } = await openSample("abdomen-ct");
    const made = createVolumePayload(ct, labels, { files });
    assert.ok(made.spacingMm[0] > 4, "too large for a notebook");
    const payload = parseVolumePayload(JSON.parse(JSON.stringify(made)));
    const full = await readFull(payload, async (path) =>
      new Blob([await readFile(join(root, path))]).stream(),
    );
    assert.deepEqual(full.payload.spacingMm, [3, 3, 3]);
    assert.equal(describeGrid(full.payload), "122 × 101 × 112 voxels of 3 × 3 × 3 mm");
    assert.deepEqual(describeResolution(full.payload), ["Full resolution", "Full"]);
    assert.deepEqual(describeResolution(payload), ["Downsampled 1.5×", "1.5×"]);
  });
});

describe("explainShrunk", () => {
  const base = createVolumePayload(createVolume(new Int16Array(8), [2, 2, 2]));
  const full = { crosshair: [0, 0, 0] as Triple, ctCrc32: 0 };

  it("says why there is nothing finer, and what to do", () => {
    assert.equal(explainShrunk({ ...base, full }, true), "");
    assert.match(explainShrunk({ ...base, full }, false), /shows in the lab/);
    assert.match(explainShrunk({ ...base, files: { ct: "a.nii" } }, true), /run the cell again/);
    assert.match(explainShrunk({ ...base, sourceShape: [4096, 4096, 9] }, true), /too large for a page/);
    assert.match(explainShrunk(base, true), /no NIfTI file of it.*maxBytes/);
  });
});

describe("moveVoxel", () => {
  const fine = { shape: [122, 101, 112] as Triple, crosshair: [62, 51, 104] as Triple };
  const coarse = { shape: [81, 67, 75] as Triple, crosshair: [41, 33, 70] as Triple };

  it("takes the start to the start and every other voxel to the one that holds its centre", () => {
    assert.deepEqual(moveVoxel([41, 33, 70], coarse, fine), [62, 51, 104]);
    assert.deepEqual(moveVoxel([0, 0, 0], coarse, fine), [0, 0, 0]);
    assert.deepEqual(moveVoxel([80, 66, 74], coarse, fine), [121, 100, 111]);
    assert.deepEqual(moveVoxel([61, 50, 104], fine, coarse), [40, 33, 69]);
  });
});

it("sourceAffine undoes the shrinking", () => {
  const { affine, shape, spacingMm } = createPair(20, "LPI").ct;
  const volume = createVolume(new Int16Array(49152), shape, { affine, spacingMm });
  const noise = { ...volume, data: Int16Array.from(volume.data, (_, i) => (i * 7919) % 997) };
  const payload = createVolumePayload(noise, undefined, { maxBytes: 3000 });
  const expected = reorient(volume, "RAS").affine;
  sourceAffine(payload).forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-9));
});

it("crc32 is what zlib calls by that name", async () => {
  const bytes = Uint8Array.from({ length: 9_000_000 }, (_, i) => (i * i) >> 7);
  assert.equal(await crc32(bytes), crc32OfNode(bytes));
  assert.equal(await crc32(new Uint8Array()), 0);
});

function huOf({ payload, ct }: DecodedVolume, at: number): number {
  return payload.ct.levelsHu[ct[at]];
}

function forEachVoxel([nx, ny, nz]: Triple, use: (voxel: Triple, at: number) => void): void {
  for (let z = 0, at = 0; z < nz; z++)
    for (let y = 0; y < ny; y++) for (let x = 0; x < nx; x++, at++) use([x, y, z], at);
}

function* cut(bytes: Uint8Array, length: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

/** A NIfTI-1 file in the other byte order: the header's numbers and `size` bytes a voxel. */
function swapFile(file: Buffer, size: number): Buffer {
  const swapped = Buffer.from(file);
  const swap = (at: number, bytes: number) => swapped.subarray(at, at + bytes).reverse();
  const offset = file.readFloatLE(108);
  swap(0, 4);
  for (let at = 40; at < 56; at += 2) swap(at, 2);
  for (const at of [68, 70, 72, 74, 252, 254]) swap(at, 2);
  for (let at = 76; at < 120; at += 4) swap(at, 4);
  for (let at = 256; at < 328; at += 4) swap(at, 4);
  // Extensions, whose sizes are numbers too, are left out.
  swapped.fill(0, 348, offset);
  for (let at = offset; at < file.length; at += size) swap(at, size);
  return swapped;
}
