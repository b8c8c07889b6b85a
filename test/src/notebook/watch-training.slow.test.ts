import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plotlyMime } from "tumorlab/internal/contracts/plotly-payload";
import { hashWeights } from "tumorlab/internal/model/weights";
import { engineTable, trainingTable, watchTraining } from "tumorlab/internal/notebook/watch-training";
import { checkFigure } from "tumorlab/internal/plot/figure";
import { closeRenderer } from "tumorlab/internal/plot/static/drawing-process";
import { trainingPanelsFigure } from "tumorlab/internal/plot/training-panels";
import { prepareCase } from "tumorlab/internal/training/prepared-case";
import { ballScan } from "../training/scans.js";
import { ballRecipe } from "../training/training-configs.js";
import { startFakeKernel } from "./fake-kernel.js";

describe("watchTraining", function () {
  this.timeout(120_000);
  after(() => closeRenderer());

  it("draws loss and held-out Dice anew at each validation and at the end, and keeps the models", async () => {
    const cases = [1, 2, 3].map((seed) => prepareCase(ballScan(seed), ballRecipe));
    const kernel = startFakeKernel();
    const folder = mkdtempSync(join(tmpdir(), "tumorlab-watched-"));
    try {
      const seen: string[] = [];
      const training = await watchTraining({
        recipe: ballRecipe,
        engine: "reference",
        title: "Balls",
        renderEveryMs: Infinity,
        cases: cases.slice(1),
        validation: cases.slice(0, 1),
        folder,
        onEvent: ({ kind }) => void seen.push(kind),
      });
      assert.deepEqual(
        training.snapshots.map(({ step }) => step),
        [0, 5, 8],
      );
      assert.equal(seen.filter((kind) => kind === "validation").length, 2);
      const figures = kernel.shown.filter(({ bundle }) => plotlyMime in bundle);
      const live = figures.filter(({ options }) => options.displayId === "training: Balls");
      assert.deepEqual(
        live.map(({ options }) => options.update === true),
        // Begun, after both validations, and done; the same for the loss.
        [false, true, true, true],
      );
      const [empty, , , last] = live.map(({ bundle }) => bundle[plotlyMime] as { data: { x?: number[] }[] });
      assert.equal(empty.data.length, 0);
      assert.deepEqual(last.data[0].x, [5, 8]);
      const losses = figures
        .filter(({ options }) => options.displayId === "loss: Balls")
        .map(({ bundle }) => (bundle[plotlyMime] as { data: { y: number[] }[] }).data[0].y);
      assert.deepEqual(
        losses.map((values) => values.length),
        [0, 5, 8, 8],
      );
      assert.deepEqual(
        losses.at(-1),
        training.history.losses.map(({ loss }) => loss),
      );
      assert.equal(figures.length, 8, "nothing is drawn twice");
      const [row] = trainingTable({
        real: training,
        none: { history: { ...training.history, validations: [] } },
      });
      assert.deepEqual(Object.keys(row), ["class", "Dice, real", "Dice, none"]);
      assert.equal(row["Dice, real"], training.history.validations[1].dice["liver"]);
      // Gone on with, the curve is drawn from its beginning.
      const goneOn = await watchTraining({
        recipe: ballRecipe,
        engine: "reference",
        title: "On",
        cases: cases.slice(1),
        validation: cases.slice(0, 1),
        folder,
        resume: true,
      });
      assert.deepEqual(
        goneOn.snapshots.map(({ step, model }) => [step, hashWeights(model.weights)]),
        training.snapshots.map(({ step, model }) => [step, hashWeights(model.weights)]),
      );
      const again = kernel.shown.filter(({ options }) => options.displayId === "training: On");
      const curve = again.at(-1)!.bundle[plotlyMime] as { data: { x: number[] }[] };
      assert.deepEqual(curve.data[0].x, [5, 8]);
      const whole = kernel.shown.filter(({ options }) => options.displayId === "loss: On")[1];
      assert.equal((whole.bundle[plotlyMime] as { data: { y: number[] }[] }).data[0].y.length, 8);
      const words = kernel.shown.map(({ bundle }) => bundle["text/plain"]);
      const isDone = (text: unknown): boolean => typeof text === "string" && /^On: .*8 of 8/.test(text);
      assert.ok(words.some(isDone), "done, though nothing was left to do");
      const panels = trainingPanelsFigure({ "seed 0": training, "seed 1": training });
      checkFigure(panels);
      const names = Object.keys(training.history.validations[1].dice);
      assert.equal(panels.data.length, 2 * names.length);
      assert.deepEqual(
        panels.data.map(({ xaxis }) => xaxis),
        names.flatMap((_, i) => [1, 2].map(() => (i === 0 ? "x" : `x${i + 1}`))),
      );
      assert.deepEqual(
        panels.data[0].y,
        training.history.validations.map(({ dice }) => dice[names[0]]),
      );
      assert.deepEqual(trainingPanelsFigure({}).data, []);
    } finally {
      kernel.stop();
      rmSync(folder, { recursive: true });
    }
  });
});

describe("engineTable", () => {
  it("has one row per operation, with errors that can be read", () => {
    const ops = [
      { op: "conv3d", outputError: 1e-7, gradientError: 0.73, passed: false },
      { op: "bias", outputError: 0, gradientError: 0, passed: true },
    ];
    assert.deepEqual(engineTable({ ops: ops as Parameters<typeof engineTable>[0]["ops"] }), [
      {
        operation: "conv3d",
        "error of the result": "below 0.001",
        "error of the gradient": "0.730",
        passed: "no",
      },
      {
        operation: "bias",
        "error of the result": "below 0.001",
        "error of the gradient": "below 0.001",
        passed: "yes",
      },
    ]);
  });
});
