import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePhantomCohort } from "tumorlab/internal/phantom/phantom-cohort";
import { type ScanSynthesis, synthesizeScan } from "tumorlab/internal/synthesis/synthesize-scan";
import { synthesizeCohort } from "tumorlab/internal/synthesis/synthetic-cohort";
import { predictCohort } from "tumorlab/internal/training/predict-cohort";
import { radiusOfSize } from "tumorlab/internal/tumor/size";
import { writeBoxes } from "../cli/boxes.js";

describe("work that cannot be, or was stopped before it began, leaves nothing behind", () => {
  let folder: string;
  const at = (...names: string[]): string => join(folder, ...names);
  const scan = (more: object): ScanSynthesis => ({
    ...{ ct: at("ct.nii.gz"), labels: at("labels.nii.gz"), organ: "kidney", seed: 4 },
    ...{ given: { names: { 1: "kidney" } }, size: { radiusMm: 3 } },
    ...more,
  });
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "tumorlab-first-"));
    for (const name of ["ct.nii.gz", "labels.nii.gz"])
      await writeBoxes(at(name), [[1, [0, 0, 0], [4, 4, 3]]]);
  });
  afterEach(() => assert.deepEqual(readdirSync(folder).sort(), ["ct.nii.gz", "labels.nii.gz"]));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("refuses numbers of phantoms that cannot be", async () => {
    const phantoms = { seed: 1, spacingMm: 8, shape: [48, 48, 48] } as const;
    const make = (numbers: object): Promise<unknown> =>
      makePhantomCohort({ folder: at("phantoms"), phantoms, cases: 1, ...numbers });
    for (const cases of [0, -3, 1.5, NaN, Infinity, "2", null])
      await assert.rejects(make({ cases }), /cases: found .*expected a whole number from 1/, String(cases));
    for (const first of [-1, 0.5, "0"]) await assert.rejects(make({ first }), /first: .*number from 0/);
    for (const workers of [0, NaN, "1"]) await assert.rejects(make({ workers }), /workers: .*number from 1/);
  });

  it("says in words what is no size of a lesion", async () => {
    for (const size of ["large", 12, null, undefined, {}, [], { sizeClass: "tiny", radiusMm: 4 }])
      await assert.rejects(
        synthesizeScan(at("out"), scan({ size })),
        /size: found .*expected \{ sizeClass \} with one of tiny, small, medium, large, or \{ radiusMm \}/,
        JSON.stringify(size),
      );
    for (const size of [{ sizeClass: "toString" }, { sizeClass: "huge" }])
      assert.throws(() => radiusOfSize(size as never), /expected one of tiny/);
    for (const radiusMm of ["12", NaN, 0, 101])
      assert.throws(() => radiusOfSize({ radiusMm } as never), /radiusMm: found .*1\.5 to 100 mm/);
    assert.deepEqual([radiusOfSize({ sizeClass: "large" }), radiusOfSize({ radiusMm: 1.5 })], [32, 1.5]);
  });

  it("begins nothing for a signal that is aborted already", async () => {
    const signal = AbortSignal.abort(new Error("stopped before"));
    const recipe = { seed: 1, ratio: 1, mix: [1, 1, 1], methods: ["handcrafted"] } as const;
    const all: (() => Promise<unknown>)[] = [
      () => synthesizeScan(at("out"), scan({ signal })),
      () => synthesizeCohort(folder, at("out"), { recipe, signal }),
      () => predictCohort({ model: at("none"), ct: folder, out: at("out"), signal }),
      () => makePhantomCohort({ folder: at("out"), phantoms: { seed: 1 }, cases: 1, signal }),
    ];
    for (const each of all) await assert.rejects(each(), /stopped before/);
    assert.ok(!existsSync(at("out")));
  });
});
