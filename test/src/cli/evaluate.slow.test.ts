import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "tumorlab/internal/cli/main";
import { writeBoxes } from "./boxes.js";
import { run } from "./run.js";

describe("tumorlab evaluate", () => {
  let folder: string;
  const at = (...names: string[]): string => join(folder, ...names);
  before(() => (folder = mkdtempSync(join(tmpdir(), "tumorlab-cli-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  before(async () => {
    mkdirSync(at("ref", "c", "segmentations"), { recursive: true });
    mkdirSync(at("pred", "c"), { recursive: true });
    await writeBoxes(at("ref", "a.nii.gz"), [[1, [1, 1, 1], [5, 4, 3]]]);
    await writeBoxes(at("pred", "a_0000.nii.gz"), [[1, [1, 1, 1], [4, 4, 3]]]);
    await writeBoxes(at("ref", "b.nii.gz"), [[1, [0, 0, 0], [2, 2, 2]]]);
    await writeBoxes(at("pred", "b.nii.gz"), [], [6, 5, 5]);
    await writeBoxes(at("ref", "c", "segmentations", "liver.nii.gz"), [[1, [0, 0, 0], [4, 4, 4]]]);
    await writeBoxes(at("ref", "c", "segmentations", "liver_tumor.nii.gz"), [[1, [1, 1, 1], [3, 3, 3]]]);
    await writeBoxes(at("pred", "c", "combined_labels.nii.gz"), [
      [5, [0, 0, 0], [4, 4, 4]],
      [27, [1, 1, 1], [3, 3, 2]],
    ]);
    await writeBoxes(at("ref", "lonely.nii.gz"), []);
    writeFileSync(at("pred", "broken.nii.gz"), "not a scan");
    writeFileSync(at("ref", "broken.nii.gz"), "not a scan");
  });

  it("scores pairs, lists what failed and why, and gives the same with one worker and two", async () => {
    const args = [
      "evaluate",
      "--reference",
      at("ref"),
      "--prediction",
      at("pred"),
      "--label-map",
      "abdomenatlas",
      "--json",
    ];
    const one = await run(...args, "--workers", "1");
    const two = await run(...args, "--workers", "2");
    assert.equal(one.out, two.out);
    assert.equal(one.code, 1);
    const { cases, failed, summary } = JSON.parse(one.out);
    assert.deepEqual(
      failed.map((each: { case: string }) => each.case),
      ["b", "broken", "lonely"],
    );
    assert.match(failed[0].reason, /\[6, 5, 5\].*6 x 5 x 4/);
    assert.match(failed[1].reason, /broken\.nii\.gz/);
    assert.match(failed[2].reason, /no prediction/);
    const rowOf = (name: string, label: number): (typeof cases)[0] =>
      cases.find((row: { case: string; label: number }) => row.case === name && row.label === label);
    const [a, liver, lesion] = [rowOf("a", 1), rowOf("c", 5), rowOf("c", 27)];
    // 24 reference voxels, 18 of them predicted; one voxel is 1 x 2 x 2.5 mm = 0.005 ml
    assert.deepEqual([a.case, a.name, a.tp, a.fp, a.fn], ["a", "aorta", 18, 0, 6]);
    assert.equal(a.dice, 36 / 42);
    assert.equal(a.referenceMl, 24 * 0.005);
    // Masks hold the whole liver; the map's liver is taken with its lesion, so that the missed half of it is not charged twice.
    assert.deepEqual([liver.label, liver.tp, liver.fp, liver.fn], [5, 64, 0, 0]);
    assert.deepEqual([lesion.name, lesion.tp, lesion.fn], ["liver_lesion", 4, 4]);
    // two cases, three labels in use: where neither map has the label the row counts nothing
    assert.equal(cases.length, 6);
    assert.equal(rowOf("a", 27).dice, null);
    const dice = summary.find(
      (row: { metric: string; name: string }) => row.metric === "dice" && row.name === "liver",
    );
    assert.equal(dice.n, 1);
  });

  it("scores two files whatever their names, writes a CSV whole, and prints a table", async () => {
    const csv = at("rows.csv");
    const pair = ["--reference", at("ref", "a.nii.gz"), "--prediction", at("pred", "a_0000.nii.gz")];
    const { code, out, err } = await run("evaluate", ...pair, "--labels", "1=liver,2=tumor", "--out", csv);
    assert.equal(code, 0);
    assert.match(err, /Reference labels: 1 liver, 2 tumor, from --labels\.\n/);
    assert.match(err, /--labels: no label map has 2 tumor, neither .*; there are 1 liver\n/);
    const mapped = await run("evaluate", ...pair, "--labels", "1", "--label-map", "abdomenatlas");
    assert.match(mapped.err, /, from --label-map\.\n/);
    assert.doesNotMatch(mapped.err, /--labels/);
    assert.match(out, /liver +0\.857/);
    const lines = readFileSync(csv, "utf8").trim().split("\n");
    assert.match(lines[0], /^case,patient,label,name,dice,/);
    assert.match(lines[1], /^a,a,1,liver,0\.857142857142857/);
    assert.match(lines[2], /^a,a,2,tumor,,/);
    assert.equal((await run("evaluate", ...pair, "--out", at("new", "folder", "rows.csv"))).code, 0);
    assert.equal(readFileSync(at("new", "folder", "rows.csv"), "utf8").split("\n").length, 3);
    // Before anything is scored, so that no work is lost.
    for (const [place, found] of [
      [csv + "/rows.csv", "a file where its folder would be"],
      [at("ref"), "a folder of that name"],
    ]) {
      const blocked = await run("evaluate", ...pair, "--out", place);
      assert.deepEqual([blocked.code, blocked.out], [1, ""]);
      assert.ok(blocked.err.includes(`${place}: found "${found}"`), blocked.err);
    }
  });

  it("says of each interval what it is, and takes the one asked for", async () => {
    const sides = ["--reference", at("three"), "--prediction", at("found"), "--labels", "1=liver"];
    for (const [name, end] of Object.entries({ x: 5, y: 4, z: 3 })) {
      for (const side of ["three", "found"]) mkdirSync(at(side), { recursive: true });
      await writeBoxes(at("three", `${name}.nii.gz`), [[1, [1, 1, 1], [5, 4, 3]]]);
      await writeBoxes(at("found", `${name}.nii.gz`), [[1, [1, 1, 1], [end, 4, 3]]]);
    }
    const { out } = await run("evaluate", ...sides);
    assert.match(out, /liver +dice +3 .* Gaffke's bound/);
    assert.match(
      out,
      /\nDice, NSD: Gaffke's bound over 3 patients, nothing drawn; measured on Dice at n = 3: held/,
    );
    assert.match(
      out,
      /\nHD95: Student's t over 3 patients, .* in only \d+\.\d % of samples in the worst organ\./,
    );
    const drawn = await run("evaluate", ...sides, "--interval", "percentile");
    assert.match(
      drawn.out,
      /Dice, NSD, HD95: percentile bootstrap over 3 patients, 2,000 resamples; measured/,
    );
    const { summary } = JSON.parse((await run("evaluate", ...sides, "--json")).out);
    const { method, units, resamples, level, measured } = summary[0].interval;
    assert.deepEqual([method, units, resamples, level, measured.at], ["gaffke", 3, 0, 0.95, [3]]);
    // One patient has no interval, and it is said.
    const one = await run("evaluate", ...sides.map((part) => part.replace(/(three|found)$/, "$1/x.nii.gz")));
    assert.match(one.out, /Dice, NSD, HD95: no interval: one of the patients\./);
  });

  it("names both files where grids differ, and says when nothing was scored", async () => {
    const [reference, prediction] = [at("ref", "b.nii.gz"), at("pred", "b.nii.gz")];
    const { code, out, err } = await run("evaluate", "--reference", reference, "--prediction", prediction);
    assert.equal(code, 1);
    assert.equal(out, "Nothing to score: every case failed.\n");
    assert.ok(err.includes(`b: shape of ${prediction}: found [6, 5, 5], expected the shape of ${reference}`));
    await writeBoxes(at("blank.nii.gz"), []);
    const blank = ["--reference", at("blank.nii.gz"), "--prediction", at("blank.nii.gz")];
    const none = await run("evaluate", ...blank);
    assert.deepEqual([none.code, none.out], [0, "Nothing to score: no label in either map.\n"]);
  });

  it("refuses bad words and bad folders, naming them", async () => {
    const pair = ["--reference", at("ref"), "--prediction", at("pred")];
    const faults: [string[], RegExp, number][] = [
      [["--reference", at("ref")], /--prediction is missing/, 2],
      [[...pair, "--tolerance-mm=-1"], /--tolerance-mm: found "-1"/, 2],
      [[...pair, "--workers", "0"], /--workers: found "0"/, 2],
      [
        [...pair, "--lesions", "greedy:0"],
        /--lesions is greedy:0, expected overlap, .*above 0 and at most 1/,
        2,
      ],
      [[...pair, "--called-above-ml=-1"], /--called-above-ml: found "-1"/, 2],
      [[...pair, "--lesions", "near"], /--lesions is near, expected overlap, or iou, greedy or optimal/, 2],
      [[...pair, "--interval", "normal"], /--interval is normal, expected percentile, bca, t, stu/, 2],
      [[...pair, "--at-sensitivity", "0.8"], /--at-sensitivity is for --probabilities/, 2],
      [[...pair, "--policy", "kind"], /kind.*worst-case/, 1],
      [[...pair, "--labels", "0=x"], /labels: found "0=x"/, 1],
      [[...pair, "--label-map", "nope"], /"nope", expected one of abdomenatlas/, 1],
      [[...pair, "--label-map", at("no.json")], /no\.json: found "no such file", expected a readable/, 1],
      [[...pair, "--refrence", "x"], /Unknown option '--refrence'\n/, 2],
      [[at("ref"), at("pred")], /unexpected .*ref: name the files or folders with --reference/, 2],
      [["--reference", at("nowhere"), "--prediction", at("pred")], /nowhere: found "nothing there"/, 1],
    ];
    for (const [args, message, exit] of faults) {
      const { code, err, out } = await run("evaluate", ...args);
      assert.match(err, message);
      assert.equal(code, exit, err);
      assert.equal(out, "");
    }
    cpSync(at("ref", "a.nii.gz"), at("pred", "a_0000.nrrd"));
    assert.match((await run("evaluate", ...pair)).err, /case a as .* and .*, expected each case once/);
  });

  it("draws a bar with rate and time left on a terminal, and takes it away", async () => {
    await writeBoxes(at("bar.nii.gz"), [[1, [1, 1, 1], [3, 3, 3]]]);
    let drawn = "";
    const io = {
      out: () => undefined,
      err: (text: string) => (drawn += text),
      isTerminal: true,
      signal: new AbortController().signal,
    };
    const pair = ["--reference", at("bar.nii.gz"), "--prediction", at("bar.nii.gz")];
    assert.equal(await runCommandLine(["evaluate", ...pair], io), 0);
    assert.match(drawn, /evaluate \[#{24}\] 1\/1, [\d.]+\/s, 0\.0 s left/);
    assert.ok(drawn.endsWith("\r\u001b[K"));
  });
});
