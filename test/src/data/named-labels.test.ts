import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAffine } from "tumorlab/internal/core/affine";
import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import { findCaseFiles } from "tumorlab/internal/data/case-files";
import { findLabelScheme } from "tumorlab/internal/data/label-scheme";
import { findNamesOf, namesItself, readLabelsAs } from "tumorlab/internal/data/named-labels";
import { evaluateStudy } from "tumorlab/internal/evaluation/evaluate-study";
import { openStudy } from "tumorlab/internal/evaluation/study";
import { readLabelMap, readVolume } from "tumorlab/internal/formats/read";
import { writeVolume } from "tumorlab/internal/formats/write";
import { run } from "../cli/run.js";

const affine = createAffine([2, 2, 3]);

/** A map of 4 x 4 x 4 voxels: `values[k]` in plane k of z. */
async function write(path: string, values: readonly number[], names: Record<number, string>): Promise<void> {
  const data = Uint8Array.from({ length: 64 }, (_, i) => values[Math.floor(i / 16)]);
  await writeVolume(path, toLabelMap(createVolume(data, [4, 4, 4], { affine }), names));
}

describe("label maps that name their structures themselves", () => {
  let folder = "";
  before(async () => (folder = await mkdtemp(join(tmpdir(), "named-"))));
  after(() => rm(folder, { recursive: true }));

  it("are read by name: each file may number its structures as it likes", async () => {
    const [one, two] = [join(folder, "one.nrrd"), join(folder, "two.nrrd")];
    await write(one, [0, 1, 1, 2], { 1: "Liver", 2: "liver_lesion" });
    await write(two, [0, 5, 5, 1], { 5: "liver", 1: "liver tumor" });
    assert.ok(await namesItself(one));
    const names = { 7: "liver", 9: "liver tumor" };
    const [a, b] = [await readLabelsAs(one, names), await readLabelsAs(two, names)];
    assert.deepEqual([a.data[16], a.data[48]], [7, 9]);
    assert.deepEqual(a.data, b.data);
    assert.deepEqual((await readLabelsAs(one, {})).names, { 1: "Liver", 2: "liver_lesion" });
  });

  it("keep their values where none of their names is known, as Slicer's Segment_1 is not", async () => {
    const path = join(folder, "plain.nrrd");
    await write(path, [0, 1, 1, 2], { 1: "Segment_1", 2: "Segment_2" });
    const map = await readLabelsAs(path, { 1: "liver", 2: "liver tumor" });
    assert.deepEqual([map.data[16], map.data[48], map.names], [1, 2, { 1: "liver", 2: "liver tumor" }]);
    const bare = join(folder, "bare.nrrd");
    await writeFile(
      bare,
      "NRRD0004\ntype: uint8\ndimension: 3\nsizes: 1 1 1\nencoding: raw\n\n\u0001",
      "latin1",
    );
    assert.equal(await namesItself(bare), false);
    assert.deepEqual((await readLabelsAs(bare, { 1: "liver" })).names, { 1: "liver" });
  });

  it("say what their values are as they stand in the file, whatever other files would number them", async () => {
    const path = join(folder, "crossed.nrrd");
    // 5 is the liver's value in AbdomenAtlas, where a folder of such files takes its values from.
    await write(path, [0, 1, 1, 5], { 1: "liver", 5: "spleen" });
    const own = { 1: "liver", 5: "spleen" };
    assert.deepEqual(await findNamesOf(await readVolume(path), path), own);
    const { out } = await run("info", path, "--json");
    assert.deepEqual((JSON.parse(out) as { labelNames: unknown }).labelNames, own);
    const copy = join(folder, "copied.nrrd");
    assert.equal((await run("convert", path, copy)).code, 0);
    assert.deepEqual((await readLabelMap(copy)).names, own);
    // Values without a name of their own are those of the file beside them.
    const plain = join(folder, "beside", "a.mha");
    await mkdir(join(folder, "beside"));
    await write(plain, [0, 1, 1, 5], {});
    await writeFile(join(folder, "beside", "dataset.json"), '{"labels":{"background":0,"liver":1}}');
    assert.deepEqual(await findNamesOf(await readVolume(plain), plain), { 1: "liver" });
  });

  it("give a folder its meaning, and are compared by name", async () => {
    const sides = ["reference", "prediction"].map((side) => join(folder, side));
    for (const side of sides) await mkdir(side);
    await write(join(sides[0], "a.nrrd"), [0, 1, 1, 2], { 1: "liver", 2: "liver tumor" });
    await write(join(sides[1], "a.nrrd"), [0, 2, 2, 1], { 2: "liver", 1: "liver tumor" });
    const scheme = await findLabelScheme(sides[1], [...(await findCaseFiles(sides[1])).values()]);
    assert.equal(scheme.origin, "masks");
    assert.deepEqual(Object.values(scheme.names).sort(), ["liver", "liver tumor"]);
    // Files that agree keep the values that a reader sees in them; those that differ get common ones.
    const both = await findLabelScheme(folder, [
      { name: "a", path: join(sides[0], "a.nrrd") },
      { name: "b", path: join(sides[1], "a.nrrd") },
    ]);
    assert.deepEqual(scheme.names, { 1: "liver tumor", 2: "liver" });
    assert.deepEqual(both.names, { 5: "liver", 27: "liver tumor" });
    const study = await openStudy({ reference: sides[0], prediction: sides[1] });
    const { rows } = await evaluateStudy(study, {});
    assert.deepEqual(
      rows.map(({ name, dice }) => [name, dice]),
      [
        ["liver", 1],
        ["liver tumor", 1],
      ],
    );
  });
});
