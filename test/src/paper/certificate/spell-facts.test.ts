import assert from "node:assert/strict";
import type { ScoreRow } from "tumorlab/internal/metrics/evaluate";
import { summarizeScores } from "tumorlab/internal/metrics/summary";
import { spellInterval } from "tumorlab/internal/paper/certificate/spell-facts";

describe("spellInterval", () => {
  it("tells scans from patients", () => {
    const spell = (patients: readonly string[]): string => {
      const rows = patients.map((patient, i) => ({
        ...{ case: `scan${i}`, patient, label: 1, name: "liver", dice: 0.5 + i / 10 },
        ...{ referenceVoxels: 1, predictionVoxels: 1 },
      }));
      const [row] = summarizeScores(rows as unknown as ScoreRow[], { metrics: ["dice"] });
      return spellInterval(row);
    };
    assert.match(spell(["a", "a", "b", "b", "b"]), /^5 scans of 2 patients, 95 % 0\.\d{3} to \d\.\d{3}$/);
    assert.match(spell(["a", "b", "c"]), /^3 scans of 3 patients, 95 % /);
    assert.equal(spell(["a", "a"]), "2 scans of 1 patient, too few for an interval");
    assert.equal(spell(["a"]), "1 scan of 1 patient, too few for an interval");
  });
});
