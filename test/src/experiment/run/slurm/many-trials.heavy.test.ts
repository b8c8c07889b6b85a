import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listTrials } from "tumorlab/internal/experiment/plan/plan";
import { runExperimentOnSlurm, submitExperiment } from "tumorlab/internal/experiment/run/cluster-runner";
import { collectExperiment, readStatus, writeCollected } from "tumorlab/internal/experiment/run/collect";
import {
  experimentPaths,
  formatJson,
  openExperiment,
} from "tumorlab/internal/experiment/run/experiment-folder";
import type { RunnerEvent } from "tumorlab/internal/experiment/run/local-runner";
import { readExperimentResults } from "tumorlab/internal/experiment/run/read-results";
import { createManyTrials, leaveTrial, leaveTrials } from "../../many-trials.js";
import { type SimulatedCluster, simulateCluster } from "./simulated-cluster.js";
import { type StandIn, standInForSlurm } from "./stand-in.js";

describe("a plan of 3,000 trials on a simulated cluster", function () {
  this.timeout(600_000);
  const plan = createManyTrials();
  const trials = listTrials(plan);
  let root: string;
  let slurm: StandIn;

  before(function () {
    if (spawnSync("bash", ["--version"]).status !== 0) this.skip();
    assert.equal(trials.length, 3000);
  });
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "tumorlab-many-"));
    slurm = standInForSlurm();
  });
  afterEach(() => {
    slurm.remove();
    rmSync(root, { recursive: true, force: true });
  });

  it("is cut up for the cluster's limits, outlives lost nodes and tasks that die, and names what failed twice", async () => {
    leaveTrials(plan, root, []);
    const experiment = await openExperiment(root);
    // Trial 17 dies whenever it runs; every 50th loses its node once, every 70th its memory.
    const cluster: SimulatedCluster = simulateCluster(
      slurm,
      { maxArraySize: 1001, maxSubmit: 1200, places: 600 },
      (index, attempt) => {
        if (index === 17) return "FAILED";
        if (attempt === 1 && index % 50 === 0) return "NODE_FAIL";
        if (attempt === 1 && index % 70 === 0) return "OUT_OF_MEMORY";
        leaveTrial(plan, root, trials[index], {}, experiment.planSha256);
        return "COMPLETED";
      },
    );
    const counts = new Map<string, number>();
    const notices: string[] = [];
    // The cluster's own time, from the first look at the queue on.
    let clock: NodeJS.Timeout | undefined;
    const status = await runExperimentOnSlurm(experiment, {
      pollMs: 10,
      onEvent(event: RunnerEvent) {
        counts.set(event.kind, (counts.get(event.kind) ?? 0) + 1);
        if (event.kind === "notice") notices.push(event.text);
        if (event.kind === "queue") clock ??= setInterval(() => cluster.step(), 20);
      },
    }).finally(() => clearInterval(clock));
    assert.equal(status.done.length, 2999);
    assert.deepEqual(
      status.failed.map(({ trial, reason }) => [trial.index, reason]),
      [[17, "ended as FAILED"]],
    );
    const lost = trials.filter(({ index }) => index % 50 === 0 || index % 70 === 0).length;
    assert.deepEqual(
      ["done", "retry", "failed"].map((kind) => counts.get(kind)),
      [2999, lost + 1, 1],
    );
    assert.ok(cluster.mostQueued <= 1200 && cluster.mostQueued > 1000, String(cluster.mostQueued));
    const arrays = slurm.calls("sbatch").filter((call) => call.includes("--array"));
    assert.ok(
      arrays.some((call) => call.includes("+2002 ")),
      "the third stretch of 1,001 indices",
    );
    assert.match(notices[0], /tasks are not submitted yet: .*job submit limit/);
    // A retry of what failed is a task more, not a whole array: some tens of calls and no thousands.
    assert.ok(slurm.calls("sbatch").length < 150, String(slurm.calls("sbatch").length));
  });

  it("submits what is missing once, and says what there was no room for", async () => {
    leaveTrials(plan, root, trials.slice(0, 500));
    const experiment = await openExperiment(root);
    simulateCluster(slurm, { maxArraySize: 1001, maxSubmit: 2000, places: 1 }, () => "COMPLETED").step();
    const { submitted, queued, left, jobIds } = await submitExperiment(experiment);
    assert.deepEqual([submitted[0], queued, left!.at(-1)], [500, [], 2999]);
    assert.equal(submitted.length + left!.length, 2500);
    // All that the limit has room for beside the first job, but for what the last halving left.
    assert.equal(submitted.length, 1999);
    assert.ok(jobIds.length < 20, String(jobIds.length));
  });

  it("is read and collected once a trial, whatever was written, and named where processors are mixed", async () => {
    leaveTrials(plan, root);
    const experiment = await openExperiment(root);
    const status = await readStatus(experiment);
    assert.deepEqual([status.done.length, status.secondsPerTrial], [3000, 7]);
    const { results } = await collectExperiment(experiment);
    const path = join(root, "collected.json");
    const collected = readFileSync(path, "utf8");
    // The bytes that formatting all of it would give.
    assert.equal(collected, formatJson(results).text);
    assert.equal((await readExperimentResults(path)).trials.length, 3000);

    writeFileSync(experimentPaths.result(root, 3), "{");
    const { trials: kept, missing, damaged } = await writeCollected(experiment);
    assert.deepEqual([kept.length, missing.length, damaged[0].file], [2999, 1, join("trials", "0003.json")]);
    assert.equal((await readStatus(experiment)).damaged!.length, 1);
    leaveTrial(plan, root, trials[3]);
    assert.equal((await readStatus(experiment)).done.length, 3000);

    leaveTrial(plan, root, trials[2999], { arithmetic: "simd-unfused" });
    await assert.rejects(
      writeCollected(experiment),
      /trial 0 by simd-fused and trial 2999 by simd-unfused.*Remove the results of the 1 .*trials\/2999\.json/,
    );
    assert.ok(readFileSync(path, "utf8").includes('"missing":[{'), "nothing was written over");
  });

  it("is collected with no trial at all", async () => {
    mkdirSync(join(root, "none"));
    leaveTrials(plan, join(root, "none"), []);
    const { results } = await collectExperiment(await openExperiment(join(root, "none")));
    assert.deepEqual([results.trials.length, results.missing.length], [0, 3000]);
    assert.equal(readFileSync(join(root, "none", "collected.json"), "utf8"), formatJson(results).text);
  });
});
