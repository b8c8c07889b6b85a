import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openOwnFolder } from "#environment/course/own-folder.js";
import { readStartOptions } from "#environment/server/options.js";

describe("npm start -- --course", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "own-"));
    mkdirSync(path.join(root, "notebooks", "exercises"), { recursive: true });
    mkdirSync(path.join(root, "notebooks", ".ipynb_checkpoints"));
    for (const name of ["00-a.ipynb", "01-b.ipynb", "exercises/00-a-solutions.ipynb"])
      writeFileSync(path.join(root, "notebooks", name), name);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it("copies the lessons once, and never meets what the reader has in them", async () => {
    assert.deepEqual(await openOwnFolder(root), { isNew: true, first: "course/00-a.ipynb" });
    const file = path.join(root, "course", "00-a.ipynb");
    assert.equal(
      readFileSync(path.join(root, "course", "exercises", "00-a-solutions.ipynb"), "utf8").length,
      30,
    );
    assert.ok(!existsSync(path.join(root, "course", ".ipynb_checkpoints")));
    writeFileSync(file, "my work");
    writeFileSync(path.join(root, "notebooks", "02-new.ipynb"), "an update");
    assert.deepEqual(await openOwnFolder(root), { isNew: false, first: "course/00-a.ipynb" });
    assert.equal(readFileSync(file, "utf8"), "my work");
    assert.deepEqual(readdirSync(root).sort(), ["course", "notebooks"]);
  });

  it("takes a folder that was handed out as it is, and refuses a file", async () => {
    mkdirSync(path.join(root, "course"));
    assert.deepEqual(await openOwnFolder(root), { isNew: false, first: "" });
    rmSync(path.join(root, "course"), { recursive: true });
    writeFileSync(path.join(root, "course"), "");
    await assert.rejects(openOwnFolder(root), /is a file, expected a folder/);
  });

  it("makes one folder when two start at once", async () => {
    const both = await Promise.all([openOwnFolder(root), openOwnFolder(root)]);
    assert.deepEqual(both[0].first, both[1].first);
    assert.deepEqual(readdirSync(root).sort(), ["course", "notebooks"]);
  });

  it("is asked for on the command line", () => {
    assert.equal(readStartOptions(["--course"]).course, true);
    assert.equal(readStartOptions([]).course, false);
  });
});
