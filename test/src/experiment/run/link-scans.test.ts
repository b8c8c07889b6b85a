import assert from "node:assert/strict";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { linkScans } from "tumorlab/internal/experiment/run/link-scans";
import { readScansCode } from "tumorlab/internal/experiment/run/scans/scan-store";

describe("linkScans", () => {
  let root = "";
  beforeEach(async () => {
    root = await fs.mkdtemp(path.join(os.tmpdir(), "link-scans-"));
    await fs.mkdir(path.join(root, "from", "scans"), { recursive: true });
  });
  afterEach(() => fs.rm(root, { recursive: true, force: true }));

  it("takes scans that this code drew, whole ones alone, and leaves those of other code", async () => {
    const code = await readScansCode();
    assert.match(code, /^[0-9a-f]{8}$/);
    const hash = "0123456789abcdef".repeat(2);
    const other = code === "00000000" ? "11111111" : "00000000";
    for (const name of [
      `${code}-${hash}.case`,
      `${other}-${hash}.case`,
      `${code}-${hash}.case.tmp`,
      "notes.txt",
    ])
      await fs.writeFile(path.join(root, "from", "scans", name), name);
    const [from, to] = ["from", "to"].map((name) => path.join(root, name));
    assert.equal(await linkScans(from, to), 1);
    assert.deepEqual(await fs.readdir(path.join(to, "scans")), [`${code}-${hash}.case`]);
    assert.equal(await linkScans(from, to), 0, "there already");
  });

  it("takes a generator that was trained, which is a folder among the scans", async () => {
    const name = path.join("scans", `${await readScansCode()}-${"0".repeat(32)}.generator`);
    const [from, to] = ["from", "to"].map((each) => path.join(root, each));
    await fs.mkdir(path.join(from, name));
    for (const file of ["model.json", "weights"]) await fs.writeFile(path.join(from, name, file), file);
    assert.equal(await linkScans(from, to), 1);
    assert.deepEqual((await fs.readdir(path.join(to, name))).sort(), ["model.json", "weights"]);
    assert.equal(await linkScans(from, to), 0);
  });

  it("makes nothing where there is nothing to take", async () => {
    const [from, to] = ["from", "to"].map((name) => path.join(root, name));
    assert.equal(await linkScans(from, to), 0);
    await assert.rejects(fs.readdir(to));
  });
});
