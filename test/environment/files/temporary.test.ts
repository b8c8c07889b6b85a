import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { isRunning } from "#environment/files/is-running.js";
import { sweepTemporaries, temporaryName } from "#environment/files/temporary.js";

describe("sweepTemporaries", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tumorlab-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const { pid: dead } = spawnSync(process.execPath, ["-e", ""]);

  it("deletes what a process that is gone did not finish, and nothing else", async () => {
    const mine = temporaryName(join(folder, "a.ipynb"));
    const left = mine.replace(`-${process.pid}-`, `-${dead}-`);
    const others = ["a.ipynb", ".hidden", ".a.tmp", ".a.0123456789ab.tmp", "x.abcdef-1-0123456789ab.tmp"];
    for (const place of [mine, left, ...others.map((name) => join(folder, name))]) writeFileSync(place, "x");
    const expected = [...others, basename(mine)].sort();
    assert.deepEqual((await sweepTemporaries(folder)).sort(), expected);
    assert.deepEqual(readdirSync(folder).sort(), expected);
  });
  it("leaves another machine a day", async () => {
    const theirs = join(folder, `.a.ipynb.ffffff-${dead}-0123456789ab.tmp`);
    writeFileSync(theirs, "x");
    assert.equal((await sweepTemporaries(folder)).length, 1);
    const longAgo = Date.now() / 1000 - 90_000;
    utimesSync(theirs, longAgo, longAgo);
    assert.deepEqual(await sweepTemporaries(folder), []);
  });
  it("finds nothing in a folder that is not there", async () => {
    assert.deepEqual(await sweepTemporaries(join(folder, "none")), []);
  });
});

describe("isRunning", () => {
  it("tells a process that lives from one that is gone", () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    assert.deepEqual([isRunning(process.pid), isRunning(pid)], [true, false]);
  });
});
