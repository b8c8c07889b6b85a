import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { openPublished, type PublishedTable } from "tumorlab/internal/data/published";

const folder = path.resolve(__dirname, "../../../data-manifests/paper");

/** Columns that name a data set or a method: one name has to join across the tables. */
const naming = ["dataset", "method", "baseline"];

/** Names in words that differ in spelling alone, or in a year at the end, are one name: "KiPA" and "KiPA22". */
const withoutSpelling = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9.]/g, "")
    .replace(/(?<=[a-z])(19|20)?\d\d$/, "");

/** Pairs of spellings of one name, each with the tables that have it. */
function findSpellings(tables: readonly PublishedTable[]): string[] {
  const spellings = new Map<string, Map<string, Set<string>>>();
  for (const { name: table, rows } of tables)
    for (const row of rows)
      for (const column of naming) {
        const name = row[column];
        if (typeof name !== "string") continue;
        const same = spellings.get(withoutSpelling(name)) ?? new Map<string, Set<string>>();
        same.set(name, (same.get(name) ?? new Set<string>()).add(table));
        spellings.set(withoutSpelling(name), same);
      }
  return [...spellings.values()]
    .filter((same) => same.size > 1)
    .map((same) => [...same].map(([name, where]) => `${name} (${[...where].join(", ")})`).join(" and "));
}

describe("the names in data-manifests/paper", () => {
  let tables: PublishedTable[];
  before(async () => {
    const names = readdirSync(folder).filter((file) => file.endsWith(".json") && !file.includes(".schema."));
    tables = await Promise.all(names.map((file) => openPublished(path.basename(file, ".json"))));
  });

  it("of data sets and methods have one spelling each", () => {
    assert.deepEqual(findSpellings(tables), []);
  });

  it("join: sets and methods of several tables are found in each of them", () => {
    const named = (name: string): string[] =>
      tables
        .filter(({ rows }) => rows.some((row) => naming.some((column) => row[column] === name)))
        .map(({ name: table }) => table);
    assert.deepEqual(named("KiPA22"), [
      "dataset-comparison",
      "lesion-looks",
      "ood-gains",
      "ood-generalization",
    ]);
    assert.deepEqual(named("KiTS23"), ["dataset-comparison", "lesion-looks"]);
    assert.deepEqual(named("3D-IRCADb"), [
      "dataset-comparison",
      "lesion-looks",
      "ood-gains",
      "ood-generalization",
    ]);
    assert.deepEqual(named("Swin UNETR"), ["msd-leaderboard", "public-baselines"]);
    assert.deepEqual(named("nnU-Net"), ["msd-leaderboard", "public-baselines"]);
  });

  it("are refused where one is spelled another way", () => {
    const plant = (column: string, name: string): string[] => {
      const row = { ...tables[0].rows[0], [column]: name };
      return findSpellings([...tables, { ...tables[0], name: "planted", rows: [row] }]);
    };
    assert.match(plant("method", "SwinUNETR").join(), /Swin UNETR \(.*\) and SwinUNETR \(planted\)/);
    assert.match(plant("dataset", "KiPA").join(), /KiPA22 \(.*\) and KiPA \(planted\)/);
    assert.match(plant("baseline", "STU-net").join(), /STU-Net \(.*\) and STU-net \(planted\)/);
    assert.deepEqual(plant("method", "STU-Net L"), []);
  });
});
