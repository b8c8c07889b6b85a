import assert from "node:assert/strict";
import { chmod, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { makeFolder, removeFolder } from "./make-notebook.js";
import { writeFileAtomically } from "#environment/runner/atomic-write.js";

describe("writeFileAtomically", () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await makeFolder();
    file = path.join(folder, "a.ipynb");
    await writeFile(file, "old");
  });
  afterEach(() => removeFolder(folder));

  it("replaces the content, keeps the permissions and leaves nothing beside it", async () => {
    await chmod(file, 0o640);
    await writeFileAtomically(file, "new");
    assert.equal(await readFile(file, "utf8"), "new");
    assert.equal((await stat(file)).mode & 0o777, 0o640);
    await writeFileAtomically(path.join(folder, "b.ipynb"), "first");
    assert.deepEqual((await readdir(folder)).sort(), ["a.ipynb", "b.ipynb"]);
  });

  it("leaves the old file whole when the disk is full, however far the write came", async () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    const halfWritten: typeof open = async (target, flags, mode) => {
      const handle = await open(target, flags, mode);
      handle.writeFile = async () => {
        await handle.write("ne");
        throw full;
      };
      return handle;
    };
    const steps = [
      { open: halfWritten, rename, rm },
      { open: () => Promise.reject(full), rename, rm },
      { open, rename: () => Promise.reject(full), rm },
    ];
    for (const operations of steps) {
      await assert.rejects(writeFileAtomically(file, "new", operations), { code: "ENOSPC" });
      assert.equal(await readFile(file, "utf8"), "old");
      assert.deepEqual(await readdir(folder), ["a.ipynb"]);
    }
  });
});
