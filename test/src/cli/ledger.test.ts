import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { JSDOM } from "jsdom";
import { locateManifests } from "tumorlab/internal/platform/locations";
import { run } from "./run.js";

describe("tumorlab ledger", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), "ledger-"))));
  after(() => rmSync(folder, { recursive: true }));

  it("prints claims with their verdicts, and opens one", async () => {
    const { code, out, err } = await run("ledger", "--topic", "annotation");
    assert.deepEqual([code, err], [0, ""]);
    assert.match(out, /^time-per-case\n {2}With the model's help/);
    assert.match(out, /4 claims: 2 reproduced, 1 depends on definition, 1 not tested here\n$/);
    const opened = await run("ledger", "days-saved");
    assert.match(opened.out, /\n1 claim: 1 depends on definition\n$/);
    assert.deepEqual(await run("ledger", "--words", "no such words"), {
      code: 0,
      out: "no claim fits\n",
      err: "",
    });
    assert.match(opened.out, /ofTen = cell\("annotation\.value\[time saved in all\]"\) \/ 600/);
    assert.match(opened.out, /stands while .*abs\(ofTen - days\) <= 0\.5/);
  });

  it("writes Markdown, JSON and a page whose filters work without a network", async () => {
    const table = await run("ledger", "--markdown", "--verdict", "reproduced");
    assert.match(table.out, /\| Claim \| Paper \| Computed here \| Difference \| Verdict \|/);
    const claim = await run("ledger", "steepen", "--markdown");
    assert.match(
      claim.out,
      /Shown in \[07-scaling-analysis\]\(notebooks\/07-scaling-analysis\.ipynb#cell-id=steepen\), \[08-the-ledger\]/,
    );
    const { rows } = JSON.parse((await run("ledger", "--json", "--words", "early")).out) as {
      rows: { id: string }[];
    };
    assert.ok(rows.some(({ id }) => id === "early"));
    const file = path.join(folder, "ledger.html");
    const { out } = await run("ledger", "--html", "--out", file);
    assert.match(out, /^\d+ claims: \d+ reproduced/);
    const page = readFileSync(file, "utf8");
    assert.doesNotMatch(page, /https?:\/\/(?!www\.w3\.org)[^"'<\s]*\.(js|css)/);
    assert.match(page, /<small>Shown in 07-scaling-analysis, 08-the-ledger<\/small>/);
    const { window } = new JSDOM(page, { runScripts: "dangerously" });
    const visible = (): number => window.document.querySelectorAll("tbody tr:not([hidden])").length;
    const all = visible();
    window.document.querySelector("select")!.value = "reproduced";
    window.document.querySelector("form")!.dispatchEvent(new window.Event("input"));
    assert.ok(visible() > 0 && visible() < all);
    const again = await run("ledger", "--html", "--out", file);
    assert.equal(again.code, 1);
    assert.match(again.err, /--force/);
  });

  it("fails where a verdict no longer stands, and says which", async () => {
    const ledger = JSON.parse(readFileSync(locateManifests("ledger.json"), "utf8")) as {
      rows: { id: string; standsWhile?: string }[];
    };
    ledger.rows.find(({ id }) => id === "days-saved")!.standsWhile = "ofTen > days + 1";
    const file = path.join(folder, "own.json");
    writeFileSync(file, JSON.stringify(ledger));
    const { code, out, err } = await run("ledger", "days-saved", "--ledger", file);
    assert.equal(code, 1);
    assert.match(out, /NO LONGER SO/);
    assert.match(err, /^days-saved: "depends on definition" no longer stands: ofTen > days \+ 1 is false\n$/);
  });

  it("says what is wrong with the words and the file", async () => {
    const wrong: [string[], number, RegExp][] = [
      [["no-claim"], 2, /found no claim "no-claim", expected scans, tumors/],
      [["--verdict", "true"], 2, /--verdict: found "true", expected reproduced/],
      [["--topic", "x"], 2, /--topic: found "x", expected data set/],
      [["--json", "--html"], 2, /expected one form/],
      [["--ledger", path.join(folder, "none.json")], 1, /none\.json/],
    ];
    for (const [args, code, message] of wrong) {
      const found = await run("ledger", ...args);
      assert.equal(found.code, code, args.join(" "));
      assert.match(found.err, message);
    }
    const file = path.join(folder, "bad.json");
    writeFileSync(
      file,
      JSON.stringify({
        title: "x",
        checked: "2026-01-01",
        figures: [],
        rows: [
          {
            id: "a",
            topic: "scaling",
            claim: "A claim that is long.",
            paper: {},
            computed: [],
            verdict: "reproduced",
            reason: "No reason at all.",
            where: [],
          },
        ],
      }),
    );
    assert.match((await run("ledger", "--ledger", file)).err, /bad\.json, rows\[0\]/);
  });
});
