import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProgressUpdate } from "tumorlab/internal/core/progress";
import { runOnSlurm } from "tumorlab/internal/experiment/run/slurm/run-on-slurm";
import { submitToSlurm } from "tumorlab/internal/experiment/run/slurm/submit";
import { type StandIn, standInForSlurm } from "./stand-in.js";
import { createTasks, type TestTasks } from "./tasks.js";

describe("a runner of tasks on Slurm, with stand-ins for its programs", function () {
  this.timeout(60_000);
  let slurm: StandIn;
  let tasks: TestTasks;

  before(function () {
    if (spawnSync("bash", ["--version"]).status !== 0) this.skip();
  });
  beforeEach(() => (slurm = standInForSlurm()));
  afterEach(() => {
    slurm.remove();
    tasks.remove();
  });

  it("submits what is missing in arrays that the cluster has room for, once", async () => {
    tasks = createTasks("few");
    writeFileSync(join(tasks.folder, "result.2"), "");
    const { work, isDone, options } = tasks;
    const settings = { ...options, maxRunning: 2, sbatchOptions: ["--time=5", "-pmain"] };
    const outcome = await runOnSlurm(work, [0, 1, 2, 3, 9, 11], isDone, settings);
    assert.deepEqual(outcome, {
      jobIds: ["1", "2"],
      submitted: [0, 1, 3, 9, 11],
      queued: [],
      done: [0, 1, 2, 3, 9, 11],
      failed: [],
    });
    const [first, second] = slurm.calls("sbatch");
    assert.match(
      first,
      /--job-name=few --array=0-1,3%1 .* --wrap=exec 'sh' '.*task\.sh' "\$SLURM_ARRAY_TASK_ID" --time=5 -pmain$/,
    );
    assert.match(second, /--job-name=few\+8 --array=1,3%1 .*"\$\(\(SLURM_ARRAY_TASK_ID \+ 8\)\)"/);
    assert.equal(readFileSync(join(tasks.folder, "result.11"), "utf8"), "result 11\n");
    const again = await submitToSlurm({ ...work, first: ["true"] }, [0, 11], isDone);
    assert.deepEqual(again, { jobIds: [], submitted: [], queued: [] });
    assert.equal(slurm.calls("sbatch").length, 2);
  });

  it("lets tasks wait for a first job, but not a single one", async () => {
    tasks = createTasks("first");
    const { isDone, options } = tasks;
    const work = { ...tasks.work, first: ["sh", "-c", "true"] };
    const outcome = await runOnSlurm(work, [0, 1], isDone, options);
    assert.deepEqual(outcome.jobIds, ["1", "2"]);
    const [first, array] = slurm.calls("sbatch");
    assert.match(
      first,
      /^--parsable --job-name=first\.first --output=.*\/%j\.log --wrap=exec 'sh' '-c' 'true'$/,
    );
    assert.match(array, /--array=0-1 .*--dependency=afterany:1 /);
    assert.deepEqual((await submitToSlurm(work, [2], isDone)).jobIds, ["3"]);
    assert.doesNotMatch(slurm.calls("sbatch")[2], /dependency/);
  });

  it("submits a failed task once more, and reports the tail of its log", async () => {
    tasks = createTasks(
      "bad",
      'if [ "$1" = 1 ]; then for line in 1 2 3 4 5 6 7 8 9; do echo "line $line"; done; exit 3; fi; [ "$1" != 2 ] || [ -e second ] || { touch second; exit 4; }',
    );
    const seen: ProgressUpdate[] = [];
    const { work, isDone, options } = tasks;
    const outcome = await runOnSlurm(work, [0, 1, 2], isDone, {
      ...options,
      progress: (update) => seen.push(update),
    });
    assert.deepEqual(outcome.done, [0, 2]);
    const logTail = [2, 3, 4, 5, 6, 7, 8, 9].map((line) => `line ${line}`).join("\n");
    assert.deepEqual(outcome.failed, [
      { index: 1, attempts: 2, reason: "ended as FAILED, NonZeroExitCode", logTail },
    ]);
    assert.equal(slurm.calls("sbatch").length, 2);
    const reason = "ended as FAILED, NonZeroExitCode";
    assert.deepEqual(tasks.events, [
      "0 done",
      `1 retry ${reason}`,
      `2 retry ${reason}`,
      "2 done",
      `1 failed ${reason}`,
    ]);
    assert.deepEqual(seen.at(-1), {
      done: 2,
      total: 3,
      label: "",
      values: { running: 0, pending: 0, failed: 1 },
    });
  });

  it("waits for the tasks of an earlier run, and for a result that comes into sight late", async () => {
    tasks = createTasks("early");
    // Task 0 waits, 1 runs; each look at the queue comes one step further.
    const steps = [
      "5|0|PENDING|Resources|early\n5|1|RUNNING|None|early\n6|N/A|RUNNING|None|early\n7|0|RUNNING|None|other",
      "5|0|RUNNING|None|early\n4|1|FAILED|None|early\n5|1|COMPLETED|None|early",
    ];
    steps.forEach((step, i) => writeFileSync(join(slurm.folder, `step${i}`), `${step}\n`));
    slurm.replace(
      "squeue",
      `cat "$home/step$(wc -l < "$home/squeue.calls" | awk '{print $1 < 3 ? 0 : 1}')"; [ $(wc -l < "$home/squeue.calls") -lt 5 ] || touch '${tasks.folder.replace("'", "'\\''")}/'result.{0,1}`,
    );
    const seen: ProgressUpdate[] = [];
    const { work, isDone, options } = tasks;
    const outcome = await runOnSlurm(work, [0, 1], isDone, {
      ...options,
      settleMs: 60_000,
      progress: (update) => seen.push(update),
    });
    assert.deepEqual([outcome.queued, outcome.submitted, outcome.done], [[0, 1], [], [0, 1]]);
    assert.deepEqual(seen[0], {
      done: 0,
      total: 2,
      label: "Resources",
      values: { running: 1, pending: 1, failed: 0 },
    });
    assert.deepEqual(slurm.calls("sbatch"), []);
  });

  it("says of a task that is gone, was cancelled or wrote nothing that it failed", async () => {
    tasks = createTasks("gone", "exit 0");
    slurm.replace("squeue", 'printf "9|0|CANCELLED|None|gone\\n9|2|COMPLETED|None|gone\\n"');
    const { work, isDone, options } = tasks;
    const outcome = await runOnSlurm(work, [0, 1, 2], isDone, { ...options, settleMs: 0, retries: 0 });
    assert.deepEqual(
      outcome.failed.map(({ attempts, reason }) => [attempts, reason]),
      [
        [1, "ended as CANCELLED"],
        [1, "left the queue without a result"],
        [1, "ended without a result"],
      ],
    );
    const retried = await runOnSlurm(work, [0, 1], isDone, { ...options, settleMs: 0 });
    assert.deepEqual(
      retried.failed.map(({ attempts }) => attempts),
      [1, 2],
      "who cancels a task means it",
    );
  });

  it("bears with a controller that is silent, but not for ever", async () => {
    tasks = createTasks("silent");
    const silence =
      'echo "slurm_load_jobs error: Unable to contact slurm controller (connect failure)" >&2; exit 1';
    slurm.replace(
      "squeue",
      `[ $(wc -l < "$home/squeue.calls") != 2 ] || { ${silence}; }; cat "$home/queue" 2>/dev/null; true`,
    );
    slurm.replace("sbatch", 'echo 1; echo "1|0|RUNNING|None|silent" > "$home/queue"');
    const { work, isDone, options } = tasks;
    const waiting = runOnSlurm(work, [0], isDone, {
      ...options,
      // Called by the first look that is answered.
      progress: () => writeFileSync(join(tasks.folder, "result.0"), ""),
    });
    assert.deepEqual((await waiting).done, [0]);
    assert.match(
      tasks.notices[0],
      /squeue: found ".*connect failure\)", expected a controller that answers.*Trying again/,
    );

    const { length } = slurm.calls("squeue");
    slurm.replace("squeue", `[ $(wc -l < "$home/squeue.calls") -le ${length + 1} ] || { ${silence}; }`);
    await assert.rejects(
      runOnSlurm(work, [1], isDone, { ...options, patienceMs: 0 }),
      /connect failure.*submits what is missing/,
    );
    assert.match(tasks.notices.at(-1)!, /^Job 1 goes on without being watched/);
  });

  it("asks a silent controller again at the first submission, and takes no job twice", async () => {
    tasks = createTasks("slow");
    const { isDone, options } = tasks;
    const work = { ...tasks.work, first: ["true"] };
    const silence =
      "echo 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation' >&2; exit 1";
    const refuse = (word: string, count: number): string =>
      `[[ "$*" != *${word}* || $(grep -c -e ${word} "$home/sbatch.calls") -gt ${count} ]] || { TAKEN; ${silence}; }`;
    // A job of that name from before is not taken for the new one.
    writeFileSync(join(slurm.folder, "queue"), "3|0|FAILED|None|slow\n4|N/A|COMPLETED|None|slow.first\n");
    const answer = `echo 7; [[ "$*" != *--array* ]] || { echo "7|0|RUNNING|None|slow" >> "$home/queue"; touch '${tasks.folder.replace("'", "'\\''")}/'result.{0,1}; }`;
    slurm.replace("sbatch", `${refuse("slow.first", 1).replace("TAKEN", "true")}\n${answer}`);
    const outcome = await runOnSlurm(work, [0, 1], isDone, { ...options, pollMs: 1 });
    assert.deepEqual(outcome.done, [0, 1]);
    assert.equal(slurm.calls("sbatch").length, 3, "one more try for the first job");
    assert.match(tasks.notices[0], /Socket timed out.*Trying again/);

    // The controller took the array, and only its answer was lost.
    const taken = 'echo "9|2|PENDING|None|slow" >> "$home/queue"';
    slurm.replace("sbatch", `${taken}; ${silence}`);
    const before = slurm.calls("sbatch").length;
    const lost = await submitToSlurm(tasks.work, [2], isDone, { ...options, pollMs: 1 });
    assert.deepEqual(lost, { jobIds: ["9"], submitted: [2], queued: [] });
    assert.equal(slurm.calls("sbatch").length, before + 1);

    slurm.replace("sbatch", silence);
    await assert.rejects(
      submitToSlurm(tasks.work, [5], isDone, { ...options, patienceMs: 0 }),
      /Socket timed out.*expected a controller that answers/,
    );
    slurm.replace(
      "scontrol",
      `[ $(wc -l < "$home/scontrol.calls") -gt 5 ] || { echo 'Connection refused' >&2; exit 1; }`,
    );
    slurm.replace("sbatch", "echo 11");
    assert.deepEqual((await submitToSlurm(tasks.work, [6], isDone, { ...options, pollMs: 1 })).jobIds, [
      "11",
    ]);
  });

  it("leaves no first job behind where the tasks that it is for are refused", async () => {
    tasks = createTasks("limit");
    const work = { ...tasks.work, first: ["true"] };
    const { isDone, options } = tasks;
    const limit = "echo 'sbatch: error: Job violates accounting/QOS policy (job submit limit)' >&2; exit 1";
    slurm.replace("sbatch", `[[ "$*" != *--array* ]] || { ${limit}; }; echo 5`);
    const message = /job submit limit.*Wait until earlier jobs have ended/;
    await assert.rejects(runOnSlurm(work, [0, 1], isDone, options), message);
    assert.deepEqual(slurm.calls("scancel"), ["5"]);
    assert.equal(tasks.notices.length, 1);
    assert.match(tasks.notices[0], /^Job 5 cancelled: the tasks/);
    // One array was taken: the first job has tasks that wait for it.
    slurm.replace("sbatch", `[[ "$*" != *--job-name=limit+4* ]] || { ${limit}; }; echo 6`);
    const { submitted, left } = await submitToSlurm(work, [0, 4], isDone, options);
    assert.deepEqual([submitted, left], [[0], [4]]);
    assert.equal(slurm.calls("scancel").length, 1);
    assert.match(tasks.notices.at(-1)!, /^1 tasks are not submitted yet: .*job submit limit/);
  });

  it("tells of tasks that only people can set going, and gives them up", async () => {
    tasks = createTasks("stuck");
    const { work, isDone, options } = tasks;
    const words: [string, RegExp][] = [
      ["launch failed requeued held", /scontrol release 8 .*scancel 8/],
      ["JobHeldUser", /scontrol release 8/],
      ["PartitionTimeLimit", /shorter --time/],
      ["QOSMaxWallDurationPerJobLimit", /shorter --time/],
      ["DependencyNeverSatisfied", /scancel 8, then run the same command/],
    ];
    for (const [reason, advice] of words) {
      slurm.replace("squeue", `echo '8|0|PENDING|${reason}|stuck'; echo '8|1|PENDING|${reason}|stuck'`);
      const before = tasks.notices.length;
      const { failed } = await runOnSlurm(work, [0, 1], isDone, { ...options, patienceMs: 0 });
      assert.deepEqual(
        failed.map(({ index, attempts }) => [index, attempts]),
        [
          [0, 1],
          [1, 1],
        ],
        reason,
      );
      for (const text of [failed[0].reason, tasks.notices[before]]) {
        assert.ok(text.includes(reason));
        assert.match(text, advice);
      }
      assert.equal(tasks.notices.length, before + 1, "told once a job");
    }
    // Those that the cluster itself sets going are waited for.
    slurm.replace("squeue", "echo '8|0|PENDING|Resources|stuck'");
    const abort = new AbortController();
    const waiting = runOnSlurm(work, [0], isDone, {
      ...options,
      patienceMs: 0,
      pollMs: 1,
      signal: abort.signal,
      progress: () => {
        if (slurm.calls("squeue").length > 8) abort.abort(new Error("still waits"));
      },
    });
    await assert.rejects(waiting, /still waits/);
    assert.deepEqual(slurm.calls("sbatch"), []);
  });

  it("does not repeat a task that ran out of time, but names --time", async () => {
    tasks = createTasks("short");
    slurm.replace("sbatch", 'echo 2; echo "2|0|TIMEOUT|TimeLimit|short" > "$home/queue"');
    const { failed } = await runOnSlurm(tasks.work, [0], tasks.isDone, tasks.options);
    assert.equal(slurm.calls("sbatch").length, 1);
    assert.match(failed[0].reason, /^ended as TIMEOUT, TimeLimit\. .*longer --time$/);
  });

  it("cancels its own jobs when aborted, and says so where that fails", async () => {
    tasks = createTasks("stopped");
    slurm.replace("sbatch", 'echo 7; echo "7|0|RUNNING|None|stopped" > "$home/queue"');
    const { work, isDone, options } = tasks;
    for (const last of [/Job 7 cancelled/, /Job 7 goes on: scancel: found "exit code 1"/]) {
      const abort = new AbortController();
      const run = runOnSlurm(work, [0], isDone, {
        ...options,
        signal: abort.signal,
        progress: () => abort.abort(new Error("enough")),
      });
      await assert.rejects(run, /enough/);
      assert.equal(slurm.calls("scancel").at(-1), "7");
      assert.match(tasks.notices.at(-1)!, last);
      slurm.replace("scancel", "exit 1");
      writeFileSync(join(slurm.folder, "queue"), "");
    }
    await assert.rejects(
      runOnSlurm(work, [0], isDone, { signal: AbortSignal.abort(new Error("before")) }),
      /before/,
    );
  });

  it("refuses what cannot be, naming it", async () => {
    tasks = createTasks("refused");
    const { work, isDone } = tasks;
    for (const option of ["--array=1", "--arr=1", "-o", "-Jx", "--wrap", "main"])
      await assert.rejects(
        submitToSlurm(work, [0], isDone, { sbatchOptions: [option] }),
        /^LabError: sbatch option: found/,
      );
    const words: [string, string, RegExp][] = [
      [
        "sbatch",
        "echo 'sbatch: error: invalid partition specified: x' >&2; exit 1",
        /sbatch: found "invalid partition specified: x".*sinfo lists the partitions/,
      ],
      [
        "sbatch",
        "echo 'sbatch: error: Invalid account or account/partition combination' >&2; exit 1",
        /partition/,
      ],
      ["sbatch", "echo 'sbatch: error: Invalid qos specification' >&2; exit 1", /names accounts and QOS/],
      [
        "sbatch",
        "echo 'sbatch: error: Requested node configuration is not available' >&2; exit 1",
        /lists what partitions allow/,
      ],
      ["sbatch", "echo 'Submitted batch job'", /expected the number of a job/],
      ["sbatch", "echo no >&2; exit 1", /found "no", expected a request that the cluster takes/],
      ["scontrol", "echo 'MaxArraySize = 0'", /MaxArraySize: found 0/],
    ];
    for (const [program, script, message] of words) {
      slurm.replace(program, script);
      await assert.rejects(submitToSlurm(work, [0], isDone), message);
      slurm.restore(program);
    }
    assert.equal(existsSync(join(slurm.folder, "queue")), false);
  });

  it("says what to do where there is no Slurm", async () => {
    tasks = createTasks("none");
    const { PATH } = process.env;
    try {
      process.env.PATH = slurm.folder;
      await assert.rejects(
        runOnSlurm(tasks.work, [0], tasks.isDone),
        /squeue: found "no such program", expected Slurm's commands on the PATH.*--runner local/,
      );
    } finally {
      process.env.PATH = PATH;
    }
  });
});
