import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createVolume } from "tumorlab/internal/core/grid";
import { formatCsv } from "tumorlab/internal/core/missing";
import { ownValue } from "tumorlab/internal/core/own-value";
import type { Vec3 } from "tumorlab/internal/core/types";
import { openCohort } from "tumorlab/internal/data/open-cohort";
import { splitCohort } from "tumorlab/internal/data/split/split";
import { checkSides } from "tumorlab/internal/data/verify/check-sides";
import { verifyCohort } from "tumorlab/internal/data/verify/verify";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { toDataFrame } from "tumorlab/internal/notebook/data-frame";
import { tableBundle } from "tumorlab/internal/notebook/table";
import { run } from "../cli/run.js";

/** Names that every object has something under, or that assignment treats in its own way. */
const odd = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "isPrototypeOf"];

describe("names that objects have by nature", function () {
  this.timeout(60_000);
  let root: string;
  before(() => (root = mkdtempSync(join(tmpdir(), "own-value-"))));
  after(() => {
    rmSync(root, { recursive: true, force: true });
    assert.deepEqual(Object.keys(Object.prototype), [], "nothing was put into the prototype of all objects");
  });

  it("are found in a dictionary only where they were put", () => {
    for (const name of odd) {
      assert.equal(ownValue({}, name), undefined);
      assert.equal(ownValue(Object.fromEntries([[name, 3]]), name), 3);
    }
  });

  it("are ordinary strata, patients and scans of a split", async () => {
    const scans = Array.from({ length: 60 }, (_, i) => ({
      scan: `${odd[i % 6]}${i < 6 ? "" : i}`,
      patient: i < 6 ? odd[(i + 1) % 6] : `p${i}`,
      stratum: odd[i % 6],
    }));
    const { strata, test, training } = splitCohort(scans, { testShare: 0.5 });
    assert.deepEqual(Object.keys(strata).sort(), [...odd].sort());
    for (const name of odd) assert.deepEqual(ownValue(strata, name), { test: 5, validation: 0, training: 5 });
    assert.equal(test.scans.length + training.scans.length, 60);
    assert.deepEqual(Object.keys(JSON.parse(JSON.stringify(strata)) as object).sort(), [...odd].sort());

    const path = join(root, "metadata.csv");
    writeFileSync(
      path,
      `case,patient,liver\n${odd.map((name, i) => `${name},${odd[5 - i]},Y`).join("\n")}\n`,
    );
    const { code, out, err } = await run("cohort", "split", path, "--folds", "2", "--json");
    assert.equal(code, 0, err);
    const parts = JSON.parse(out) as Record<"test" | "training", { patients: string[] }>;
    assert.deepEqual([...parts.test.patients, ...parts.training.patients].sort(), [...odd].sort());
  });

  const shape: Vec3 = [12, 12, 12];
  const box = (from: number, to: number, slices = 12): Uint8Array =>
    Uint8Array.from({ length: 144 * 12 }, (_, i) =>
      i % 12 >= from && i % 12 < to && i < 144 * slices ? 1 : 0,
    );

  it("are ordinary cases and masks of a cohort, known and unknown, in this thread and others", async () => {
    const folder = join(root, "masks");
    for (const [k, name] of odd.entries())
      for (const [i, structure] of odd.entries())
        await writeVolume(
          join(folder, name, "segmentations", `${structure}.nii.gz`),
          createVolume(box(2 * i, 2 * i + (i === 5 ? 2 : 3), 6 + k), shape),
        );
    const unknown = await verifyCohort(folder);
    const checks = (findings: typeof unknown.findings) =>
      [...new Set(findings.map(({ check }) => check))].sort();
    assert.deepEqual(checks(unknown.findings), ["empty-label", "masks-overlap", "unexpected-label"]);
    assert.deepEqual(unknown.cases.map((each) => each.case).sort(), [...odd].sort());
    const labels = Object.fromEntries(odd.map((name, i) => [i + 1, name]));
    for (const workers of [1, 2])
      assert.deepEqual(checks((await verifyCohort(folder, { labels, workers })).findings), ["masks-overlap"]);
    const scored = await run("evaluate", "--reference", folder, "--prediction", folder, "--json");
    const rows = (JSON.parse(scored.out) as { cases: { case: string; name: string; dice: number }[] }).cases;
    assert.deepEqual(
      [scored.code, rows.length, new Set(rows.map(({ dice }) => dice))],
      [0, 36, new Set([1])],
    );
  });

  it("have no side of the body", () => {
    const placed = odd.map((name, i) => ({ name, file: name, xMm: 10 * i }));
    assert.deepEqual(checkSides("c", placed, { centerMm: 25, widthMm: 100 }), []);
  });

  it("are ordinary names and aliases in a manifest", async () => {
    const plain = JSON.parse(readFileSync("data-manifests/cohorts/msd-liver.json", "utf8")) as Record<
      string,
      any
    >;
    const structures = [
      { name: "__proto__", kind: "organ", organ: null, aliases: ["constructor"] },
      { name: "toString", kind: "other", organ: null, aliases: ["valueOf"] },
    ];
    const labels = JSON.parse('{"background":0,"__proto__":1,"toString":2}') as object;
    const path = join(root, "msd-liver.json");
    writeFileSync(
      path,
      JSON.stringify({ ...plain, labels, structures, layout: { ...plain.layout, kind: "abdomenatlas" } }),
    );
    const manifest = await openCohort(path);
    const folder = join(root, "aliases");
    await writeVolume(
      join(folder, "a", "segmentations", "constructor.nii.gz"),
      createVolume(box(1, 4), shape),
    );
    await writeVolume(join(folder, "a", "segmentations", "valueOf.nii.gz"), createVolume(box(6, 9), shape));
    for (const workers of [1, 2])
      assert.deepEqual((await verifyCohort(folder, { manifest, workers })).findings, []);
    const shown = await run("cohort", "show", path);
    assert.equal(shown.code, 0, shown.err);
    assert.match(shown.out, /1 {2}__proto__ +organ/);
    // Provenance of a field that no manifest has.
    const provenance = {
      ...(plain.provenance as object),
      constructor: Object.values(plain.provenance as object)[0] as unknown,
    };
    writeFileSync(path, JSON.stringify({ ...plain, provenance }));
    await assert.rejects(openCohort(path), /constructor.*expected the name of a field of the manifest/);
  });

  it("are ordinary columns of tables, empty in rows that lack them", () => {
    const rows = [...odd.map((name, i) => Object.fromEntries([[name, i]])), { n: 7 }];
    const columns = [...odd, "n"];
    const lines = formatCsv(columns as never[], rows as never[]).split("\n");
    assert.equal(lines[0], columns.join(","));
    assert.equal(lines[1], "0,,,,,,");
    assert.equal(lines[7], ",,,,,,7");
    assert.doesNotMatch(tableBundle(rows)["text/plain"], /function|native/);
    assert.doesNotMatch(JSON.stringify(toDataFrame(rows.slice(1)).values), /function|native/);
  });
});
