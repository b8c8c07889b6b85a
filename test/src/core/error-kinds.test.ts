import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ErrorKind, LabError, readAsFile } from "tumorlab/internal/core/errors";
import { findCaseFiles } from "tumorlab/internal/data/case-files";
import { findCohort } from "tumorlab/internal/data/layouts";
import { findScanFiles } from "tumorlab/internal/data/scan-files";
import { verifyCohort } from "tumorlab/internal/data/verify/verify";
import { openStudy } from "tumorlab/internal/evaluation/study";
import { readSafetensors } from "tumorlab/internal/model/safetensors";
import { loadModel } from "tumorlab/internal/model/store";
import { readLabelMap, readNiftiHeader, readVolume } from "tumorlab/internal/nifti/read";
import { requireMemory } from "tumorlab/internal/nifti/source";

/** What reads a file or a folder that a caller names. */
const readers: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  findCaseFiles,
  findCohort,
  findScanFiles,
  loadModel,
  openStudy: (path) => openStudy({ reference: path, prediction: path }),
  readLabelMap: (path) => readLabelMap(path),
  readNiftiHeader,
  readSafetensors,
  readVolume: (path) => readVolume(path),
  verifyCohort: (path) => verifyCohort(path),
};

/** Those of them that read one file. */
const ofFiles = ["readLabelMap", "readNiftiHeader", "readSafetensors", "readVolume"];

describe("the kind of an error", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "tumorlab-kinds-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const isKind = (kind: ErrorKind) => (error: unknown) => error instanceof LabError && error.kind === kind;

  for (const [name, read] of Object.entries(readers))
    it(`of ${name} says that nothing is there`, () =>
      assert.rejects(read(join(folder, "none.nii.gz")), isKind("missing-file")));

  for (const name of ofFiles)
    it(`of ${name} says that the file is another`, async () => {
      for (const [file, text] of [
        ["one.nii", `{ "a": "${"x".repeat(400)}" }`],
        ["short.nii", "abc"],
      ]) {
        writeFileSync(join(folder, file), text);
        await assert.rejects(readers[name](join(folder, file)), isKind("bad-file"), file);
      }
    });

  it("of a sound image that memory cannot hold is not that the file is damaged", () =>
    assert.rejects(
      readAsFile(() => requireMemory("large.nii", 2 ** 33, 2 ** 30)),
      isKind("file-access"),
    ));

  it("of an option is not that of the file", () =>
    assert.rejects(findCohort(folder, "films" as never), isKind("bad-value")));
});
