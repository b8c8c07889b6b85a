import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { LabError } from "tumorlab/internal/core/errors";
import { readVolume } from "tumorlab/internal/formats/read";
import { describeMachine } from "tumorlab/internal/platform/machine";
import { readConformance, twelveBits, valueOf } from "./conformance-set";
import { makeSlice } from "./make-dicom";

const jpeg2000 = "1.2.840.10008.1.2.4.90";

describe("packed slices on all cores", function () {
  // Threads start, and each loads its decoder.
  this.timeout(60_000);
  let root: string;
  before(() => (root = mkdtempSync(path.join(tmpdir(), "dicom-"))));
  after(() => rmSync(root, { recursive: true, force: true }));

  const [columns, rows] = [24, 16];
  const frames = readConformance().frames["jpeg-2000"].frames.map((text) => Buffer.from(text, "base64"));
  const count = 30;
  /** Slices whose frames take turns, in files whose names are in another order. */
  const write = (name: string, change: (k: number, packed: Buffer) => Uint8Array = (_, packed) => packed) => {
    const folder = path.join(root, name);
    mkdirSync(folder);
    for (let k = 0; k < count; k++) {
      const packed = change(k, frames[k % frames.length]);
      const file = makeSlice({
        ...twelveBits,
        position: [0, 0, 2 * k],
        columns,
        rows,
        syntax: jpeg2000,
        packed,
        pixel: () => 0,
      });
      writeFileSync(path.join(folder, `${(k * 7) % count}.dcm`), file);
    }
    return folder;
  };

  it("are the same, in their places, in memory of their own", async function () {
    if (describeMachine().cores < 2) this.skip();
    const { data, shape, rescale } = await readVolume(write("whole"));
    assert.deepEqual(shape, [columns, rows, count]);
    assert.ok(!(data.buffer instanceof SharedArrayBuffer));
    for (let i = 0; i < data.length; i++) {
      const z = Math.floor(i / (columns * rows)) % frames.length;
      const [x, y] = [i % columns, Math.floor(i / columns) % rows];
      assert.equal(data[i] + (rescale?.intercept ?? 0), valueOf(x, y, z));
    }
  });

  it("name the file that does not unpack", async () => {
    const folder = write("damaged", (k, packed) => (k === 17 ? packed.subarray(0, 40) : packed));
    await assert.rejects(readVolume(folder), (error: unknown) => {
      assert.ok(error instanceof LabError);
      assert.match(error.message, new RegExp(`${(17 * 7) % count}\\.dcm`));
      return true;
    });
  });
});
