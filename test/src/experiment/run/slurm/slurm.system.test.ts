import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runOnSlurm } from "tumorlab/internal/experiment/run/slurm/run-on-slurm";
import { submitToSlurm } from "tumorlab/internal/experiment/run/slurm/submit";
import { isAlive, waitFor } from "../../../../environment/bootstrap/processes.js";
import { run as command } from "../../../cli/run.js";
import { createTestPlan } from "../../tiny-experiment.js";
import { run, startSlurm, type TestSlurm, whyNoSlurm } from "./start-slurm.js";
import { createTasks, type TestTasks } from "./tasks.js";

describe("a runner of tasks on a real Slurm of one node", function () {
  this.timeout(120_000);
  const former = { SLURM_CONF: process.env.SLURM_CONF, PATH: process.env.PATH };
  let slurm: TestSlurm;
  const made: TestTasks[] = [];
  const make = (name: string, script?: string): TestTasks => {
    made.push(createTasks(name, script));
    return made.at(-1)!;
  };

  before(async function () {
    const absent = whyNoSlurm();
    if (absent !== undefined) {
      console.log(`    not tested: ${absent}`);
      this.skip();
    }
    slurm = await startSlurm({ maxArraySize: 4 });
    Object.assign(process.env, slurm.env);
  });
  after(async () => {
    await slurm?.stop();
    for (const tasks of made) tasks.remove();
    process.env.PATH = former.PATH;
    if (former.SLURM_CONF === undefined) delete process.env.SLURM_CONF;
    else process.env.SLURM_CONF = former.SLURM_CONF;
  });

  it("does tasks in arrays, again where one was killed, and then only what is missing", async () => {
    const script = `[ "$1" != 1 ] || [ -e killed ] || { touch killed; echo dying; kill -9 $$; }
      [ "$1" != 5 ] || [ -e mended ] || { echo "no such luck"; exit 3; }`;
    const { work, isDone, options, events, folder } = make("arrays", script);
    const indices = [0, 1, 2, 3, 4, 5];
    const outcome = await runOnSlurm(work, indices, isDone, {
      ...options,
      maxRunning: 8,
      sbatchOptions: ["--time=1", "--partition=main"],
    });
    assert.deepEqual(outcome.done, [0, 1, 2, 3, 4]);
    assert.deepEqual(outcome.failed, [
      { index: 5, attempts: 2, reason: "ended as FAILED, NonZeroExitCode", logTail: "no such luck" },
    ]);
    for (const event of ["0 done", "1 done", "5 failed ended as FAILED, NonZeroExitCode"])
      assert.ok(events.includes(event), events.join("; "));
    assert.ok(
      events.some((event) => /^1 retry ended as FAILED, /.test(event)),
      events.join("; "),
    );
    for (const index of outcome.done)
      assert.equal(readFileSync(join(folder, `result.${index}`), "utf8"), `result ${index}\n`);

    await run("touch", [join(folder, "mended")], slurm.env);
    const again = await runOnSlurm(work, indices, isDone, options);
    assert.deepEqual([again.submitted, again.done, again.failed], [[5], indices, []]);
  });

  it("does not submit twice what an earlier run submitted, but waits for it, and for a first job", async () => {
    const { work, isDone, options, folder } = make(
      "detached",
      "[ -e first ] || exit 1; while [ ! -e go ]; do sleep 0.1; done",
    );
    const before = { ...work, first: ["sh", "-c", 'sleep 0.5; touch "$0/first"; exit 1', folder] };
    const first = await submitToSlurm(before, [0, 1], isDone, options);
    assert.equal(first.jobIds.length, 2);
    assert.deepEqual([first.submitted, first.queued], [[0, 1], []]);
    const second = await runOnSlurm(work, [0, 1, 2], isDone, {
      ...options,
      progress: () => void run("touch", [join(folder, "go")], slurm.env),
    });
    assert.deepEqual([second.submitted, second.queued, second.done], [[2], [0, 1], [0, 1, 2]]);
  });

  it("cancels its tasks when aborted", async () => {
    const { work, isDone, options, notices, folder } = make("aborted", "touch started.$1; exec sleep 600");
    const abort = new AbortController();
    const progress = (): void => {
      if (existsSync(join(folder, "started.0"))) abort.abort(new Error("enough"));
    };
    await assert.rejects(
      runOnSlurm(work, [0, 1, 2, 3], isDone, { ...options, progress, signal: abort.signal }),
      /enough/,
    );
    assert.match(notices.at(-1)!, /^Job \d+ cancelled/);
    const queue = () => run("squeue", ["-h", "--name=aborted"], slurm.env);
    let left = await queue();
    while (left !== "") left = await queue();
  });

  it("says what is wrong with a partition, before anything is submitted", async () => {
    const { work, isDone } = make("refused");
    await assert.rejects(
      submitToSlurm(work, [0], isDone, { sbatchOptions: ["--partition=nowhere"] }),
      /^LabError: sbatch: found "invalid partition specified: nowhere.*sinfo lists the partitions/,
    );
  });

  it("gives the same collected results as this machine alone, trial by trial where one is lost", async () => {
    const root = mkdtempSync(join(tmpdir(), "tumorlab-cluster-"));
    try {
      const [local, cluster] = [join(root, "local"), join(root, "on a cluster")];
      const plan = join(root, "plan.json");
      const small = createTestPlan({ organs: [{ organ: "kidney", sizes: [1] }], seeds: [1] });
      writeFileSync(plan, JSON.stringify(small));
      const experiment = (...words: string[]) => command("experiment", ...words);
      const slurmWords = [
        "--runner",
        "slurm",
        "--engine",
        "simd",
        "--partition",
        "main",
        "--sbatch=--nice=1",
      ];

      const detached = await experiment("run", plan, "--out", cluster, ...slurmWords, "--detach");
      assert.match(detached.out, /^2 trials submitted as job \d+, \d+, 0 in the queue already/, detached.err);
      const here = await experiment("run", plan, "--out", local, "--workers", "1", "--engine", "simd");
      assert.equal(here.code, 0, here.err);
      const waited = await experiment("resume", cluster, ...slurmWords, "--json");
      assert.equal(waited.code, 0, waited.err);
      assert.equal(JSON.parse(waited.out).done.length, 2);
      for (const folder of [local, cluster]) assert.equal((await experiment("collect", folder)).code, 0);
      const collected = (folder: string) => readFileSync(join(folder, "collected.json"), "utf8");
      assert.equal(collected(cluster), collected(local));

      // A task whose result is there may not have left the queue yet, and would not be submitted again.
      while ((await run("squeue", ["-h"], slurm.env)) !== "") continue;
      rmSync(join(cluster, "trials", "0001.json"));
      const again = await experiment("resume", cluster, ...slurmWords, "--detach", "--json");
      assert.deepEqual(JSON.parse(again.out).submitted, [1]);
      assert.equal((await experiment("run", plan, "--out", cluster, ...slurmWords)).code, 0);
      await experiment("collect", cluster);
      assert.equal(collected(cluster), collected(local));
    } finally {
      rmSync(root, { recursive: true, force: true, maxRetries: 10 });
    }
  });

  it("leaves neither process nor file of its own, even with a task under way", async () => {
    const { work, isDone, folder } = make("under-way", "echo $$ > pid.part; mv pid.part pid; exec sleep 600");
    await submitToSlurm(work, [0], isDone);
    await waitFor(() => existsSync(join(folder, "pid")), "the task to run");
    const task = Number(readFileSync(join(folder, "pid"), "utf8"));
    assert.deepEqual([...slurm.pids, task].filter(isAlive).length, 4);
    await slurm.stop();
    assert.deepEqual([...slurm.pids, task].filter(isAlive), []);
    assert.equal(existsSync(slurm.folder), false);
  });
});
