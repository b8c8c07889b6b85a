import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LabError } from "tumorlab/internal/core/errors";
import { appendText, writeFileWhole } from "tumorlab/internal/core/files";
import { sweepTemporary, temporaryBeside } from "tumorlab/internal/core/temporary";

describe("files written whole or not at all", () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tumorlab-files-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs a program that imports this package's files.js, with files of at most so many blocks of 1 KiB. */
  const runLimited = (program: string, blocks = "unlimited") =>
    spawnSync("bash", ["-c", `ulimit -f ${blocks}; exec "$0" -e "$1"`, process.execPath, program], {
      cwd: folder,
      encoding: "utf8",
    });
  const files = JSON.stringify(require.resolve("tumorlab/internal/core/files"));

  it("leave nothing where a file cannot grow, and what was there before", function () {
    if (process.platform === "win32") this.skip();
    writeFileSync(at("old.bin"), "old");
    const { stdout, stderr } = runLimited(
      `const { writeFileWhole } = require(${files});
       const big = [Buffer.alloc(1 << 20, 1)];
       for (const name of ["old.bin", "new.bin"])
         writeFileWhole(name, big).then(() => console.log("written"), (error) => console.log(error.message));`,
      "8",
    );
    assert.match(stdout, /old\.bin: found "a file larger than may be written", expected a place/, stderr);
    assert.match(stdout, /new\.bin: found/);
    assert.doesNotMatch(stdout, /^written$/m);
    assert.deepEqual(readdirSync(folder), ["old.bin"]);
    assert.equal(readFileSync(at("old.bin"), "utf8"), "old");
  });

  it("leave no empty file that was to be added to", function () {
    if (process.platform === "win32") this.skip();
    writeFileSync(at("full.jsonl"), "kept\n");
    const { stdout } = runLimited(
      `const { appendText } = require(${files});
       for (const name of ["new.jsonl", "full.jsonl"])
         appendText(name, "x").then(() => console.log("written"), (error) => console.log(error.message));`,
      "0",
    );
    assert.equal(stdout.match(/found "a file larger than may be written"/g)?.length, 2);
    assert.deepEqual(readdirSync(folder), ["full.jsonl"]);
    assert.equal(readFileSync(at("full.jsonl"), "utf8"), "kept\n");
  });

  it("remove what they began when their content fails on the way", async () => {
    function* half(): Generator<Uint8Array> {
      yield Buffer.from("half");
      throw new Error("the other half is lost");
    }
    await assert.rejects(writeFileWhole(at("a.txt"), half()), LabError);
    assert.deepEqual(readdirSync(folder), []);
    await appendText(at("log.txt"), "a");
    await appendText(at("log.txt"), "b");
    assert.equal(readFileSync(at("log.txt"), "utf8"), "ab");
  });

  it("sweep away what a killed process left, and nothing that lives or is not theirs", async () => {
    const killed = runLimited(
      `const { writeFileWhole } = require(${files});
       const { readdirSync } = require("node:fs");
       function* slow() {
         for (;;) {
           yield Buffer.alloc(1 << 16);
           if (readdirSync(".").length > 0) process.kill(process.pid, "SIGKILL");
         }
       }
       writeFileWhole("killed.bin", slow());`,
    );
    assert.equal(killed.signal, "SIGKILL");
    const [left] = readdirSync(folder);
    assert.match(left, /^killed\.bin\..*\.tmp$/);
    const living = temporaryBeside(at("living.bin"));
    const [foreign, recent] = ["foreign.bin.00000000-1-2-0-0.tmp", "recent.bin.00000000-1-2-0-0.tmp"];
    const [former, own] = ["former.bin.999999-0-3.tmp", "mine.tmp"];
    for (const name of [foreign, recent, former, own]) writeFileSync(at(name), "");
    writeFileSync(living, "");
    const dayAndMore = Date.now() / 1000 - 90_000;
    for (const name of [foreign, former, own]) utimesSync(at(name), dayAndMore, dayAndMore);
    mkdirSync(at("folder"));
    await writeFileWhole(at("next.bin"), [Buffer.from("x")]);
    const kept = readdirSync(folder).filter((name) => !living.endsWith(name));
    assert.deepEqual(kept.sort(), ["folder", "mine.tmp", "next.bin", "recent.bin.00000000-1-2-0-0.tmp"]);
    assert.ok(existsSync(living));
    writeFileSync(at(left), "");
    await sweepTemporary(at("next.bin"));
    assert.ok(existsSync(at(left)), "a folder is looked at once");
    await sweepTemporary(at("next.bin"), true);
    assert.ok(!existsSync(at(left)));
    await sweepTemporary(join(folder, "none", "there"));
  });
});
