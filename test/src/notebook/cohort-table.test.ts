import assert from "node:assert/strict";
import { openAllCohorts, openCohort } from "tumorlab/internal/data/open-cohort";
import { cohortChecks } from "tumorlab/internal/data/verify/finding";
import type { Finding } from "tumorlab/internal/data/verify/finding";
import type { CohortReport } from "tumorlab/internal/data/verify/verify";
import {
  checkTable,
  cohortTable,
  labelledTumors,
  lesionNameTable,
  realismSources,
  realismTable,
  realScanTable,
} from "tumorlab/internal/notebook/cohort-table";
import { publishedAnatomy } from "tumorlab/internal/phantom/published-anatomy";
import type { RealismRow } from "tumorlab/internal/phantom/realism";

describe("tables of data sets", () => {
  it("say what the manifests say, and nothing where they say nothing", async () => {
    const [atlas, lits] = cohortTable([await openCohort("abdomenatlas-2.0"), await openCohort("lits")]);
    assert.deepEqual([atlas.scans, atlas.tumors, atlas.controls], [10135, 15130, 5893]);
    assert.equal(atlas["tumors labelled in"], "liver, pancreas, kidney, colon, esophagus, uterus");
    assert.deepEqual([lits.tumors, lits.licence, lits.access], [null, "not known", "registration"]);
    const spleen = await openCohort("msd-spleen");
    assert.deepEqual(labelledTumors(spleen), []);
    assert.equal(cohortTable([spleen])[0]["tumors labelled in"], "none");
  });

  it("tell what each set calls the tumors of an organ", async () => {
    const rows = lesionNameTable(await openAllCohorts());
    const uterus = rows.filter(({ organ }) => organ === "uterus");
    assert.deepEqual([...new Set(uterus.map(({ label }) => label))], ["endometrioma_tumor"]);
    assert.ok(rows.some(({ label, value }) => label === "livertumor" && value === null));
  });
});

describe("checkTable", () => {
  it("has a row for each check, whether it found something or not", () => {
    const finding = (severity: Finding["severity"], name: string): Finding => ({
      ...{ case: name, check: "shape", severity, file: "a", found: "1", against: "b", expected: "2" },
      message: `${name}: shape: a: 1; b: 2`,
    });
    const report: CohortReport = {
      ...{ folder: "x", layout: "nnunet", labelsFrom: "labels", cases: [] },
      ...{ findings: [finding("error", "c1"), finding("error", "c2")], errors: 2, warnings: 0 },
    };
    const rows = checkTable(report);
    assert.equal(rows.length, Object.keys(cohortChecks).length);
    const shape = rows.find(({ check }) => check === "shape")!;
    assert.deepEqual([shape.found, shape["for example"]], ["2 errors", "c1: a: 1; b: 2"]);
    const others = rows.filter(({ check }) => check !== "shape");
    assert.ok(others.every((row) => row.found === "nothing" && row["for example"] === null));
    const one = checkTable({ ...report, findings: [finding("warning", "c1")] });
    assert.equal(one.find(({ check }) => check === "shape")!.found, "1 warning");
  });
});

describe("tables of realism", () => {
  const row = (values: Partial<RealismRow>): RealismRow => ({
    ...{
      structure: "liver",
      quantity: "volumeMl",
      phase: null,
      n: 3,
      phantomMean: 1500.4,
      phantomSpread: 210,
    },
    ...{ published: [], verdict: null, real: null, realCut: false },
    ...values,
  });
  const published = publishedAnatomy.filter(
    ({ structure, quantity }) => structure === "liver" && quantity === "volumeMl",
  );
  const rows = [
    row({ published, verdict: "inside", real: 1126, realCut: true }),
    row({ quantity: "meanHu", phase: "plain", phantomMean: 57.6, phantomSpread: NaN, real: -4.04 }),
    row({ quantity: "spreadHu", phase: "plain", phantomMean: 12, real: 13 }),
    row({ quantity: "noiseHu", phantomMean: 0.123 }),
    row({ structure: "colon_lesion", quantity: "tumorContrastHu", phase: "venous", phantomMean: -12 }),
    row({ structure: "spleen", real: 200 }),
    row({ structure: "colon" }),
  ];

  it("lay phantoms beside published values", () => {
    const table = realismTable(rows);
    assert.deepEqual(
      table.map(({ quantity, phantoms, verdict }) => [quantity, phantoms, verdict]),
      [
        ["volume (ml)", "1500 ± 210", "inside"],
        ["noise (HU)", "0.12 ± 210", null],
        ["tumor minus organ (HU)", "−12 ± 210", null],
      ],
    );
    assert.match(String(table[0].published), /^1411 to 1710; 1062 to 1500/);
    assert.equal(table[1].published, null);
    const sources = realismSources(rows);
    assert.equal(sources.length, published.length);
    assert.ok(sources.every((line) => line.startsWith("Liver: ") && line.includes("people")));
  });

  it("lay phantoms beside the real scan, an organ a row", () => {
    const [liver, spleen, ...none] = realScanTable(rows);
    assert.deepEqual(Object.values(liver), ["Liver", "1500 ± 210", "1126 (cut)", "58 ± 12", "−4.0 ± 13"]);
    assert.deepEqual(Object.values(spleen), ["Spleen", "1500 ± 210", "200", null, null]);
    assert.deepEqual(none, []);
    assert.equal(realScanTable(rows, ["spleen"]).length, 1);
  });
});
