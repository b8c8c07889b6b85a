import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { auditMetadata } from "tumorlab/internal/data/leakage/audit-metadata";
import type { AuditedScans, MetadataAudit } from "tumorlab/internal/data/leakage/audit-metadata";
import { openPublished, publishedColumn } from "tumorlab/internal/data/published";
import type { PublishedTable } from "tumorlab/internal/data/published";

/** PanTS's public table; its licence lets counts into the repository, not the files. */
const folder = "../shared/data/pants_metadata";
const table = path.join(folder, "metadata_pants.csv");

describe("PanTS's public table", function () {
  if (!existsSync(table)) {
    it(`skipped: it is not in ${folder}`, function () {
      this.skip();
    });
    return;
  }
  this.timeout(60_000);

  let published: PublishedTable;
  const value = (id: string): number => publishedColumn(published, "value", { id })[0];
  const audits: Record<string, MetadataAudit> = {};
  before(async () => {
    published = await openPublished("pants-metadata-audit");
    const testIds = path.join(folder, "pants_test_set.csv");
    audits[""] = await auditMetadata(table, { testIds });
    audits["-as-written"] = await auditMetadata(table, { testIds, decimals: 12 });
  });

  it("gives every count of twins that pants-metadata-audit holds, rounded and as written", () => {
    const checked = new Set<string>();
    const check = (id: string, found: number): void => {
      assert.equal(value(id), found, id);
      checked.add(id);
    };
    for (const [how, { audited, signature }] of Object.entries(audits)) {
      const [all, cut] = audited;
      for (const [name, each] of [
        [`all${how}`, all],
        [`cut${how}`, cut],
      ] as [string, AuditedScans][]) {
        check(`${name}-scans`, each.scans);
        check(`${name}-groups`, each.groups);
        check(`${name}-in-groups`, each.scansInGroups);
        check(
          `${name}-test-with-twin`,
          each.bySplit.find(({ split }) => split === "test")!.withTwinElsewhere,
        );
        for (const { within, least, most, draws } of each.chance) {
          const place = within === "each site" ? "site" : "table";
          assert.equal(draws, 20);
          check(`${name}-chance-${place}-least`, least);
          check(`${name}-chance-${place}-most`, most);
        }
        const phase = each.agreement.find(({ fact }) => fact === "phase")!;
        check(`${name}-phase-differs`, phase.known - phase.agree);
        for (const [where, rows] of [
          ["", each.agreement],
          ["-across", each.agreementAcross],
        ] as const) {
          const both = rows.find(({ fact }) => fact === "sex and age")!;
          check(`${name}${where}-sex-age-known`, both.known);
          check(`${name}${where}-sex-age-agree`, both.agree);
        }
      }
      const { ofIrcad } = signature;
      check("scans", all.scans);
      check("test-scans", all.bySplit.find(({ split }) => split === "test")!.scans);
      check("unit-spacing-scans", signature.scans);
      check("unit-spacing-groups", signature.groups);
      check("ircad-scans", ofIrcad!.scans);
      check("ircad-groups", ofIrcad!.groups);
      check("ircad-across", ofIrcad!.acrossSplits!);
      assert.equal(ofIrcad!.largest, 2, "pairs, all of them");
    }
    const rest = published.rows.flatMap(({ id }) => (checked.has(String(id)) ? [] : String(id)));
    assert.deepEqual(rest, ["countries", "sites"]);
  });

  it("has the pairs of IRCAD that straddle its own border", () => {
    const straddling = audits[""].twins.filter(
      ({ spacingMm, splits }) => spacingMm.every((mm) => mm === 1) && splits.length === 2,
    );
    assert.deepEqual(straddling.map(({ shape }) => shape.join("x")).sort(), [
      "510x315x104",
      "511x320x124",
      "511x411x129",
      "512x389x225",
      "512x402x200",
    ]);
  });

  it("adds up to the slices, countries and sites that the tables name", async () => {
    const text = readFileSync(table, "utf8");
    const shapes = [...text.matchAll(/"\((\d+), (\d+), (\d+)\)"/g)];
    const slices = shapes.reduce((sum, [, , , count]) => sum + Number(count), 0);
    const [listed] = publishedColumn(await openPublished("slices-per-scan"), "slices", { dataset: "PanTS" });
    assert.deepEqual([shapes.length, slices], [9901, listed]);
    const { parse } = await import("csv-parse/sync");
    const rows = parse<Record<string, string>>(text, { bom: true, columns: true });
    const namesIn = (column: string): number =>
      new Set(
        rows
          .flatMap((row) => row[column].split(";").map((name) => name.trim()))
          .filter((name) => name !== "NA"),
      ).size;
    assert.deepEqual(
      [namesIn("site nationality"), namesIn("site detail")],
      [value("countries"), value("sites")],
    );
  });
});
