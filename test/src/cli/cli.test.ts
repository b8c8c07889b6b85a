import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAffine, createVolume, runCommandLine, writeVolume } from "tumorlab";
import type { Vec3 } from "tumorlab";
import { run } from "./run.js";

const shape: Vec3 = [6, 5, 4];
const spacingMm: Vec3 = [1, 2, 2.5];

/** A map with one box a label: [label, from, to] with `to` exclusive. */
async function writeBoxes(path: string, boxes: [number, Vec3, Vec3][], size: Vec3 = shape): Promise<void> {
  const data = new Uint8Array(size[0] * size[1] * size[2]);
  for (const [label, from, to] of boxes)
    for (let z = from[2]; z < to[2]; z++)
      for (let y = from[1]; y < to[1]; y++)
        for (let x = from[0]; x < to[0]; x++) data[x + size[0] * (y + size[1] * z)] = label;
  await writeVolume(path, createVolume(data, size, { affine: createAffine(spacingMm) }));
}

describe("tumorlab", () => {
  let folder: string;
  const at = (...names: string[]): string => join(folder, ...names);
  before(() => (folder = mkdtempSync(join(tmpdir(), "tumorlab-cli-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("lists its commands, and answers unknown words with exit code 2", async () => {
    assert.match((await run("--help")).out, /evaluate +Dice/);
    assert.equal((await run("--help")).code, 0);
    const unknown = await run("segment", "x");
    assert.equal(unknown.code, 2);
    assert.match(unknown.err, /no command "segment x"/);
    assert.equal((await run()).code, 2);
    assert.match((await run("info", "--help")).out, /tumorlab info FILE/);
    const flag = await run("info", "--colour", "x");
    assert.equal(flag.code, 2);
    assert.match(flag.err, /--colour/);
  });

  describe("info", () => {
    it("prints one JSON object a file and goes on after one it cannot read", async () => {
      await writeBoxes(at("map.nii.gz"), [[3, [1, 1, 1], [3, 3, 3]]]);
      const { code, out, err } = await run("info", at("missing.nii"), at("map.nii.gz"), "--json");
      assert.equal(code, 1);
      assert.match(err, /missing\.nii/);
      assert.equal(err.trim().split("\n").length, 1);
      const info = JSON.parse(out);
      assert.deepEqual(info.shape, [6, 5, 4]);
      assert.deepEqual(info.spacingMm, [1, 2, 2.5]);
      assert.deepEqual(info.affine, [1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2.5, 0, 0, 0, 0, 1]);
      assert.equal(info.orientation, "RAS");
      assert.equal(info.dtype, "uint8");
      assert.deepEqual([info.min, info.max, info.mean], [0, 3, (8 * 3) / 120]);
      assert.deepEqual(info.labels, { 0: 112, 3: 8 });
    });

    it("does not take a CT for a label map", async () => {
      const samples = join(__dirname, "..", "..", "..", "..", "data-manifests", "samples");
      const { code, out } = await run("info", "--json", join(samples, "example_ct.nii.gz"));
      assert.equal(code, 0);
      const info = JSON.parse(out);
      assert.deepEqual(info.shape, [122, 101, 112]);
      assert.deepEqual([info.min, info.max], [-1207, 3382]);
      assert.equal(info.labels, undefined);
      assert.match((await run("info", join(samples, "example_ct.nii.gz"))).out, /spacing +3 x 3 x 3 mm/);
    });
  });

  describe("evaluate", () => {
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
      assert.deepEqual([liver.label, liver.tp, liver.fp, liver.fn], [5, 56, 4, 0]);
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
      const { code, out } = await run("evaluate", ...pair, "--labels", "1=liver,2=tumor", "--out", csv);
      assert.equal(code, 0);
      assert.match(out, /liver +0\.857/);
      const lines = readFileSync(csv, "utf8").trim().split("\n");
      assert.match(lines[0], /^case,label,name,dice,/);
      assert.match(lines[1], /^a,1,liver,0\.857142857142857/);
      assert.match(lines[2], /^a,2,tumor,,/);
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

    it("names both files where grids differ, and says when nothing was scored", async () => {
      const [reference, prediction] = [at("ref", "b.nii.gz"), at("pred", "b.nii.gz")];
      const { code, out, err } = await run("evaluate", "--reference", reference, "--prediction", prediction);
      assert.equal(code, 1);
      assert.equal(out, "Nothing to score: every case failed.\n");
      assert.ok(
        err.startsWith(`b: shape of ${prediction}: found [6, 5, 5], expected the shape of ${reference}`),
      );
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
      cpSync(at("ref", "a.nii.gz"), at("pred", "a.nii.gz"));
      assert.match((await run("evaluate", ...pair)).err, /case a as .* and .*, expected each case once/);
    });
  });

  describe("resample, reorient and components", () => {
    const boxes: [number, Vec3, Vec3][] = [
      [1, [0, 0, 0], [2, 2, 2]],
      [1, [4, 3, 2], [6, 5, 4]],
    ];
    before(() => writeBoxes(at("two.nii.gz"), boxes));
    const infoOf = async (
      file: string,
    ): Promise<{ shape: number[]; spacingMm: number[]; orientation: string; labels: object }> =>
      JSON.parse((await run("info", "--json", file)).out);

    it("resample gives the spacing asked for, and the grid of another file back", async () => {
      const finer = await run(
        "resample",
        at("two.nii.gz"),
        "--out",
        at("fine.nii.gz"),
        "--spacing-mm",
        "0.5,1,1.25",
        "--method",
        "nearest",
        "--json",
      );
      assert.equal(finer.code, 0, finer.err);
      assert.deepEqual(JSON.parse(finer.out).shape, [12, 10, 8]);
      const fine = await infoOf(at("fine.nii.gz"));
      assert.deepEqual(fine.spacingMm, [0.5, 1, 1.25]);
      assert.deepEqual(fine.labels, { 0: 960 - 128, 1: 128 });
      await run(
        "resample",
        at("fine.nii.gz"),
        "--out",
        at("back.nii.gz"),
        "--like",
        at("two.nii.gz"),
        "--method",
        "nearest",
      );
      assert.deepEqual((await infoOf(at("back.nii.gz"))).labels, (await infoOf(at("two.nii.gz"))).labels);
    });

    it("reorient turns the axes and loses nothing", async () => {
      const { out } = await run(
        "reorient",
        at("two.nii.gz"),
        "--out",
        at("turned.nii.gz"),
        "--orientation",
        "SLP",
      );
      assert.match(out, /4 x 6 x 5 voxels of 2\.5 x 1 x 2 mm, SLP/);
      await run("reorient", at("turned.nii.gz"), "--out", at("again.nii.gz"));
      assert.deepEqual(
        { ...(await infoOf(at("again.nii.gz"))), file: "" },
        { ...(await infoOf(at("two.nii.gz"))), file: "" },
      );
    });

    it("components measures each piece and paints their numbers", async () => {
      const { out } = await run(
        "components",
        at("two.nii.gz"),
        "--label-map",
        "kits",
        "--out",
        at("pieces.nii.gz"),
        "--json",
      );
      const { components } = JSON.parse(out);
      assert.equal(components.length, 2);
      // 8 voxels of 1 x 2 x 2.5 mm are 0.04 ml; the first box spans voxels 0 and 1
      assert.ok(Math.abs(components[0].volumeMl - 0.04) < 1e-12);
      assert.deepEqual(components[0].centroidMm, [0.5, 1, 1.25]);
      assert.deepEqual(
        [components[1].boxMin, components[1].boxMax],
        [
          [4, 3, 2],
          [5, 4, 3],
        ],
      );
      assert.equal(components[1].name, "kidney");
      assert.deepEqual((await infoOf(at("pieces.nii.gz"))).labels, { 0: 104, 1: 8, 2: 8 });
      assert.match((await run("components", at("two.nii.gz"))).out, /label 1 +8 +0\.04/);
    });

    it("refuse bad words and leave nothing behind", async () => {
      const out = ["--out", at("never.nii.gz")];
      const faults: [string[], RegExp, number][] = [
        [["resample", at("two.nii.gz"), ...out], /either --spacing-mm or --like/, 2],
        [["resample", at("two.nii.gz"), ...out, "--spacing-mm", "1,2"], /--spacing-mm: found "1,2"/, 1],
        [
          ["resample", at("two.nii.gz"), ...out, "--spacing-mm", "1", "--method", "cubic"],
          /expected linear or nearest/,
          2,
        ],
        [["resample", at("two.nii.gz"), "--spacing-mm", "1"], /--out is missing/, 2],
        [["reorient", at("two.nii.gz"), ...out, "--orientation", "RAX"], /RAX/, 1],
        [["reorient", at("none.nii.gz"), ...out], /none\.nii\.gz/, 1],
        [["components", at("two.nii.gz"), "--connectivity", "8"], /6, 18 or 26/, 2],
        [["resample", at("two.nii.gz"), "--out", at("never.txt"), "--spacing-mm", "1"], /never\.txt/, 1],
        [
          ["reorient", at("two.nii.gz"), "--out", at("two.nii.gz", "in.nii.gz")],
          /in\.nii\.gz: found "a file where its folder would be", expected a place that can be written/,
          1,
        ],
        [
          ["resample", at("two.nii.gz"), ...out, "--spacing-mm", "1", "--volume", "3"],
          /two\.nii\.gz volume: found 3, expected one volume.*--volume 0 on a command line/,
          1,
        ],
      ];
      for (const [args, message, exit] of faults) {
        const { code, err } = await run(...args);
        assert.match(err, message);
        assert.equal(code, exit, err);
      }
      assert.equal(existsSync(at("never.nii.gz")), false);
    });
  });

  describe("scaling", () => {
    const csv =
      "n,real,real+synthetic\n60,0.402,0.482\n278,0.527,0.581\n500,0.54,0.59\n1500,0.593,0.592\n3159,0.597,0.593\n";
    before(() => writeFileSync(at("jhh.csv"), csv));

    it("fit prints every law with intervals, the same twice", async () => {
      const args = ["scaling", "fit", at("jhh.csv"), "--bootstrap", "200", "--json"];
      const [first, second] = [await run(...args), await run(...args)];
      assert.equal(first.out, second.out);
      const [real] = JSON.parse(first.out).arms;
      const floor = real.fits.find((fit: { law: string }) => fit.law === "power-floor");
      assert.ok(Math.abs(floor.asymptote.estimate - 0.639) < 0.001);
      assert.ok(floor.asymptote.low < 0.639 && floor.asymptote.high > 0.639);
      const plateau = real.fits.find((fit: { law: string }) => fit.law === "exponential-plateau");
      assert.ok(Math.abs(plateau.asymptote.estimate - 0.592) < 0.001);
      const m4 = real.fits.find((fit: { law: string }) => fit.law === "m4");
      assert.equal(m4.identified, false);
      assert.equal(m4.asymptote.estimate, undefined);
      assert.match(
        (await run("scaling", "fit", at("jhh.csv"), "--law", "power")).out,
        /a = 0\.903 +\[0\.6889, 1\.173\]/,
      );
    });

    it("efficiency values synthetic data in real scans", async () => {
      const args = [
        "scaling",
        "efficiency",
        at("jhh.csv"),
        "--arms",
        "real,real+synthetic",
        "--bootstrap",
        "300",
      ];
      const { rows, area } = JSON.parse((await run(...args, "--json")).out);
      assert.ok(Math.abs(rows[0].multiplier - 2.448) < 0.001);
      assert.ok(rows[0].multiplierInterval.low > 1 && rows[4].multiplier < 1);
      assert.ok(area.low < area.estimate && area.estimate < area.high);
      assert.match((await run(...args)).out, /mean gain over log n: 0\.040/);
    });

    it("refuses bad input with the line, and warns of a rising error", async () => {
      writeFileSync(at("bad.csv"), "n,score\n60,40.2\n278,52");
      const bad = await run("scaling", "fit", at("bad.csv"));
      assert.equal(bad.code, 1);
      assert.match(bad.err, /bad\.csv, line 2: found 40\.2/);
      const arm = await run("scaling", "efficiency", at("jhh.csv"), "--arms", "real,fake");
      assert.match(arm.err, /"fake", expected one of real, real\+synthetic/);
      assert.equal((await run("scaling", "efficiency", at("jhh.csv"))).code, 2);
      assert.match((await run("scaling", "fit", at("none.csv"))).err, /none\.csv/);
      writeFileSync(at("up.csv"), "n,score\n60,0.4\n278,0.3\n500,0.5");
      const rising = await run("scaling", "fit", at("up.csv"), "--bootstrap", "10");
      assert.equal(rising.code, 0);
      assert.match(rising.err, /warning: up\.csv, line 3/);
      const self = await run("scaling", "efficiency", at("jhh.csv"), "--arms", "real,real");
      assert.match(self.err, /two different arms/);
      const word = await run("scaling", "fit", at("jhh.csv"), "--interval", "t");
      assert.equal(word.code, 2);
    });

    it("fits nothing to an arm that never gets better, nor to two test sets at once", async () => {
      writeFileSync(at("worse.csv"), "n,score\n60,0.6\n278,0.5\n500,0.4");
      const worse = await run("scaling", "fit", at("worse.csv"));
      assert.deepEqual([worse.code, worse.out], [1, ""]);
      assert.match(worse.err, /line 2, arm real: .*that of n = 60/);
      writeFileSync(at("one-worse.csv"), "n,real,mix\n60,0.4,0.6\n278,0.5,0.6\n500,0.54,0.59");
      const one = await run("scaling", "fit", at("one-worse.csv"), "--bootstrap", "10", "--json");
      assert.equal(one.code, 0);
      assert.match(one.err, /line 2, arm mix: .*Not fitted/);
      assert.deepEqual(
        JSON.parse(one.out).arms.map(({ arm }: { arm: string }) => arm),
        ["real"],
      );
      writeFileSync(at("both.csv"), "n,mix,other\n60,0.6,0.5\n278,0.5,0.5");
      assert.match((await run("scaling", "fit", at("both.csv"))).err, /no arm that gets better/);
      writeFileSync(at("split.csv"), "n,score,split\n60,0.4,id\n278,0.5,id\n60,0.3,ood\n278,0.4,ood");
      assert.match((await run("scaling", "fit", at("split.csv"))).err, /none chosen of id, ood.*--split/);
      const chosen = await run("scaling", "fit", at("split.csv"), "--split", "ood", "--law", "power");
      assert.equal(chosen.code, 0);
    });

    it("takes BCa intervals over patients and seeds", async () => {
      const rows = [60, 278, 500, 1500].flatMap((n) =>
        [1, 2].flatMap((seed) =>
          Array.from({ length: 8 }, (_, p) => {
            const score = 0.7 - 2 / Math.sqrt(n) + 0.02 * Math.sin(n + 5 * p + seed) + 0.01 * p;
            return `${n},${score.toFixed(4)},${seed},p${p}`;
          }),
        ),
      );
      writeFileSync(at("patients.csv"), ["n,score,seed,patient", ...rows].join("\n"));
      const args = [
        "scaling",
        "fit",
        at("patients.csv"),
        "--bootstrap",
        "300",
        "--law",
        "power-floor",
        "--json",
      ];
      const limitOf = (out: string) => JSON.parse(out).arms[0].fits[0].asymptote;
      const [percentile, bca] = [await run(...args), await run(...args, "--interval", "bca")];
      assert.equal(limitOf(bca.out).method, "bca");
      assert.equal(limitOf(percentile.out).method, "percentile");
      assert.ok(limitOf(bca.out).low < limitOf(bca.out).estimate);
      assert.notEqual(limitOf(bca.out).low, limitOf(percentile.out).low);
    });
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

  it("runs as a program, also into a closed pipe", async () => {
    const program = join(__dirname, "..", "..", "..", "..", "src", "bin", "tumorlab.cjs");
    const outcome = await new Promise<{ code: unknown; stdout: string }>((resolve) =>
      execFile(process.execPath, [program, "--help"], (error, stdout) =>
        resolve({ code: error?.code ?? 0, stdout }),
      ),
    );
    assert.equal(outcome.code, 0);
    assert.match(outcome.stdout, /tumorlab COMMAND/);
  });
});
