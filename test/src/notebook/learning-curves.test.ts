import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Row } from "tumorlab/internal/notebook/data-frame";
import { measuredCurves, openCurves } from "tumorlab/internal/notebook/learning-curves";
import { lawTable, saturationTable, multiplierTable } from "tumorlab/internal/notebook/scaling-table";
import { openPublishedCurves } from "tumorlab/internal/paper/published-curves";
import { bootstrapCurves } from "tumorlab/internal/scaling/curve-bootstrap";
import type { MultiplierReading } from "tumorlab/internal/scaling/efficiency";
import { fitLaw } from "tumorlab/internal/scaling/fit";
import { findLaw } from "tumorlab/internal/scaling/laws/table";
import { reportEfficiency } from "tumorlab/internal/scaling/report";
import { findSaturation } from "tumorlab/internal/scaling/saturation";
import { selectLaw } from "tumorlab/internal/scaling/select";

const laws = ["power", "power-floor", "exponential-plateau"].map(findLaw);

describe("openPublishedCurves", () => {
  it("gives the five points of both arms, and which were read off a plot", async () => {
    const { table, estimates, notes, title } = await openPublishedCurves();
    assert.deepEqual(table.arms, ["real", "real+synthetic"]);
    assert.equal(table.rows.length, 10);
    assert.deepEqual(
      table.rows.filter(({ arm }) => arm === "real").map(({ n, score }) => [n, score]),
      [
        [60, 0.402],
        [278, 0.527],
        [500, 0.54],
        [1500, 0.593],
        [3159, 0.597],
      ],
    );
    assert.deepEqual(
      estimates.map(({ arm, n }) => `${arm} ${n}`),
      ["real 500", "real+synthetic 500"],
    );
    assert.ok(notes.length > 0 && title.includes("JHH"));
    await assert.rejects(openPublishedCurves("early-tumors"), /a column n/);
  });
});

describe("openCurves", () => {
  it("opens a CSV of the reader's own and says what is wrong with it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tumorlab-curves-"));
    try {
      const file = join(folder, "scores.csv");
      writeFileSync(file, "n,score\n60,2.5\n278,1.5\n");
      assert.equal((await openCurves(file, { loss: true })).rows.length, 2);
      await assert.rejects(openCurves(file), /scores\.csv, line 2: found 2\.5/);
      await assert.rejects(
        openCurves(join(folder, "none.csv")),
        /none\.csv.*no such file.*a readable CSV file/s,
      );
      await assert.rejects(openCurves(folder), /a folder.*a readable CSV file/s);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("tables of a scaling analysis", () => {
  it("show what the published points say", async () => {
    const { table, estimates } = await openPublishedCurves();
    const { observed } = bootstrapCurves(table, { resamples: 1 });
    const rows = lawTable(selectLaw(observed.real, laws), observed.real);
    const limits = rows.map((row) => Number((row["limit (%)"] as number).toFixed(1)));
    // The average: half of each of the two with a limit.
    assert.deepEqual(limits, [100, 63.9, 59.2, 61.6]);
    assert.ok((rows[3]["95 % from"] as number) < 57 && rows[3].to === 100);
    assert.ok(Number.isNaN(rows[0]["95 % from"]));
    assert.ok((rows[1]["95 % from"] as number) < 57 && rows[1].to === 100);
    assert.equal(rows.filter(({ chosen }) => chosen).length, 1);

    const few = observed.real.slice(0, 2);
    const lacking = lawTable(selectLaw(few, laws), few);
    assert.ok(Number.isNaN(lacking[1]["limit (%)"]) && Number.isNaN(lacking[1]["held-out error (points)"]));

    const answers = { floor: findSaturation(observed.real, fitLaw(laws[1], observed.real)) };
    const said = saturationTable(answers);
    assert.deepEqual([said[0].floor, said[3].floor, said[4].floor], [1500, 278, "no answer"]);

    const tabulate = (reading: MultiplierReading): Row[] =>
      multiplierTable(reportEfficiency(table, "real", "real+synthetic", laws[2], { resamples: 50, reading }));
    const byLaw = tabulate("law");
    assert.deepEqual([byLaw[4].multiplier, byLaw[4]["read off"]], ["never", "the law"]);
    assert.equal(byLaw[0]["equivalent real scans"], 197);
    // 60 (278 / 60)^(8 / 12.5): the way from 40.2 to 52.7 % that 48.2 % lies at, on a log axis.
    const measured = tabulate("measured");
    assert.equal(measured[0]["equivalent real scans"], 160);
    assert.equal(measured[0]["read off"], "the measured curve");
    const inverse = reportEfficiency(table, "real+synthetic", "real", laws[2], { resamples: 5 });
    const [low, , , , high] = multiplierTable(inverse);
    assert.deepEqual([low.multiplier, low["equivalent real+synthetic scans"]], ["< 1", "fewer than 60"]);
    assert.deepEqual([high.multiplier, high["equivalent real+synthetic scans"]], ["> 1", "more than 3159"]);

    const [real] = measuredCurves(observed, { estimates, heldOutFrom: 3159, arms: ["real"] });
    assert.deepEqual(
      real.points.map(({ estimate, heldOut }) => [estimate, heldOut].map(Number).join("")),
      ["00", "00", "10", "00", "01"],
    );
    assert.equal(measuredCurves(observed).length, 2);
  });
});
