import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readClassesFile } from "tumorlab/internal/anatomy/classes-file";
import { openLabelMap } from "tumorlab/internal/anatomy/label-maps";
import { readCohortReport } from "tumorlab/internal/cli/cohort-report";
import { decodeText, readJson, readText } from "tumorlab/internal/core/files";
import { findCohort } from "tumorlab/internal/data/layouts";
import { readCohortMetadata } from "tumorlab/internal/data/metadata";
import { openCohort } from "tumorlab/internal/data/open-cohort";
import { openCurves } from "tumorlab/internal/notebook/learning-curves";
import { readTrainingConfig } from "tumorlab/internal/training/read-training-config";

/** A text as Notepad, PowerShell and Excel save it: with a byte order mark, in one of three encodings. */
const marked: Record<string, (text: string) => Buffer> = {
  "UTF-8": (text) => Buffer.from(`\ufeff${text}`),
  "UTF-16, little end first": (text) => Buffer.from(`\ufeff${text}`, "utf16le"),
  "UTF-16, big end first": (text) => Buffer.from(`\ufeff${text}`, "utf16le").swap16(),
};

describe("text of a file", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tumorlab-files-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, bytes: Buffer | string): string => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };

  it("is what it says, whatever byte order mark stands before it", () => {
    for (const text of ["", "liver: 1", "Größe, 肝臓, 🫁", " \ufeff inside", "\n"]) {
      assert.equal(decodeText(Buffer.from(text)), text);
      for (const [name, encode] of Object.entries(marked)) assert.equal(decodeText(encode(text)), text, name);
    }
    // A mark is two or three bytes; fewer are text.
    assert.equal(decodeText(Buffer.from([0x41])), "A");
  });

  it("names the file, why and what was expected where there is none", async () => {
    await assert.rejects(
      readText(join(folder, "no.txt"), "a list", "Write one"),
      /no\.txt: found "no such file", expected a list\. Write one/,
    );
    await assert.rejects(readJson(folder, "a list"), /found "a folder", expected a list/);
    await assert.rejects(
      readJson(write("a.json", "{]"), "a list"),
      /a\.json: found ".*JSON.*", expected a list/,
    );
  });

  for (const [name, encode] of Object.entries(marked))
    it(`is read past a mark of ${name} in every kind of file that users write`, async () => {
      const labels = '{"liver": 1, "liver_tumor": 2}';
      assert.deepEqual((await openLabelMap(write("map.json", encode(labels)))).labels, {
        1: "liver",
        2: "liver_tumor",
      });
      write("dataset.json", encode(`{"labels": ${labels}, "numTraining": 1}`));
      mkdirSync(join(folder, "imagesTr"));
      write("imagesTr/a_0000.nii.gz", "");
      assert.equal((await findCohort(folder)).dataset?.numTraining, 1);
      const facts = await readCohortMetadata(write("m.csv", encode("case,patient\na,P1\n")));
      assert.equal(facts.get("a")?.patient, "P1");
      assert.equal((await readTrainingConfig(write("r.json", encode('{"preset": "tiny"}')))).name, "tiny");
      write(
        "classes.json",
        encode('{"format":"tumorlab-classes","targets":[{"name":"l","structures":["l"]}],"ignore":[]}'),
      );
      assert.equal((await readClassesFile(folder))?.classes?.targets[0].name, "l");
      assert.equal((await openCurves(write("c.csv", encode("n,score\n10,0.5\n20,0.6\n")))).rows.length, 2);
      assert.deepEqual(
        (await readCohortReport(write("p.json", encode('{"cases":[],"findings":[]}')))).cases,
        [],
      );
      const manifest = readFileSync(resolve("data-manifests/cohorts/lits.json"), "utf8");
      assert.equal((await openCohort(write("lits.json", encode(manifest)))).name, "lits");
    });
});
