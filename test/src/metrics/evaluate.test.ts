import assert from "node:assert/strict";
import { toLabelMap } from "tumorlab/internal/core/grid";
import { evaluateCase } from "tumorlab/internal/metrics/evaluate";
import { box, draw, overlay } from "./masks.js";

describe("evaluateCase", () => {
  const reference = overlay(
    box([12, 12, 8], [1, 1, 1], [6, 6, 6], [0.8, 0.8, 2]),
    box([12, 12, 8], [7, 7, 2], [10, 10, 5], [0.8, 0.8, 2], 2),
  );
  const prediction = overlay(
    box([12, 12, 8], [1, 1, 1], [6, 6, 5], [0.8, 0.8, 2]),
    box([12, 12, 8], [7, 7, 2], [10, 10, 5], [0.8, 0.8, 2], 2),
  );

  it("gives one row a label with counts, volumes and every metric", () => {
    const rows = evaluateCase(reference, prediction, {
      case: "case 7",
      patient: "p3",
      labels: { 1: "liver", 2: "tumor" },
    });
    assert.deepEqual(
      rows.map((row) => [row.case, row.patient, row.label, row.name, row.policy, row.empty]),
      [
        ["case 7", "p3", 1, "liver", "worst-case", "none"],
        ["case 7", "p3", 2, "tumor", "worst-case", "none"],
      ],
    );
    const [liver, tumor] = rows;
    assert.deepEqual([liver.tp, liver.fp, liver.fn, liver.tn], [100, 0, 25, 12 * 12 * 8 - 125]);
    assert.equal(liver.dice, 200 / 225);
    assert.equal(liver.hd, 2);
    assert.ok(Math.abs(liver.referenceMl - 0.16) < 1e-15 && Math.abs(liver.predictionMl - 0.128) < 1e-15);
    assert.ok(Math.abs(liver.volumeErrorPercent + 20) < 1e-12);
    assert.deepEqual([tumor.dice, tumor.nsd, tumor.assd], [1, 1, 0]);
    assert.ok(Math.abs(liver.diagonalMm - Math.hypot(9.6, 9.6, 16)) < 1e-12);
  });

  it("takes the tolerance of each label, 2 mm where none is given", () => {
    const rows = evaluateCase(reference, prediction, { toleranceMm: { 1: 1.9 } });
    assert.deepEqual(
      rows.map((row) => row.toleranceMm),
      [1.9, 2],
    );
    assert.ok(rows[0].nsd < 1);
    assert.equal(evaluateCase(reference, prediction)[0].nsd, 1);
  });

  it("names the patient after the case and gives no rows for maps without labels", () => {
    assert.equal(evaluateCase(reference, prediction, { case: "a" })[0].patient, "a");
    assert.deepEqual(evaluateCase(draw([["..."]]), draw([["..."]])), []);
  });

  it("scores a label map that names a structure neither has", () => {
    const map = toLabelMap(draw([["1."]]), { 1: "liver", 2: "tumor" });
    const [, tumor] = evaluateCase(map, map);
    assert.deepEqual(
      [tumor.name, tumor.empty, tumor.dice, tumor.policy],
      ["tumor", "both", NaN, "worst-case"],
    );
  });

  it("tells of its progress and stops when told to", () => {
    const seen: string[] = [];
    evaluateCase(reference, prediction, {
      progress: ({ done, total, label }) => seen.push(`${done}/${total} ${label}`),
    });
    assert.deepEqual(seen, ["1/2 label 1", "2/2 label 2"]);
    const signal = AbortSignal.abort(new Error("stopped"));
    assert.throws(() => evaluateCase(reference, prediction, { signal }), /stopped/);
  });

  it("refuses a policy that does not exist", () => {
    assert.throws(
      () => evaluateCase(reference, prediction, { policy: "none" as "brats" }),
      /policy: found "none"/,
    );
  });
});
