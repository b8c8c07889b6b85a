import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "tumorlab/internal/cli/main";
import { readLabelMap, readVolume } from "tumorlab/internal/nifti/read";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { holdOutPatients } from "tumorlab/internal/training/cohort-scan";
import { ballScan } from "../training/scans.js";

describe("tumorlab train and predict", function () {
  this.timeout(240_000);
  let root: string;
  let data: string;
  let config: string;
  const at = (name: string) => join(root, name);

  async function run(args: string[], signal = new AbortController().signal, isTerminal = false) {
    let [out, err] = ["", ""];
    const io = {
      out: (text: string) => (out += text),
      err: (text: string) => (err += text),
      isTerminal,
      signal,
    };
    const code = await runCommandLine(args, io);
    return { code, out, err };
  }
  const train = (out: string, ...more: string[]) =>
    run(["train", "--config", config, "--data", data, "--out", at(out), "--engine", "reference", ...more]);

  before(async () => {
    root = mkdtempSync(join(tmpdir(), "tumorlab-train-"));
    data = at("data");
    for (const seed of [1, 2, 3]) {
      const { name, ct, labels } = ballScan(seed);
      await writeVolume(join(data, name, "ct.nii.gz"), ct);
      await writeVolume(join(data, name, "combined_labels.nii.gz"), labels);
    }
    config = at("recipe.json");
    const targets = [
      { name: "liver", structures: ["liver"] },
      { name: "tumor", structures: ["liver_lesion"] },
    ];
    const network = { widths: [4, 8], encoderBlocks: [1, 1], decoderBlocks: [1], patch: [8, 8, 8] };
    const settings = {
      targets,
      network,
      steps: 6,
      validateEvery: 3,
      checkpointEvery: 2,
      spacingMm: [8, 8, 8],
    };
    writeFileSync(config, JSON.stringify(settings));
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  it("trains, logs and records; resumed it ends with the same weights; predicts on the scans' own grids", async () => {
    const first = await train("one", "--seed", "3", "--json");
    assert.equal(first.code, 0, first.err);
    assert.match(
      first.err,
      /tiny: 2 scans to learn from, 1 held out; \d+ parameters, .* GFLOP a step, 6 steps/,
    );
    const record = JSON.parse(first.out);
    assert.equal(record.engine, "reference");
    assert.match(record.weightsSha256, /^[0-9a-f]{64}$/);
    assert.equal(record.training.length, 2);
    assert.ok(record.seconds > 0 && record.peakMemoryMb > 10 && record.heldOut[0].sha256.length === 64);
    assert.ok(record.processorSeconds > 0);
    assert.deepEqual(JSON.parse(readFileSync(at("one/run.json"), "utf8")), record);
    const lines = readFileSync(at("one/log.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      lines.filter(({ kind }) => kind === "step").map(({ step }) => step),
      [0, 1, 2, 3, 4, 5],
    );
    assert.ok(lines.some(({ kind, meanDice }) => kind === "validation" && meanDice >= 0));

    // Ctrl-C after the second step, then on to the end.
    const controller = new AbortController();
    const stopped = run(
      [
        "train",
        "--config",
        config,
        "--data",
        data,
        "--out",
        at("two"),
        "--engine",
        "reference",
        "--seed",
        "3",
      ],
      controller.signal,
    );
    const waiting = setInterval(() => {
      if (existsSync(at("two/log.jsonl")) && /"step":1/.test(readFileSync(at("two/log.jsonl"), "utf8")))
        controller.abort(new Error("Interrupted"));
    }, 5);
    assert.ok([130, 0].includes((await stopped).code));
    clearInterval(waiting);
    assert.ok(existsSync(at("two/last/model.json")));
    const resumed = await train("two", "--seed", "3", "--resume");
    assert.equal(resumed.code, 0, resumed.err);
    assert.match(resumed.out, /two: steps \d to 6 on reference in .*Dice on 1 held-out scans: liver \d/);
    const { weightsSha256, fromStep } = JSON.parse(readFileSync(at("two/run.json"), "utf8"));
    assert.equal(weightsSha256, record.weightsSha256);
    assert.ok(record.fromStep === 0 && fromStep > 0, String(fromStep));

    cpSync(join(data, "ball-1", "ct.nii.gz"), at("scans/a.nii.gz"));
    writeFileSync(at("scans/b.nii.gz"), "no scan");
    const predicted = await run(
      [
        "predict",
        "--model",
        at("one"),
        "--ct",
        at("scans"),
        "--out",
        at("labels"),
        "--engine",
        "reference",
        "--json",
      ].concat([
        "--largest",
        "liver=1",
        "--near",
        "liver=tumor@8",
        "--minimum-radius",
        "tumor=2",
        "--mirror",
      ]),
    );
    assert.equal(predicted.code, 1);
    const { predicted: done, failed } = JSON.parse(predicted.out);
    assert.deepEqual([done.length, failed.length, failed[0].case], [1, 1, "b"]);
    const [labels, ct] = [
      await readLabelMap(done[0].file),
      await readVolume(join(data, "ball-1", "ct.nii.gz")),
    ];
    assert.deepEqual([labels.shape, labels.affine], [ct.shape, ct.affine]);
    const cohort = await run([
      "predict",
      "--model",
      at("one/last"),
      "--ct",
      data,
      "--out",
      at("all"),
      "--engine",
      "reference",
    ]);
    assert.match(cohort.out, /all: 3 predicted, 0 failed, by the last model/);
    assert.match(
      readFileSync(at("all/model-used.json"), "utf8"),
      /^{"model":"last","weightsSha256":"[0-9a-f]{64}"}/,
    );
    const scored = await run(["evaluate", "--reference", data, "--prediction", at("all"), "--json"]);
    assert.equal(scored.code, 0, scored.err);
    const { cases: rows } = JSON.parse(scored.out) as {
      cases: { case: string; name: string; dice: number }[];
    };
    // The model calls the liver 1, AbdomenAtlas 5.
    const [answer, found] = [
      await readLabelMap(join(data, "ball-2", "combined_labels.nii.gz")),
      await readLabelMap(at("all/ball-2.nii.gz")),
    ];
    const count = (is: (at: number) => boolean): number => answer.data.filter((_, i) => is(i)).length;
    const dice =
      (2 * count((i) => answer.data[i] === 5 && found.data[i] === 1)) /
      (count((i) => answer.data[i] === 5) + count((i) => found.data[i] === 1));
    const row = rows.find((each) => each.case === "ball-2" && each.name === "liver");
    assert.ok(dice > 0.1, String(dice));
    assert.equal(row?.dice, dice);

    const heldOut = ["predict", "--model", at("one"), "--held-out", "--engine", "reference"];
    const labelsAsScan = ["--ct", join(data, "ball-1", "combined_labels.nii.gz"), "--out", at("doubted")];
    const doubted = await run([...heldOut.filter((word) => word !== "--held-out"), ...labelsAsScan]);
    assert.equal(doubted.code, 1);
    assert.match(doubted.err, /combined_labels: .*found "what looks like a label map", expected a CT in HU/);
    const own = await run([...heldOut, "--ct", data, "--out", at("own-held-out")]);
    assert.match(own.out, /1 predicted, 0 failed, by the best model/);
    assert.doesNotMatch(own.err, /is that a CT/);
    assert.ok(existsSync(at(`own-held-out/${record.heldOut[0].case}.nii.gz`)));
    const others = await run([...heldOut, "--ct", at("scans"), "--out", at("own-held-out")]);
    assert.match(others.err, /scans: found "no scan of ball-\d", expected all cases that were held out/);

    const one = ["predict", "--model", at("one"), "--engine", "reference", "--out", at("single")];
    const scan = join(data, "ball-2", "ct.nii.gz");
    const single = await run([...one, "--ct", scan, "--volume", "0"]);
    assert.match(single.out, /1 predicted/);
    assert.ok(existsSync(at("single/ball-2.nii.gz")), "the folder says which case it is");
    cpSync(scan, at("own/ball-3/ct.nii.gz"));
    cpSync(scan, at("own/ball-3/combined_labels.nii.gz"));
    const folder = await run([...one, "--ct", at("own/ball-3")]);
    assert.match(folder.out, /1 predicted, 0 failed/, "the labels beside it are no scan");
    assert.ok(existsSync(at("single/ball-3.nii.gz")), "also where the case's folder is named");
    const beyond = await run([...one, "--ct", scan, "--volume", "1", "--force"]);
    assert.match(beyond.err, /ball-2: .*volume/);
    const holes = await readVolume(scan);
    const data32 = new Float32Array(holes.data.length).fill(NaN);
    await writeVolume(at("holes.nii.gz"), { ...holes, data: data32 });
    const lost = await run([...one, "--ct", at("holes.nii.gz")]);
    assert.equal(lost.code, 1);
    assert.match(lost.err, /holes: scan: found "no voxel that is a number"/);
    assert.ok(!existsSync(at("single/holes.nii.gz")));
  });

  it("tells of scans that are not in HU before it trains, in the words of predict", async () => {
    const scans = [1, 2, 3].map((seed) => ballScan(seed));
    const changes: ((hu: number) => number)[] = [(hu) => hu, (hu) => (hu - 20) / 60, (hu) => hu + 1024];
    for (const [i, { name, ct, labels }] of scans.entries()) {
      await writeVolume(at(`doubt/${name}/ct.nii.gz`), {
        ...ct,
        data: Float32Array.from(ct.data, changes[i]),
      });
      await writeVolume(at(`doubt/${name}/combined_labels.nii.gz`), labels);
    }
    const words = ["--config", config, "--data", at("doubt"), "--out", at("doubt-model"), "--steps", "1"];
    const trained = await run(
      ["train", ...words, "--engine", "reference"],
      new AbortController().signal,
      true,
    );
    assert.equal(trained.code, 0, trained.err);
    const plain = trained.err.replaceAll("\r\u001b[K", "\n");
    const told = plain.split("\n").filter((line) => /expected/.test(line));
    assert.match(told[0], /^ball-2: .*expected HU.*normalised.*is that a CT\?$/);
    assert.match(told[1], /^ball-3: .*no value below 0 HU, .*is that a CT\?$/);
    assert.equal(told.length, 2);
    assert.ok(plain.indexOf("ball-3:") < plain.indexOf("train ["), "before the first step");
    const paths = ["--ct", at("doubt"), "--out", at("doubt-labels"), "--engine", "reference"];
    const predicted = await run(["predict", "--model", at("doubt-model"), ...paths]);
    assert.deepEqual(
      predicted.err.split("\n").filter((line) => /expected/.test(line)),
      told,
    );
  });

  it("holds the same patients out under every seed where it is told which", async () => {
    const heldOut: string[] = [];
    for (const [name, seed, holdout] of [
      ["first", "1", "0"],
      ["second", "2", "0"],
      ["other", "1", "1"],
    ]) {
      const { code, err, out } = await train(
        name,
        "--steps",
        "1",
        "--seed",
        seed,
        "--holdout-seed",
        holdout,
        "--json",
      );
      assert.equal(code, 0, err);
      heldOut.push(JSON.parse(out).heldOut[0].patient);
    }
    assert.equal(heldOut[0], heldOut[1]);
    const expected = ["0", "1"].map(
      (seed) =>
        holdOutPatients(
          ["1", "2", "3"].map((each) => ({ patient: `ball-${each}` })),
          0.2,
          Number(seed),
        ).heldOut[0],
    );
    assert.deepEqual(
      [heldOut[0], heldOut[2]],
      expected.map(({ patient }) => patient),
    );
  });

  it("mixes synthetic tumors in where it is asked to", async () => {
    const { code, err } = await train("synthetic", "--steps", "1", "--synthetic", "1", "--holdout", "0");
    assert.equal(code, 0, err);
    const [, step] = readFileSync(at("synthetic/log.jsonl"), "utf8").split("\n");
    assert.ok(
      JSON.parse(step).cases.every((name: string) => /^ball-\d\+liver$/.test(name)),
      step,
    );
  });

  it("says what is wrong", async () => {
    const cases: [string[], number, RegExp][] = [
      [["train", "--data", data, "--out", at("x")], 2, /give either --preset or --config/],
      [["train", "--preset", "tiny", "--config", config, "--data", data, "--out", at("x")], 2, /either/],
      [["train", "--preset", "tiny", "--out", at("x")], 2, /--data is missing/],
      [["train", "--preset", "tiny", "--data", data, "--out", at("x"), "more"], 2, /unexpected more/],
      [
        ["train", "--preset", "tiny", "--data", at("nowhere"), "--out", at("x")],
        1,
        /nowhere: found "nothing there"/,
      ],
      [["train", "--preset", "huge", "--data", data, "--out", at("x")], 1, /preset: found "huge"/],
      [["train", "--preset", "tiny", "--data", data, "--out", at("x")], 1, /class kidney: found "no voxel/],
      [
        ["train", "--config", config, "--data", data, "--out", at("one")],
        1,
        /a folder without one.*--resume/,
      ],
      [
        ["train", "--config", config, "--data", data, "--out", at("one"), "--resume"],
        1,
        /seed: found 3, expected 0/,
      ],
      [["predict", "--ct", data, "--out", at("x")], 2, /--model is missing/],
      [["predict", "--model", at("one"), "--ct", data, "--out", at("x"), "more"], 2, /unexpected more/],
      [
        ["predict", "--model", at("nowhere"), "--ct", data, "--out", at("x")],
        1,
        /nowhere: found "nothing there", expected a folder with a model, or a network that ships: liver-kidney, pancreas/,
      ],
      [
        ["predict", "--model", at("one"), "--ct", at("nowhere"), "--out", at("x")],
        1,
        /nowhere: found "nothing/,
      ],
      [
        ["predict", "--model", at("one"), "--ct", data, "--out", at("x"), "--largest", "liver"],
        2,
        /NAME=NUMBER/,
      ],
      [
        ["predict", "--model", at("one"), "--ct", data, "--out", at("x"), "--near", "liver"],
        2,
        /ORGAN,\.\.\.=LESION@MM/,
      ],
    ];
    for (const [args, code, message] of cases) {
      const found = await run(args);
      assert.equal(found.code, code, `${args.join(" ")}: ${found.err}`);
      assert.match(found.err, message);
    }
  });
});
