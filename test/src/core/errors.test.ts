import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addAdvice, isKind, LabError, locateErrors, requireThat } from "tumorlab/internal/core/errors";
import { isThere, readJson, readText, readTextIfThere, writeFileWhole } from "tumorlab/internal/core/files";
import { compileJsonSchema } from "tumorlab/internal/core/json-schema";
import { readChecked } from "tumorlab/internal/core/read-checked";
import { readVolume } from "tumorlab/internal/nifti/read";
import { capSize } from "tumorlab/internal/tumor/size";

const kindOf = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    return (error as LabError).kind;
  }
  return "none";
};

describe("the kind of an error", () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), "tumorlab-kinds-"))));
  after(() => rm(folder, { recursive: true }));

  it("is a bad value unless another is said, and stays when the error is told elsewhere", async () => {
    assert.equal(await kindOf(() => requireThat(false, "a", 1, "2")), "bad-value");
    const small = new LabError("a", 1, "2", "", { kind: "does-not-fit" });
    assert.equal(addAdvice(small, "Try another").kind, "does-not-fit");
    const tell = (): never =>
      locateErrors(
        (input) => `file, ${input}`,
        () => {
          throw small;
        },
      );
    assert.equal(await kindOf(tell), "does-not-fit");
    assert.ok(
      isKind(small, "does-not-fit") && !isKind(small, "bad-value") && !isKind(new Error("x"), "bad-value"),
    );
  });

  it("tells a file that is missing from one that cannot be read and one that is something else", async () => {
    const file = join(folder, "file.json");
    await writeFile(file, "{");
    assert.equal(await kindOf(() => readText(join(folder, "none"), "a text")), "missing-file");
    assert.equal(await kindOf(() => readText(join(file, "below"), "a text")), "missing-file");
    assert.equal(await kindOf(() => readText(folder, "a text")), "file-access");
    assert.equal(await kindOf(() => readJson(file, "JSON")), "bad-file");
    assert.equal(await kindOf(() => writeFileWhole(join(file, "below"), [])), "file-access");
    assert.equal(await kindOf(() => readVolume(join(folder, "none.nii.gz"))), "missing-file");
    await writeFile(file, "5");
    const check = compileJsonSchema({ type: "object" });
    assert.equal(await kindOf(() => readChecked(file, check, "a plan")), "bad-file");
  });

  it("lets what is missing be nothing, and nothing else", async () => {
    assert.equal(await readTextIfThere(join(folder, "none"), "a text"), undefined);
    assert.equal(await kindOf(() => readTextIfThere(folder, "a text")), "file-access");
    assert.deepEqual([await isThere(folder), await isThere(join(folder, "none"))], [true, false]);
    assert.equal(await kindOf(() => isThere(join(folder, "x".repeat(5000)))), "file-access");
  });

  it("says of an organ too small for a lesion that it does not fit", async () => {
    assert.equal(await kindOf(() => capSize("liver", 0.001, 5)), "does-not-fit");
  });
});
