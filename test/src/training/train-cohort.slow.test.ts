import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "tumorlab/internal/cli/main";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { predictCohort } from "tumorlab/internal/training/predict-cohort";
import { readTrainingConfig } from "tumorlab/internal/training/read-training-config";
import { type CohortTrainingRecord, trainCohort } from "tumorlab/internal/training/train-cohort";
import { ballScan } from "./scans.js";

describe("training on a cohort", function () {
  this.timeout(120_000);
  const root = mkdtempSync(join(tmpdir(), "tumorlab-train-cohort-"));
  const place = (...parts: string[]): string => join(root, ...parts);
  const read = <T>(...parts: string[]): T => JSON.parse(readFileSync(place(...parts), "utf8")) as T;
  after(() => rmSync(root, { recursive: true, force: true }));
  before(async () => {
    for (const seed of [1, 2, 3]) {
      const { name, ct, labels } = ballScan(seed);
      await writeVolume(place("data", name, "ct.nii.gz"), ct);
      await writeVolume(place("data", name, "combined_labels.nii.gz"), labels);
    }
    const settings = {
      targets: [{ name: "liver", structures: ["liver"] }],
      network: { classes: 2, widths: [4, 8], encoderBlocks: [1, 1], decoderBlocks: [1], patch: [8, 8, 8] },
      ...{ steps: 4, validateEvery: 2, checkpointEvery: 2, spacingMm: [8, 8, 8] },
    };
    writeFileSync(place("recipe.json"), JSON.stringify(settings));
  });

  it("gives from a cell what the command gives: weights, scans, log and record", async () => {
    const words = ["--config", place("recipe.json"), "--data", place("data"), "--out", place("command")];
    const io = {
      out: () => undefined,
      err: () => undefined,
      isTerminal: false,
      signal: new AbortController().signal,
    };
    assert.equal(await runCommandLine(["train", ...words, "--engine", "reference", "--seed", "5"], io), 0);
    const [kinds, done, prepared]: [string[], number[], number[]] = [[], [], []];
    const { record, weightsSha256 } = await trainCohort({
      recipe: await readTrainingConfig(place("recipe.json")),
      data: place("data"),
      out: place("cell"),
      seed: 5,
      engine: "reference",
      prepareProgress: (update) => prepared.push(update.done),
      progress: (update) => done.push(update.done),
      onEvent: ({ kind }) => void kinds.push(kind),
    });
    const other = read<CohortTrainingRecord>("command", "run.json");
    assert.equal(weightsSha256, other.weightsSha256);
    assert.deepEqual(read("cell", "run.json"), record);
    assert.deepEqual(read("cell", "data.json"), read("command", "data.json"));
    const fixed = ({ finishedAt, seconds, processorSeconds, peakMemoryMb, ...rest }: CohortTrainingRecord) =>
      [rest, [finishedAt, seconds, processorSeconds, peakMemoryMb].length] as const;
    assert.deepEqual(fixed(record), fixed(other));
    assert.deepEqual(Object.keys(record), Object.keys(other));
    const linesOf = (folder: string) =>
      readFileSync(place(folder, "log.jsonl"), "utf8")
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { kind: string }).kind);
    assert.deepEqual(linesOf("cell"), linesOf("command"));
    assert.deepEqual(prepared, [1, 2, 3]);
    assert.equal(done.at(-1), 4);
    assert.deepEqual(kinds.slice(0, 3), ["found", "prepared", "start"]);
    assert.equal(kinds.filter((kind) => kind === "step").length, 4);
  });

  it("predicts from a cell what the command predicts", async () => {
    const words = ["--model", place("command"), "--ct", place("data"), "--out", place("by-command")];
    const io = {
      out: () => undefined,
      err: () => undefined,
      isTerminal: false,
      signal: new AbortController().signal,
    };
    assert.equal(await runCommandLine(["predict", ...words, "--engine", "reference"], io), 0);
    const events: string[] = [];
    const settings = {
      model: place("command"),
      ct: place("data"),
      out: place("by-cell"),
      engine: "reference" as const,
    };
    const { model, predicted, failed } = await predictCohort({
      ...settings,
      onEvent: ({ kind }) => void events.push(kind),
    });
    assert.equal(model, "best");
    assert.deepEqual(failed, []);
    assert.equal(predicted.length, 3);
    for (const { case: name, file } of predicted)
      assert.deepEqual(readFileSync(file), readFileSync(place("by-command", `${name}.nii.gz`)));
    for (const name of ["classes.json", "model-used.json"])
      assert.deepEqual(read("by-cell", name), read("by-command", name));
    assert.equal(events.filter((kind) => kind === "scan").length, 3);
    await assert.rejects(predictCohort(settings), /something of that name.*a name that is free/);
    await predictCohort({ ...settings, overwrite: true });
  });

  it("stops where it is told, and goes on to the same weights", async () => {
    const settings = {
      recipe: await readTrainingConfig(place("recipe.json")),
      ...{ data: place("data"), out: place("stopped"), seed: 5, engine: "reference" as const },
    };
    const stop = new AbortController();
    const stopped = trainCohort({
      ...settings,
      signal: stop.signal,
      onEvent: (event) => {
        if (event.kind === "step" && event.step === 1) stop.abort(new Error("enough"));
      },
    });
    await assert.rejects(stopped, /enough/);
    await assert.rejects(trainCohort(settings), /checkpoint/);
    const steps: number[] = [];
    const { weightsSha256, record } = await trainCohort({
      ...settings,
      resume: true,
      onEvent: (event) => void (event.kind === "resume" && steps.push(event.step)),
    });
    assert.deepEqual(steps, [record.fromStep]);
    assert.ok(record.fromStep > 0 && record.fromStep < 4);
    assert.equal(weightsSha256, read<CohortTrainingRecord>("command", "run.json").weightsSha256);
  });
});
