import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TrialRecord } from "tumorlab/internal/contracts/run-record";
import type { PhantomPlan } from "tumorlab/internal/experiment/plan/plan";
import { readStatus } from "tumorlab/internal/experiment/run/collect";
import {
  createExperiment,
  type Experiment,
  experimentPaths,
  openExperiment,
} from "tumorlab/internal/experiment/run/experiment-folder";
import { readExperimentRecords, readExperimentResults } from "tumorlab/internal/experiment/run/read-results";
import { reuseTrials } from "tumorlab/internal/experiment/run/reuse-trials";
import { createTestPlan } from "../tiny-experiment.js";
import { tumorlab } from "./run-command.js";

describe("a plan that has grown", function () {
  this.timeout(600_000);
  const root = mkdtempSync(join(tmpdir(), "tumorlab-reuse-"));
  after(() => rmSync(root, { recursive: true, force: true }));

  const [real, mixed] = createTestPlan().arms;
  const changes = { version: 2, organs: [{ organ: "kidney", sizes: [1, 2] }] } as Partial<PhantomPlan>;
  const first = { ...createTestPlan(), ...changes, seeds: [1], arms: [real] };
  const grown: PhantomPlan = {
    ...first,
    name: "grown",
    seeds: [1, 2],
    // Before the other, so that every trial has another place.
    arms: [{ ...mixed, sizes: [1], seeds: [1] }, real],
    stages: [{ name: "first" }, { name: "second", arms: [mixed.name], seeds: [2] }],
  };
  const write = (name: string, plan: object): string => {
    const path = join(root, name);
    writeFileSync(path, JSON.stringify(plan));
    return path;
  };
  const folder = (name: string): string => join(root, name);
  const collected = async (name: string): Promise<string> => {
    assert.equal((await tumorlab("collect", folder(name))).code, 0);
    return readFileSync(join(folder(name), "collected.json"), "utf8");
  };
  const readRecordOf = (name: string, index: number): TrialRecord =>
    JSON.parse(readFileSync(experimentPaths.record(folder(name), index), "utf8")) as TrialRecord;
  /** Names, bytes and times of all files but scans. */
  const listFiles = (name: string): string[] =>
    (readdirSync(folder(name), { recursive: true }) as string[])
      .filter((each) => statSync(join(folder(name), each)).isFile() && !each.startsWith("scans"))
      .map((each) => {
        const path = join(folder(name), each);
        return `${each} ${statSync(path).mtimeMs} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`;
      })
      .sort();
  let plan: string;

  before(async () => {
    plan = write("grown.json", grown);
    const done = await tumorlab(
      "run",
      write("first.json", first),
      "--out",
      folder("first"),
      "--workers",
      "1",
    );
    assert.equal(done.code, 0, done.err);
  });

  it("takes over the trials of its first stage, and ends with the bytes of a run from nothing", async () => {
    const before = listFiles("first");
    const words = ["run", plan, "--workers", "1", "--out"];
    const run = await tumorlab(...words, folder("second"), "--reuse", folder("first"));
    assert.equal(run.code, 0, run.err);
    assert.match(
      run.err,
      /^reused 2 of 5 trials, baselines of kidney, \d+ files of scans from .*first \(plan [0-9a-f]{12}\)\n/,
    );
    assert.match(run.err, /; 2 done already\n/);
    assert.match(run.out, /5 of 5 trials done, 2 of them reused, 0 failed/);
    assert.match(run.out, /stages, each added after a look at those before: first 2 of 2, second 3 of 3\n/);
    assert.deepEqual(listFiles("first"), before, "the first folder is only read");

    const scratch = await tumorlab(...words, folder("scratch"));
    assert.equal(scratch.code, 0, scratch.err);
    assert.equal(await collected("second"), await collected("scratch"));

    const results = await readExperimentResults(join(folder("second"), "collected.json"));
    assert.deepEqual(results.plan.stages, grown.stages);
    const { records } = await readExperimentRecords(join(folder("second"), "collected.json"), results);
    const source = await openExperiment(folder("first"));
    const taken = records.filter(({ reused }) => reused);
    assert.deepEqual(
      taken.map(({ reused }) => reused),
      [0, 1].map((index) => {
        const bytes = readFileSync(experimentPaths.result(source.folder, index));
        const resultSha256 = createHash("sha256").update(bytes).digest("hex");
        return { index, planSha256: source.planSha256, resultSha256 };
      }),
    );
    // Their places beside the new arm, and how they ran: as in the first folder.
    assert.deepEqual(
      taken.map(({ index }) => index),
      [1, 2],
    );
    taken.forEach(({ finishedAt, seconds, commit, attempts }, at) => {
      const own = readRecordOf("first", at);
      assert.deepEqual(
        [finishedAt, seconds, commit, attempts],
        [own.finishedAt, own.seconds, own.commit, own.attempts],
      );
    });
  });

  it("says of a chain of plans where a trial was computed", async () => {
    const more = { ...grown, name: "chain", seeds: [1], stages: undefined };
    const run = await tumorlab(
      "run",
      write("chain.json", more),
      "--out",
      folder("chain"),
      "--reuse",
      folder("second"),
      "--json",
    );
    assert.equal(run.code, 0, run.err);
    assert.equal((JSON.parse(run.out) as { reused: number }).reused, 3);
    const source = await openExperiment(folder("first"));
    assert.equal(readRecordOf("chain", 1).reused!.planSha256, source.planSha256);
    assert.equal(
      readRecordOf("chain", 0).reused!.planSha256,
      (await openExperiment(folder("second"))).planSha256,
    );
  });

  it("takes nothing that was changed, and says why nothing is the same", async () => {
    cpSync(folder("first"), folder("changed"), { recursive: true });
    const path = experimentPaths.result(folder("changed"), 1);
    writeFileSync(path, readFileSync(path, "utf8").replace(/"foundVoxels":\d+/, '"foundVoxels":77'));
    const target = await openTarget("from-changed", grown);
    const [report] = await reuseTrials(target, [await openExperiment(folder("changed"))]);
    assert.deepEqual(
      report.trials.map(({ index }) => index),
      [1],
    );
    // The second folder gives what the first one cannot.
    const [, whole] = await reuseTrials(target, [
      await openExperiment(folder("changed")),
      await openExperiment(folder("first")),
    ]);
    assert.deepEqual(
      whole.trials.map(({ index }) => index),
      [2],
    );
    assert.equal((await readStatus(target)).reused, 2);
    const others = await openTarget("longer", { ...grown, recipe: { ...grown.recipe, steps: 4 } });
    const [none] = await reuseTrials(others, [await openExperiment(folder("first"))]);
    assert.deepEqual([none.trials, none.differences], [[], ["recipe"]]);
  });

  it("refuses trials of two arithmetics before anything is written, and its own folder", async () => {
    cpSync(folder("first"), folder("other"), { recursive: true });
    const path = experimentPaths.record(folder("other"), 1);
    writeFileSync(path, JSON.stringify({ ...readRecordOf("other", 1), arithmetic: "webgpu" }));
    const words = ["run", plan, "--out", folder("mixed"), "--reuse"];
    const mixed = await tumorlab(...words, folder("other"));
    assert.equal(mixed.code, 1);
    assert.match(mixed.err, /0001\.json: found "a trial by webgpu", expected one by simd-.*0000\.json/);
    assert.deepEqual(readdirSync(folder("mixed")), ["plan.json"]);
    const own = await tumorlab("run", plan, "--out", folder("second"), "--reuse", folder("second"));
    assert.match(own.err, /reuse: found .*second", expected the folder of another experiment/);
    const none = await tumorlab(
      "run",
      plan,
      "--out",
      folder("none"),
      "--reuse",
      `${folder("first")},${folder("lost")}`,
    );
    assert.equal(none.code, 1);
    assert.match(none.err, /lost.plan\.json: found "no such file"/);
    assert.ok(!existsSync(folder("none")));
    const alone = await tumorlab(...words, folder("first"), "--index", "1");
    assert.match(alone.err, /--index runs one trial: it takes no --reuse/);
  });

  function openTarget(name: string, of: PhantomPlan): Promise<Experiment> {
    return createExperiment(of, folder(name));
  }
});
