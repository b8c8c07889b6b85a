import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collectExperiment, readStatus } from "tumorlab/internal/experiment/run/collect";
import { createExperiment, experimentPaths } from "tumorlab/internal/experiment/run/experiment-folder";
import { runExperiment, type RunnerEvent } from "tumorlab/internal/experiment/run/local-runner";
import { createTestPlan } from "../tiny-experiment.js";
import { killFirst } from "./kill-first.js";

const command = join(__dirname, "../../../../../src/bin/tumorlab.cjs");

describe("an experiment that is broken off three times", function () {
  this.timeout(600_000);
  const root = mkdtempSync(join(tmpdir(), "tumorlab-experiment-"));
  // Each trial is a process; eight are enough to be killed in the middle of.
  const plan = createTestPlan({ organs: [{ organ: "kidney", sizes: [1, 2] }] });
  const collected = (folder: string) => readFileSync(join(folder, "collected.json"), "utf8");
  after(() => rmSync(root, { recursive: true, force: true }));

  it("gives the same collected file with two workers, after kill -9 of everything, an interrupt and a killed trial", async () => {
    const folder = join(root, "killed");
    const whole = await createExperiment(plan, join(root, "whole"));
    await runExperiment(whole, { workers: 1 });
    await collectExperiment(whole);
    const broken = await createExperiment(plan, folder);
    cpSync(experimentPaths.scans(whole.folder), experimentPaths.scans(folder), { recursive: true });

    const words = ["experiment", "run", experimentPaths.plan(folder), "--out", folder, "--workers", "2"];
    const runner = spawn(process.execPath, [command, ...words], {
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    await new Promise<void>((resolve, reject) => {
      runner.stderr.on("data", (text: Buffer) => {
        said += text.toString();
        if (said.includes('"event":"done"')) resolve();
      });
      runner.once("exit", (code) => reject(new Error(`ended with ${code} before a trial was done: ${said}`)));
    });
    const gone = once(runner, "close");
    process.kill(-runner.pid!, "SIGKILL");
    await gone;
    const left = await readStatus(broken);
    assert.ok(left.done.length >= 1 && left.done.length < 8, `${left.done.length} done`);
    assert.match(said, /^plan test [0-9a-f]{12}: 8 trials on \d+ phantom scans, roughly /);

    const interrupt = new AbortController();
    const run = runExperiment(broken, {
      workers: 2,
      signal: interrupt.signal,
      onEvent: ({ kind }) => kind === "done" && interrupt.abort(new Error("enough")),
    });
    await assert.rejects(run, /enough/);
    assert.ok((await readStatus(broken)).done.length < 8);

    const events: RunnerEvent[] = [];
    const status = await runExperiment(broken, { workers: 2, onEvent: killFirst(events) });
    const retries = events.filter((event) => event.kind === "retry");
    assert.equal(retries.length, 1);
    assert.equal(retries[0].trial.index, events.find((event) => event.kind === "start")!.trial.index);
    assert.match(retries[0].reason, /SIGKILL/);
    assert.equal(status.done.length, 8);
    const { results, records } = await collectExperiment(broken);
    assert.equal(collected(folder), collected(whole.folder));
    assert.deepEqual(results.missing, []);
    assert.equal(results.trials.length, 8);
    assert.deepEqual(
      results.baselines.map(({ organ, name }) => `${organ} ${name}`),
      ["kidney untrained", "kidney threshold", "kidney threshold in the organ"],
    );
    assert.equal(records.records.length, 8);
    const [record] = records.records;
    assert.equal(record.planSha256, whole.planSha256);
    assert.ok(record.seconds > 0 && record.peakMemoryMb! > 50 && record.attempts >= 1);
  });
});
