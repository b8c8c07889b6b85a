import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCohortMetadata } from "tumorlab/internal/data/metadata";
import { readVolume } from "tumorlab/internal/nifti/read";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { ballScan } from "../tumor/scans.js";
import { run } from "./run.js";

interface Made {
  case: string;
  record: {
    exophytic: { askedShare: number; share: number };
    options: object;
    lesionLabel: { value: number };
  };
}

describe("tumorlab synthesize --exophytic", function () {
  this.timeout(60_000);
  let root: string;
  let scan: string[];
  let labels: string;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "exophytic-"));
    const host = join(root, "cohort", "BDMAP_00000001");
    await mkdir(host, { recursive: true });
    const made = ballScan(20, [3, 3, 3], 42);
    const image = join(host, "ct.nii.gz");
    labels = join(host, "combined_labels.nii.gz");
    await writeVolume(image, made.ct);
    await writeVolume(labels, made.labels);
    scan = ["--ct", image, "--labels", labels];
  });
  after(() => rm(root, { recursive: true, force: true }));

  it("lets lesions of one scan grow out of the organ, says how far, and replays them", async () => {
    const out = join(root, "one");
    const words = [
      "synthesize",
      ...scan,
      "--organ",
      "liver",
      "--size",
      "small",
      "--count",
      "2",
      "--seed",
      "3",
    ];
    const done = await run(...words, "--exophytic", "0.4", "--workers", "1", "--out", out);
    assert.equal(done.code, 0, done.err);
    assert.match(done.out, /out of organ, asked/);
    assert.match(done.out, /BDMAP_80000001 .*0\.(3|4)\d, 0\.4/);
    const again = await run(...words, "--exophytic", "0.4", "--out", out, "--json");
    const { kept } = JSON.parse(again.out) as { kept: Made[] };
    assert.equal(kept.length, 2);
    const before = await readVolume(labels);
    for (const { case: name, record } of kept) {
      assert.deepEqual(record.options, { exophyticShare: 0.4 });
      const { data } = await readVolume(join(out, name, "combined_labels.nii.gz"));
      const was = Array.from(before.data).filter((_, i) => data[i] === record.lesionLabel.value);
      assert.ok(was.every((value) => value === 0 || value === 5));
      assert.equal(was.filter((value) => value === 0).length / was.length, record.exophytic.share);
      assert.ok(Math.abs(record.exophytic.share - 0.4) <= 0.1);
      const healthy = Array.from(before.data).filter((value) => value === 5).length;
      const left = Array.from(data).filter((value) => value === 5).length;
      assert.equal(left, healthy - was.filter((value) => value === 5).length, "the organ does not grow");
    }
    const record = join(out, kept[0].case, "lesion.json");
    const replayed = await run("synthesize", "--replay", record, "--out", join(root, "copy"));
    assert.equal(replayed.code, 0, replayed.err);
    assert.match(replayed.out, /every voxel as recorded/);
  });

  it("notes a lesion that got less than was asked for", async () => {
    const words = ["--organ", "liver", "--radius-mm", "6", "--center", "8,14,14", "--seed", "1"];
    const done = await run(
      "synthesize",
      ...scan,
      ...words,
      "--exophytic",
      "0.9",
      "--out",
      join(root, "short"),
    );
    assert.equal(done.code, 0, done.err);
    assert.match(done.err, /BDMAP_80000000: \d+ % of it out of the liver, less than the 90 % asked for/);
  });

  it("fills a cohort that verify accepts, with columns of its own", async () => {
    const words = [
      "synthesize",
      "--cohort",
      join(root, "cohort"),
      "--ratio",
      "2",
      "--mix",
      "1:0:0",
      "--seed",
      "5",
    ];
    const common = ["--label-map", "abdomenatlas"];
    const out = join(root, "filled");
    const done = await run(
      ...words,
      ...common,
      "--method",
      "handcrafted,growth",
      "--exophytic",
      "0.5",
      "--out",
      out,
    );
    assert.equal(done.code, 0, done.err);
    const text = await readFile(join(out, "metadata.csv"), "utf8");
    const [header, ...rows] = text
      .trim()
      .split("\n")
      .map((line) => line.split(","));
    assert.deepEqual(header.slice(-2), ["exophyticAsked", "exophyticShare"]);
    assert.equal(rows.length, 2);
    for (const row of rows) {
      assert.equal(row.at(-2), "0.5");
      assert.ok(Math.abs(Number(row.at(-1)) - 0.5) <= 0.1, row.join());
    }
    assert.equal((await readCohortMetadata(join(out, "metadata.csv"))).size, 2);
    const verified = await run("cohort", "verify", out);
    assert.equal(verified.code, 0, verified.out + verified.err);
    assert.doesNotMatch(verified.out, /outside/);
    const plain = join(root, "plain");
    assert.equal((await run(...words, ...common, "--out", plain)).code, 0);
    assert.doesNotMatch(await readFile(join(plain, "metadata.csv"), "utf8"), /exophytic/);
  });

  it("refuses walls and shares out of range before anything is made", async () => {
    const base = ["synthesize", ...scan, "--seed", "1", "--out", join(root, "none")];
    const wall = await run(...base, "--organ", "colon", "--exophytic", "0.3");
    assert.equal(wall.code, 1);
    assert.match(wall.err, /0\.3 for the colon, whose lesions follow its wall/);
    const cohort = [
      "synthesize",
      "--cohort",
      join(root, "cohort"),
      "--seed",
      "1",
      "--out",
      join(root, "none"),
    ];
    const many = await run(...cohort, "--organs", "esophagus", "--exophytic", "0.3");
    assert.equal(many.code, 1);
    assert.match(many.err, /for the esophagus/);
    for (const share of ["0.95", "-0.1", "much"]) {
      const bad = await run(...base, "--organ", "liver", "--exophytic", share);
      assert.equal(bad.code, 2);
      assert.match(bad.err, /--exophytic: found .* a share from 0 to 0\.9/);
    }
    assert.equal(existsSync(join(root, "none", "classes.json")), false);
  });
});
