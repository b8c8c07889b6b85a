import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "tumorlab/internal/cli/main";
import type { TrialRecord } from "tumorlab/internal/contracts/run-record";
import { hashPlan, listTrials } from "tumorlab/internal/experiment/plan/plan";
import { createTestPlan } from "../../tiny-experiment.js";
import { type StandIn, standInForSlurm } from "./stand-in.js";

describe("an experiment on Slurm, with stand-ins for its programs", function () {
  this.timeout(60_000);
  const plan = createTestPlan({ organs: [{ organ: "kidney", sizes: [1, 2] }], seeds: [1] });
  let slurm: StandIn;
  let root: string;
  let folder: string;

  before(function () {
    if (spawnSync("bash", ["--version"]).status !== 0) this.skip();
  });
  beforeEach(() => {
    slurm = standInForSlurm();
    root = mkdtempSync(join(tmpdir(), "tumorlab-cluster-"));
    folder = join(root, "out");
    for (const part of ["trials", "runs"]) mkdirSync(join(folder, part), { recursive: true });
    writeFileSync(join(root, "plan.json"), JSON.stringify(plan));
    // A trial leaves its record before its result, and counts as done with both.
    for (const { index } of listTrials(plan))
      writeFileSync(join(folder, "runs", `000${index}.json`), JSON.stringify(recordOf(index)));
    // Jobs 1 and 2; the job array's name is kept for squeue.
    slurm.replace(
      "sbatch",
      `for word in "$@"; do case "$word" in --job-name=*) echo "\${word#*=}" > "$home/name" ;; esac; done
       wc -l < "$home/sbatch.calls"`,
    );
  });
  afterEach(() => {
    slurm.remove();
    rmSync(root, { recursive: true, force: true });
  });

  async function command(isTerminal: boolean, ...words: string[]) {
    let [out, err] = ["", ""];
    const io = {
      out: (text: string) => void (out += text),
      err: (text: string) => void (err += text),
      isTerminal,
      signal: new AbortController().signal,
    };
    const line = ["experiment", "run", join(root, "plan.json"), "--out", folder, ...words];
    return { code: await runCommandLine(line, io), out, err };
  }

  /** What squeue says at each call, in turn: `TASK STATE REASON` by lines; the last is said again and again. */
  function queue(...answers: string[][]): void {
    answers.forEach((tasks, at) => {
      const lines = tasks.map((task) => `2|${task.replaceAll(" ", "|")}|NAME\n`);
      writeFileSync(join(slurm.folder, `answer.${at + 1}`), lines.join(""));
    });
    slurm.replace(
      "squeue",
      `n=$(wc -l < "$home/squeue.calls"); [ $n -le ${answers.length} ] || n=${answers.length}
       sed "s/NAME/$(cat "$home/name" 2>/dev/null)/" "$home/answer.$n"`,
    );
  }

  /** What a task leaves: enough to count as done, where it is not the first of its organ. */
  function resultOf(index: number): string {
    const tests = plan.tests.map(({ name }) => ({ name }));
    return JSON.stringify({ planSha256: hashPlan(plan), trial: listTrials(plan)[index], tests });
  }

  function recordOf(index: number): Omit<TrialRecord, "resultSha256"> {
    return {
      index,
      planSha256: hashPlan(plan),
      version: "0.1.0",
      commit: null,
      engine: "simd",
      threads: 1,
      finishedAt: "2026-01-01T00:00:00.000Z",
      seconds: 1,
      peakMemoryMb: 100,
      nodeVersion: "v20.19.0",
      cores: 2,
      memoryGiB: 8,
      attempts: 1,
    };
  }

  function finish(index: number): void {
    writeFileSync(join(folder, "trials", `000${index}.json`), resultOf(index));
  }

  it("calls this program by the words of the plan, with what sbatch was to be told", async () => {
    const words = [
      "--partition",
      "gpu",
      "--cpus-per-task",
      "3",
      "--sbatch=--nice=5  --exclude=n7",
      "--workers",
      "2",
    ];
    queue([]);
    const { code, out, err } = await command(
      false,
      "--runner",
      "slurm",
      "--detach",
      "--engine",
      "reference",
      ...words,
    );
    assert.equal(code, 0, err);
    assert.equal(out, `4 trials submitted as job 1, 2, 0 in the queue already; logs go to ${folder}/slurm\n`);
    const [scans, array] = slurm.calls("sbatch");
    assert.match(
      scans,
      /^--parsable --job-name=tumorlab-([0-9a-f]{12})\.first .*trial-program\.js' 'scans' '.*out' '3' --partition=gpu --cpus-per-task=3 --nice=5 --exclude=n7$/,
    );
    assert.match(
      array,
      /--job-name=tumorlab-[0-9a-f]{12} --array=0-3%2 .*'trial' '[^']+' '3' 'reference' "\$SLURM_ARRAY_TASK_ID"/,
    );
  });

  it("shows how far it is, and leaves word of what failed with the end of its log", async () => {
    finish(2);
    queue(
      [],
      ["0 PENDING Resources", "1 PENDING Resources", "3 RUNNING None"],
      ["0 RUNNING None", "1 RUNNING None", "3 CANCELLED None"],
      ["0 CANCELLED None"],
    );
    // Task 1 has its result when the queue is looked at for the fourth time.
    const path = join(folder, "trials");
    slurm.replace(
      "squeue",
      `n=$(wc -l < "$home/squeue.calls"); [ $n -le 4 ] || n=4
       [ $n != 4 ] || echo '${resultOf(1)}' > '${path}/0001.json'
       [ $n != 3 ] || echo "out of luck" > '${folder}/slurm/2_0.log'
       sed "s/NAME/$(cat "$home/name" 2>/dev/null)/" "$home/answer.$n"`,
    );
    const { code, out, err } = await command(true, "--runner", "slurm");
    assert.equal(code, 1, err);
    assert.match(err, /1 of 4 trials done, 1 running, 2 pending \(Resources\)/);
    assert.match(err, /kidney, .*: on the cluster, /);
    assert.match(out, /2 of 4 trials done, 2 failed/);
    assert.match(out, /failed: trial 0, .*: ended as CANCELLED: out of luck\n/);
    assert.match(out, /failed: trial 3, .*: ended as CANCELLED\n/);
    const failure = JSON.parse(readFileSync(join(folder, "runs", "0000.failure.json"), "utf8"));
    assert.equal(failure.reason, "ended as CANCELLED: out of luck");
  });

  it("tells a log line by line, also of a controller that is silent", async () => {
    for (const index of [1, 2]) finish(index);
    queue(
      [],
      ["0 RUNNING None", "3 RUNNING None"],
      [],
      ["0 CANCELLED None", "3 FAILED None"],
      ["0 CANCELLED None", "3 CANCELLED None"],
    );
    const script = readFileSync(join(slurm.folder, "bin", "squeue"), "utf8")
      .split("\n")
      .slice(3)
      .join("\n");
    slurm.replace(
      "squeue",
      `[ $(wc -l < "$home/squeue.calls") != 3 ] || { echo "Unable to contact slurm controller" >&2; exit 1; }\n${script}`,
    );
    const { code, err } = await command(false, "--runner", "slurm", "--json");
    assert.equal(code, 1);
    const events = err
      .trim()
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      events
        .map(({ event, trial, attempt }) => [event, trial?.index, attempt])
        .filter(([event]) => event !== "queue"),
      [
        ["start", 0, 1],
        ["start", 3, 1],
        ["notice", undefined, undefined],
        ["failed", 0, undefined],
        ["retry", 3, undefined],
        ["failed", 3, undefined],
      ],
    );
  });

  it("refuses options of clusters where there is none", async () => {
    for (const words of [["--detach"], ["--partition", "x"]]) {
      const { code, err } = await command(false, ...words);
      assert.equal(code, 2);
      assert.ok(err.includes(`${words[0]} is for --runner slurm`), err);
    }
    assert.equal((await command(false, "--runner", "slurm", "--cpus-per-task", "0")).code, 2);
  });
});
