import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { readCohortMetadata } from "tumorlab/internal/data/metadata";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { ballScan } from "../tumor/scans.js";
import { run } from "./run.js";

describe("tumorlab synthesize", function () {
  this.timeout(60_000);
  let root: string;
  let scan: string[];

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "synthesize-"));
    const { ct, labels } = ballScan(20, [3, 3, 3], 28);
    await mkdir(join(root, "cohort", "BDMAP_00000001"), { recursive: true });
    const [image, map] = ["ct.nii.gz", "combined_labels.nii.gz"].map((file) =>
      join(root, "cohort", "BDMAP_00000001", file),
    );
    await writeVolume(image, ct);
    await writeVolume(map, labels);
    scan = ["--ct", image, "--labels", map];
  });
  after(() => rm(root, { recursive: true, force: true }));

  it("tells of a scan that is not in HU, once, also where nothing can be made in it", async () => {
    const { ct, labels } = ballScan(20, [3, 3, 3], 28);
    const scaled = { ...ct, data: Float32Array.from(ct.data, (hu) => (hu + 1000) / 1500) };
    const [image, map] = [join(root, "scaled.nii.gz"), join(root, "scaled_labels.nii.gz")];
    await writeVolume(image, scaled);
    await writeVolume(map, labels);
    const words = ["--ct", image, "--labels", map, "--label-map", "abdomenatlas", "--seed", "1"];
    const more = ["--size", "small", "--count", "2", "--workers", "1"];
    const made = await run(
      "synthesize",
      ...[...words, ...more, "--organ", "liver", "--out", join(root, "scaled")],
    );
    assert.equal(made.err.match(/scaled\.nii\.gz: .*; expected HU.*is that a CT\?/g)?.length, 1, made.err);
    const none = await run("synthesize", ...words, "--organ", "colon", "--out", join(root, "no-colon"));
    assert.match(none.err, /colon.*scaled\.nii\.gz: .*is that a CT\?/);
  });

  it("puts lesions into one scan, keeps them, and replays their records", async () => {
    const out = join(root, "one");
    const words = [
      "synthesize",
      ...scan,
      "--organ",
      "liver",
      "--size",
      "large",
      "--count",
      "2",
      "--seed",
      "3",
      "--out",
      out,
    ];
    const first = await run(...words, "--workers", "1");
    assert.equal(first.code, 0, first.err);
    assert.match(first.out, /BDMAP_80000001 +liver +handcrafted +32/);
    assert.match(first.out, /2 made, 0 kept, 0 failed/);
    assert.match(first.err, /capped at 1\d\.\d mm of 32 mm: a lesion takes up at most 30 % of its liver/);
    const again = await run(...words, "--json");
    const { made, kept } = JSON.parse(again.out) as {
      made: unknown[];
      kept: { record: { organ: string } }[];
    };
    assert.deepEqual([made.length, kept.length, kept[0].record.organ], [0, 2, "liver"]);
    const record = join(out, "BDMAP_80000001", "lesion.json");
    const copy = join(root, "copy");
    const replayed = await run("synthesize", "--replay", record, "--out", copy);
    assert.equal(replayed.code, 0, replayed.err);
    assert.match(replayed.out, /every voxel as recorded/);
    for (const file of ["ct.nii.gz", "combined_labels.nii.gz", "lesion.json"])
      assert.deepEqual(
        await readFile(join(copy, "BDMAP_80000001", file)),
        await readFile(join(out, "BDMAP_80000001", file)),
      );
    const json = await run("synthesize", "--replay", record, "--out", join(root, "json"), "--json", ...scan);
    assert.equal((JSON.parse(json.out) as { made: unknown[] }).made.length, 1);
    assert.equal((await run("synthesize", "--replay", record, "--out", copy)).code, 1);
    const moved = join(out, "BDMAP_80000001", "moved.json");
    const { inputs, ...rest } = JSON.parse(await readFile(record, "utf8")) as {
      inputs: { ct: object; labels: object[] };
    };
    const gone = join(root, "gone.nii.gz");
    for (const [changed, message] of [
      [
        { ...inputs, ct: { ...inputs.ct, path: gone } },
        /gone\.nii\.gz: found "no such file", expected the CT of the record, .* lies now: --ct CT/,
      ],
      [
        { ...inputs, labels: inputs.labels.map((each) => ({ ...each, path: gone })) },
        /gone\.nii\.gz: found "no such file", expected labels of the record, .* lies now: --labels SEG/,
      ],
    ] as const) {
      await writeFile(moved, JSON.stringify({ ...rest, inputs: changed }));
      const lost = await run("synthesize", "--replay", moved, "--out", join(root, "moved"));
      assert.equal(lost.code, 1);
      assert.match(lost.err, message);
    }
  });

  it("grows the same bytes in another process, also when that one was killed on the way", async () => {
    const words = ["synthesize", ...scan, "--organ", "liver", "--size", "small", "--method", "growth"];
    words.push("--count", "3", "--seed", "6");
    const [here, there] = [join(root, "here"), join(root, "there")];
    const whole = await run(...words, "--workers", "1", "--out", here);
    assert.equal(whole.code, 0, whole.err);
    const program = resolve("src/bin/tumorlab.cjs");
    const child = spawn(process.execPath, [program, ...words, "--workers", "2", "--out", there], {
      stdio: "ignore",
    });
    const ended = once(child, "exit");
    // Killed as soon as a case is whole; had it been faster, it is done, which must come out the same.
    const killing = new AbortController();
    const watching = (async () => {
      while (!killing.signal.aborted && !existsSync(join(there, "BDMAP_80000000", "lesion.json")))
        await setTimeout(20);
      child.kill("SIGKILL");
    })();
    await ended;
    killing.abort();
    await watching;
    const rest = await run(...words, "--workers", "1", "--out", there, "--json");
    assert.equal(rest.code, 0, rest.err);
    const { made, kept } = JSON.parse(rest.out) as { made: unknown[]; kept: unknown[] };
    assert.ok(kept.length >= 1 && made.length + kept.length === 3, rest.out);
    const files = (await readdir(here, { recursive: true })).sort();
    assert.deepEqual((await readdir(there, { recursive: true })).sort(), files);
    for (const file of files.filter((each) => /\.(gz|json|csv)$/.test(each)))
      assert.deepEqual(await readFile(join(there, file)), await readFile(join(here, file)), file);
  });

  it("takes radius, contrast, phase, middle and clearance", async () => {
    const settings = [
      "--radius-mm",
      "6.5",
      "--contrast-hu",
      "-50",
      "--phase",
      "arterial",
      "--center",
      "8,9,9",
      "--vessel-mm",
      "2",
    ];
    const done = await run(
      "synthesize",
      ...scan,
      "--organ",
      "liver",
      ...settings,
      "--seed",
      "1",
      "--out",
      join(root, "set"),
      "--json",
    );
    assert.equal(done.code, 0, done.err);
    const [{ record }] = (JSON.parse(done.out) as { made: { record: Record<string, unknown> }[] }).made;
    assert.deepEqual(record.centerVoxel, [8, 9, 9]);
    assert.deepEqual([record.requestedRadiusMm, record.phase], [6.5, "arterial"]);
    assert.deepEqual(record.options, { contrastHu: -50, vesselClearanceMm: 2, centerVoxel: [8, 9, 9] });
  });

  it("fills a cohort with a table that the cohort commands read", async () => {
    const out = join(root, "filled");
    const words = ["--cohort", join(root, "cohort"), "--ratio", "2", "--mix", "1:1:0", "--organs", "liver"];
    const done = await run(
      "synthesize",
      ...words,
      "--seed",
      "5",
      "--layout",
      "abdomenatlas",
      "--label-map",
      "abdomenatlas",
      "--out",
      out,
    );
    assert.equal(done.code, 0, done.err);
    const facts = await readCohortMetadata(join(out, "metadata.csv"));
    assert.deepEqual(facts.get("BDMAP_80000000"), {
      case: "BDMAP_80000000",
      patient: "BDMAP_00000001",
      phase: "venous",
      tumor: true,
      tumors: { liver: true },
    });
    const verified = await run("cohort", "verify", out);
    assert.equal(verified.code, 0, verified.out + verified.err);
  });

  it("says which case failed and why, with exit code 1", async () => {
    const gone = join(root, "gone.nii.gz");
    const words = ["--organ", "liver", "--seed", "1", "--out", join(root, "failed")];
    const done = await run("synthesize", "--ct", gone, "--labels", scan[3], ...words);
    assert.equal(done.code, 1);
    assert.match(done.err, /BDMAP_80000000: .*gone\.nii\.gz/);
    const kits = ["--label-map", "kits"];
    const mixed = await run("synthesize", ...scan, ...kits, ...words);
    assert.match(
      mixed.err,
      /failed.classes\.json, label 1: found "aorta", expected kidney\. .*another numbering/,
    );
    const other = await run("synthesize", ...scan, ...kits, ...words.slice(0, 5), join(root, "kits"));
    assert.match(other.err, /2 of 2 label values without a name: 5, 19/);
    const none = await run(
      "synthesize",
      ...scan,
      "--organ",
      "uterus",
      "--seed",
      "1",
      "--out",
      join(root, "failed"),
    );
    assert.match(none.err, /uterus: found "0 ml: no voxel has its label"/);
    await writeFile(join(root, "file"), "");
    const nowhere = await run("synthesize", ...scan, ...words.slice(0, 5), join(root, "file", "below"));
    assert.equal(nowhere.code, 1);
    const missing = await run(
      "synthesize",
      "--cohort",
      join(root, "nothing"),
      "--seed",
      "1",
      "--out",
      join(root, "x"),
    );
    assert.deepEqual([missing.code, /nothing there/.test(missing.err)], [1, true]);
  });

  it("explains words it does not understand, with exit code 2", async () => {
    const base = [...scan, "--organ", "liver", "--seed", "1", "--out", join(root, "bad")];
    const cases: [string[], RegExp][] = [
      [[], /--out is missing/],
      [["--out", root], /--ct is missing/],
      [["--out", root, "extra"], /unexpected extra/],
      [[...scan, "--organ", "liver", "--out", root], /--seed is missing/],
      [[...base, "--size", "huge"], /--size: found "huge", expected tiny, small/],
      [[...base, "--size", "tiny", "--radius-mm", "5"], /--size and --radius-mm do not go together/],
      [[...base, "--radius-mm", "0.2"], /--radius-mm: found "0.2", expected 1.5 to 100 mm/],
      [[...base, "--organ", "spleen"], /--organ: found "spleen", expected liver, pancreas/],
      [[...base, "--method", "gan"], /--method: found "gan", expected handcrafted/],
      [[...base, "--count", "0"], /--count: found "0"/],
      [[...base, "--seed", "-1"], /--seed/],
      [[...base, "--phase", "late"], /--phase: found "late"/],
      [[...base, "--center", "1,2"], /--center: found "1,2"/],
      [[...base, "--ratio", "3"], /--ratio does not go with --ct/],
      [[...base, "--cohort", root], /--cohort and --organ do not go together/],
      [["--cohort", root, "--seed", "1", "--out", root, "--mix", "4:2"], /--mix: found "4:2"/],
      [
        ["--cohort", root, "--seed", "1", "--out", root, "--size", "tiny"],
        /--size does not go with --cohort/,
      ],
      [["--cohort", root, "--seed", "1", "--out", root, "--layout", "x"], /--layout: found "x"/],
      [
        ["--cohort", root, "--seed", "1", "--out", root, "--organs", "liver,spleen"],
        /--organs: found "spleen"/,
      ],
      [["--replay", root, "--out", root, "--seed", "1"], /--seed does not go with --replay/],
    ];
    for (const [words, expected] of cases) {
      const { code, err } = await run("synthesize", ...words);
      assert.equal(code, 2, `${words.join(" ")}: ${err}`);
      assert.match(err, expected);
    }
    const help = await run("synthesize", "--help");
    assert.equal(help.code, 0);
    assert.match(help.out, /tumorlab synthesize --replay RECORD/);
  });
});
