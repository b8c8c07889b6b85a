import assert from "node:assert/strict";
import fc from "fast-check";
import { tumorOrgans } from "tumorlab/internal/anatomy/organs";
import { withData } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import type { LabelMap, Volume } from "tumorlab/internal/core/types";
import { createPhantomCase } from "tumorlab/internal/phantom/make-case";
import { handcrafted } from "tumorlab/internal/tumor/handcrafted";
import { hashPatch } from "tumorlab/internal/tumor/hash-patch";
import { applyPatch } from "tumorlab/internal/tumor/insert";
import { replayRecord } from "tumorlab/internal/tumor/replay";
import type {
  LesionPatch,
  LesionRecord,
  LesionSize,
  SynthesisRequest,
} from "tumorlab/internal/tumor/synthesizer";
import { synthesizers } from "tumorlab/internal/tumor/synthesizers";
import { ballScan } from "./scans.js";

interface Scan {
  ct: Volume;
  labels: LabelMap;
}

/** A record as a file gives it back. */
function reopen(record: LesionRecord): LesionRecord {
  return JSON.parse(JSON.stringify(record)) as LesionRecord;
}

function assertSame(found: LesionPatch, expected: LesionPatch): void {
  assert.deepEqual(found.box, expected.box);
  for (const part of ["ct", "labels", "mask"] as const) {
    assert.equal(found[part].data.constructor, expected[part].data.constructor);
    assert.ok(Buffer.from(found[part].data.buffer).equals(Buffer.from(expected[part].data.buffer)), part);
  }
  assert.deepEqual(reopen(found.record), reopen(expected.record));
}

describe("replayRecord", function () {
  this.timeout(60_000);
  const ball = ballScan(20, [3, 3, 3], 28);
  const patch = handcrafted.synthesize({
    ...ball,
    organ: "liver",
    size: { radiusMm: 8 },
    key: createKey(3),
    options: { contrastHu: -30 },
  }) as LesionPatch;
  const record = reopen(patch.record);
  let phantom: Scan;
  before(() => {
    phantom = createPhantomCase(1, { seed: 5, controlShare: 1, spacingMm: 6 });
  });

  for (const synthesizer of synthesizers)
    it(`makes a patch of ${synthesizer.name} again, bit for bit, whatever organ, size, options and phase`, () => {
      let made = 0;
      const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
        fc.option(value, { nil: undefined });
      const settings = fc.record({
        seed: fc.nat(1e6),
        size: fc.constantFrom<LesionSize[]>({ radiusMm: 7.3 }, { sizeClass: "small" }, { radiusMm: 12 }),
        phase: optional(fc.constantFrom("plain", "arterial", "venous")),
        contrastHu: optional(fc.integer({ min: -60, max: 60 })),
        edgeMm: optional(fc.constantFrom(0, 0.7)),
        exophyticShare: optional(fc.constantFrom(0.2, 0.5)),
      });
      for (const organ of tumorOrgans)
        fc.assert(
          fc.property(settings, ({ seed, size, phase, exophyticShare, ...others }) => {
            const isWall = organ === "colon" || organ === "esophagus";
            const options = { ...others, ...(isWall ? {} : { exophyticShare }) };
            const key = createKey(seed).split("replay");
            const request: SynthesisRequest = { ...phantom, organ, size, key, options };
            let patch: LesionPatch;
            try {
              patch = synthesizer.synthesize(phase ? { ...request, phase } : request) as LesionPatch;
            } catch {
              return; // No room for this one; what cannot be made has no record.
            }
            assertSame(replayRecord(reopen(patch.record), phantom.ct, phantom.labels), patch);
            made++;
          }),
          { numRuns: 2, seed: 11 },
        );
      assert.ok(made >= 9, `${made} of 12 could be made`);
    });

  it("does so in a scan of bytes and a slope, and for a lesion label beyond a byte", () => {
    const data = Uint8Array.from(ball.ct.data, (hu) => (hu + 200) / 2);
    const rescale = { slope: 2, intercept: -200 };
    const names = { ...ball.labels.names, 27: "spleen", 255: "bone" };
    const request: SynthesisRequest = {
      ct: { ...withData(ball.ct, data), rescale },
      labels: { ...ball.labels, names },
      organ: "liver",
      size: { sizeClass: "small" },
      key: createKey(8),
    };
    for (const synthesizer of synthesizers) {
      const made = synthesizer.synthesize(request) as LesionPatch;
      assert.equal(made.record.lesionLabel.value, 256);
      assertSame(replayRecord(reopen(made.record), request.ct, request.labels), made);
    }
  });

  it("changes neither scan nor record, and takes records without a hash", () => {
    const before = [ball.ct.data.slice(), ball.labels.data.slice(), JSON.stringify(record)];
    assertSame(replayRecord(record, ball.ct, ball.labels), patch);
    assert.deepEqual([ball.ct.data, ball.labels.data, JSON.stringify(record)], before);
    const { sha256, ...old } = record;
    assert.equal(sha256, hashPatch(patch));
    assertSame(replayRecord(old, ball.ct, ball.labels), patch);
    assert.throws(
      () => replayRecord(record, ball.ct, ball.labels, AbortSignal.abort(new Error("enough"))),
      /enough/,
    );
  });

  it("refuses every other scan, naming what differs", () => {
    const replay = (ct: Volume, labels: LabelMap): unknown => replayRecord(record, ct, labels);
    const larger = ballScan(20, [3, 3, 3], 31);
    assert.throws(() => replay(larger.ct, larger.labels), /ct, shape: found \[23,.*expected \[21,21,21\]/s);
    const coarse = { spacingMm: [3, 3, 4] as const };
    assert.throws(
      () => replay({ ...ball.ct, ...coarse }, { ...ball.labels, ...coarse }),
      /ct, spacingMm: found \[3, 3, 4\], expected \[3,3,3\]/,
    );
    const affine = [...ball.ct.affine];
    affine[3] += 10;
    const moved = { affine: affine as unknown as Volume["affine"] };
    assert.throws(
      () => replay({ ...ball.ct, ...moved }, { ...ball.labels, ...moved }),
      /ct, affine: found .* mm at voxel \[.*not resampled/,
    );
    const brighter = ball.ct.data.map((hu) => hu + 20);
    assert.throws(() => replay(withData(ball.ct, brighter), ball.labels), /lesion record, .* as recorded/);
    const done = applyPatch(ball.ct, ball.labels, patch);
    assert.throws(() => replay(done.ct, done.labels), /lesion record, .*without the lesion/);
    assert.throws(() => replay(ball.ct, { ...ball.labels, names: { 5: "spleen" } }), /a label of the liver/);
    // One voxel in a corner of the block, far from the lesion: no number of the record tells it.
    const { boxMin } = patch.box;
    const [nx, ny] = ball.ct.shape;
    const stray = ball.ct.data.slice();
    stray[boxMin[0] + nx * (boxMin[1] + ny * boxMin[2])] += 1;
    assert.throws(() => replay(withData(ball.ct, stray), ball.labels), /lesion record, sha256: found/);
  });

  it("refuses damaged records, naming the field", () => {
    const spoilt: [object, RegExp][] = [
      [{ format: "x" }, /lesion record, format: found "x", expected "tumorlab-lesion"/],
      [{ format: "tumorlab-lesion-case" }, /give the field `record`/],
      [{ formatVersion: 2 }, /lesion record, formatVersion: found 2, expected 1/],
      [{ generator: "gan" }, /lesion record, generator: found "gan", expected one of handcrafted, growth/],
      [
        { generatorVersion: "1" },
        /generatorVersion: found "1", expected "2", .*version of Tumorlab that made/,
      ],
      [{ generator: "growth" }, /lesion record, /],
      [{ key: undefined }, /lesion record, key: found undefined, expected four whole numbers/],
      [{ key: [1, 2, 3] }, /lesion record, key words: found \[1, 2, 3\]/],
      [{ key: [1, 2, 3, 4] }, /lesion record, .* as recorded/],
      [{ organ: "spleen" }, /lesion record, organ: found "spleen", expected one of liver/],
      [{ phase: "late" }, /lesion record, phase: found "late"/],
      [{ phase: "arterial" }, /lesion record, phase: found "venous", expected "arterial" as recorded/],
      [{ phaseSource: undefined }, /lesion record, phaseSource: found undefined/],
      [{ size: 8 }, /lesion record, size: found 8/],
      [{ size: { radiusMm: "8 mm" } }, /lesion record, radiusMm: found "8 mm"/],
      [{ options: null }, /lesion record, options: found null/],
      [{ options: { contrastHu: "dark" } }, /contrastHu: found "dark"/],
      [{ options: { contrastHu: -31 } }, /lesion record, .* as recorded/],
      [{ shape: [21, 21] }, /lesion record, shape: found \[21, 21\], expected three numbers/],
      [{ centerMm: [0, 0, null] }, /lesion record, centerMm: found .*expected three numbers/],
      [{ voxels: 1 }, /lesion record, voxels: found \d+, expected 1 as recorded/],
      [
        { parameters: { drawnHu: 5 } },
        /lesion record, parameters.drawnHu: found -30, expected 5 as recorded/,
      ],
      [{ sha256: "0" }, /lesion record, sha256: found/],
    ];
    for (const [change, expected] of spoilt)
      assert.throws(
        () => replayRecord({ ...record, ...change }, ball.ct, ball.labels),
        expected,
        JSON.stringify(change),
      );
    for (const none of [null, undefined, "record", [record]])
      assert.throws(
        () => replayRecord(none as unknown as LesionRecord, ball.ct, ball.labels),
        /lesion record: found .*patch\.record/,
      );
  });
});
