import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { run } from "./run.js";

const hash = (digit: string): string => digit.repeat(64);

describe("tumorlab certify", () => {
  let folder: string;
  const place = (name: string): string => path.join(folder, name);
  /** A certificate of which there are only the hashes. */
  const write = (name: string, digits: string, set = "tiny", arithmetic = "javascript"): string => {
    const steps = [...digits].map((digit, i) => ({
      id: `s${i}`,
      arithmetic,
      after: [],
      reads: [],
      outputs: [{ name: `outputs/${i}.json`, sha256: hash(digit) }],
    }));
    mkdirSync(place(name));
    const file = { format: "tumorlab-certificate-hashes", formatVersion: 1, set, steps };
    writeFileSync(path.join(place(name), "hashes.json"), JSON.stringify(file));
    return place(name);
  };
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "certify-"));
    for (const [name, digits] of [
      ["a", "012"],
      ["same", "012"],
      ["other", "0ff"],
    ])
      write(name, digits);
    write("small", "012", "small");
    write("unfused", "012", "tiny", "simd-unfused");
    mkdirSync(place("empty"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("compares two folders and says where a difference begins", async () => {
    const same = await run("certify", "--compare", place("a"), place("same"));
    assert.deepEqual([same.code, same.err], [0, ""]);
    assert.match(same.out, /3 of 3 steps as expected/);
    const other = await run("certify", "--compare", place("a"), place("other"));
    assert.equal(other.code, 1);
    assert.match(other.out, /differs from step 2 on: s1 has another outputs\/1\.json\n/);
    assert.ok(other.out.includes(`${place("a")}  ${hash("1")}`));
    const { out } = await run("certify", "--compare", place("a"), place("other"), "--json");
    const { comparison } = JSON.parse(out) as { comparison: { first: { index: number; state: string } } };
    assert.deepEqual([comparison.first.index, comparison.first.state], [1, "differs"]);
  });

  it("calls two runs with other arithmetic neither the same nor different", async () => {
    const { code, out } = await run("certify", "--compare", place("a"), place("unfused"));
    assert.equal(code, 1);
    assert.match(out, /0 of 3 steps as expected; 3 not compared: no hashes are known for simd-unfused/);
  });

  it("says what is wrong with words and folders, before anything is run", async () => {
    const wrong: [string[], number, RegExp][] = [
      [["--scale", "paper"], 2, /--scale: found "paper", expected tiny or small/],
      [["x", "y"], 2, /unexpected .*y: two folders go with --compare/],
      [["--workers", "0"], 2, /--workers: found "0"/],
      [["--compare", place("a")], 2, /found 1 folders, expected two/],
      [
        ["--compare", place("a"), place("none")],
        1,
        /none\/hashes\.json.*Name the folder that tumorlab certify wrote/,
      ],
      [["--compare", place("a"), place("empty")], 1, /hashes\.json/],
      [["--compare", place("a"), place("small")], 1, /found "set small", expected set tiny/],
      [[place("a")], 1, /expected a name that is free/],
      [[place("a"), "--force"], 1, /a folder that is no certificate/],
      [[place("new"), "--expected", place("none.json")], 1, /none\.json/],
      [[place("new"), "--expected", path.join(place("a"), "hashes.json")], 1, /sets: found undefined/],
    ];
    const before = readdirSync(folder);
    for (const [words, code, message] of wrong) {
      const outcome = await run("certify", ...words);
      assert.deepEqual([outcome.code, outcome.out], [code, ""], words.join(" "));
      assert.match(outcome.err, message);
    }
    assert.deepEqual(readdirSync(folder), before);
  });
});
