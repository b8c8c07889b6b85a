import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeLabels } from "tumorlab/internal/anatomy/structures";
import { LabError } from "tumorlab/internal/core/errors";
import { findCohort } from "tumorlab/internal/data/layouts";
import { readCohortMetadata } from "tumorlab/internal/data/metadata";

describe("tables and folders of a cohort", () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), "metadata-"))));
  after(() => rm(folder, { recursive: true }));

  async function write(name: string, text: string): Promise<string> {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), text);
    return join(folder, name);
  }
  const refuse = (promise: Promise<unknown>, input: RegExp, found: RegExp): Promise<void> =>
    assert.rejects(promise, (error) => {
      assert.ok(error instanceof LabError);
      assert.match(error.input, input);
      assert.match(error.found, found);
      return true;
    });

  it("reads AbdomenAtlas's columns, other spellings of yes and no, and blanks as nothing said", async () => {
    const path = await write(
      "atlas.csv",
      "\ufeffIndex,BDMAP ID,liver,Pancreas,kidney_tumor,CT Phase,tumor?,patient\n" +
        "1,BDMAP_1,Y,n,,Venous,1,P1\n2,BDMAP_2,TRUE,0,no,,,\n",
    );
    const facts = await readCohortMetadata(path);
    assert.deepEqual(
      [...facts.values()],
      [
        {
          case: "BDMAP_1",
          patient: "P1",
          phase: "Venous",
          tumor: true,
          tumors: { liver: true, pancreas: false },
        },
        { case: "BDMAP_2", tumors: { liver: true, pancreas: false, kidney: false } },
      ],
    );
    assert.equal((await readCohortMetadata(await write("none.csv", "case,patient,hospital\n"))).size, 0);
  });

  it("reads the number and the organ of tumors, as a phantom's table has them", async () => {
    const path = await write("phantom.csv", "case,tumorOrgan,tumors\na,liver,2\nb,,0\nc,,\n");
    assert.deepEqual(
      [...(await readCohortMetadata(path)).values()],
      [
        { case: "a", tumor: true, tumors: { liver: true } },
        { case: "b", tumor: false, tumors: {} },
        { case: "c", tumors: {} },
      ],
    );
    await refuse(readCohortMetadata(await write("f.csv", "case,tumorOrgan\nx,brain\n")), /row 1/, /brain/);
    await refuse(readCohortMetadata(await write("g.csv", "case,tumors\nx,few\n")), /column tumors/, /few/);
  });

  it("refuses a table by its line and column", async () => {
    await refuse(readCohortMetadata(join(folder, "missing.csv")), /missing\.csv/, /no such file/);
    await refuse(readCohortMetadata(await write("a.csv", "name,liver\nx,Y\n")), /a\.csv/, /"name", "liver"/);
    await refuse(
      readCohortMetadata(await write("b.csv", "case,liver\nx,Y\ny,maybe\n")),
      /row 2, column liver/,
      /maybe/,
    );
    await refuse(readCohortMetadata(await write("c.csv", "case\nx\nx\n")), /row 2/, /"x"/);
    await refuse(readCohortMetadata(await write("d.csv", "case,liver\n,Y\n")), /row 1/, /"Y"/);
    await refuse(readCohortMetadata(await write("e.csv", "case,liver\nx\n")), /e\.csv/, /Record Length/);
  });

  it("lists cases without opening them, and what a case lacks", async () => {
    await write("kits/case_1/imaging.nii.gz", "");
    await write("kits/case_2/segmentation.nii", "");
    await write("kits/notes/readme.txt", "");
    await mkdir(join(folder, "kits", "case_3"));
    const { layout, cases } = await findCohort(join(folder, "kits"));
    assert.equal(layout, "kits");
    assert.deepEqual(
      cases.map((each) => [each.case, each.image !== undefined, each.labels !== undefined]),
      [
        ["case_1", true, false],
        ["case_2", false, true],
        ["case_3", false, false],
      ],
    );
  });

  it("reads labels of a dataset.json either way round, and refuses one it cannot read", async () => {
    await write("nnunet/imagesTr/a_0000.nii.gz", "");
    await write(
      "nnunet/dataset.json",
      '{"labels": {"background": 0, "liver": 1, "lesion": 2}, "numTraining": 1}',
    );
    const { dataset } = await findCohort(join(folder, "nnunet"));
    assert.deepEqual([dataset!.labels, dataset!.numTraining], [{ 1: "liver", 2: "lesion" }, 1]);
    await write("nnunet/dataset.json", "{");
    await refuse(findCohort(join(folder, "nnunet")), /dataset\.json/, /JSON/);
    await write("nnunet/dataset.json", '{"labels": {"background": 0, "whole": [1, 2]}}');
    await refuse(findCohort(join(folder, "nnunet")), /label "whole"/, /\[1, 2\]/);
  });

  it("knows lesions by the organ they share a label map with, unless there are two", () => {
    const lesionsOf = (labels: Record<number, string>): (string | undefined)[] =>
      describeLabels(labels).map(({ lesionOf }) => lesionOf);
    assert.deepEqual(lesionsOf({ 1: "pancreas", 2: "cancer" }), [undefined, "pancreas"]);
    assert.deepEqual(lesionsOf({ 1: "kidney_left", 2: "kidney_right", 3: "Tumour" }), [
      undefined,
      undefined,
      "kidney",
    ]);
    assert.deepEqual(lesionsOf({ 1: "liver", 2: "pancreas", 3: "lesion" }), [
      undefined,
      undefined,
      undefined,
    ]);
    assert.deepEqual(lesionsOf({ 1: "colon cancer primaries" }), ["colon"]);
    assert.equal(describeLabels({ 9: "mass" }, { 9: "uterus" })[0].lesionOf, "uterus");
  });
});
