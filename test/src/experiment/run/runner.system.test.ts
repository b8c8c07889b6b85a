import assert from "node:assert/strict";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listTrials } from "tumorlab/internal/experiment/plan/plan";
import { collectExperiment, readStatus } from "tumorlab/internal/experiment/run/collect";
import {
  createExperiment,
  type Experiment,
  experimentPaths,
} from "tumorlab/internal/experiment/run/experiment-folder";
import { runExperiment, type RunnerEvent } from "tumorlab/internal/experiment/run/local-runner";
import { runTrial } from "tumorlab/internal/experiment/run/trial";
import { makeTrialModel } from "tumorlab/internal/experiment/run/trial-model";
import { hashWeights } from "tumorlab/internal/model/weights";
import { openModel } from "tumorlab/internal/training/find-model";
import { run } from "../../cli/run.js";
import { createTestPlan } from "../tiny-experiment.js";
import { killFirst } from "./kill-first.js";
import { tumorlab } from "./run-command.js";

describe("an experiment on this machine", function () {
  this.timeout(600_000);
  const root = mkdtempSync(join(tmpdir(), "tumorlab-experiment-"));
  // Each trial is a process: four of them, two sizes with synthetic tumors and without.
  const plan = createTestPlan({ seeds: [1], organs: [{ organ: "kidney", sizes: [1, 2] }] });
  const collected = (folder: string) => readFileSync(join(folder, "collected.json"), "utf8");
  let whole: Experiment;

  before(async () => {
    whole = await createExperiment(plan, join(root, "whole"));
    const events: RunnerEvent[] = [];
    const status = await runExperiment(whole, { workers: 1, onEvent: (event) => events.push(event) });
    assert.equal(status.done.length, 4);
    assert.equal(status.failed.length + status.started.length + status.waiting.length, 0);
    assert.ok(status.secondsPerTrial! > 0);
    const kinds = events.map(({ kind }) => kind);
    assert.equal(kinds.filter((kind) => kind === "done").length, 4);
    assert.ok(kinds.includes("scans") && kinds.includes("progress"));
    await collectExperiment(whole);
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  it("gives the same collected file after a trial that was killed", async () => {
    const folder = join(root, "killed");
    cpSync(whole.folder, folder, { recursive: true });
    rmSync(experimentPaths.result(folder, 2));
    const events: RunnerEvent[] = [];
    const status = await runExperiment({ ...whole, folder }, { workers: 1, onEvent: killFirst(events) });
    const retries = events.filter((event) => event.kind === "retry");
    assert.deepEqual(
      retries.map(({ trial }) => trial.index),
      [2],
    );
    assert.match(retries[0].reason, /SIGKILL/);
    assert.equal(status.done.length, 4);
    const { results, records } = await collectExperiment({ ...whole, folder });
    assert.equal(collected(folder), collected(whole.folder));
    assert.deepEqual(results.missing, []);
    assert.deepEqual(
      results.baselines.map(({ organ, name }) => `${organ} ${name}`),
      ["kidney untrained", "kidney threshold", "kidney threshold in the organ"],
    );
    assert.equal(records.records.length, 4);
    const [record] = records.records;
    assert.equal(record.planSha256, whole.planSha256);
    assert.ok(record.seconds > 0 && record.peakMemoryMb! > 50 && record.attempts >= 1);
  });

  it("trains on nested patients, the same in both arms, and on as many synthetic cases as the arm says", async () => {
    const { results } = await collectExperiment(whole);
    for (const { trial, realCases, syntheticCases, history, tests } of results.trials) {
      assert.equal(realCases.length, trial.size);
      assert.equal(syntheticCases, trial.arm === "real" ? 0 : 3 * trial.size);
      assert.equal(history.losses.at(-1)!.step, 3);
      assert.deepEqual(
        tests.map(({ name, cases }) => `${name} ${cases.length}`),
        ["ID 1", "OOD 2"],
      );
      const control = tests[1].cases[1];
      assert.equal(control.tumorVoxels, 0);
      assert.equal(control.lesions.length, 0);
      for (const other of results.trials)
        if (other.trial.seed === trial.seed && other.trial.size >= trial.size)
          assert.ok(realCases.every((name) => other.realCases.includes(name)));
      const trained = tests.flatMap(({ cases }) => cases.map(({ patient }) => patient));
      assert.ok(trained.every((patient) => !realCases.includes(patient)));
    }
    const weights = new Set(results.trials.map(({ weightsSha256 }) => weightsSha256));
    assert.equal(weights.size, 4, "no two trials end with the same network");
  });

  it("has a trial that does not depend on threads, on the scans' being there, or on the process", async () => {
    const index = 1;
    const expected = JSON.parse(readFileSync(experimentPaths.result(whole.folder, index), "utf8")) as unknown;
    assert.deepEqual(await runTrial(plan, index, { scans: join(root, "cold"), threads: 2 }), expected);
    await assert.rejects(
      runTrial(plan, 4, { scans: join(root, "cold") }),
      /index: found 4, expected a whole number from 0 to 3, as the plan has 4 trials/,
    );
  });

  it("has trials whose networks can be made again, with the weights of their results", async () => {
    const out = join(root, "network");
    const askFor = (index: number, to: string): string[] => [
      ...["experiment", "network", whole.folder],
      ...["--index", String(index), "--out", to],
    ];
    const words = askFor(1, out);
    const made = await run(...words);
    assert.deepEqual([made.code, made.err], [0, ""]);
    assert.match(made.out, /trial 1 made again .*\nThese are the weights of the trial's result/);
    const result = JSON.parse(readFileSync(experimentPaths.result(whole.folder, 1), "utf8"));
    const model = await openModel(join(out, "model"));
    assert.equal(hashWeights(model.weights), result.weightsSha256);
    const { marginMm } = plan.cohort;
    assert.equal(model.training?.learnedFrom, `scans cut to the kidney and ${marginMm} mm around it`);
    const record = JSON.parse(readFileSync(join(out, "record.json"), "utf8"));
    assert.deepEqual([record.trial, record.isAsInResult], [result.trial, true]);
    assert.equal(record.tests[0].cases, result.tests[0].cases.length);
    const again = await run(...words);
    assert.equal(again.code, 1);
    assert.match(again.err, /record\.json/);
    const beyond = await run(...askFor(9, join(root, "beyond")));
    assert.match(beyond.err, /index: found 9, expected a whole number from 0 to 3/);
    assert.ok(!existsSync(join(root, "beyond")));
    // A result of other weights is told apart, and nothing is said of what the network finds.
    const folder = join(root, "other-weights");
    cpSync(whole.folder, folder, { recursive: true });
    const changed = { ...result, weightsSha256: "0".repeat(64) };
    const other = await makeTrialModel({ plan, trials: [changed] }, 1, join(root, "other"), {
      scans: experimentPaths.scans(folder),
    });
    assert.deepEqual([other.isAsInResult, other.tests], [false, []]);
  });

  it("tries a failing trial once more, reports it with its reason, goes on with the rest, and mends it later", async () => {
    const folder = join(root, "failing");
    cpSync(whole.folder, folder, { recursive: true });
    const scans = experimentPaths.scans(folder);
    const damaged = readdirSync(scans)
      .map((name) => join(scans, name))
      .filter((path) => readFileSync(path).subarray(0, 60).includes("BDMAP_80000000"));
    assert.ok(damaged.length > 0);
    for (const path of damaged) truncateSync(path, 100);
    for (const index of [0, 1]) rmSync(experimentPaths.result(folder, index));
    const { code, out, err } = await tumorlab("resume", folder, "--workers", "1");
    assert.equal(code, 1);
    const events = err.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line)] : [])) as {
      event: string;
      trial?: { index: number };
    }[];
    assert.deepEqual(
      events.filter(({ trial }) => trial).map(({ event, trial }) => `${event} ${trial!.index}`),
      ["start 0", "done 0", "start 1", "retry 1", "start 1", "failed 1"],
    );
    assert.match(out, /3 of 4 trials done, 1 failed/);
    assert.match(out, /failed: trial 1, kidney, real\+synthetic, 1 patient, seed 1: .*prepared case/);
    const status = await tumorlab("status", folder);
    assert.equal(status.code, 1);
    assert.equal(status.out.replace(/;.*/, ""), out.replace(/;.*/, ""));
    const some = await tumorlab("collect", folder, "--json");
    assert.equal(some.code, 1);
    const { missing } = JSON.parse(some.out) as { missing: { index: number; reason: string }[] };
    assert.equal(missing.length, 1);
    assert.match(missing[0].reason, /prepared case/);

    for (const path of damaged) rmSync(path);
    const one = await tumorlab(
      "run",
      join(folder, "plan.json"),
      "--out",
      folder,
      "--index",
      "1",
      "--threads",
      "1",
    );
    assert.equal(one.code, 0, one.err);
    assert.equal(one.out, "trial 1, kidney, real+synthetic, 1 patient, seed 1: made\n");
    const again = await tumorlab("run", join(folder, "plan.json"), "--out", folder, "--index", "1", "--json");
    assert.deepEqual(JSON.parse(again.out), { trial: listTrials(plan)[1], state: "kept" });
    const all = await tumorlab("collect", folder);
    assert.equal(all.code, 0);
    assert.match(all.out, /4 of 4 trials/);
    assert.equal(collected(folder), collected(whole.folder));
  });

  it("names a damaged, foreign or lost file of a finished trial, and counts it as damaged", async () => {
    const folder = join(root, "foreign");
    cpSync(whole.folder, folder, { recursive: true });
    rmSync(experimentPaths.baselines(folder, "kidney"));
    writeFileSync(experimentPaths.result(folder, 1), "{ half a res");
    const other = { ...JSON.parse(readFileSync(experimentPaths.result(folder, 2), "utf8")), planSha256: "0" };
    writeFileSync(experimentPaths.result(folder, 2), JSON.stringify(other));
    const changed = readFileSync(experimentPaths.result(folder, 3), "utf8");
    writeFileSync(experimentPaths.result(folder, 3), changed.replace(/"foundVoxels":\d+/, '"foundVoxels":1'));
    assert.notEqual(readFileSync(experimentPaths.result(folder, 3), "utf8"), changed);
    await expectDamaged(
      folder,
      [
        "0 baselines/kidney.json is missing",
        "1 trials/0001.json is damaged",
        "2 trials/0002.json is of another plan",
        "3 trials/0003.json was changed since it was written",
      ],
      [1, 2, 3],
    );
    const told = await tumorlab("status", folder);
    assert.equal(told.code, 1);
    assert.match(told.out, /0 of 4 trials done, 0 failed, 4 damaged, 0 started, 0 waiting/);
    assert.match(
      told.out,
      /damaged: trial 3, kidney, [^\n]*: trials\/0003\.json was changed since .*; running the experiment makes it again\n/,
    );
  });

  it("names a file of a finished trial that holds no result, and a record that is lost", async () => {
    const folder = join(root, "empty");
    cpSync(whole.folder, folder, { recursive: true });
    writeFileSync(experimentPaths.result(folder, 0), JSON.stringify({ planSha256: whole.planSha256 }));
    writeFileSync(experimentPaths.result(folder, 1), "null");
    rmSync(experimentPaths.record(folder, 2));
    await expectDamaged(
      folder,
      ["0 trials/0000.json is damaged", "1 trials/0001.json is damaged", "2 runs/0002.json is missing"],
      [0, 1, 2],
    );
    const told = await tumorlab("status", folder);
    assert.match(told.out, /1 of 4 trials done, 0 failed, 3 damaged, 0 started, 0 waiting/);
    rmSync(experimentPaths.result(folder, 2));
    mkdirSync(experimentPaths.result(folder, 2));
    const { code, err } = await tumorlab("status", folder);
    assert.equal(code, 1);
    assert.match(
      err,
      /0002\.json: found "a folder", expected a file that can be read\. Let it be read, or remove it/,
    );
  });

  /** Holds what status and collection say of a folder against the faults and the trials that are missing. */
  async function expectDamaged(
    folder: string,
    faults: readonly string[],
    lost: readonly number[],
  ): Promise<void> {
    const { damaged, started } = await readStatus({ ...whole, folder });
    assert.deepEqual(started, []);
    assert.deepEqual(
      damaged!.map(({ trial, file, fault }) => `${trial.index} ${file} ${fault.replace(/:.*/, "")}`),
      faults,
    );
    const { results } = await collectExperiment({ ...whole, folder });
    assert.deepEqual(
      results.missing.map(({ index }) => index),
      lost,
    );
    for (const { index, reason } of results.missing)
      assert.match(reason, new RegExp(`^(trials|runs)/000${index}\\.json .*makes it again$`));
  }

  it("makes a trial again whose record is damaged or of another plan, and tells of baselines that are", async () => {
    const folder = join(root, "records");
    cpSync(whole.folder, folder, { recursive: true });
    const record = readFileSync(experimentPaths.record(folder, 1), "utf8");
    writeFileSync(experimentPaths.record(folder, 1), record.slice(0, -30));
    writeFileSync(experimentPaths.record(folder, 2), record.replace(whole.planSha256, "0"));
    const before = await tumorlab("collect", folder);
    assert.equal(before.code, 1);
    assert.match(
      before.out,
      /2 of 4 trials\n {2}damaged: runs\/0001\.json is damaged: cut short.*\n {2}damaged: runs\/0002\.json is of another/,
    );
    const { code, out, err } = await tumorlab("resume", folder, "--workers", "1");
    assert.equal(code, 0, err);
    assert.match(out, /4 of 4 trials done, 0 failed, 0 started, 0 waiting/);
    const after = await tumorlab("collect", folder);
    assert.equal(after.code, 0);
    const [first, crop] = after.out.split("\n");
    assert.equal(first, `${join(folder, "collected.json")}: 4 of 4 trials`);
    assert.match(crop, /test scans are cut to the box of the reference organ with 27 mm around it/);
    assert.equal(collected(folder), collected(whole.folder));
    writeFileSync(experimentPaths.baselines(folder, "kidney"), "[");
    const lost = await tumorlab("collect", folder, "--json");
    assert.equal(lost.code, 1);
    const said = JSON.parse(lost.out) as { trials: number; damaged: unknown[] };
    assert.equal(said.trials, 4);
    assert.deepEqual(said.damaged, [
      { file: "baselines/kidney.json", fault: "is damaged or of another plan" },
    ]);
  });

  it("is shared by two runs at once, each trial computed by one of them", async () => {
    const folder = join(root, "shared");
    cpSync(whole.folder, folder, { recursive: true });
    const shared = { ...whole, folder };
    for (const index of [2, 3]) {
      rmSync(experimentPaths.result(folder, index));
      rmSync(experimentPaths.starts(folder, index));
    }
    const events: RunnerEvent[] = [];
    const run = () => runExperiment(shared, { workers: 1, onEvent: (event) => events.push(event) });
    const statuses = await Promise.all([run(), run()]);
    for (const status of statuses) assert.equal(status.done.length, 4);
    assert.equal(events.filter(({ kind }) => kind === "start").length, 2);
    assert.equal(events.filter(({ kind }) => kind === "done").length, 4, "each run tells of both");
    assert.ok(events.some((event) => event.kind === "notice" && /computes trials of this/.test(event.text)));
    for (const index of [2, 3])
      assert.equal(readFileSync(experimentPaths.starts(folder, index), "utf8"), ".");
    assert.deepEqual(
      readdirSync(join(folder, "runs")).filter((name) => name.endsWith(".lock")),
      [],
    );
    await collectExperiment(shared);
    assert.equal(collected(folder), collected(whole.folder));
  });

  it("stops as a whole where its folder fails it, naming the file", async () => {
    const folder = join(root, "blocked");
    cpSync(whole.folder, folder, { recursive: true });
    for (const index of [2, 3]) rmSync(experimentPaths.result(folder, index));
    mkdirSync(experimentPaths.lock(folder, 3));
    await assert.rejects(
      runExperiment({ ...whole, folder }, { workers: 2 }),
      /0003\.lock: found "a folder of that name", expected a place that can be written/,
    );
    assert.ok(!existsSync(experimentPaths.result(folder, 2)), "the other lane was ended");
  });

  it("writes a plan, tells what it will take, and has nothing to do where all is done", async () => {
    const path = join(root, "small.json");
    const written = await tumorlab("plan", "--preset", "small", "--out", path);
    assert.match(
      written.err,
      /^plan jhh-small [0-9a-f]{12}: \d+ trials on \d+ phantom scans, roughly .* with 2 workers of \d+ MB \([\d.]+ core-hours, [\d.]+ GB of disk\)\n {2}test scans are cut to the box of the reference organ with 24 mm .*\n {2}pancreas: at n = 40 all seeds learn from the same 40 patients/,
    );
    const printed = await tumorlab("plan", "--preset", "small");
    assert.equal(printed.out, readFileSync(path, "utf8"));
    assert.match((await tumorlab("plan", "--preset", "vast")).err, /preset: found "vast"/);
    const idle = await tumorlab("resume", whole.folder, "--workers", "3", "--json");
    assert.equal(idle.code, 0);
    assert.match(idle.err, /4 done already/);
    assert.equal((JSON.parse(idle.out) as { done: unknown[] }).done.length, 4);
  });
});
