import assert from "node:assert/strict";
import { steepnessTable } from "tumorlab/internal/notebook/scaling-table";
import { openPublishedCurves } from "tumorlab/internal/paper/published-curves";
import { bootstrapCurves } from "tumorlab/internal/scaling/curve-bootstrap";
import { compareSteepness } from "tumorlab/internal/scaling/steepness";

describe("steepnessTable", () => {
  it("has the published points' three readings, with intervals where curves were drawn", async () => {
    const { table } = await openPublishedCurves();
    const drawn = bootstrapCurves(table, { resamples: 50 });
    const rows = steepnessTable(compareSteepness(drawn, "real", "real+synthetic", { to: 278 }));
    // By hand: 12.5 and 9.9 points over log2(278 / 60) doublings.
    assert.equal(rows[0].reading, "points per doubling, 60 to 278 scans");
    const printed = (value: unknown): string => (value as number).toFixed(3);
    assert.deepEqual([rows[0].real, rows[0]["real+synthetic"]].map(printed), ["5.651", "4.475"]);
    assert.ok((rows[0]["95 % from"] as number) < -1.175 && (rows[0].to as number) > -1.176);
    assert.deepEqual([rows[1].real, rows[1]["real+synthetic"]].map(printed), ["0.153", "0.138"]);
    assert.equal(Math.round(rows[3]["real+synthetic"] as number), 41);
    const plain = steepnessTable(compareSteepness({ observed: drawn.observed }, "real", "real+synthetic"));
    assert.ok(Number.isNaN(plain[0]["95 % from"]));
  });
});
