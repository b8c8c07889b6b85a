import assert from "node:assert/strict";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "tumorlab/internal/cli/main";
import { tryLock, watchLocks } from "tumorlab/internal/core/file-lock";
import { loadModel } from "tumorlab/internal/model/store";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { ballScan } from "../training/scans.js";
import { run } from "./run.js";

const network = { widths: [4, 8], encoderBlocks: [1, 1], decoderBlocks: [1], patch: [8, 8, 8] };
const targets = [
  { name: "liver", structures: ["liver"] },
  { name: "tumor", structures: ["liver_lesion"] },
];
const settings = { targets, network, steps: 2, checkpointEvery: 1, spacingMm: [8, 8, 8] };

describe("tumorlab train and predict with what is broken", function () {
  this.timeout(120_000);
  let root: string;
  const at = (name: string) => join(root, name);
  const withConfig = (name: string, changes: object): string => {
    writeFileSync(at(name), JSON.stringify({ ...settings, ...changes }));
    return at(name);
  };
  const train = (out: string, config = at("recipe.json"), ...more: string[]) =>
    run("train", "--config", config, "--data", at("data"), "--out", at(out), "--engine", "simd", ...more);
  const predict = (model: string, ...more: string[]) =>
    run("predict", "--model", at(model), "--ct", at("data"), "--out", at("labels"), ...more);

  before(async () => {
    root = mkdtempSync(join(tmpdir(), "tumorlab-faults-"));
    for (const seed of [1, 2]) {
      const { name, ct, labels } = ballScan(seed);
      await writeVolume(join(root, "data", name, "ct.nii.gz"), ct);
      await writeVolume(join(root, "data", name, "combined_labels.nii.gz"), labels);
    }
    withConfig("recipe.json", {});
    const { code, err } = await train("good");
    assert.equal(code, 0, err);
    assert.match(
      err,
      /label values learned: liver \(5 liver\), tumor \(27 liver_lesion\); a guess by .*: abdomenatlas; --label-map/,
    );
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  it("a checkpoint cut short, of another kind or with a bit turned is named, and left as it is", async () => {
    const name = "checkpoint.safetensors";
    const whole = readFileSync(at(`good/${name}`));
    const flipped = Buffer.from(whole);
    flipped[flipped.length - 1000] ^= 1;
    const header = Number(whole.readBigUInt64LE());
    const stateless = Buffer.from(whole.toString("latin1").replace('\\"seed\\"', '\\"sees\\"'), "latin1");
    const cases: [string, Buffer, RegExp][] = [
      ["empty", Buffer.alloc(0), /found "0 bytes", expected a safetensors file/],
      ["short", whole.subarray(0, header), /bytes that do not hold the header they promise".*cut short/],
      ["shorter", whole.subarray(0, whole.length - 8), /tensor .*The file was cut short/],
      ["magic", Buffer.concat([Buffer.from("PK\x03\x04abcd"), whole]), /bytes that do not hold the header/],
      ["bit", flipped, /found "sha256 .*The checkpoint is damaged/],
      [
        "state",
        stateless,
        /, state: found "seed: found undefined, expected a whole number".*The checkpoint is damaged/,
      ],
    ];
    for (const [folder, bytes, message] of cases) {
      cpSync(at("good"), at(folder), { recursive: true });
      writeFileSync(at(`${folder}/${name}`), bytes);
      const { code, err } = await train(folder, at("recipe.json"), "--resume");
      assert.equal(code, 1);
      assert.match(err, message);
      assert.ok(err.includes(join(folder, name)), err);
      assert.ok(readFileSync(at(`${folder}/${name}`)).equals(bytes));
    }
    const { code, err } = await train("good", at("recipe.json"), "--resume");
    assert.equal(code, 0, err);
    assert.match(err, /good: going on after step 2/);
  });

  it("a model that is damaged, or whose tensors are another network's, is refused before anything is written", async () => {
    const edit = (folder: string, change: (model: Record<string, never>) => void): string => {
      cpSync(at("good"), at(folder), { recursive: true });
      const path = at(`${folder}/best/model.json`);
      const model = JSON.parse(readFileSync(path, "utf8")) as Record<string, never>;
      change(model);
      writeFileSync(path, JSON.stringify(model));
      return folder;
    };
    type Fields = {
      modelTopology: { config: object };
      userDefinedMetadata: object;
      weightsManifest: object[];
    };
    const set = (folder: string, part: (model: Fields) => object, values: object): string =>
      edit(folder, (model) => void Object.assign(part(model as unknown as Fields), values));
    const network = (folder: string, values: object) => set(folder, (m) => m.modelTopology.config, values);
    const facts = (folder: string, values: object) => set(folder, (m) => m.userDefinedMetadata, values);
    cpSync(at("good"), at("cut"), { recursive: true });
    truncateSync(at("cut/best/weights.bin"), 100);
    cpSync(at("good"), at("headless"), { recursive: true });
    rmSync(at("headless/best/model.json"));
    const cases: [string, RegExp][] = [
      ["headless", /The last model is taken with --model .*last\n.*best.model\.json: found "no such file"/],
      ["cut", /weights\.bin: found "100 bytes", expected \d+ bytes, as model\.json says.*cut short/],
      [network("wide", { widths: [4, 16] }), /tensor encoder\.1\.0\.filter: found "shape 3 x 3 x 3 x 4 x 8"/],
      [
        network("odd", { patch: [9, 8, 8] }),
        /model\.json, patch: found \[9, 8, 8\], expected three multiples of 2/,
      ],
      [network("bare", { widths: undefined }), /model\.json, modelTopology\.config\.widths: found undefined/],
      [
        facts("nameless", { classNames: ["background"] }),
        /model\.json, userDefinedMetadata\.classNames: .*expected 3 different names/,
      ],
      [
        facts("mute", { structures: [["liver"]] }),
        /model\.json, userDefinedMetadata\.structures: .*expected 2 lists of names/,
      ],
      [facts("heard", { ignored: "spleen" }), /model\.json, userDefinedMetadata\.ignored: found "spleen"/],
      [
        facts("flat", { spacingMm: [1, 1, 0] }),
        /model\.json, userDefinedMetadata\.spacingMm: found \[1, 1, 0\]/,
      ],
      [facts("dark", { windowHu: [250, -175] }), /model\.json, userDefinedMetadata\.windowHu: /],
      [
        set("shapeless", (m) => m.weightsManifest[0], { weights: [{ name: "w" }] }),
        /weights\[0\]\.shape: found undefined/,
      ],
      [
        set("pathless", (m) => m.weightsManifest[0], { paths: [] }),
        /paths: found \[\], expected a list of at least 1/,
      ],
      [network("vast", { patch: [800, 800, 800] }), /a window of about \d+ MiB/],
    ];
    for (const [folder, message] of cases) {
      const { code, err } = await predict(folder, "--engine", "simd");
      assert.equal(code, 1, folder);
      assert.match(err, message);
    }
    assert.ok(!existsSync(at("labels")));
    cpSync(at("good"), at("alone"), { recursive: true });
    rmSync(at("alone/data.json"));
    assert.match((await predict("alone", "--held-out")).err, /data\.json: .*the scans of a training/);
    assert.match(
      (await predict("good", "--largest", "spleen=1")).err,
      /cleaning: found "spleen", expected one of liver, tumor/,
    );
    const { err } = await run(
      "predict",
      "--model",
      at("good"),
      "--ct",
      at("data"),
      "--out",
      at("recipe.json"),
    );
    assert.match(err, /recipe\.json.*: found "a file where its folder would be"/);
  });

  it("a missing label, a patch that cannot be and a recipe too large are said before the training", async () => {
    const kidney = [{ name: "kidney", structures: ["kidney_left"] }];
    const stone = [{ name: "stone", structures: ["kidney_stone"] }];
    const cases: [string, object, RegExp][] = [
      [
        "missing",
        { targets: kidney },
        /class kidney: found "no voxel in 1 cases", .*No case has kidney_left/,
      ],
      [
        "unknown",
        { targets: stone },
        /ball-\d, labels of class stone: .*expected at least one of kidney_stone/,
      ],
      [
        "patch",
        { network: { ...network, patch: [9, 8, 8] } },
        /patch: found \[9, 8, 8\], expected three multiples of 2/,
      ],
      [
        "large",
        { network: { ...network, patch: [512, 512, 512] } },
        /found "a step of about \d+ MiB", expected at most/,
      ],
    ];
    for (const [name, changes, message] of cases) {
      const { code, err } = await train(name, withConfig(`${name}.json`, changes));
      assert.equal(code, 1, name);
      assert.match(err, message);
      assert.ok(!existsSync(at(`${name}/checkpoint.safetensors`)));
    }
    assert.match((await train("all", at("recipe.json"), "--holdout", "0.9")).err, /0 to learn from all/);
  });

  it("a training goes on with the scans it began with alone, and one at a time in a folder", async () => {
    const moved = await train("good", at("recipe.json"), "--resume", "--holdout", "0");
    assert.equal(moved.code, 1);
    assert.match(
      moved.err,
      /data\.json, (training|heldOut)\[\d\]: found .*, as when the training began\. Give the same/,
    );
    writeFileSync(at("good/data.json"), "[]");
    assert.match(
      (await train("good", at("recipe.json"), "--resume")).err,
      /data\.json: found "\[\]", expected the scans/,
    );
    rmSync(at("good/data.json"));
    assert.equal((await train("good", at("recipe.json"), "--resume")).code, 0);
    const lock = await tryLock(at("good/train.lock"), watchLocks());
    assert.ok(typeof lock !== "string");
    const second = await train("good", at("recipe.json"), "--resume");
    await lock.release();
    assert.equal(second.code, 1);
    assert.match(second.err, /train\.lock: found "the lock of process \d+ on .*expected no other training/);
    assert.ok(!existsSync(at("good/train.lock")));
  });

  it("labels never take the place of a scan, nor of another scan's labels", async () => {
    const scan = at("scans/ball-1.nii.gz");
    cpSync(at("data/ball-1/ct.nii.gz"), scan);
    symlinkSync(at("scans"), at("link"));
    const bytes = readFileSync(scan);
    const label = (out: string) =>
      run("predict", "--model", at("good"), "--ct", at("scans"), "--out", at(out));
    for (const out of ["scans", "link"]) {
      const { code, err } = await label(out);
      assert.equal(code, 1);
      assert.match(err, /ball-1\.nii\.gz: found "a scan that is to be predicted", .*choose another --out/);
    }
    cpSync(scan, at("scans/ball-1.mha"));
    assert.match((await label("twice")).err, /scans: found "case ball-1 as .*", expected each case once/);
    assert.ok(readFileSync(scan).equals(bytes) && !existsSync(at("twice")));
  });

  it("a label map of another data set ends it: values without a name may be anything", async () => {
    writeFileSync(at("names.json"), JSON.stringify({ liver: 5, liver_lesion: 28 }));
    const more = ["--label-map", at("names.json"), "--synthetic", "1"];
    const { code, err } = await train("other", at("recipe.json"), ...more);
    assert.equal(code, 1);
    assert.match(err, /label values learned: liver \(5 liver\), tumor \(28 liver_lesion\)/);
    assert.match(err, /ball-1.*: found "1 label values without a name: 27", expected a name for each value/);
  });

  it("leaves classes out with --classes, and refuses one that the config does not have", async () => {
    const all = await train("stone", at("recipe.json"), "--classes", "liver,stone");
    assert.deepEqual(
      [all.code, /--classes: found "stone", expected some of liver, tumor/.test(all.err)],
      [2, true],
    );
    const { code, err } = await train("livers", at("recipe.json"), "--classes", "liver");
    assert.equal(code, 0, err);
    assert.match(err, /label values learned: liver \(5 liver\); .*; --label-map/);
    const { classNames } = await loadModel(at("livers/last"));
    assert.deepEqual(classNames, ["background", "liver"]);
  });

  it("stopped, it says what is left and how to go on", async () => {
    const controller = new AbortController();
    let err = "";
    const io = {
      out: () => undefined,
      err: (text: string) => (err += text),
      isTerminal: false,
      signal: controller.signal,
    };
    const config = withConfig("long.json", { steps: 1_000_000, validateEvery: 1_000_000 });
    const args = ["--config", config, "--data", at("data"), "--out", at("stopped"), "--engine", "simd"];
    const code = runCommandLine(["train", ...args], io);
    const waiting = setInterval(() => {
      if (
        existsSync(at("stopped/log.jsonl")) &&
        readFileSync(at("stopped/log.jsonl"), "utf8").includes("step")
      )
        controller.abort(new Error("Interrupted"));
    }, 5);
    assert.equal(await code, 130);
    clearInterval(waiting);
    assert.match(
      err,
      /Stopped between two steps: .*last is a model that works, --resume goes on\nInterrupted/,
    );
    assert.ok(existsSync(at("stopped/last/model.json")));
  });
});
