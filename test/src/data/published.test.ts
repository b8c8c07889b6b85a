import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { LabError } from "tumorlab/internal/core/errors";
import { openPublished, publishedColumn } from "tumorlab/internal/data/published";

const folder = path.resolve(__dirname, "../../../../data-manifests/paper");

describe("openPublished", () => {
  it("opens every table there is, each row with a source that the table names", async () => {
    const names = readdirSync(folder)
      .filter((file) => !file.endsWith(".schema.json"))
      .map((file) => path.basename(file, ".json"));
    assert.ok(names.length >= 12);
    for (const name of names) {
      const table = await openPublished(name);
      assert.equal(table.name, name);
      assert.ok(table.rows.length > 0);
      const keys = table.sources.map((source) => source.key);
      for (const row of table.rows) assert.ok(keys.includes(row.source), `${name}: ${row.source}`);
      for (const { key, date } of table.sources) assert.notEqual(date, undefined, `${name}: date of ${key}`);
      const ids = table.rows.flatMap(({ id }) => id ?? []);
      assert.equal(new Set(ids).size, ids.length, `${name}: an id twice`);
    }
  });

  it("lists the tables when the name is none of them", async () => {
    for (const name of ["no-such-table", "table.schema", "../samples/abdomen-ct"]) {
      await assert.rejects(
        openPublished(name),
        (error) => error instanceof LabError && /jhh-scaling/.test(error.expected),
      );
    }
  });
});

describe("publishedColumn", () => {
  it("gives the numbers of one arm in the order of the rows", async () => {
    const study = await openPublished("jhh-scaling");
    assert.deepEqual(publishedColumn(study, "n", { arm: "real" }), [60, 278, 500, 1500, 3159]);
    assert.deepEqual(
      publishedColumn(study, "dicePercent", { arm: "real+synthetic" }),
      [48.2, 58.1, 59, 59.2, 59.3],
    );
    assert.equal(publishedColumn(study, "n").length, 10);
    assert.deepEqual(publishedColumn(study, "n", { arm: "none" }), []);
  });

  it("refuses a column that is not there or holds words", async () => {
    const study = await openPublished("jhh-scaling");
    assert.throws(() => publishedColumn(study, "dice"), /"dice", expected n, arm, dicePercent/);
    assert.throws(() => publishedColumn(study, "arm"), /found "real", expected a number/);
  });
});
