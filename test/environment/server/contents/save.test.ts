import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as fs from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLab } from "../support/harness.js";
import { publishFile, saveFile, type SaveFs } from "#environment/server/contents/save.js";

const failure = (code: string) => Object.assign(new Error(code), { code });

/** A file system on which one call fails. */
function failing(call: "writeFile" | "sync" | "rename" | "link", code: string): SaveFs {
  return {
    ...fs,
    async open(...args: Parameters<typeof fs.open>) {
      const file = await fs.open(...args);
      if (call === "writeFile" || call === "sync")
        file[call] = async () => {
          if (call === "writeFile") await file.write("half of");
          throw failure(code);
        };
      return file;
    },
    rename: call === "rename" ? () => Promise.reject(failure(code)) : fs.rename,
    link: call === "link" ? () => Promise.reject(failure(code)) : fs.link,
  };
}

describe("saveFile", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tumorlab-test-"));
    writeFileSync(join(folder, "a.txt"), "old");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("replaces a file", async () => {
    await saveFile(join(folder, "a.txt"), "new");
    assert.equal(readFileSync(join(folder, "a.txt"), "utf8"), "new");
    assert.deepEqual(readdirSync(folder), ["a.txt"]);
  });
  for (const call of ["writeFile", "sync", "rename"] as const)
    it(`keeps the old file and leaves nothing behind when ${call} fails`, async () => {
      await assert.rejects(saveFile(join(folder, "a.txt"), "new", failing(call, "ENOSPC")), {
        code: "ENOSPC",
      });
      assert.equal(readFileSync(join(folder, "a.txt"), "utf8"), "old");
      assert.deepEqual(readdirSync(folder), ["a.txt"]);
    });
});

describe("publishFile", () => {
  for (const [disk, io] of [
    ["a disk with hard links", fs],
    ["a disk without", failing("link", "EPERM")],
  ] as const)
    it(`never replaces a file, on ${disk}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "tumorlab-test-"));
      writeFileSync(join(folder, "t"), "new");
      writeFileSync(join(folder, "taken"), "old");
      await assert.rejects(publishFile(join(folder, "t"), join(folder, "taken"), io), { code: "EEXIST" });
      await publishFile(join(folder, "t"), join(folder, "free"), io);
      assert.deepEqual(readdirSync(folder).sort(), ["free", "taken"]);
      assert.equal(readFileSync(join(folder, "free"), "utf8"), "new");
      rmSync(folder, { recursive: true });
    });
});

describe("a full disk", () => {
  const content = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [] };

  it("is told to the reader, and the notebook on disk is whole", async () => {
    const lab = await openLab({ saveFs: failing("writeFile", "ENOSPC") });
    try {
      const file = lab.put("notebooks/a.ipynb", JSON.stringify(content));
      const answer = await lab.ask("PUT", "/api/contents/notebooks/a.ipynb", {
        type: "notebook",
        format: "json",
        content,
      });
      assert.deepEqual([answer.status, answer.json.message], [507, "notebooks/a.ipynb: the disk is full"]);
      assert.equal(readFileSync(file, "utf8"), JSON.stringify(content));
      assert.deepEqual(readdirSync(join(lab.root, "notebooks")), ["a.ipynb"]);
    } finally {
      await lab.close();
    }
  });

  it("leaves no empty file where something new was wanted", async () => {
    for (const call of ["writeFile", "sync"] as const) {
      const lab = await openLab({ saveFs: failing(call, "ENOSPC") });
      try {
        for (const type of ["notebook", "file"])
          assert.equal((await lab.ask("POST", "/api/contents/notebooks", { type })).status, 507);
        assert.deepEqual(readdirSync(join(lab.root, "notebooks")), []);
        const said = "POST /api/contents/notebooks: notebooks: the disk is full\n";
        assert.deepEqual(lab.log, [said, said], "a full disk is no defect: no stack");
      } finally {
        await lab.close();
      }
    }
  });

  it("is survived on a real one, by saves, uploads, copies and checkpoints", async function () {
    const lab = await openLab();
    const disk = join(lab.root, "disk");
    mkdirSync(disk);
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]).status === 0;
    try {
      if (!mounted) {
        console.log("      (a small disk can't be mounted here: needs root)");
        this.skip();
      }
      const old = JSON.stringify(content);
      writeFileSync(join(disk, "a.ipynb"), old);
      writeFileSync(join(disk, "half.bin"), Buffer.alloc(600_000));
      const source = "x".repeat(2 ** 20);
      const large = { ...content, cells: [{ cell_type: "markdown", metadata: {}, source }] };
      const saved = await lab.ask("PUT", "/api/contents/disk/a.ipynb", {
        type: "notebook",
        format: "json",
        content: large,
      });
      assert.deepEqual([saved.status, saved.json.message], [507, "disk/a.ipynb: the disk is full"]);
      assert.equal(readFileSync(join(disk, "a.ipynb"), "utf8"), old);
      const piece = { type: "file", format: "text", content: "y".repeat(300_000) };
      assert.equal((await lab.ask("PUT", "/api/contents/disk/up.bin", { ...piece, chunk: 1 })).status, 200);
      assert.equal((await lab.ask("PUT", "/api/contents/disk/up.bin", { ...piece, chunk: 2 })).status, 507);
      assert.equal((await lab.ask("POST", "/api/contents/disk", { copy_from: "disk/half.bin" })).status, 507);
      assert.deepEqual(readdirSync(disk).sort(), ["a.ipynb", "half.bin"], "no half file is left");
      assert.equal((await lab.ask("GET", "/api/contents/disk/a.ipynb")).status, 200);
    } finally {
      if (mounted) spawnSync("umount", [disk]);
      await lab.close();
    }
  });
});
