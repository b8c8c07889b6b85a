import assert from "node:assert/strict";
import { simulateCrossedCoverage } from "../../bench/coverage/crossed.js";

/** A small run of `npm run bench -- coverage`, seeded: what the default rests on. */
describe("intervals over patients and seeds", function () {
  this.timeout(120_000);
  it("by Student's t hold the truth about as often as they say, percentiles of few seeds do not", () => {
    const found = new Map<string, number>();
    for (const { seeds, patients, method, coverage } of simulateCrossedCoverage(40)) {
      found.set(`${seeds} x ${patients} ${method}`, coverage);
      if (method === "t") assert.ok(coverage >= 0.85, `${seeds} seeds, ${patients} patients: ${coverage}`);
    }
    assert.ok(found.get("3 x 200 percentile")! < 0.88, String(found.get("3 x 200 percentile")));
  });
});
