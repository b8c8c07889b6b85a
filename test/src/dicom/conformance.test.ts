import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { rescaleValue } from "tumorlab/internal/core/grid";
import { notesOf } from "tumorlab/internal/formats/notes";
import { readVolume } from "tumorlab/internal/formats/read";
import { reorient } from "tumorlab/internal/volume/orientation";
import { conformanceCases, outcomeOf, readConformance } from "./conformance-set";
import { digestOf } from "./make-golden";

describe("DICOM conformance", () => {
  let root: string;
  before(() => (root = mkdtempSync(path.join(tmpdir(), "conformance-"))));
  after(() => rmSync(root, { recursive: true, force: true }));
  const golden = readConformance();

  for (const each of conformanceCases)
    it(`${each.name}: ${each.holds}`, async () => {
      const folder = path.join(root, each.name);
      mkdirSync(folder);
      each.files().forEach((bytes, k) => writeFileSync(path.join(folder, `${(k * 7) % 11}-${k}`), bytes));
      if (each.refused) return assert.rejects(readVolume(folder), each.refused);
      const volume = await readVolume(folder);
      const notes = notesOf(volume).join("; ");
      if (each.note) assert.match(notes, each.note);
      else assert.equal(notes, "");
      const { truth } = each;
      if (truth) {
        assert.deepEqual(volume.shape, truth.shape);
        volume.affine.forEach((value, k) =>
          assert.ok(Math.abs(value - truth.affine[k]) < 1e-6, `affine ${volume.affine.join()}`),
        );
        const [nx, ny] = volume.shape;
        volume.data.forEach((stored, i) => {
          const [x, y, z] = [i % nx, Math.floor(i / nx) % ny, Math.floor(i / (nx * ny))];
          const found = rescaleValue(stored, volume.rescale);
          assert.ok(Math.abs(found - truth.value(x, y, z)) < 1e-3, `${found} at ${x}, ${y}, ${z}`);
        });
      }
      if (!each.golden) return;
      const theirs = golden.cases[each.name];
      const ours = reorient(volume);
      assert.deepEqual(ours.shape, theirs.shape);
      // NIfTI headers hold 32 bits.
      ours.affine.forEach((value, k) =>
        assert.ok(
          Math.abs(value - theirs.affine[k]) < 1e-4,
          `${ours.affine.join()} for ${theirs.affine.join()}`,
        ),
      );
      assert.equal(digestOf(ours), theirs.sha256);
    });

  it("is what the table of the documentation says", () => {
    const page = readFileSync("environment/docs/pages/scan-formats.md", "utf8");
    const cells = (line: string): string =>
      line
        .split("|")
        .map((cell) => cell.trim())
        .join("|");
    const lines = page
      .split("\n")
      .filter((line) => line.startsWith("|"))
      .map(cells);
    const wanted = conformanceCases.map((each) => `|${[each.holds, ...outcomeOf(each)].join("|")}|`);
    const start = lines.indexOf(wanted[0]);
    assert.ok(start >= 0, `The table of the page should be\n${wanted.join("\n")}`);
    assert.deepEqual(lines.slice(start, start + wanted.length), wanted);
    assert.ok(!/read,|refused/.test(lines[start + wanted.length] ?? ""), "a row too many");
  });
});
