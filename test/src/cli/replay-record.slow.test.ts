import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKey } from "tumorlab/internal/core/random";
import type { LabelMap, Volume } from "tumorlab/internal/core/types";
import { openSample } from "tumorlab/internal/data/samples";
import { readLabelMap, readVolume } from "tumorlab/internal/nifti/read";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { readLesionRecord } from "tumorlab/internal/synthesis/synthetic-case";
import { applyPatch } from "tumorlab/internal/tumor/insert";
import type { LesionPatch, SynthesisRequest } from "tumorlab/internal/tumor/synthesizer";
import { findSynthesizer } from "tumorlab/internal/tumor/synthesizers";
import { ballScan } from "../tumor/scans.js";
import { run } from "./run.js";

describe("tumorlab synthesize --replay with the record of a lesion alone", function () {
  this.timeout(60_000);
  let root: string;
  let image: string;
  let map: string;
  const { ct, labels } = ballScan(20, [3, 3, 3], 42);

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "replay-"));
    const host = join(root, "BDMAP_00000007");
    await mkdir(host, { recursive: true });
    [image, map] = ["ct.nii.gz", "combined_labels.nii.gz"].map((file) => join(host, file));
    await writeVolume(image, ct);
    await writeVolume(map, labels);
  });
  after(() => rm(root, { recursive: true, force: true }));

  /** Makes a lesion as a cell does, and saves its record as a cell does. */
  async function save(
    name: string,
    method: string,
    request: SynthesisRequest,
  ): Promise<{ patch: LesionPatch; path: string }> {
    const patch = await findSynthesizer(method).synthesize(request);
    const path = join(root, `${name}.json`);
    await writeFile(path, JSON.stringify(patch.record));
    return { patch, path };
  }

  async function assertWritten(
    folder: string,
    expected: { ct: Volume; labels: LabelMap },
    patch: LesionPatch,
  ): Promise<void> {
    const written = join(folder, "BDMAP_80000000");
    const [image, map] = [
      await readVolume(join(written, "ct.nii.gz")),
      await readLabelMap(join(written, "combined_labels.nii.gz")),
    ];
    assert.deepEqual(image.data, expected.ct.data);
    assert.deepEqual(image.affine, expected.ct.affine);
    assert.deepEqual(Uint16Array.from(map.data), Uint16Array.from(expected.labels.data));
    const { record } = await readLesionRecord(join(written, "lesion.json"));
    assert.deepEqual(record, JSON.parse(JSON.stringify(patch.record)));
  }

  for (const [method, options, phase] of [
    ["handcrafted", { contrastHu: -35 }, "venous"],
    ["growth", { exophyticShare: 0.3 }, undefined],
    ["growth", undefined, undefined],
  ] as const)
    it(`writes the voxels of the cell: ${method}, ${JSON.stringify({ ...options, phase })}`, async () => {
      const request: SynthesisRequest = {
        ...{ ct, labels, organ: "liver", size: { radiusMm: 9 }, key: createKey(21).split("cell") },
        ...(options ? { options } : {}),
        ...(phase ? { phase } : {}),
      };
      const name = `${method}-${Object.keys(options ?? {}).join("")}`;
      const { patch, path } = await save(name, method, request);
      const files = ["--ct", image, "--labels", map];
      const out = join(root, name);
      const done = await run("synthesize", "--replay", path, ...files, "--out", out);
      assert.equal(done.code, 0, done.err);
      assert.match(done.out, /BDMAP_80000000: made again, every voxel as recorded/);
      await assertWritten(out, applyPatch(ct, labels, patch), patch);
      // What was written is a case as all others, with a record that replays by itself.
      const { plan } = await readLesionRecord(join(out, "BDMAP_80000000", "lesion.json"));
      assert.deepEqual([plan.host, plan.phase, plan.options], ["BDMAP_00000007", phase, options]);
      const again = join(root, `${name}-again`);
      const replayed = await run(
        ...["synthesize", "--replay", join(out, "BDMAP_80000000", "lesion.json"), "--out", again],
      );
      assert.equal(replayed.code, 0, replayed.err);
      await assertWritten(again, applyPatch(ct, labels, patch), patch);
    });

  it("writes those of a cell on the sample that ships, whose labels a file beside them names", async () => {
    const sample = await openSample("abdomen-ct");
    const request = { ct: sample.ct, labels: sample.labels, key: createKey(11).split("liver") };
    const size = { radiusMm: 14 };
    const options = { contrastHu: -35 };
    const { patch, path } = await save("sample", "handcrafted", {
      ...request,
      organ: "liver",
      size,
      options,
    });
    const words = ["synthesize", "--replay", path, "--ct", sample.files.ct, "--labels"];
    const out = join(root, "sample");
    const elsewhere = join(root, "labels.nii.gz");
    await cp(sample.files.labels, elsewhere);
    const unnamed = await run(...words, elsewhere, "--out", out);
    assert.deepEqual([unnamed.code, /--label-map/.test(unnamed.err)], [1, true], unnamed.err);
    const done = await run(...words, sample.files.labels, "--out", out);
    assert.equal(done.code, 0, done.err);
    await assertWritten(out, applyPatch(sample.ct, sample.labels, patch), patch);
  });

  it("says what is missing and what differs, and writes nothing then", async () => {
    const request: SynthesisRequest = {
      ct,
      labels,
      organ: "liver",
      size: { radiusMm: 9 },
      key: createKey(5),
    };
    const { path } = await save("refused", "handcrafted", request);
    const out = join(root, "refused");
    const words = ["synthesize", "--replay", path, "--out", out];
    const refuse = async (expected: RegExp, ...more: string[]): Promise<void> => {
      const { code, err } = await run(...words, ...more);
      assert.equal(code, 1, err);
      assert.match(err, expected);
    };
    await refuse(/refused\.json: .*names no files.*expected the CT it was made in.*--ct CT --labels SEG/);
    await refuse(/expected the CT it was made in/, "--labels", map);
    await refuse(/expected the labels it was made with.*--ct CT --labels SEG/, "--ct", image);
    const other = join(root, "other.nii.gz");
    await writeVolume(other, { ...ct, data: ct.data.map((hu) => hu + 7) });
    await refuse(/lesion record, .* as recorded.*Give the CT/, "--ct", other, "--labels", map);
    const cut = ballScan(20, [3, 3, 3], 28);
    const [small, smallMap] = [join(root, "small.nii.gz"), join(root, "combined_labels.nii.gz")];
    await writeVolume(small, cut.ct);
    await writeVolume(smallMap, cut.labels);
    await refuse(/ct, shape: found/, "--ct", small, "--labels", smallMap);
    assert.ok(!(await readdir(root)).includes("refused"));

    const done = await run(...words, "--ct", image, "--labels", map);
    assert.equal(done.code, 0, done.err);
    await refuse(/something there already/, "--ct", image, "--labels", map);
    const written = join(out, "BDMAP_80000000", "lesion.json");
    const named = [
      "synthesize",
      "--replay",
      written,
      "--label-map",
      "abdomenatlas",
      "--out",
      join(root, "x"),
    ];
    assert.match((await run(...named)).err, /record of a case, which names its labels itself/);
    const text = await readFile(written, "utf8");
    await writeFile(written, text.replace('"radiusMm": 9', '"radiusMm": 8'));
    const edited = await run("synthesize", "--replay", written, "--out", join(root, "x"));
    assert.match(edited.err, /lesion\.json, plan\.size: found .*8.*, expected .*9.*as in its record/);
    const whole = JSON.parse(text) as { inputs: object };
    for (const [change, expected] of [
      [{ record: undefined }, /lesion\.json, record: found undefined, expected an object/],
      [{ plan: null }, /lesion\.json, plan: found null/],
      [{ inputs: { ...whole.inputs, labels: undefined } }, /lesion\.json, inputs: found .*path and sha256/],
      [{ inputs: { ...whole.inputs, ct: { path: 1 } } }, /lesion\.json, inputs: found/],
    ] as const) {
      await writeFile(written, JSON.stringify({ ...whole, ...change }));
      const { code, err } = await run("synthesize", "--replay", written, "--out", join(root, "x"));
      assert.equal(code, 1);
      assert.match(err, expected);
    }
  });
});
