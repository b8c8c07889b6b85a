import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkPlan } from "tumorlab/internal/experiment/plan/check-plan";
import { createPlan } from "tumorlab/internal/experiment/plan/create-plan";
import { estimatePlan } from "tumorlab/internal/experiment/plan/estimate-plan";
import { listTrials, type PhantomPlan } from "tumorlab/internal/experiment/plan/plan";
import { openScanStore } from "tumorlab/internal/experiment/run/scans/scan-store";
import { openRealCases } from "tumorlab/internal/experiment/run/scans/trial-cases";
import { openTrialGenerator } from "tumorlab/internal/experiment/run/scans/trial-generator";
import { runTrial } from "tumorlab/internal/experiment/run/trial";
import { loadModel } from "tumorlab/internal/model/store";
import type { GeneratorFacts } from "tumorlab/internal/tumor/learned/generator-facts";
import { createTestPlan } from "../tiny-experiment.js";

/** A plan of version 2 on the tests' tiny grid with an arm of the generator that learns. */
function createLearnedPlan(changes: Partial<PhantomPlan> = {}): PhantomPlan {
  const { cohort, recipe, tests } = createTestPlan();
  return createPlan("medium", {
    cohort: { ...cohort, patients: 4, healthy: 4 },
    organs: [{ organ: "kidney", sizes: [1, 2] }],
    arms: [
      { name: "real", realPerCase: 1, syntheticPerReal: 0 },
      { name: "real+learned", realPerCase: 1, syntheticPerReal: 2, generator: "learned" },
      { name: "learned", realPerCase: 0, syntheticPerReal: 2, generator: "learned" },
    ],
    synthesis: { ...createPlan("medium").synthesis, learned: { steps: 6 } },
    seeds: [1, 2],
    recipe: { ...recipe, steps: 2 },
    tests,
    ...changes,
  });
}

describe("an arm of the generator that learns", function () {
  this.timeout(600_000);
  const root = mkdtempSync(join(tmpdir(), "tumorlab-learned-"));
  after(() => rmSync(root, { recursive: true, force: true }));
  const plan = createLearnedPlan();
  const scans = join(root, "scans");
  const options = { scans, engine: "simd", threads: 1 } as const;
  const find = (arm: string, size: number, seed = 1) =>
    listTrials(plan).find((each) => each.arm === arm && each.size === size && each.seed === seed)!;
  const generators = (folder: string): string[] =>
    readdirSync(folder).filter((name) => name.endsWith(".generator"));

  it("trains one on the trial's own tumors, once, and makes its cases with it: the same bytes anywhere", async () => {
    const trial = find("real+learned", 2);
    const result = await runTrial(plan, trial.index, options);
    assert.equal(result.syntheticCases, 4);
    assert.match(result.generatorSha256!, /^[0-9a-f]{64}$/);
    const [name] = generators(scans);
    const folder = join(scans, name);
    const facts = (await loadModel(folder)).training!.generator as GeneratorFacts;
    const store = await openScanStore(plan, scans);
    const real = (await openRealCases(store, plan, trial)).map((each) => each.name);
    assert.deepEqual(facts.cases, real, "these tumors and no others");
    assert.deepEqual([facts.organ, facts.steps], ["kidney", 6]);

    // The arm without real scans has the same tumors to learn from, and finds the generator.
    const written = statSync(join(folder, "model.json")).mtimeMs;
    const alone = await runTrial(plan, find("learned", 2).index, options);
    assert.equal(alone.generatorSha256, result.generatorSha256);
    assert.deepEqual(alone.realCases, []);
    assert.deepEqual(generators(scans), [name]);
    assert.equal(statSync(join(folder, "model.json")).mtimeMs, written);

    const elsewhere = { ...options, scans: join(root, "elsewhere"), threads: 2 };
    assert.equal(JSON.stringify(await runTrial(plan, trial.index, elsewhere)), JSON.stringify(result));
    assert.deepEqual(generators(elsewhere.scans), [name]);
  });

  it("is another one for another size and seed; an arm without it has none", async () => {
    const store = await openScanStore(plan, scans);
    const open = (size: number, seed: number) =>
      openTrialGenerator(store, plan, find("learned", size, seed), { engine: "simd", threads: 1 });
    const found = [await open(2, 1), await open(1, 1), await open(2, 2)];
    assert.equal(new Set(found.map(({ weightsSha256 }) => weightsSha256)).size, 3);
    const { generatorSha256, syntheticCases } = await runTrial(plan, find("real", 1).index, options);
    assert.deepEqual([generatorSha256, syntheticCases], [undefined, 0]);
  });

  it("is counted in the estimate, once for each organ, size and seed", () => {
    const hours = (steps: number): number =>
      estimatePlan({ ...plan, synthesis: { ...plan.synthesis, learned: { steps } } }).coreHours;
    const each = (hours(20_000) - hours(10_000)) / 4;
    // 10,000 steps are minutes of a core for each of two sizes and two seeds, whose two arms share one.
    assert.ok(each > 0.01 && each < 0.5, String(each));
    assert.ok(Math.abs((hours(30_000) - hours(20_000)) / 4 - each) < 1e-9);
  });

  it("is of plans of version 2, stored also where other tumors are drawn on the fly", () => {
    const drawn = createLearnedPlan({ synthesis: { ...plan.synthesis, cases: "on-the-fly" } });
    assert.equal(checkPlan(drawn).version, 2);
    const steps = { ...plan.synthesis, learned: { steps: 0 } };
    assert.throws(() => checkPlan({ ...plan, synthesis: steps }), /synthesis.learned.steps: found 0/);
    const first = createTestPlan();
    assert.throws(
      () => checkPlan({ ...first, synthesis: { ...first.synthesis, generator: "learned" } }),
      /learned/,
    );
  });
});
