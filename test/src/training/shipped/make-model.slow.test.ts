import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { hashWeights } from "tumorlab/internal/model/weights";
import { openModel } from "tumorlab/internal/training/find-model";
import { drawPhantoms, drawTestPhantom } from "tumorlab/internal/training/shipped/draw-phantoms";
import { makeModel } from "tumorlab/internal/training/shipped/make-model";
import { configOfPlan, type ModelPlan } from "tumorlab/internal/training/shipped/model-plan";

const draw = (seed: number) => ({ seed, hospitals: ["reference"], casesPerHospital: 1, controlShare: 0 });
const plan: ModelPlan = {
  name: "little",
  title: "Kidneys, coarse",
  seed: 3,
  preset: "tiny",
  changes: { steps: 4, validateEvery: 2, checkpointEvery: 2 },
  tumorOrgans: ["kidney"],
  spacingMm: [12, 12, 12],
  shape: [32, 26, 26],
  training: draw(1),
  validation: draw(2),
  test: draw(3),
};

describe("makeModel", function () {
  this.timeout(120_000);
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), "make-model-"))));
  after(() => rmSync(folder, { recursive: true }));

  it("writes a network, its record and its card, the same again from a run that was stopped", async () => {
    const one = path.join(folder, "one");
    const record = await makeModel(plan, one);
    assert.equal(hashWeights((await openModel(path.join(one, "model"))).weights), record.weightsSha256);
    assert.deepEqual(JSON.parse(readFileSync(path.join(one, "plan.json"), "utf8")), plan);
    const card = readFileSync(path.join(one, "card.md"), "utf8");
    assert.match(card, /# Kidneys, coarse/);
    assert.match(card, /1 phantom of the hospital reference/);
    assert.ok(card.includes(record.weightsSha256));
    assert.equal(record.test.cases, 1);
    assert.ok(record.test.lesions.length >= 1, "the patient has a tumor");
    assert.ok(record.test.lesions.every(({ class: name }) => name === "tumor"));

    const stop = new AbortController();
    const other = path.join(folder, "other");
    const stopped = makeModel(plan, other, {
      signal: stop.signal,
      progress: ({ done }) => done === 3 && stop.abort(new Error("stopped")),
    });
    await assert.rejects(stopped, /stopped/);
    const again = await makeModel(plan, other);
    assert.equal(again.weightsSha256, record.weightsSha256);
    assert.deepEqual(again.test, record.test);
  });

  it("draws the same phantoms again, and a case of the test by its name", async () => {
    const all = [];
    for await (const scan of drawPhantoms(plan, plan.test)) all.push(scan);
    assert.equal(all.length, 1);
    const { ct, metadata } = drawTestPhantom(plan, all[0].name);
    assert.equal(metadata.caseId, all[0].name);
    assert.deepEqual(ct.data, all[0].ct.data);
    assert.throws(
      () => drawTestPhantom(plan, "BDMAP_1"),
      /case: found "BDMAP_1", expected a case of the test/,
    );
  });

  it("refuses changes of a config that are none", () => {
    assert.throws(() => configOfPlan({ ...plan, changes: { steps: -1 } }), /steps/);
  });
});
