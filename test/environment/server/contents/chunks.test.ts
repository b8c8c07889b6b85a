import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLab, type TestLab, until } from "../support/harness.js";
import { createChunkedUploads } from "#environment/server/contents/chunks.js";

describe("uploads in pieces", () => {
  let lab: TestLab;
  beforeEach(async () => {
    lab = await openLab();
  });
  afterEach(() => lab.close());

  const send = async (path: string, chunk: number, text: string) =>
    await lab.ask("PUT", `/api/contents/${path}`, {
      type: "file",
      format: "base64",
      name: path,
      chunk,
      content: Buffer.from(text).toString("base64"),
    });

  it("puts the pieces together and shows the file when it is whole", async () => {
    const first = await send("ct.nii.gz", 1, "one ");
    assert.deepEqual([first.status, first.json.path, first.json.size], [200, "ct.nii.gz", 4]);
    await send("ct.nii.gz", 2, "two ");
    assert.equal(existsSync(join(lab.root, "ct.nii.gz")), false);
    const last = await send("ct.nii.gz", -1, "three");
    assert.deepEqual([last.status, last.json.size], [201, 13]);
    assert.equal(readFileSync(join(lab.root, "ct.nii.gz"), "utf8"), "one two three");
    assert.deepEqual(readdirSync(lab.root).sort(), [".tumorlab", "ct.nii.gz", "notebooks"]);
  });
  it("keeps the old file until then", async () => {
    lab.put("a.bin", "old");
    await send("a.bin", 1, "new");
    assert.equal(readFileSync(join(lab.root, "a.bin"), "utf8"), "old");
    assert.equal((await send("a.bin", -1, "er")).status, 200);
    assert.equal(readFileSync(join(lab.root, "a.bin"), "utf8"), "newer");
  });
  it("drops an upload whose pieces come in a wrong order", async () => {
    await send("a.bin", 1, "1");
    assert.equal((await send("a.bin", 3, "3")).status, 409);
    assert.equal((await send("a.bin", 2, "2")).status, 409);
    assert.deepEqual(readdirSync(lab.root).sort(), [".tumorlab", "notebooks"]);
  });
  it("begins anew with a new first piece", async () => {
    await send("a.bin", 1, "lost");
    await send("a.bin", 1, "kept");
    await send("a.bin", -1, "!");
    assert.equal(readFileSync(join(lab.root, "a.bin"), "utf8"), "kept!");
  });
  it("leaves nothing of unfinished uploads when the server ends", async () => {
    const root = lab.root;
    await send("a.bin", 1, "1");
    assert.equal(readdirSync(root).length, 3);
    await lab.server.close();
    assert.deepEqual(readdirSync(root).sort(), [".tumorlab", "notebooks"]);
  });
  it("drops uploads that nobody goes on with", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tumorlab-test-"));
    const uploads = createChunkedUploads(20);
    await uploads.add(join(folder, "a"), "a", 1, Buffer.from("x"));
    await until("the upload to be dropped", () => readdirSync(folder).length === 0);
    rmSync(folder, { recursive: true });
  });
});
