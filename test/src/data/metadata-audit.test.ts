import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { LabError } from "tumorlab/internal/core/errors";
import { createKey } from "tumorlab/internal/core/random";
import { auditMetadata } from "tumorlab/internal/data/leakage/audit-metadata";
import type { MetadataAudit, MetadataAuditOptions } from "tumorlab/internal/data/leakage/audit-metadata";
import { run } from "../cli/run.js";

/** Seven scans: a pair across the split, a triple within training, and two that share a shape or a spacing alone. */
const rows = [
  ["a", "(400, 300, 100)", "(0.6640625, 0.6640625, 2.5)", "M", "60", "Venous", "IRCAD; Munich", "0", "train"],
  ["b", "(400, 300, 100)", "(0.664062, 0.664062, 2.5)", "male", "060Y", "Arterial", "IRCAD", "1", "test"],
  ["c", "(512, 512, 50)", "(1, 1, 1)", "F", "50", "Venous", "IRCAD", "0", "train"],
  ["d", "(512, 512, 50)", "(1.0, 1.0, 1.0)", "f ", "50", "venous", "IRCAD", "0", "train"],
  ["e", "(512, 512, 50)", "(1.00, 1, 1)", "", "51", "Venous", "NA", "0", "train"],
  ["f", "(400, 300, 101)", "(0.6640625, 0.6640625, 2.5)", "F", "", "", "Basel", "2", "test"],
  ["g", "(512, 512, 50)", "(0.9, 0.9, 1)", "M", "70", "Delay", "Basel", "", "test"],
];
const header = ["BDMAP ID", "shape", "spacing", "sex", "age", "ct phase", "site detail", "lesions", "split"];
const quote = (cells: readonly string[]): string =>
  cells.map((cell) => (cell.includes(",") ? `"${cell}"` : cell)).join(",");
const csv = [header, ...rows].map(quote).join("\n");

describe("auditMetadata", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), "tumorlab-audit-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  const audit = (text: string, options: MetadataAuditOptions = {}): Promise<MetadataAudit> =>
    auditMetadata(write("table.csv", text), { draws: 3, ...options });

  it("finds groups of one shape and spacing, within and across the parts of a set", async () => {
    const found = await audit(`\uFEFF${csv}\n`);
    const [all, cut] = found.audited;
    assert.deepEqual(
      [all.scans, all.groups, all.scansInGroups, all.largest, all.acrossSplits],
      [7, 2, 5, 3, 1],
    );
    assert.deepEqual(all.bySplit, [
      { split: "test", scans: 3, withTwinElsewhere: 1 },
      { split: "train", scans: 4, withTwinElsewhere: 1 },
    ]);
    assert.deepEqual([cut.which, cut.scans, cut.groups], ["scans cut along x and y", 3, 1]);
    assert.deepEqual(
      found.twins.map(({ scans, splits }) => [scans.join(" "), splits.join(" ")]),
      [
        ["a b", "test train"],
        ["c d e", "train"],
      ],
    );
    assert.deepEqual([found.columns.site, found.columns.scan], ["site detail", "BDMAP ID"]);
  });

  it("holds a spacing for the same that was rounded on the way, and as written when asked", async () => {
    assert.equal((await audit(csv, { decimals: 12 })).audited[0].groups, 1);
    assert.equal((await audit(csv, { decimals: 4 })).audited[0].groups, 2);
    const third = csv.replace("(400, 300, 101)", "(400, 300, 100)").replace(/(?<="f"|f,)(.*)2\.5/, "$12.6");
    assert.equal((await audit(third, { decimals: 1 })).audited[0].scansInGroups, 5);
  });

  it("tells how far twins agree, with what pairing at random would give", async () => {
    const [{ agreement, agreementAcross }] = (await audit(csv)).audited;
    const of = (fact: string): unknown[] => {
      const row = agreement.find((each) => each.fact === fact)!;
      return [row.known, row.agree];
    };
    // The sex of e is not known; ages of c, d and e differ; a and b are one person by both.
    assert.deepEqual(
      [of("sex"), of("age"), of("sex and age")],
      [
        [1, 1],
        [2, 1],
        [1, 1],
      ],
    );
    assert.deepEqual(
      [of("phase"), of("site"), of("lesion")],
      [
        [2, 1],
        [1, 0],
        [2, 1],
      ],
    );
    // Three men and three women are known; one pair.
    assert.equal(agreement.find(({ fact }) => fact === "sex")!.byChance, 0.5);
    assert.deepEqual(
      agreementAcross.map(({ fact, known }) => [fact, known]),
      [
        ["sex", 1],
        ["age", 1],
        ["sex and age", 1],
        ["phase", 1],
        ["site", 1],
        ["lesion", 1],
      ],
    );
  });

  it("finds the mark of LiTS, and of it the scans of IRCAD", async () => {
    const { signature } = await audit(csv);
    assert.deepEqual([signature.scans, signature.groups, signature.scansInGroups], [3, 1, 3]);
    assert.deepEqual(
      [signature.ofIrcad!.scans, signature.ofIrcad!.groups, signature.ofIrcad!.slices],
      [2, 1, [50]],
    );
    const without = await audit(csv.replace("site detail", "note"));
    assert.equal(without.signature.ofIrcad, null);
    assert.deepEqual(
      without.audited[0].chance.map(({ within }) => within),
      ["the whole table"],
    );
  });

  it("takes the test scans from a list, bare, as a column, or with ids that the table lacks", async () => {
    const plain = csv.replace(",split", ",note");
    for (const [text, unknown] of [
      ["b\ng\n", 0],
      [",BDMAP_ID\n0,b\n1,g\n", 0],
      ["BDMAP_1\nb\ng\n", 1],
      ['id;part\n"b";x\r\n"g";x\r\nz;x\r\n', 1],
    ] as const) {
      const { audited, notes } = await audit(plain, { testIds: write("ids.csv", text) });
      assert.deepEqual(
        audited[0].bySplit.map(({ split, scans, withTwinElsewhere }) => [split, scans, withTwinElsewhere]),
        [
          ["test", 2, 1],
          ["training", 5, 1],
        ],
      );
      assert.deepEqual(notes.length, unknown);
    }
    assert.equal((await audit(plain)).audited[0].acrossSplits, null);
  });

  it("reads other layouts: a column an axis, tabs, x between numbers, names by columns", async () => {
    const table = [
      "Subject\tnx\tny\tnz\tvox\tS+x",
      "1\t10\t20\t30\t0.5x0.5x2\tM",
      "2\t10\t20\t30\t0.5 0.5 2\tM",
    ];
    const { audited, columns } = await audit(table.join("\n"), {
      columns: "shape=nx+ny+nz, spacing=vox, sex=S+x",
      matrix: 5,
    });
    assert.deepEqual([audited.length, audited[0].groups], [1, 1]);
    assert.deepEqual(columns, { scan: "Subject", shape: "nx + ny + nz", spacing: "vox", sex: "S+x" });
  });

  it("leaves rows without a grid out and says so", async () => {
    const { audited, notes, withoutGrid } = await audit(
      csv.replace('"(512, 512, 50)"', "").replace('"(0.9, 0.9, 1)"', "NA"),
    );
    assert.deepEqual([audited[0].scans, withoutGrid], [5, 2]);
    assert.match(notes.join(), /left out for want of a shape or a spacing: 2 rows$/);
  });

  it("takes parts that differ in capitals for one part", async () => {
    const rows = ["a,5x5x5,1x1x1,Train", "b,5x5x5,1x1x1,train", "c,6x5x5,1x1x1,Test", "d,6x5x5,1x1x1,TRAIN"];
    const { audited } = await audit(["scan,shape,spacing,split", ...rows].join("\n"));
    assert.deepEqual(
      [
        audited[0].groups,
        audited[0].acrossSplits,
        audited[0].bySplit.map(({ split, scans }) => [split, scans]),
      ],
      [
        2,
        1,
        [
          ["test", 1],
          ["train", 3],
        ],
      ],
    );
  });

  it("gives the same draws for a seed, others for another, and finds planted twins beside chance", async () => {
    const stream = createKey(7).stream();
    const table = ["scan,shape,spacing,site"];
    for (let k = 0; k < 300; k++) {
      const shape = `${stream.integer(300, 330)}x${stream.integer(200, 230)}x${stream.integer(50, 60)}`;
      const line = `,${shape},0.7x0.7x${stream.integer(1, 5)},${stream.integer(1, 3)}`;
      table.push(`s${k}${line}`);
      if (k % 10 === 0) table.push(`copy${k}${line}`);
    }
    const chanceOf = async (seed: number): Promise<MetadataAudit["audited"][0]> =>
      (await audit(table.join("\n"), { draws: 40, seed })).audited[0];
    const found = await chanceOf(1);
    assert.ok(found.groups >= 30 && found.groups < 36, `${found.groups}`);
    for (const { least, most, p } of found.chance) {
      assert.ok(most > 0 && most < 20 && least <= most, `${most}`);
      assert.equal(p, 1 / 41);
    }
    assert.deepEqual(await chanceOf(1), found);
    assert.notDeepEqual((await chanceOf(2)).chance, found.chance);
  });

  it("sees nothing but chance where nothing was planted", async () => {
    const stream = createKey(8).stream();
    const table = ["scan,shape,spacing"];
    for (let k = 0; k < 400; k++)
      table.push(
        `s${k},${stream.integer(300, 310)}x200x${stream.integer(50, 60)},0.${stream.integer(5, 9)}x0.7x1`,
      );
    const [{ scansInGroups, chance }] = (await audit(table.join("\n"), { draws: 60 })).audited;
    assert.ok(chance[0].p > 0.05, `${scansInGroups} beside ${chance[0].least} to ${chance[0].most}`);
  });

  const refused: [what: string, text: string, options: MetadataAuditOptions, error: RegExp][] = [
    ["nothing in it", "", {}, /table\.csv: found "nothing", expected a table of scans/],
    ["no line of names", "1,2\n3,4\n", {}, /expected a table of scans with a line of names/],
    [
      "no column of shapes",
      "scan,spacing\na,1x1x1\n",
      {},
      /expected a column for the shape, called shape, size, .* or alike\. .*--columns shape=/,
    ],
    [
      "a shape of two numbers",
      "scan,shape,spacing\na,5x5,1x1x1\n",
      {},
      /row 1, column shape: found "5x5", expected three whole/,
    ],
    ["half a voxel", "scan,shape,spacing\na,5x5x5.5,1x1x1\n", {}, /expected three whole numbers above 0/],
    [
      "a spacing of 0",
      "scan,shape,spacing\na,5x5x5,1x1x0\n",
      {},
      /row 1, column spacing: .*numbers above 0, in mm, such as \(0\.8, /,
    ],
    [
      "a scan twice",
      "scan,shape,spacing\na,5x5x5,1x1x1\na,5x5x5,1x1x1\n",
      {},
      /row 2: found "a", expected each scan once/,
    ],
    ["a scan without name", "scan,shape,spacing\n,5x5x5,1x1x1\n", {}, /row 1: .*the name of a scan/],
    ["no scan with a grid", "scan,shape,spacing\na,,\n", {}, /no shape and spacing in 1 row", expected/],
    [
      "no scan at all",
      "scan,shape,spacing\n",
      {},
      /found "no row below the header", expected a scan with both/,
    ],
    [
      "lesions in words",
      "scan,shape,spacing,lesions\na,5x5x5,1x1x1,many\n",
      {},
      /column lesions: found "many", expected a number of lesions/,
    ],
    [
      "a column that is not there",
      csv,
      { columns: "sex=gender" },
      /columns: found "gender", expected one of BDMAP ID, shape/,
    ],
    [
      "a role that is none",
      csv,
      { columns: "weight=age" },
      /found "weight=age", expected WHAT=COLUMN, where WHAT is scan, shape/,
    ],
    [
      "decimals out of range",
      csv,
      { decimals: 13 },
      /decimals: found 13, expected a whole number from 0 to 12/,
    ],
    ["draws that are none", csv, { draws: 1.5 }, /draws: found 1\.5, expected a whole number/],
  ];
  for (const [what, text, options, error] of refused)
    it(`refuses a table with ${what}`, async () => {
      await assert.rejects(audit(text, options), (thrown) => {
        assert.ok(thrown instanceof LabError);
        assert.match(thrown.message, error);
        return true;
      });
    });

  it("refuses a list of test scans that the table does not know", async () => {
    await assert.rejects(
      audit(csv, { testIds: write("none.txt", "x\ny\n") }),
      /found \["x", "y"\], expected ids of scans/,
    );
    await assert.rejects(audit(csv, { testIds: write("empty.txt", "\n") }), /expected ids of scans/);
    await assert.rejects(audit(csv, { testIds: path.join(folder, "absent") }), /no such file/);
  });

  it("reads or refuses 400 damaged tables, and counts no more than there is", async () => {
    const stream = createKey(99).stream();
    const bits = ['"', ",", "\n", "\t", ";", "(", ")", "\u0000", "1e999", "-", "é", "NaN", "+", "x", ""];
    const outcomes = { read: 0, refused: 0 };
    for (let k = 0; k < 400; k++) {
      let text = csv;
      for (let n = stream.integer(1, 2); n > 0; n--) {
        const from = stream.integer(0, text.length);
        text = text.slice(0, from) + stream.choose(bits) + text.slice(from + stream.integer(0, 1));
      }
      try {
        const { audited, twins } = await audit(text, { draws: 1 });
        outcomes.read++;
        assert.ok(audited[0].scans <= 8 && audited[0].scansInGroups <= audited[0].scans);
        assert.equal(twins.length, audited[0].groups);
      } catch (error) {
        assert.ok(error instanceof LabError, `${String(error)} of ${JSON.stringify(text)}`);
        outcomes.refused++;
      }
    }
    assert.ok(outcomes.read > 50 && outcomes.refused > 50, JSON.stringify(outcomes));
  });

  describe("as tumorlab cohort leaks --metadata", () => {
    const leaks = (...more: string[]): ReturnType<typeof run> =>
      run("cohort", "leaks", "--metadata", write("table.csv", csv), "--draws", "2", ...more);

    it("ends with 1 for twins across parts, and with 0 once a reason is given", async () => {
      const found = await leaks();
      assert.equal(found.code, 1);
      assert.match(found.out, /all scans +7 +2 +5 +\d+ to \d+ +\d+ to \d+/);
      assert.match(found.out, /1 of 3 test scans and 1 of 4 train scans have a twin/);
      assert.match(
        found.out,
        /IRCAD: 2 scans, 1 group of twins, 0 of them in more than one part; slices 50\./,
      );
      assert.match(found.out, /no proof of the same patient/);
      assert.match(found.out, /What would confirm it: the voxels/);
      const passed = await leaks("--acknowledge", "known to us");
      assert.equal(passed.code, 0);
      assert.match(passed.out, /Acknowledged: known to us\n$/);
      const whole = await leaks("--columns", "split=BDMAP ID");
      assert.equal(whole.code, 1, "every scan a part of its own");
    });

    it("ends with 0 where the table has one part, and says how to give more", async () => {
      const table = write("one.csv", csv.replace(",split", ",note"));
      const { code, out } = await run("cohort", "leaks", "--metadata", table, "--draws", "0");
      assert.equal(code, 0);
      assert.match(out, /7 scans, one part: give --test-ids or a column split/);
      assert.doesNotMatch(out, /Dealt anew/);
    });

    it("lists twins, and gives JSON without what is known of the persons", async () => {
      assert.match(
        (await leaks("--list")).out,
        /^a, b: 400 x 300 x 100 at 0\.6640625 x .* mm \(test, train\)\nc, d, e: /,
      );
      const { out } = await leaks("--json");
      const report = JSON.parse(out) as MetadataAudit;
      assert.deepEqual(report.twins[0].scans, ["a", "b"]);
      assert.deepEqual(Object.keys(report.twins[0]).sort(), ["scans", "shape", "spacingMm", "splits"]);
      assert.equal(report.meaning.length, 3);
    });

    it("refuses options that do not go together", async () => {
      assert.equal((await leaks("--train", "lits")).code, 2);
      assert.equal((await leaks("--draws", "many")).code, 2);
      assert.equal((await leaks("--acknowledge", " ")).code, 2);
      const without = await run("cohort", "leaks", "--train", "lits", "--test", "kits23", "--test-ids", "x");
      assert.equal(without.code, 2);
      assert.match(without.err, /--test-ids goes with --metadata/);
    });
  });
});
