import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKey } from "tumorlab/internal/core/random";
import { openEngine } from "tumorlab/internal/model/engines";
import { runNetwork, toTensors } from "tumorlab/internal/model/network";
import { createNetworkConfig } from "tumorlab/internal/model/network-config";
import { loadModel } from "tumorlab/internal/model/store";
import { loadTensorFlow } from "tumorlab/internal/model/tensorflow";
import { hashWeights, initializeWeights } from "tumorlab/internal/model/weights";
import type { Batch } from "tumorlab/internal/training/batch";
import { readCheckpoint } from "tumorlab/internal/training/checkpoint";
import { type BatchLoss, createLearner } from "tumorlab/internal/training/learner";
import { prepareCase } from "tumorlab/internal/training/prepared-case";
import { segmentationBatchLoss } from "tumorlab/internal/training/segmentation-loss";
import {
  trainNetwork,
  type TrainingOptions,
  type TrainingEvent,
} from "tumorlab/internal/training/train-network";
import { ballScan } from "./scans.js";
import { ballRecipe } from "./training-configs.js";

const recipe = { ...ballRecipe, steps: 8 };
const cases = [1, 2].map((seed) => prepareCase(ballScan(seed), recipe));

function fit(options: Partial<TrainingOptions> = {}) {
  return trainNetwork({ recipe, seed: 5, cases, engine: "simd", ...options });
}

describe("runNetwork", function () {
  this.timeout(60_000);
  before(() => openEngine({ engine: "reference" }));

  it("answers at every level it is asked for, residual or plain, normalised or not", () => {
    const tf = loadTensorFlow();
    for (const change of [
      {},
      { encoder: "residual" as const, deepSupervision: true },
      { normalization: "none" as const },
      { encoder: "residual" as const, normalization: "none" as const },
    ]) {
      const config = createNetworkConfig({ classes: 3, widths: [4, 4, 8], patch: [8, 8, 8], ...change });
      const shapes = tf.tidy(() => {
        const parameters = toTensors(initializeWeights(config, createKey(1)));
        return runNetwork(config, tf.ones([2, 8, 8, 4, 1]), parameters).map(({ shape }) => shape);
      });
      assert.deepEqual(shapes[0], [2, 8, 8, 4, 3]);
      assert.deepEqual(shapes.slice(1), change.deepSupervision ? [[2, 4, 4, 2, 3]] : []);
    }
  });

  it("refuses images that do not fit and parameters that are missing", () => {
    const tf = loadTensorFlow();
    const config = createNetworkConfig({ classes: 3, widths: [4, 8], patch: [8, 8, 8] });
    tf.tidy(() => {
      assert.throws(
        () => runNetwork(config, tf.ones([1, 8, 8, 7, 1]), new Map()),
        /image: found .*multiples of 2/,
      );
      assert.throws(() => runNetwork(config, tf.ones([1, 8, 8, 8, 2]), new Map()), /image: /);
      assert.throws(
        () => runNetwork(config, tf.ones([1, 8, 8, 8, 1]), new Map()),
        /parameter encoder\.0\.0\.filter/,
      );
    });
  });
});

describe("trainNetwork", function () {
  this.timeout(120_000);
  let root: string;
  before(() => (root = mkdtempSync(join(tmpdir(), "tumorlab-fit-"))));
  after(() => rmSync(root, { recursive: true, force: true }));

  it("learns, and the same seed gives the same weights in a thread's batches or its own", async () => {
    const long = { ...recipe, steps: 30, validateEvery: 30 };
    const first = await fit({ recipe: long, validation: cases });
    const { losses, validations } = first.history;
    assert.ok(losses[29].loss < 0.6 * losses[0].loss, `${losses[0].loss} to ${losses[29].loss}`);
    assert.ok(validations.at(-1)!.dice.liver! > 0.5, JSON.stringify(validations));
    assert.equal(hashWeights(first.model.weights), first.weightsSha256);
    assert.deepEqual(first.model.classNames, ["background", "liver", "tumor"]);
    const short = await fit();
    assert.equal((await fit({ synthesis: () => ballScan(1) })).weightsSha256, short.weightsSha256);
    assert.notEqual((await fit({ seed: 6 })).weightsSha256, short.weightsSha256);
  });

  it("trains with SGD, clipping, deep supervision, a residual encoder and synthetic cases", async () => {
    const network = createNetworkConfig({
      encoder: "residual",
      classes: 3,
      widths: [4, 4, 8],
      patch: [8, 8, 8],
      deepSupervision: true,
    });
    const sgd = {
      ...recipe,
      network,
      optimizer: { kind: "sgd" as const, learningRate: 0.01, momentum: 0.9, weightDecay: 1e-4, power: 0.9 },
      gradientClip: 0.1,
      averageDecay: 0,
      syntheticShare: 0.5,
    };
    const events: TrainingEvent[] = [];
    const result = await fit({
      recipe: sgd,
      synthesis: (key) => Promise.resolve({ ...ballScan(key.words[0] % 100), name: "made" }),
      onEvent: (event) => void events.push(event),
    });
    const steps = events.flatMap((event) => (event.kind === "step" ? [event] : []));
    assert.ok(steps.some(({ cases: names }) => names.includes("made")));
    assert.ok(steps.every(({ gradientNorm, loss }) => gradientNorm > 0 && Number.isFinite(loss)));
    assert.equal(result.best, result.model);
  });

  it("leaves no tensor behind", async () => {
    await fit();
    const tf = loadTensorFlow();
    const before = tf.memory().numTensors;
    await fit({ validation: cases });
    assert.equal(tf.memory().numTensors, before);
  });

  it("killed in the middle and resumed, ends with the same bytes as one that ran through", async () => {
    const whole = join(root, "whole");
    const broken = join(root, "broken");
    const through = await fit({ folder: whole, validation: cases });
    const child = fork(join(__dirname, "train-and-wait.js"), [broken], { stdio: "ignore" });
    // It says so after step 7, beyond its checkpoint at 6, and is killed without a word.
    await once(child, "message");
    child.kill("SIGKILL");
    await once(child, "exit");
    assert.equal((await readCheckpoint(join(broken, "checkpoint.safetensors"))).step, 6);
    const resumed = await fit({ folder: broken, validation: cases, resume: true });
    assert.equal(resumed.weightsSha256, through.weightsSha256);
    assert.deepEqual(resumed.history, through.history);
    assert.deepEqual(resumed.best, through.best);
    for (const file of ["checkpoint.safetensors", "last/weights.bin", "last/model.json", "best/weights.bin"])
      assert.ok(readFileSync(join(whole, file)).equals(readFileSync(join(broken, file))), file);
    // A finished training that is resumed has nothing left to do.
    const done = await fit({ folder: whole, validation: cases, resume: true });
    assert.equal(done.weightsSha256, through.weightsSha256);
  });

  it("interrupted, leaves a usable model and goes on from the very step", async () => {
    const folder = join(root, "interrupted");
    const controller = new AbortController();
    const stop = (event: TrainingEvent) => {
      if (event.kind === "step" && event.step === 2) controller.abort(new Error("enough"));
    };
    await assert.rejects(fit({ folder, signal: controller.signal, onEvent: stop }), /enough/);
    const model = await loadModel(join(folder, "last"));
    assert.equal(model.training!.step, 3);
    const events: TrainingEvent[] = [];
    const resumed = await fit({ folder, resume: true, onEvent: (event) => void events.push(event) });
    assert.deepEqual(events[0], { kind: "start", step: 3, steps: 8, engine: "simd", resumed: true });
    assert.equal(resumed.weightsSha256, (await fit()).weightsSha256);
    assert.ok(readdirSync(folder).every((name) => ["checkpoint.safetensors", "last"].includes(name)));
  });

  it("interrupted within a validation, also the last, leaves a usable model and makes it up when it goes on", async () => {
    const whole = join(root, "validated");
    const through = await fit({ folder: whole, validation: cases });
    // The recipe validates after steps 5 and 8.
    for (const [visit, step] of [
      [1, 5],
      [2, 8],
    ]) {
      const folder = join(root, `validation-${visit}`);
      const controller = new AbortController();
      let visits = 0;
      const first = {
        ...cases[0],
        get image() {
          if (++visits === visit) controller.abort(new Error("enough"));
          return cases[0].image;
        },
      };
      const events: string[] = [];
      const stopped = fit({
        folder,
        validation: [first, cases[1]],
        signal: controller.signal,
        onEvent: ({ kind }) => void events.push(kind),
      });
      await assert.rejects(stopped, /enough/);
      assert.deepEqual(events.slice(-2), ["step", "checkpoint"]);
      const model = await loadModel(join(folder, "last"));
      assert.equal(model.training!.step, step);
      const checkpoint = await readCheckpoint(join(folder, "checkpoint.safetensors"));
      assert.equal(checkpoint.history.validations.length, visit - 1);
      const resumed = await fit({ folder, validation: cases, resume: true });
      assert.deepEqual(resumed.history, through.history);
      assert.deepEqual(resumed.best, through.best);
      for (const file of ["checkpoint.safetensors", "last/weights.bin", "best/model.json"])
        assert.ok(readFileSync(join(whole, file)).equals(readFileSync(join(folder, file))), file);
    }
  });

  it("does not wait for a batch when it is interrupted", async () => {
    const controller = new AbortController();
    const stopped = fit({
      recipe: { ...recipe, syntheticShare: 1 },
      signal: controller.signal,
      synthesis: () => {
        setImmediate(() => controller.abort(new Error("enough")));
        return new Promise(() => undefined);
      },
    });
    await assert.rejects(stopped, /enough/);
  });

  it("says before it goes on that the best model so far is gone", async () => {
    const folder = join(root, "bestless");
    await fit({ folder, validation: cases });
    rmSync(join(folder, "best"), { recursive: true });
    await assert.rejects(
      fit({ folder, validation: cases, resume: true }),
      /best\/model\.json: found "no such file"/,
    );
  });

  it("stops at a loss that is no number, naming step and case, with the checkpoint before it", async () => {
    const folder = join(root, "diverged");
    const optimizer = { ...recipe.optimizer, learningRate: 1e30 };
    const settings = { ...recipe, optimizer, averageDecay: 0, checkpointEvery: 1 };
    const reason = await fit({ recipe: settings, folder }).then(
      () => "finished",
      (error: Error) => error.message,
    );
    const [, number, names] = /^step (\d+) on (.*): found "loss \S+, gradient \S+", expected finite/.exec(
      reason,
    )!;
    assert.match(names, /^ball-[12], ball-[12]$/);
    assert.equal((await readCheckpoint(join(folder, "checkpoint.safetensors"))).step, Number(number));
  });

  it("refuses checkpoints of other trainings, damaged ones, and one it was not asked to resume", async () => {
    const folder = join(root, "refused");
    const path = join(folder, "checkpoint.safetensors");
    await fit({ folder });
    await assert.rejects(fit({ folder }), /checkpoint\.safetensors: found "a checkpoint".*Resume/);
    await assert.rejects(fit({ folder, resume: true, seed: 6 }), /seed: found 5, expected 6/);
    await assert.rejects(
      fit({ folder, resume: true, recipe: { ...recipe, batch: 1 } }),
      /config's batch: found "2", expected 1/,
    );
    const bytes = readFileSync(path);
    bytes[bytes.length - 3] ^= 64;
    writeFileSync(path, bytes);
    await assert.rejects(fit({ folder, resume: true }), /checkpoint\.safetensors: found "sha256 .*damaged/);
    writeFileSync(path, bytes.subarray(0, 1000));
    await assert.rejects(fit({ folder, resume: true }), /checkpoint\.safetensors/);
    await assert.rejects(fit({ cases: [] }), /cases: found "none"/);
    await assert.rejects(fit({ recipe: { ...recipe, batch: 0 } }), /batch: found 0/);
    assert.ok(!existsSync(join(root, "never")));
  });
});

describe("createLearner", function () {
  this.timeout(60_000);
  before(() => openEngine({ engine: "reference" }));

  it("goes on from a state as if it had never been taken off the engine", async () => {
    const { makeBatch } = await import("tumorlab/internal/training/batch");
    const { openBank } = await import("tumorlab/internal/training/case-bank");
    const reader = openBank({ kind: "memory", cases });
    const batch = (step: number) => makeBatch(reader, recipe, createKey(1), step);
    const lossOf: BatchLoss<Batch> = (each, parameters) =>
      segmentationBatchLoss(recipe.network, each, parameters);
    const start = { weights: initializeWeights(recipe.network, createKey(2)) };
    const learner = createLearner(recipe, start, lossOf);
    await learner.step(await batch(0), 0);
    const other = createLearner(recipe, await learner.state(), lossOf);
    const reports = [await learner.step(await batch(1), 1), await other.step(await batch(1), 1)];
    assert.deepEqual(reports[0], reports[1]);
    assert.deepEqual(await learner.state(), await other.state());
    // The average follows the weights, some way behind.
    const { weights, average } = await learner.state();
    assert.notEqual(hashWeights(weights), hashWeights(average!));
    assert.equal(hashWeights(await learner.result()), hashWeights(average!));
    for (const each of [learner, other]) each.dispose();
  });
});
