import assert from "node:assert/strict";
import { toLabelMap } from "tumorlab/internal/core/grid";
import { evaluateStudy } from "tumorlab/internal/evaluation/evaluate-study";
import type { Study, StudyCase } from "tumorlab/internal/evaluation/study";
import { box, overlay } from "../metrics/masks.js";

const shape = [10, 10, 10] as const;
const labelNames = { 1: "liver", 2: "liver_lesion" };
const organ = (label = 1) => box(shape, [0, 0, 0], [10, 10, 4], [1, 1, 1], label);
const lesion = (from: number) => box(shape, [from, from, 0], [from + 2, from + 2, 2], [1, 1, 1], 2);
const empty = () => box(shape, [0, 0, 0], [0, 0, 0]);

function makeCase(
  name: string,
  reference = organ(),
  prediction = reference,
  names: Record<number, string> = labelNames,
): StudyCase {
  return {
    case: name,
    patient: `${name} patient`,
    open: () =>
      Promise.resolve({ reference: toLabelMap(reference, names), prediction: toLabelMap(prediction, names) }),
  };
}

function makeStudy(...cases: StudyCase[]): Study {
  return { title: "test", about: "made for a test", cases, failed: [{ case: "lost", reason: "no partner" }] };
}

describe("evaluateStudy", () => {
  it("scores every case for every label that some case has", async () => {
    const study = makeStudy(
      makeCase("same", overlay(organ(), lesion(2))),
      makeCase("missed", overlay(organ(), lesion(2)), organ()),
      makeCase("healthy"),
    );
    const { rows, failed } = await evaluateStudy(study);
    assert.deepEqual(
      rows.map((row) => [row.case, row.patient, row.name, row.empty]),
      [
        ["same", "same patient", "liver", "none"],
        ["same", "same patient", "liver_lesion", "none"],
        ["missed", "missed patient", "liver", "none"],
        ["missed", "missed patient", "liver_lesion", "prediction"],
        ["healthy", "healthy patient", "liver", "none"],
        ["healthy", "healthy patient", "liver_lesion", "both"],
      ],
    );
    assert.deepEqual([rows[0].dice, rows[1].dice, rows[3].dice, rows[5].dice], [1, 1, 0, NaN]);
    // Missed: 400 voxels against 392 of them.
    assert.equal(rows[2].dice, (2 * 392) / (392 + 400));
    assert.deepEqual(failed, [{ case: "lost", reason: "no partner" }]);
  });

  it("fills in labels that the maps of a case do not even name, under the policy asked for", async () => {
    const bare = (name: string, map = organ()): StudyCase => ({
      ...makeCase(name),
      open: () => Promise.resolve({ reference: toLabelMap(map), prediction: toLabelMap(map) }),
    });
    const study = makeStudy(bare("one", organ(1)), bare("two", organ(2)), bare("nothing", empty()));
    const { rows } = await evaluateStudy(study, { policy: "kits23" });
    assert.deepEqual(
      rows.map((row) => [row.case, row.label, row.empty, row.dice, row.tn]),
      [
        ["one", 1, "none", 1, 600],
        ["one", 2, "both", 1, 1000],
        ["two", 1, "both", 1, 1000],
        ["two", 2, "none", 1, 600],
        ["nothing", 1, "both", 1, 1000],
        ["nothing", 2, "both", 1, 1000],
      ],
    );
    assert.ok(
      rows.every((row) => row.policy === "kits23" && Math.abs(row.diagonalMm - Math.sqrt(300)) < 1e-9),
    );
    assert.equal(rows[1].surface, undefined);
  });

  it("takes lesions by name, or by the labels given, with the rule asked for", async () => {
    const two = overlay(organ(), lesion(2), lesion(6));
    const study = makeStudy(makeCase("a", two, overlay(organ(), lesion(2))), makeCase("b"));
    const { lesions } = await evaluateStudy(study);
    assert.deepEqual(
      lesions.map((each) => [each.case, each.detectedLesions, each.missedLesions]),
      [
        ["a", 1, 1],
        ["b", 0, 0],
      ],
    );
    const counts = async (name: string): Promise<number> => {
      const named = makeCase("named", two, two, { 1: "liver", 2: name });
      return (await evaluateStudy(makeStudy(named))).lesions.length;
    };
    for (const name of ["tumor", "Tumour", "cancer", "kidney tumors", "liver_lesion"])
      assert.equal(await counts(name), 1, name);
    for (const name of ["liver", "tumorous_edge", "stomach"]) assert.equal(await counts(name), 0, name);
    const match = { rule: "iou", threshold: 0.5 } as const;
    const organsAsLesions = await evaluateStudy(study, { lesionLabels: [1], match });
    assert.match(organsAsLesions.lesions[0].rule, /at least 0\.5/);
    assert.equal(organsAsLesions.lesions[0].reference[0].name, "liver");
    assert.deepEqual((await evaluateStudy(study, { lesionLabels: [] })).lesions, []);
  });

  it("lists a case that fails and goes on, reports progress, and stops when told to", async () => {
    const broken = { ...makeCase("broken"), open: () => Promise.reject(new Error("cut\nshort")) };
    const done: number[] = [];
    const progress = (update: { done: number }) => void done.push(update.done);
    const { rows, failed } = await evaluateStudy(makeStudy(broken, makeCase("fine")), { progress });
    assert.deepEqual(
      rows.map((row) => row.case),
      ["fine"],
    );
    assert.deepEqual(failed[0], { case: "broken", reason: "cut short" });
    assert.deepEqual(done, [1, 2]);
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("interrupted")), 0);
    const endless = makeStudy(...Array.from({ length: 100_000 }, (_, i) => makeCase(`${i}`)));
    await assert.rejects(evaluateStudy(endless, { signal: controller.signal }), /interrupted/);
    const stopped = AbortSignal.abort(new Error("stop"));
    await assert.rejects(evaluateStudy(makeStudy(makeCase("a")), { signal: stopped }), /stop/);
    assert.deepEqual(await evaluateStudy({ ...makeStudy(), failed: [] }), {
      rows: [],
      lesions: [],
      failed: [],
      libraries: [],
      notes: [],
    });
  });
});
