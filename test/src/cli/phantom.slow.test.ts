import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { runCommandLine } from "tumorlab/internal/cli/main";
import { digest } from "./digest.js";

const bin = join(__dirname, "..", "..", "..", "..", "src", "bin", "tumorlab.cjs");
const grid = ["--spacing-mm", "8", "--shape", "48x48x48"];

describe("tumorlab phantom", function () {
  this.timeout(240_000);
  let root: string;
  before(() => (root = mkdtempSync(join(tmpdir(), "tumorlab-phantoms-"))));
  after(() => rmSync(root, { recursive: true, force: true }));

  async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    let [out, err] = ["", ""];
    const code = await runCommandLine(["phantom", ...args], {
      out: (text) => (out += text),
      err: (text) => (err += text),
      isTerminal: false,
      signal: new AbortController().signal,
    });
    return { code, out, err };
  }

  it("makes the same bytes in another process with two workers", async () => {
    const [one, two] = ["one", "two"].map((name) => join(root, name));
    const first = await run("--cases", "3", "--seed", "6", "--workers", "1", "--out", one, "--json", ...grid);
    assert.equal(first.code, 0, first.err);
    assert.equal(JSON.parse(first.out).made.length, 3);
    const args = ["phantom", "--seed", "6", ...grid, "--cases", "3", "--workers", "2", "--out", two];
    await promisify(execFile)(process.execPath, [bin, ...args]);
    const expected = digest(one);
    assert.ok(Object.keys(expected).length > 60);
    assert.deepEqual(digest(two), expected);
  });

  it("makes other patients from another seed or hospital", async () => {
    const [seed, hospital] = ["seed", "hospital"].map((name) => join(root, name));
    assert.equal((await run("--cases", "1", "--seed", "7", "--out", seed, ...grid)).code, 0);
    const other = ["--seed", "6", "--hospital", "thick-slice"];
    assert.equal((await run("--cases", "1", ...other, "--out", hospital, ...grid)).code, 0);
    const ct = (...path: string[]): Buffer => readFileSync(join(root, ...path, "ct.nii.gz"));
    const base = ct("one", "BDMAP_91000000");
    assert.ok(!ct("seed", "BDMAP_91000000").equals(base));
    assert.ok(!ct("hospital", "BDMAP_93000000").equals(base));
  });

  it("puts tumors into the organs it is told alone", async () => {
    const folder = join(root, "kidneys");
    const tumors = ["--control-share", "0", "--tumor-organs", "kidney"];
    const { code, err } = await run("--cases", "2", "--seed", "3", "--out", folder, ...tumors, ...grid);
    assert.equal(code, 0, err);
    const [head, ...rows] = readFileSync(join(folder, "metadata.csv"), "utf8").trim().split("\n");
    const columns = head.split(",");
    for (const row of rows.map((line) => line.split(",")))
      assert.deepEqual(
        ["liver", "pancreas", "kidney", "colon"].map((organ) => row[columns.indexOf(organ)]),
        ["N", "N", "Y", "N"],
      );
    for (const wrong of ["kidneys", "liver,liver", ""]) {
      const refused = await run("--cases", "1", "--out", folder, "--tumor-organs", wrong);
      assert.equal(refused.code, 2);
      assert.match(refused.err, /--tumor-organs: found .*expected some of liver,pancreas/);
    }
  });

  it("lists all cases of a folder in metadata.csv", () => {
    const lines = readFileSync(join(root, "one", "metadata.csv"), "utf8")
      .trim()
      .split("\n");
    assert.equal(lines.length, 4);
    assert.match(lines[0], /^case,patient,sex,ageYears,phase,hospital,distribution,seed,spacingMm,shape,/);
    assert.match(
      lines[1],
      /^BDMAP_91000000,BDMAP_91_P000000,(fe)?male,\d+,(plain|arterial|venous),reference,in,6,/,
    );
  });

  it("makes folders in which tumorlab cohort verify finds nothing wrong", async () => {
    let [out, err] = ["", ""];
    const io = {
      out: (text: string) => (out += text),
      err: (text: string) => (err += text),
      isTerminal: false,
    };
    const { signal } = new AbortController();
    const code = await runCommandLine(["cohort", "verify", join(root, "one")], { ...io, signal });
    assert.equal(code, 0, out + err);
    assert.match(out, /3 cases, layout abdomenatlas/);
  });

  it("says which case of another cohort is in the way, and makes the others", async () => {
    const folder = join(root, "seed");
    const { code, err, out } = await run("--cases", "2", "--seed", "8", "--out", folder, ...grid);
    assert.equal(code, 1);
    assert.match(err, /^case 0: .*seed 7.*expected seed 8/);
    assert.match(out, /1 made, 0 kept, 1 failed/);
  });

  it("stops on Ctrl-C with exit code 130 and nothing half-written", async () => {
    const folder = join(root, "stopped");
    const controller = new AbortController();
    let made = 0;
    const running = runCommandLine(
      ["phantom", "--cases", "50", "--seed", "1", "--workers", "2", "--out", folder, ...grid],
      {
        out: () => undefined,
        // The bar tells of every finished case: the first one is the moment to interrupt.
        err: (text) => {
          if (/\b[1-9]\d*\/50/.test(text) && made++ === 0) controller.abort(new Error("Ctrl-C"));
        },
        isTerminal: true,
        signal: controller.signal,
      },
    );
    assert.equal(await running, 130);
    const left = readdirSync(folder);
    assert.ok(left.length >= 1 && left.length < 50);
    assert.ok(
      left.every((name) => /^BDMAP_91\d{6}$/.test(name)),
      left.join(", "),
    );
    for (const name of left) assert.ok(readdirSync(join(folder, name)).includes("phantom.json"));
  });

  it("names options it cannot use", async () => {
    const out = join(root, "none");
    for (const [args, message] of [
      [["--out", out], /--cases is missing/],
      [["--cases", "1"], /--out is missing/],
      [["--cases", "0", "--out", out], /--cases: found "0"/],
      [["--cases", "1", "--out", out, "--shape", "9x9"], /--shape: found "9x9"/],
      [["--cases", "1", "--out", out, "--spacing-mm", "99"], /--spacing-mm/],
      [["--cases", "1", "--out", out, "extra"], /unexpected extra/],
    ] as const) {
      const { code, err } = await run(...args);
      assert.equal(code, 2);
      assert.match(err, message);
    }
    const moon = await run("--cases", "1", "--out", out, "--hospital", "moon");
    assert.equal(moon.code, 1);
    assert.match(moon.err, /hospital: found "moon"/);
    const file = join(root, "one", "metadata.csv");
    const taken = await run("--cases", "1", "--out", file);
    assert.equal(taken.code, 1);
    assert.match(taken.err, /--out: found ".*metadata\.csv", expected a folder.*EEXIST/);
  });
});
