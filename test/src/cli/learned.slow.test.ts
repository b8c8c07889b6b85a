import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeVolume } from "tumorlab/internal/nifti/write";
import type { LesionCaseRecord } from "tumorlab/internal/synthesis/synthetic-case";
import { ballScan as tumorScan } from "../training/scans.js";
import { ballScan } from "../tumor/scans.js";
import { run } from "./run.js";

describe("tumorlab generator train and synthesize --method learned", function () {
  this.timeout(240_000);
  const root = mkdtempSync(join(tmpdir(), "tumorlab-cli-learned-"));
  const at = (...names: string[]): string => join(root, ...names);
  const engine = ["--engine", "simd", "--threads", "1"];
  const host = ["--ct", at("host", "ct.nii.gz"), "--labels", at("host", "combined_labels.nii.gz")];
  const ask = ["--organ", "liver", "--radius-mm", "12", "--seed", "1", "--method", "learned"];

  before(async () => {
    for (const seed of [1, 2]) {
      const { name, ct, labels } = tumorScan(seed, [24, 24, 24]);
      await writeVolume(at("data", name, "ct.nii.gz"), ct);
      await writeVolume(at("data", name, "combined_labels.nii.gz"), labels);
    }
    for (const folder of ["host", "data/healthy"]) {
      const { ct, labels } = ballScan(30, [4, 4, 4]);
      await writeVolume(at(folder, "ct.nii.gz"), ct);
      await writeVolume(at(folder, "combined_labels.nii.gz"), labels);
    }
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  it("learns from the scans with a tumor, fills a scan, and makes the case again", async () => {
    const train = ["generator", "train", "--data", at("data"), "--organ", "liver", "--out", at("gen")];
    const trained = await run(...train, "--steps", "3", ...engine, "--json");
    assert.equal(trained.code, 0, trained.err);
    const record = JSON.parse(trained.out);
    assert.deepEqual(record.generator.cases, ["ball-1", "ball-2"]);
    assert.equal(record.generator.steps, 3);
    assert.deepEqual(JSON.parse(readFileSync(at("gen", "run.json"), "utf8")), record);
    const twice = await run(...train, "--steps", "3", ...engine);
    assert.equal(twice.code, 1);
    assert.match(twice.err, /something there already/);

    const made = await run("synthesize", ...host, ...ask, "--generator", at("gen"), "--out", at("out"));
    assert.equal(made.code, 0, made.err);
    const file = at("out", "BDMAP_80000000", "lesion.json");
    const lesion = JSON.parse(readFileSync(file, "utf8")) as LesionCaseRecord;
    assert.equal(lesion.record.weightsSha256, record.weightsSha256);
    assert.equal(lesion.inputs.generator?.sha256, record.weightsSha256);
    const kept = await run("synthesize", ...host, ...ask, "--generator", at("gen"), "--out", at("out"));
    assert.match(kept.out, /0 made, 1 kept/);

    const replay = (...more: string[]) => run("synthesize", "--replay", file, ...more);
    const again = await replay("--out", at("again"));
    assert.equal(again.code, 0, again.err);
    renameSync(at("gen"), at("moved"));
    const lost = await replay("--out", at("lost"));
    assert.equal(lost.code, 1);
    assert.match(lost.err, /expected .*the generator of the record, sha256 [0-9a-f]{64}[^]*--generator DIR/);
    const found = await replay("--out", at("found"), "--generator", at("moved"));
    assert.equal(found.code, 0, found.err);

    const other = await run(...train, "--steps", "2", ...engine);
    assert.equal(other.code, 0, other.err);
    const wrong = await replay("--out", at("wrong"));
    assert.match(wrong.err, /lesion record, generator: found "sha256/);
    const mixed = await run("synthesize", ...host, ...ask, "--generator", at("gen"), "--out", at("out"));
    assert.match(mixed.err, /a case of another seed, scan, recipe or generator/);
  });

  it("fills a cohort with one generator, which its plan names", async () => {
    cpSync(at("host"), at("healthy", "BDMAP_00000001"), { recursive: true });
    const fill = [
      "synthesize",
      "--cohort",
      at("healthy"),
      "--out",
      at("cohort"),
      "--seed",
      "1",
      "--ratio",
      "1",
    ];
    const cohort = ["--method", "learned", "--mix", "0:1:0", "--organs", "liver"];
    const made = await run(...fill, ...cohort, "--generator", at("moved"));
    assert.equal(made.code, 0, made.err);
    const plan = JSON.parse(readFileSync(at("cohort", "synthesis.json"), "utf8"));
    assert.match(plan.recipe.weightsSha256, /^[0-9a-f]{64}$/);
    const other = await run(...fill, ...cohort, "--generator", at("gen"));
    assert.match(other.err, /the same settings as this run's/);
  });

  it("refuses words that do not go together", async () => {
    const bare = await run("synthesize", ...host, ...ask, "--out", at("x"));
    assert.match(bare.err, /--method learned needs --generator DIR/);
    const plain = ask.slice(0, -1);
    const idle = await run(
      "synthesize",
      ...host,
      ...plain,
      "growth",
      "--generator",
      at("gen"),
      "--out",
      at("x"),
    );
    assert.match(idle.err, /--generator goes with --method learned alone/);
    const none = await run("synthesize", ...host, ...ask, "--generator", at("nothing"), "--out", at("x"));
    assert.match(none.err, /nothing/);
    const organ = await run("generator", "train", "--data", at("data"), "--organ", "knee", "--out", at("y"));
    assert.equal(organ.code, 2);
    const empty = ["generator", "train", "--data", at("healthy"), "--organ", "liver", "--out", at("y")];
    assert.match((await run(...empty, ...engine)).err, /cases: found "none with a tumor of the liver"/);
  });
});
