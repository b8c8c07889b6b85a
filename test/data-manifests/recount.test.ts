import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { openPublished, publishedColumn } from "tumorlab/internal/data/published";
import type { PublishedRow } from "tumorlab/internal/data/published";

/** OncoKit's lists; their licence lets counts into the repository, not the files. */
const folder = "../shared/data/abdomenatlas_lists";
const linesOf = (name: string): string[] =>
  readFileSync(path.join(folder, name), "utf8")
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .filter((line) => line !== "");

describe("counts in data-manifests/paper that OncoKit's lists give", function () {
  if (!existsSync(folder)) {
    it(`skipped: they are not in ${folder}`, function () {
      this.skip();
    });
    return;
  }

  const idsOf = (version: string): Set<string> => {
    const lines = linesOf(`AbdomenAtlas${version}.txt`);
    assert.equal(new Set(lines).size, lines.length, version);
    return new Set(lines);
  };
  const countIn = (ids: Set<string>, others: Set<string>): number =>
    [...ids].filter((id) => others.has(id)).length;

  it("are those of the ids of each version, and how they lie in 2.0", async () => {
    const { rows } = await openPublished("abdomenatlas-id-lists");
    for (const version of ["1.0", "1.1", "1.2", "2.0", "3.0"]) {
      const ids = idsOf(version);
      const row = rows.find((each) => each.version === version)!;
      assert.deepEqual(
        [row.ids, row.inVersion20, row.notInVersion12],
        [ids.size, countIn(ids, idsOf("2.0")), ids.size - countIn(ids, idsOf("1.2"))],
        version,
      );
    }
    assert.deepEqual([...idsOf("1.1")].sort(), [...idsOf("3.0")].sort());
  });

  it("are those of the runs of 2.0", async () => {
    const numbers = [...idsOf("2.0")]
      .map((id) => Number(/^BDMAP_(\d{8})$/.exec(id)![1]))
      .sort((a, b) => a - b);
    const firsts = numbers.filter((n, k) => n !== numbers[k - 1] + 1);
    const lasts = numbers.filter((n, k) => n !== numbers[k + 1] - 1);
    const runs = await openPublished("abdomenatlas-id-ranges");
    assert.deepEqual(publishedColumn(runs, "firstId"), firsts);
    assert.deepEqual(publishedColumn(runs, "lastId"), lasts);
    assert.deepEqual(
      publishedColumn(runs, "ids"),
      firsts.map((first, k) => lasts[k] - first + 1),
    );
  });

  const organs = ["liver", "pancreas", "kidney"];
  const readMarks = (): string[][] => {
    const [header, ...rows] = linesOf("abdomenatlas_classification_labels.csv").map((line) =>
      line.split(","),
    );
    assert.deepEqual(header, ["BDMAP_ID", ...organs]);
    return rows;
  };
  /** Of repeated ids the last row. */
  const lastMarks = (): string[][] => [...new Map(readMarks().map(([id, ...marks]) => [id, marks])).values()];

  it("are those of the marks", async () => {
    const { rows } = await openPublished("abdomenatlas-lesion-marks");
    const marks = lastMarks();
    const rowOf = (organ: string): PublishedRow => rows.find((row) => row.organ === organ)!;
    organs.forEach((organ, k) => {
      const count = (mark: string): number => marks.filter((each) => each[k] === mark).length;
      const { yes, no, blank } = rowOf(organ);
      assert.deepEqual([yes, no, blank], [count("Y"), count("N"), count("")], organ);
    });
    const yes = marks.filter((each) => each.includes("Y")).length;
    const no = marks.filter((each) => each.every((mark) => mark === "N")).length;
    const any = rowOf("any of the three");
    assert.deepEqual([any.yes, any.no, any.blank], [yes, no, marks.length - yes - no]);
  });

  it("are those of the organs marked together", async () => {
    const { rows } = await openPublished("abdomenatlas-lesion-combinations");
    const counts = new Map<string, number>();
    for (const marks of lastMarks()) {
      const marked = organs.filter((_, k) => marks[k] === "Y").join(" + ");
      if (marked) counts.set(marked, (counts.get(marked) ?? 0) + 1);
    }
    assert.deepEqual(new Map(rows.map((row) => [String(row.organs), row.scans])), counts);
  });

  it("are those of the file itself: 18 ids have two rows, and the notes say what the first would give", async () => {
    const table = await openPublished("abdomenatlas-lesion-file");
    const ids = readMarks().map(([id]) => id);
    const [unique, listed] = [new Set(ids), idsOf("2.0")];
    const repeated = [...unique].filter((id) => ids.filter((each) => each === id).length > 1);
    const differing = repeated.filter(
      (id) =>
        new Set(
          readMarks()
            .filter(([each]) => each === id)
            .map(String),
        ).size > 1,
    );
    assert.equal(differing.length, repeated.length);
    assert.deepEqual(publishedColumn(table, "value"), [
      ids.length,
      unique.size,
      repeated.length,
      listed.size - countIn(unique, listed),
      unique.size - countIn(unique, listed),
    ]);
    const first = [
      ...new Map(
        readMarks()
          .reverse()
          .map(([id, ...marks]) => [id, marks]),
      ).values(),
    ];
    const yes = organs.map((_, k) => first.filter((marks) => marks[k] === "Y").length);
    const said = /liver ([\d,]+), pancreas ([\d,]+), kidney ([\d,]+)\./.exec(table.notes!.join(" "))!;
    assert.deepEqual(
      said.slice(1).map((number) => Number(number.replace(",", ""))),
      yes,
    );
  });
});

describe("figures in data-manifests/paper that other tables there give", () => {
  it("are slices a scan, as said", async () => {
    const { rows } = await openPublished("slices-per-scan");
    for (const { dataset, slices, scans, slicesPerScan } of rows)
      assert.equal(Math.round(Number(slices) / Number(scans)), slicesPerScan, String(dataset));
    const versions = publishedColumn(await openPublished("dataset-versions"), "ctScans");
    assert.ok(
      versions.every((scans) => Math.round(4.7e6 / scans) === 464),
      "by each version's count",
    );
  });

  it("are the gains on the leaderboard and on other hospitals' data, as published", async () => {
    const round = (value: number): number => Math.round(10 * value) / 10;
    const board = await openPublished("msd-leaderboard");
    for (const { organ, diceGainPercent, nsdGainPercent } of (await openPublished("msd-gains")).rows)
      for (const [column, gain] of [
        ["dicePercent", diceGainPercent],
        ["nsdPercent", nsdGainPercent],
      ] as const) {
        const [own] = publishedColumn(board, column, { organ: String(organ), method: "AbdomenAtlas 2.0" });
        const others = board.rows.filter((row) => row.organ === organ && row.method !== "AbdomenAtlas 2.0");
        assert.equal(
          round(own - Math.max(...others.map((row) => Number(row[column])))),
          gain,
          `${organ} ${column}`,
        );
      }
    const outside = await openPublished("ood-generalization");
    for (const { dataset, diceGainPercent } of (await openPublished("ood-gains")).rows) {
      const row = outside.rows.find((each) => each.dataset === dataset)!;
      assert.equal(round(Number(row.dicePercent) - Number(row.baselineDicePercent)), diceGainPercent);
    }
  });

  it("are the share of scans with a tumor in PanTS", async () => {
    for (const { part, scans, withTumor, withTumorPercent } of (await openPublished("pants-counts")).rows)
      assert.equal(
        Math.round((1000 * Number(withTumor)) / Number(scans)) / 10,
        withTumorPercent,
        String(part),
      );
  });

  it("are the scans of the patients on the list of JHH", async () => {
    const table = await openPublished("jhh-accounts");
    const value = (id: string): number => publishedColumn(table, "value", { id })[0];
    const [both, arterial, venous] = ["both-phases", "arterial-only", "venous-only"].map((each) =>
      value(`list-training-${each}`),
    );
    assert.equal(2 * both + arterial + venous, value("list-training-scans"));
    assert.equal(both + arterial + venous, value("list-training-patients"));
    const sizes = publishedColumn(await openPublished("jhh-scaling"), "n");
    assert.equal(Math.max(...sizes), value("list-training-scans"));
    assert.equal(value("all-scans-high"), 2 * value("all-patients"));
  });

  it("are the structures of the figure and the class map", async () => {
    const table = await openPublished("dataset-facts");
    const value = (id: string): number => publishedColumn(table, "value", { id })[0];
    assert.equal(value("organs") + value("tumor-classes"), value("structures"));
    assert.equal(value("class-map-organs") + value("tumor-classes"), value("class-map"));
    assert.equal(
      value("kipa-scans-training") + value("kipa-scans-validation") + value("kipa-scans-test"),
      130,
    );
  });
});
