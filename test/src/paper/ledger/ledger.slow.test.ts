import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { computeLedger } from "tumorlab/internal/paper/ledger/compute-ledger";
import { countVerdicts, filterLedger } from "tumorlab/internal/paper/ledger/ledger-counts";
import { ledgerVerdicts } from "tumorlab/internal/paper/ledger/ledger-row";
import type { LedgerEntry, LedgerRow } from "tumorlab/internal/paper/ledger/ledger-row";
import { openLedger } from "tumorlab/internal/paper/ledger/open-ledger";
import { spellComputed, spellLedgerDifference } from "tumorlab/internal/paper/ledger/spell-ledger";
import { listUncovered } from "tumorlab/internal/paper/ledger/uncovered";
import { locateManifests } from "tumorlab/internal/platform/locations";
import { isShown, numeralsOf } from "../../../notebooks/seen-numbers.js";

/** What is done to published numbers, to see verdicts fall. */
const changes = [
  ...[0.5, 0.9, 1.44, 2, 1000].map((factor) => (x: number) => factor * x),
  () => 1, // all alike
];

describe("the ledger", () => {
  let folder: string;
  let rows: LedgerRow[];
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "ledger-"));
    await cp(locateManifests("paper"), folder, { recursive: true });
    rows = await computeLedger();
  });
  after(() => rm(folder, { recursive: true }));

  /** The published tables, one of them changed, for as long as something is done with them. */
  const withChanged = async <T>(
    table: string,
    change: (row: Record<string, unknown>, i: number) => void,
    use: () => Promise<T>,
  ): Promise<T> => {
    const file = path.join(folder, `${table}.json`);
    const text = await readFile(file, "utf8");
    const changed = JSON.parse(text) as { rows: Record<string, unknown>[] };
    changed.rows.forEach(change);
    await writeFile(file, JSON.stringify(changed));
    try {
      return await use();
    } finally {
      await writeFile(file, text);
    }
  };

  it("has verdicts that stand, each of them", () => {
    assert.deepEqual(
      rows.filter(({ stands }) => stands === false).map(({ id }) => id),
      [],
    );
    assert.ok(rows.length >= 50);
  });

  it("gives every published number a verdict, and sees one that has none", async () => {
    assert.deepEqual(await listUncovered(rows), []);
    const without = rows.filter(({ id }) => id !== "days-saved");
    assert.deepEqual(await listUncovered(without), ["annotation.value, row 4"]);
    const planted = await withChanged(
      "training-recipe",
      (row) => {
        if (row.setting === "network") row.value = 5;
      },
      async () => listUncovered(await computeLedger({ published: folder }), folder),
    );
    assert.deepEqual(planted, ["training-recipe.value, row 1"]);
  });

  it("has the values of the review", () => {
    const wanted: Record<string, Record<string, number>> = {
      orders: { byScans: 0.66, byTumors: 1.22 },
      controls: { withTumor: 4242, perScan: 3.57, perScanFirst: 2.11 },
      slices: { here: 464, there: 184 },
      early: { together: 11197, share: 74, sharePage: 84.7 },
      "time-saved": { minutes: 49825.5 },
      "days-saved": { ofTen: 83, ofEight: 103.8 },
      saturation: { byKnee: 278, byFloor: 40968, limitFloor: 63.9, limitPlateau: 59.2 },
      multiplier: { measured: 2.82, byFloor: 3.72, byPlateau: 2.39 },
      steepen: {
        real: 5.65,
        mixed: 4.48,
        realExponent: 0.153,
        mixedExponent: 0.138,
        realFloor: 0.46,
        mixedFloor: 1.47,
      },
      "annotation-saved": { saved: 66.7 },
      "id-gain": { mean: 4.85, median: 4.25, reached: 2 },
      "ood-gain": { relative: 18.3, ofMeans: 17.3 },
      "ood-leak": { without: 8.4 },
      "domain-gap": { gap: 14.6 },
      "msd-rank": { liver: 3.2, pancreas: 4.9 },
      "msd-nsd": { liver: 3.5, pancreas: 3.1 },
      recipe: { off: 0 },
    };
    for (const [id, values] of Object.entries(wanted))
      for (const [name, value] of Object.entries(values)) {
        const found = rows.find((row) => row.id === id)!.computed.find((each) => each.name === name)!;
        const unit = 10 ** -(String(value).split(".")[1]?.length ?? 0);
        assert.ok(Math.abs(found.value - value) <= unit * 0.5 + 1e-9, `${id}, ${name}: ${found.value}`);
      }
  });

  it("prints in its words no number that is neither published nor computed", () => {
    const strays = rows.flatMap((row) => {
      const known = [
        ...row.paper.flatMap(({ cells }) => cells.map(({ value }) => value)),
        ...row.computed.map(({ value }) => value),
        ...(row.difference ? [row.difference.value] : []),
        ...Array.from(
          `${row.standsWhile} ${row.computed.map((each) => `${each.what} ${each.expression}`).join(" ")}`.matchAll(
            /[\d,.]*\d/g,
          ),
          ([text]) => Number(text.replaceAll(",", "")),
        ),
      ];
      const words = `${row.claim} ${row.reason}`.replace(
        /AbdomenAtlas-8K|3D-IRCADb|by (January|June) \d+|\.(?=\d{3}\b)/g,
        (at) => (at === "." ? "0." : " "),
      );
      const stray = numeralsOf(words).filter(
        (numeral) => !isShown({ ...numeral, sign: 0 }, [...known, 1, 2, 6, 13]),
      );
      return stray.map(({ text }) => `${row.id}: ${text}`);
    });
    assert.deepEqual(strays, []);
  });

  it("rests on comparisons that can fail: some published number, changed, brings each verdict down", async function () {
    this.timeout(120_000);
    const { rows: entries } = await openLedger();
    const tried = entries.filter(
      ({ standsWhile, topic }) => standsWhile !== undefined && topic !== "experiment here",
    );
    for (const entry of tried) assert.ok(await canFall(entry), entry.id);
  });

  const canFall = async (entry: LedgerEntry): Promise<boolean> => {
    const texts = [entry.standsWhile!, ...entry.computed.map(({ expression }) => expression)].join(" ");
    const read = Array.from(
      texts.matchAll(/cells?\(\s*"([a-z0-9-]+)\.([A-Za-z0-9]+)/g),
      ([, table, column]) => [table, column],
    );
    const claimed = Object.values(entry.paper).map((selector) => selector.split(/[.[]/).slice(0, 2));
    const curves = /saturation|limit|multiplier|area|gainPerDoubling|Exponent/.test(texts)
      ? [["jhh-scaling", "dicePercent"]]
      : [];
    for (const [table, column] of [...claimed, ...read, ...curves])
      for (const change of changes)
        for (const one of [...Array.from({ length: 12 }, (_, i) => i), undefined]) {
          const [{ stands }] = await withChanged(
            table,
            (row, i) => {
              if (typeof row[column] === "number" && (one === undefined || i === one))
                row[column] = change(row[column]);
            },
            () => computeLedger({ rows: [entry], published: folder }),
          );
          if (stands === false) return true;
        }
    return false;
  };

  it("points to cells that are there", async () => {
    const notebooks = path.join(locateManifests(), "..", "notebooks");
    const { figures } = await openLedger();
    for (const place of [...rows, ...figures].flatMap(({ where }) => where)) {
      const [name, id] = place.split("#");
      const { cells } = JSON.parse(await readFile(path.join(notebooks, `${name}.ipynb`), "utf8")) as {
        cells: { id: string }[];
      };
      assert.ok(
        cells.some((cell) => cell.id === id),
        place,
      );
    }
  });

  it("takes a claim of one's own, and names the row where it is wrong", async () => {
    const own: LedgerEntry = {
      id: "own",
      topic: "scaling",
      claim: "Twice the scans halve the error.",
      paper: { dice: "jhh-scaling.dicePercent[real; 60]" },
      computed: [
        {
          name: "half",
          what: "half of the error",
          expression: "(100 - dice) / 2",
          unit: "points",
          digits: 1,
        },
      ],
      difference: { expression: "half - dice", unit: "points", digits: 1 },
      verdict: "inconsistent",
      standsWhile: "half < dice",
      reason: "An example of a claim.",
      where: [],
    };
    const [row] = await computeLedger({ rows: [own] });
    assert.equal(spellComputed(row), "half of the error: 29.9 points");
    assert.equal(spellLedgerDifference(row), "\u221210.3 points");
    assert.equal(row.stands, true);
    for (const expression of ["half +", "missing - 1", 'cell("no-table.x")', 'cells("jhh-scaling.n")'])
      await assert.rejects(
        computeLedger({ rows: [{ ...own, computed: [{ ...own.computed[0], expression }] }] }),
        {
          name: "LabError",
          message: /^row own of the ledger, /,
        },
      );
    const twice: [LedgerEntry[], RegExp][] = [
      [[own, { ...own, claim: "The same once more." }], /^claims, id: found "own", expected each claim once/],
      [
        [{ ...own, computed: [own.computed[0], { ...own.computed[0], expression: "1" }] }],
        /^claims, a number of own: found "half", expected each name once in a claim/,
      ],
      [[{ ...own, computed: [{ ...own.computed[0], name: "dice" }] }], /a number of own: found "dice"/],
    ];
    for (const [entries, message] of twice)
      await assert.rejects(computeLedger({ rows: entries }), { name: "LabError", message });
  });

  it("is counted in the README as it comes out", async () => {
    const readme = await readFile(path.join(locateManifests(), "..", "README.md"), "utf8");
    const counts = countVerdicts(rows);
    const [sentence] = /Of the \d+ claims in \[the ledger\][^\n]*/.exec(readme)!;
    const numbers = Array.from(sentence.replace(/\([^)]*\)/g, "").matchAll(/\d+/g), ([digits]) =>
      Number(digits),
    );
    assert.deepEqual(numbers, [rows.length, ...ledgerVerdicts.map((verdict) => counts[verdict])]);
  });

  it("counts and filters", () => {
    const counts = countVerdicts(rows);
    assert.equal(
      Object.values(counts).reduce((sum, n) => sum + n, 0),
      rows.length,
    );
    const found = filterLedger(rows, { topic: "scaling", words: "JHH" });
    assert.ok(found.length > 1 && found.every(({ topic }) => topic === "scaling"));
    assert.equal(filterLedger(rows, { verdict: "reproduced" }).length, counts.reproduced);
  });
});
