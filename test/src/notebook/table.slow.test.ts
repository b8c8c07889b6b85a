import assert from "node:assert/strict";
import type * as Danfo from "danfojs-node";
import { JSDOM } from "jsdom";
import { LabError } from "tumorlab/internal/core/errors";
import { type DataFrame, toDataFrame } from "tumorlab/internal/notebook/data-frame";
import { showTable, tableBundle } from "tumorlab/internal/notebook/table";
import { startFakeKernel } from "./fake-kernel.js";

const rows = [
  { organ: "Liver", "volume (ml)": 1125.678, side: null, paired: false },
  { organ: "Right kidney", "volume (ml)": -7, side: "right", paired: true, when: new Date(0) },
];

/** Fails to compile when danfo.js's own DataFrame no longer has what {@link DataFrame} promises of it. */
export function asDataFrame(frame: Danfo.DataFrame): DataFrame {
  return frame;
}

/** Texts of the cells of an HTML table, row by row. */
function cellsOf(html: string): string[][] {
  const { document } = new JSDOM(html).window;
  return [...document.querySelectorAll("tr")].map((row) =>
    [...row.children].map((cell) => cell.textContent ?? ""),
  );
}

describe("tableBundle", () => {
  it("shows rows as a table: numbers at the right, missing values as a dash", () => {
    const bundle = tableBundle(rows, { title: "Organs" });
    assert.deepEqual(cellsOf(bundle["text/html"]), [
      ["organ", "volume (ml)", "side", "paired", "when"],
      ["Liver", "1,126", "–", "no", "–"],
      ["Right kidney", "\u22127", "right", "yes", "1970-01-01T00:00:00.000Z"],
    ]);
    assert.match(bundle["text/html"], /<td style="text-align: right">1,126</);
    assert.equal(
      tableBundle(rows, { title: "Organs", columns: ["volume (ml)", "organ"], digits: 6 })["text/plain"],
      [
        "Organs",
        "volume (ml)  organ",
        "-----------  ------------",
        "   1,125.68  Liver",
        "         \u22127  Right kidney",
      ].join("\n"),
    );
  });

  it("shows markup as text: no element or attribute comes from the data", () => {
    const hostile = `<img src=x onerror="alert(1)"><script>alert(2)</script>' " &`;
    const bundle = tableBundle([{ [hostile]: hostile }], { title: hostile });
    const { document } = new JSDOM(bundle["text/html"]).window;
    assert.equal(document.querySelectorAll("script, img").length, 0);
    assert.equal(document.querySelector("td")?.textContent, hostile);
    assert.equal(document.querySelector("caption")?.textContent, hostile);
    const attributes = [...document.querySelectorAll("*")].flatMap((element) => [...element.attributes]);
    assert.deepEqual([...new Set(attributes.map(({ name }) => name))], ["style"]);
  });

  it("groups thousands, but not those of a year", () => {
    const [, row] = cellsOf(tableBundle([{ scans: 10136, year: 2025, "first years": 1999 }])["text/html"]);
    assert.deepEqual(row, ["10,136", "2025", "1999"]);
  });

  it("keeps to a number of rows and says how many are left", () => {
    const many = Array.from({ length: 100 }, (_, i) => ({ i }));
    const bundle = tableBundle(many, { maxRows: 3 });
    assert.equal(cellsOf(bundle["text/html"]).length, 4);
    assert.match(bundle["text/plain"], /\n97 more rows$/);
    assert.match(tableBundle(many, { maxRows: 99 })["text/plain"], /\n1 more row$/);
    assert.match(tableBundle([])["text/plain"], /no rows$/);
    assert.match(tableBundle([{ text: "x".repeat(1000) }])["text/html"], /x{299}…/);
  });

  it("refuses columns there are not, and what is not a table", () => {
    assert.throws(
      () => tableBundle(rows, { columns: ["volume"] }),
      (error: unknown) => {
        assert.ok(error instanceof LabError);
        assert.match(error.message, /found "volume", expected organ, volume \(ml\)/);
        return true;
      },
    );
    assert.throws(() => tableBundle("text" as never), /a list of rows or a DataFrame/);
    assert.throws(() => tableBundle(rows, { maxRows: 0 }), /maxRows/);
    assert.throws(() => tableBundle(rows, { digits: 0 }), /digits/);
  });
});

describe("toDataFrame", function () {
  this.timeout(120_000);

  it("makes a danfo.js DataFrame that groups and describes, and that is shown as a table", () => {
    const frame = toDataFrame([
      { organ: "liver", dice: 0.8 },
      { organ: "liver", dice: 0.6 },
      { organ: "colon", dice: 0.5, note: "small" },
    ]);
    assert.deepEqual(frame.shape, [3, 3]);
    const grouped = tableBundle(frame.groupby(["organ"]).col(["dice"]).mean());
    assert.deepEqual(cellsOf(grouped["text/html"]).slice(1, 3), [
      ["liver", "0.7"],
      ["colon", "0.5"],
    ]);
    const described = cellsOf(tableBundle(frame.describe())["text/html"]);
    assert.deepEqual(described[0], ["", "dice"]);
    assert.deepEqual(
      described.find(([name]) => name === "count"),
      ["count", "3"],
    );
    assert.deepEqual(frame.head(1).values, [["liver", 0.8, null]]);
    assert.deepEqual(frame.column("organ").values, ["liver", "liver", "colon"]);
    assert.throws(() => toDataFrame([]), /at least one row/);
  });

  for (const [source, missing] of Object.entries({
    memory: NaN,
    JSON: null,
    "a field there is not": undefined,
  }))
    it(`leaves out what is missing, from ${source}`, () => {
      const scored = [0.5, missing, 0.9, missing, missing, 0.7].map((dice, i) => ({
        name: i === 4 ? "control" : "tumor",
        case: `c${i}`,
        ...(dice === undefined ? {} : { dice }),
        hd95: i === 0 ? "Infinity" : i,
      }));
      const frame = toDataFrame(scored);
      const groups = frame.groupby(["name"]).col(["dice"]);
      const rounded = (table: DataFrame): unknown[] =>
        (table.values as unknown[][]).map(([, value]) =>
          typeof value === "number" ? Number(value.toFixed(6)) : value,
        );
      for (const [figure, tumor] of Object.entries({ mean: 0.7, std: 0.2, min: 0.5, max: 0.9, sum: 2.1 }))
        assert.deepEqual(rounded(groups[figure as "mean"]()), [tumor, NaN], figure);
      assert.deepEqual(rounded(groups.count()), [3, 0]);
      const several = frame.groupby(["name"]).agg({ dice: ["median", "count"] });
      assert.deepEqual(several.values, [
        ["tumor", 0.7, 3],
        ["control", NaN, 0],
      ]);
      const described = cellsOf(tableBundle(frame.describe())["text/html"]);
      assert.deepEqual(described[0], ["", "dice", "hd95"]);
      assert.deepEqual(
        described.slice(1, 3).map((row) => row[1]),
        ["3", "0.7"],
      );
      const byDice = frame.sortValues("dice", { ascending: false })!;
      assert.deepEqual(byDice.column("case").values, ["c2", "c5", "c0", "c1", "c3", "c4"]);
      assert.deepEqual(frame.column("hd95").values, [Infinity, 1, 2, 3, 4, 5]);
    });

  it("is not loaded before its first use", () => {
    const kernel = startFakeKernel();
    try {
      showTable(rows);
      assert.deepEqual(Object.keys(kernel.shown[0].bundle), ["text/html", "text/plain"]);
    } finally {
      kernel.stop();
    }
  });
});
