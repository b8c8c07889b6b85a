import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { createKey } from "tumorlab/internal/core/random";
import type { LabelMap, Volume } from "tumorlab/internal/core/types";
import { openEngine } from "tumorlab/internal/model/engines";
import { saveModel, type TrainedModel } from "tumorlab/internal/model/store";
import { loadTensorFlow } from "tumorlab/internal/model/tensorflow";
import { hashWeights } from "tumorlab/internal/model/weights";
import { openGenerator } from "tumorlab/internal/synthesis/learned/open-generator";
import { replayRecord } from "tumorlab/internal/tumor/replay";
import type {
  LesionPatch,
  LesionRecord,
  SynthesisRequest,
  TrainedSynthesizer,
} from "tumorlab/internal/tumor/synthesizer";
import { findSynthesizer } from "tumorlab/internal/tumor/synthesizers";
import { ballScan } from "../../tumor/scans.js";
import { trainTinyGenerator } from "./tiny-generator.js";

const engine = { engine: "simd", threads: 1 } as const;

describe("a generator that learned", function () {
  this.timeout(300_000);
  const root = mkdtempSync(join(tmpdir(), "tumorlab-generator-"));
  const folder = join(root, "generator");
  let model: TrainedModel;
  let generator: TrainedSynthesizer;
  const scan = ballScan(30, [4, 4, 4]);
  const request = (change: Partial<SynthesisRequest> = {}): SynthesisRequest => ({
    ...scan,
    organ: "liver",
    size: { radiusMm: 12 },
    key: createKey(3),
    ...change,
  });
  before(async () => {
    model = await trainTinyGenerator(250);
    await saveModel(folder, model);
    generator = await openGenerator(folder, engine);
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  it("makes lesions as dark as those it learned from, in the organ and within a rim of a voxel", () => {
    const changes = [1, 2, 3, 4].map((seed) => {
      const patch = generator.synthesize(request({ key: createKey(seed) }));
      requireGuards(patch, scan.ct, scan.labels);
      return patch.record.contrastHu;
    });
    const mean = changes.reduce((sum, each) => sum + each, 0) / changes.length;
    // The balls are 100 HU darker than what is round them; a network that says nothing keeps to their mean.
    assert.ok(mean < -50 && mean > -150, `${changes.join()}`);
    assert.equal(new Set(changes).size, 4);
  });

  it("keeps what every generator promises, for any key, size, spacing and place", () => {
    const scans = [scan, ballScan(30, [2, 2, 3]), ballScan(30, [6, 6, 6])];
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(6, 9, 14, 20), fc.nat(2), (seed, radiusMm, at) => {
        const own = scans[at];
        const before = [own.ct.data.slice(), own.labels.data.slice()];
        const asked = request({ ...own, key: createKey(seed), size: { radiusMm } });
        const patch = generator.synthesize(asked);
        assert.deepEqual([own.ct.data, own.labels.data], before, "nothing given is written to");
        requireGuards(patch, own.ct, own.labels);
        const { record } = patch;
        assert.ok(Math.abs(record.achievedRadiusMm / record.requestedRadiusMm - 1) < 0.16);
        assert.equal(record.weightsSha256, hashWeights(model.weights));
      }),
      { numRuns: 12 },
    );
  });

  it("gives the contrast that is asked for", () => {
    const { record } = generator.synthesize(request({ options: { contrastHu: -42 } }));
    assert.ok(Math.abs(record.contrastHu + 42) < 0.51, String(record.contrastHu));
  });

  it("grows out of the organ where that is asked for", () => {
    const { record } = generator.synthesize(request({ options: { exophyticShare: 0.4 } }));
    assert.ok(record.exophytic!.share > 0.1 && record.exophytic!.share < 0.8);
  });

  it("makes the same bytes again from its record, and says which generator it needs", async () => {
    const patch = generator.synthesize(request());
    const record = JSON.parse(JSON.stringify(patch.record)) as LesionRecord;
    const again = replayRecord(record, scan.ct, scan.labels, undefined, await openGenerator(folder, engine));
    assert.deepEqual(again.ct.data, patch.ct.data);
    assert.deepEqual(again.labels.data, patch.labels.data);
    const replay = (trained?: TrainedSynthesizer, change: Partial<LesionRecord> = {}) =>
      replayRecord({ ...record, ...change }, scan.ct, scan.labels, undefined, trained);
    assert.throws(
      () => replay(),
      /generator: found "learned, and no trained generator", expected "?the generator of sha256 [0-9a-f]{64}/,
    );
    const other = await openGenerator(await trainTinyGenerator(2, 9), engine);
    assert.throws(() => replay(other), /lesion record, generator: found "sha256 [0-9a-f]{64}"/);
    const elsewhere = { ...generator, arithmetic: "reference" };
    assert.throws(() => replay(elsewhere), /parameters.arithmetic: found "reference", expected .*simd/);
    assert.throws(() => replay(generator, { sha256: "0".repeat(64) }), /lesion record, sha256/);
    assert.throws(() => findSynthesizer("learned"), /found "learned, and no trained one"/);
  });

  it("refuses another organ, a model that generates nothing, and an engine opened since", async () => {
    assert.throws(
      () => generator.synthesize(request({ organ: "kidney" })),
      /organ: found "kidney", expected liver, whose tumors/,
    );
    await assert.rejects(
      openGenerator({ ...model, training: {} }, engine),
      /a model that generates no tumors/,
    );
    const broken = { ...model, training: { generator: { ...facts(model), levels: 0 } } };
    await assert.rejects(openGenerator(broken, engine), /model, training.generator: found/);
    await assert.rejects(openGenerator(join(root, "none"), engine), { kind: "missing-file" });
    await openEngine({ engine: "reference" });
    assert.throws(() => generator.synthesize(request()), /engine: found "cpu", expected simd3d/);
    await openEngine(engine);
  });

  it("leaves no tensor behind", () => {
    const { numTensors } = loadTensorFlow().memory();
    generator.synthesize(request());
    assert.equal(loadTensorFlow().memory().numTensors, numTensors);
  });
});

function facts({ training }: TrainedModel): object {
  return training!.generator as object;
}

/** Nothing outside the organ, no empty mask, labels untouched but for the lesion, HU a CT can hold. */
function requireGuards(patch: LesionPatch, ct: Volume, labels: LabelMap): void {
  const { mask, box, record } = patch;
  const [nx, ny] = ct.shape;
  const [mx, my, mz] = mask.shape;
  let voxels = 0;
  for (let z = 0, i = 0; z < mz; z++)
    for (let y = 0; y < my; y++)
      for (let x = 0; x < mx; x++, i++) {
        const at = box.boxMin[0] + x + nx * (box.boxMin[1] + y + ny * (box.boxMin[2] + z));
        const label = labels.data[at];
        voxels += mask.data[i];
        if (mask.data[i] === 1) {
          assert.equal(label, 5, "in the organ");
          assert.equal(patch.labels.data[i], record.lesionLabel.value);
        } else assert.equal(patch.labels.data[i], label, "labels of the rest stay");
        if (label !== 5) assert.equal(patch.ct.data[i], ct.data[at], "HU out of the organ stay");
        assert.ok(patch.ct.data[i] >= -1024 && patch.ct.data[i] <= 3071);
      }
  assert.ok(voxels > 0);
  assert.equal(voxels, record.voxels);
}
