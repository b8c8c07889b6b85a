import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TrialRecord } from "tumorlab/internal/contracts/run-record";
import { readExperimentRecords, readExperimentResults } from "tumorlab/internal/experiment/run/read-results";
import type { CollectedResults } from "tumorlab/internal/experiment/run/result";
import { handMadePlan, handMadeResults, withoutTrials } from "../hand-made-results.js";

describe("readExperimentResults", () => {
  const results = withoutTrials(
    handMadeResults(handMadePlan(), () => 0.5),
    ({ index }) => index === 3,
  );
  let folder: string;
  let file: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "results-"));
    file = path.join(folder, "results.json");
  });
  after(() => rm(folder, { recursive: true }));
  const read = async (value: unknown): Promise<CollectedResults> => {
    await writeFile(file, typeof value === "string" ? value : JSON.stringify(value));
    return readExperimentResults(file);
  };

  it("opens results that account for every trial of their plan", async () => {
    assert.deepEqual(await read(results), results);
  });

  it("refuses what is not of the plan, naming it", async () => {
    const [first, ...rest] = results.trials;
    const { plan } = results;
    const cases: [unknown, RegExp][] = [
      ["{", /JSON/],
      ["7", /an object/],
      [{ ...results, version: 2 }, /version: found 2/],
      [{ ...results, plan: { ...plan, seeds: [1, 3] } }, /planSha256.*The plan was changed/],
      [{ ...results, plan: { ...plan, seeds: [] } }, /seeds/],
      [{ ...results, trials: undefined }, /trials: found undefined/],
      [{ ...results, trials: [{ ...first, planSha256: "x" }, ...rest] }, /trials\[0\]\.planSha256/],
      [{ ...results, trials: [first, first, ...rest] }, /trials\[1\]\.trial\.index: found 0, expected each/],
      [{ ...results, missing: [{ index: 99, reason: "" }] }, /missing\[0\]\.index: found 99/],
      [{ ...results, missing: [] }, /11 trials with a result/],
      [
        { ...results, trials: [{ ...first, trial: { ...first.trial, size: 2 } }, ...rest] },
        /trials\[0\]\.trial: /,
      ],
      [{ ...results, trials: [{ ...first, tests: [first.tests[0]] }, ...rest] }, /trials\[0\]\.tests/],
      [{ ...results, baselines: [{ ...results.baselines[0], tests: [] }] }, /baselines\[0\]\.tests/],
    ];
    for (const [value, message] of cases) await assert.rejects(read(value), message);
    await assert.rejects(readExperimentResults(path.join(folder, "none.json")), /no such file/);
  });

  it("opens the records beside them, of the same plan only", async () => {
    const { planSha256 } = results;
    const beside = path.join(folder, "results.run.json");
    const record: TrialRecord = {
      ...{ index: 0, planSha256, version: "0.1.0", commit: null, engine: "simd", threads: 1, attempts: 1 },
      ...{ finishedAt: "2026-01-02T03:04:05.678Z", seconds: 7, peakMemoryMb: 239, nodeVersion: "20.20.2" },
      ...{ cores: 2, memoryGiB: 23.5 },
    };
    await writeFile(beside, JSON.stringify({ version: 1, planSha256, records: [record] }));
    const { records } = await readExperimentRecords(file, results);
    assert.equal(records.length, 1);
    await assert.rejects(readExperimentRecords(file, { planSha256: "y" }), /planSha256.*the plan of the/);
    await writeFile(beside, JSON.stringify({ version: 1, planSha256, records: 3 }));
    await assert.rejects(readExperimentRecords(file, results), /records: found 3/);
    const late = { ...record, seconds: "7" };
    await writeFile(beside, JSON.stringify({ version: 1, planSha256, records: [late] }));
    await assert.rejects(
      readExperimentRecords(file, results),
      /records\[0\]\.seconds: found "7", expected a number from 0/,
    );
    await writeFile(beside, JSON.stringify({ version: 3, planSha256, records: [] }));
    await assert.rejects(readExperimentRecords(file, results), /version/);
  });
});
