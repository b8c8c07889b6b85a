import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { LabError } from "tumorlab/internal/core/errors";
import { createVolume } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import { notesOf } from "tumorlab/internal/formats/notes";
import { readVolume } from "tumorlab/internal/formats/read";
import { writeVolume } from "tumorlab/internal/formats/write";
import { makeSlice } from "../dicom/make-dicom";

/** What a damaged input may do: an error in words, a note, or the grid of the sound one. Never another grid without a word. */
async function requireHonest(
  file: string,
  sound: Awaited<ReturnType<typeof readVolume>>,
  what: string,
): Promise<string> {
  try {
    const found = await readVolume(file);
    if (notesOf(found).length > 0) return "told";
    assert.deepEqual(found.shape, sound.shape, what);
    found.affine.forEach((value, k) =>
      assert.ok(Math.abs(value - sound.affine[k]) <= 0.11, `${what}: ${found.affine.join()}`),
    );
    return "sound";
  } catch (error) {
    if (error instanceof LabError) return "refused";
    throw error;
  }
}

describe("damaged inputs", () => {
  let root: string;
  before(() => (root = mkdtempSync(path.join(tmpdir(), "damage-"))));
  after(() => rmSync(root, { recursive: true, force: true }));

  it("of 140 damaged series none is another grid without a word", async () => {
    const files = [0, 1, 2, 3, 4].map((z) =>
      makeSlice({ position: [-10, -20, 2.5 * z], pixel: (x, y) => x + y, uid: `1.2.3.${z}` }),
    );
    const folder = path.join(root, "series");
    mkdirSync(folder);
    const place = (k: number): string => path.join(folder, `${k}.dcm`);
    files.forEach((bytes, k) => writeFileSync(place(k), bytes));
    const sound = await readVolume(folder);
    const tally: Record<string, number> = {};
    for (let seed = 0; seed < 140; seed++) {
      const stream = createKey(1).split(String(seed)).stream();
      const which = stream.integer(0, files.length - 1);
      const bytes = Buffer.from(files[which]);
      const header = bytes.length - 2 * 24;
      if (seed % 4 === 0) writeFileSync(place(which), bytes.subarray(0, stream.integer(0, bytes.length - 1)));
      else {
        // Bits of the header, and in every other round more than one.
        for (let flips = 1 + (seed % 2); flips > 0; flips--)
          bytes[stream.integer(128, header - 1)] ^= 1 << stream.integer(0, 7);
        writeFileSync(place(which), bytes);
      }
      const outcome = await requireHonest(folder, sound, `seed ${seed}, file ${which}`);
      tally[outcome] = (tally[outcome] ?? 0) + 1;
      writeFileSync(place(which), files[which]);
    }
    assert.ok(tally.refused > 40, JSON.stringify(tally));
  });

  for (const ending of [".nrrd", ".mha"])
    it(`of 60 damaged ${ending} files none is another grid without a word`, async () => {
      const volume = createVolume(
        Int16Array.from({ length: 60 }, (_, k) => k * 31),
        [3, 4, 5],
        {
          affine: [0, 2, 0, 7, 3, 0, 0, -8, 0, 0, 4, 9, 0, 0, 0, 1],
        },
      );
      const file = path.join(root, `sound${ending}`);
      await writeVolume(file, volume);
      const bytes = readFileSync(file);
      const text = bytes.toString("latin1");
      const end = ending === ".nrrd" ? text.indexOf("\n\n") + 1 : text.indexOf("LOCAL\n") + 6;
      const lines = text.slice(0, end).split("\n").slice(0, -1);
      const damaged = path.join(root, `damaged${ending}`);
      let refused = 0;
      for (let seed = 0; seed < 60; seed++) {
        const stream = createKey(2).split(String(seed)).stream();
        const kind = seed % 4;
        let head = lines;
        let body = bytes.subarray(end);
        const line = stream.integer(0, lines.length - 1);
        if (kind === 0) body = body.subarray(0, stream.integer(0, body.length - 1));
        else if (kind === 1) head = lines.filter((_, k) => k !== line);
        // No damage turns a digit into another one here: nothing in these formats could tell that.
        else if (kind === 2)
          head = lines.map((each, k) => (k === line ? each.replace(/[\d(]/, "\x11") : each));
        else body = Buffer.from(body.map((byte, k) => (k === stream.integer(0, 9) + 12 ? byte ^ 64 : byte)));
        writeFileSync(damaged, Buffer.concat([Buffer.from(`${head.join("\n")}\n`, "latin1"), body]));
        if ((await requireHonest(damaged, volume, `seed ${seed}: ${lines[line]}`)) === "refused") refused++;
      }
      assert.ok(refused > 30, `${refused} refused`);
    });
});
