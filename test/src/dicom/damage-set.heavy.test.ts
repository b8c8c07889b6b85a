import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { LabError } from "tumorlab/internal/core/errors";
import { createKey, type RandomStream } from "tumorlab/internal/core/random";
import { notesOf } from "tumorlab/internal/formats/notes";
import { readVolume } from "tumorlab/internal/formats/read";
import { conformanceCases } from "./conformance-set";
import { makeSlice } from "./make-dicom";
import { makeSeg, makeStructureSet } from "./make-structures";

/** Bytes of the pixels at the end of a plain slice. */
const pixelBytes = 2 * 24 * 16;

/** One kind of damage to one file of several; what redundancy cannot tell, such as a lost last slice, is left out. */
function damage(files: readonly Buffer[], kind: number, stream: RandomStream): Buffer[] {
  const slices = files.flatMap((each, k) => (each.length > 200 ? [k] : []));
  const which = slices[stream.integer(0, slices.length - 1)] ?? 0;
  const bytes = Buffer.from(files[which]);
  const replaced = (other: Buffer): Buffer[] => files.map((each, k) => (k === which ? other : each));
  const header = Math.max(140, bytes.length - pixelBytes);
  if (kind === 0) return replaced(bytes.subarray(0, stream.integer(0, bytes.length - 1)));
  if (kind === 1) return replaced(Buffer.from(files[(which + 1) % files.length]));
  if (kind === 2) {
    // A stretch of zeros, as of a block that was never written.
    const from = stream.integer(128, header - 1);
    return replaced(bytes.fill(0, from, Math.min(header, from + stream.integer(1, 64))));
  }
  if (kind === 3) {
    // Bytes lost in the middle.
    const from = stream.integer(128, header - 1);
    return replaced(Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + stream.integer(1, 32))]));
  }
  for (let flips = 1 + (kind % 3); flips > 0; flips--)
    bytes[stream.integer(128, header - 1)] ^= 1 << stream.integer(0, 7);
  return replaced(bytes);
}

describe("damaged DICOM", () => {
  let root: string;
  let count = 0;
  before(() => (root = mkdtempSync(path.join(tmpdir(), "damaged-"))));
  after(() => rmSync(root, { recursive: true, force: true }));
  const folderOf = (files: readonly Buffer[]): string => {
    const folder = path.join(root, String(++count));
    mkdirSync(folder);
    files.forEach((bytes, k) => writeFileSync(path.join(folder, `${k}.dcm`), bytes));
    return folder;
  };

  it("is an error, a note or the sound grid for 320 damaged series of the conformance set", async function () {
    this.timeout(600_000);
    const cases = conformanceCases.filter(({ truth, files }) => truth && files().length >= 5);
    assert.ok(cases.length >= 16);
    const tally = { refused: 0, told: 0, sound: 0 };
    for (let seed = 0; seed < 320; seed++) {
      const each = cases[seed % cases.length];
      const stream = createKey(19).split(String(seed)).stream();
      const folder = folderOf(damage(each.files(), Math.floor(seed / cases.length) % 8, stream));
      try {
        const volume = await readVolume(folder);
        if (notesOf(volume).length > 0) tally.told++;
        else {
          tally.sound++;
          assert.deepEqual(volume.shape, each.truth!.shape, `seed ${seed}, ${each.name}`);
          volume.affine.forEach((value, k) =>
            assert.ok(
              Math.abs(value - each.truth!.affine[k]) <= 0.11,
              `seed ${seed}, ${each.name}: ${volume.affine.join()} for ${each.truth!.affine.join()}`,
            ),
          );
        }
      } catch (error) {
        if (!(error instanceof LabError)) throw error;
        tally.refused++;
      } finally {
        rmSync(folder, { recursive: true });
      }
    }
    assert.ok(tally.refused > 120 && tally.sound > 20, JSON.stringify(tally));
  });

  it("is an error, a note or the grid of the scan for 200 damaged SEG and RTSTRUCT beside it", async function () {
    this.timeout(600_000);
    const slices = [0, 1, 2].map((z) =>
      makeSlice({ position: [0, 0, 3 * z], pixel: (x) => x, uid: `1.2.3.8.${z}` }),
    );
    const whole = [
      makeSeg({
        segments: [{ number: 1, name: "liver" }],
        frames: [0, 1, 2].map((z) => ({ position: [0, 0, 3 * z], segment: 1, pixel: (x) => x % 2 })),
      }),
      makeStructureSet([
        {
          number: 1,
          name: "liver",
          contours: [
            {
              points: [
                [1, 1, 3],
                [7, 1, 3],
                [7, 5, 3],
              ],
            },
          ],
        },
      ]),
    ];
    const scan = await readVolume(folderOf(slices));
    let refused = 0;
    for (let seed = 0; seed < 200; seed++) {
      const stream = createKey(20).split(String(seed)).stream();
      const [bytes] = damage([whole[seed % 2]], [0, 2, 3, 4, 5, 6][seed % 6], stream);
      const folder = folderOf([...slices, bytes]);
      const file = path.join(folder, "3.dcm");
      try {
        const map = await readVolume(file);
        if (notesOf(map).length > 0) continue;
        assert.deepEqual([map.shape, map.affine], [scan.shape, scan.affine], `seed ${seed}`);
      } catch (error) {
        if (!(error instanceof LabError)) throw error;
        refused++;
      } finally {
        rmSync(folder, { recursive: true });
      }
    }
    assert.ok(refused > 50, `${refused} refused`);
  });
});
