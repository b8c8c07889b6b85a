import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { openLab, rawRequest, type TestLab } from "../support/harness.js";

const notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [] };

describe("/api/contents", () => {
  let lab: TestLab;
  beforeEach(async () => {
    lab = await openLab();
  });
  afterEach(() => lab.close());
  const fileText = (path: string) => readFileSync(join(lab.root, path), "utf8");

  describe("GET", () => {
    it("lists the project folder, without what is hidden and what leads out", async () => {
      lab.put("b.txt", "b");
      lab.put("node_modules/x/index.js", "x");
      lab.put(".env", "secret");
      symlinkSync("/etc", join(lab.root, "etc"));
      symlinkSync("notebooks", join(lab.root, "link"));
      const { status, json } = await lab.ask("GET", "/api/contents");
      assert.equal(status, 200);
      const names = json.content.map(({ name }: { name: string }) => name).sort();
      assert.deepEqual(names, ["b.txt", "link", "notebooks"]);
      assert.deepEqual([json.name, json.path, json.type, json.format], ["", "", "directory", "json"]);
      assert.equal((await lab.ask("GET", "/api/contents?content=0")).json.content, null);
    });
    it("gives text as text and bytes as base64", async () => {
      lab.put("a.md", "# é");
      lab.put("a.bin", new Uint8Array([1, 0, 255]));
      const text = (await lab.ask("GET", "/api/contents/a.md")).json;
      assert.deepEqual(
        [text.type, text.format, text.mimetype, text.content, text.size],
        ["file", "text", "text/markdown", "# é", 4],
      );
      const bytes = (await lab.ask("GET", "/api/contents/a.bin")).json;
      assert.deepEqual(
        [bytes.format, bytes.mimetype, bytes.content],
        ["base64", "application/octet-stream", "AQD/"],
      );
      assert.equal((await lab.ask("GET", "/api/contents/a.md?format=base64")).json.content, "IyDDqQ==");
      const refused = await lab.ask("GET", "/api/contents/a.bin?format=text");
      assert.deepEqual([refused.status, refused.json.message], [400, "a.bin is not UTF-8 text."]);
    });
    it("gives a sha256 of the file where it is asked for", async () => {
      lab.put("a.txt", "abc");
      const { json } = await lab.ask("GET", "/api/contents/a.txt?content=0&hash=1");
      assert.deepEqual(
        [json.hash, json.hash_algorithm, json.content],
        [createHash("sha256").update("abc").digest("hex"), "sha256", null],
      );
      assert.equal((await lab.ask("GET", "/api/contents/a.txt")).json.hash, null);
    });
    it("reads a notebook as JSON, or as the text of its file", async () => {
      lab.put(
        "a.ipynb",
        JSON.stringify({
          ...notebook,
          cells: [{ cell_type: "code", metadata: {}, outputs: [], source: ["a\n", "b"] }],
        }),
      );
      const { json } = await lab.ask("GET", "/api/contents/a.ipynb");
      assert.deepEqual([json.type, json.format, json.content.cells[0].source], ["notebook", "json", "a\nb"]);
      assert.equal((await lab.ask("GET", "/api/contents/a.ipynb?type=file&format=text")).json.format, "text");
    });
    it("says where a broken notebook is broken and leaves it alone", async () => {
      lab.put("notebooks/bad.ipynb", '{\n "cells": [\n <<<<<<< HEAD\n');
      const { status, json } = await lab.ask("GET", "/api/contents/notebooks/bad.ipynb?type=notebook");
      assert.equal(status, 400);
      assert.match(
        json.message,
        /notebooks\/bad\.ipynb: it is not JSON at line 3, column 2: found the mark of an unresolved merge/,
      );
      const saved = await lab.ask("PUT", "/api/contents/notebooks/bad.ipynb", {
        type: "notebook",
        format: "json",
        content: notebook,
      });
      assert.equal(saved.status, 409);
      assert.match(saved.json.message, /line 3, column 2/);
      assert.equal(fileText("notebooks/bad.ipynb"), '{\n "cells": [\n <<<<<<< HEAD\n');
    });
    it("answers what isn't there or isn't what was asked for", async () => {
      lab.put("a.txt", "a");
      for (const [path, status] of [
        ["none.txt", 404],
        ["a.txt/b", 404],
        ["notebooks?type=file", 400],
        ["a.txt?type=directory", 400],
        ["a.txt?type=novel", 400],
        ["a.txt?format=morse", 400],
        ["a.txt?content=yes", 400],
      ] as const)
        assert.equal((await lab.ask("GET", `/api/contents/${path}`)).status, status, path);
    });
    it("refuses paths out of the project, as they come over the wire", async () => {
      const headers = { Authorization: `token ${lab.server.token}` };
      symlinkSync("/etc", join(lab.root, "etc"));
      const ways = [
        "../etc/passwd",
        "..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/etc/passwd",
        "%2e%2e%2fetc/passwd",
        "..%5c..%5cetc",
        "..\\..\\etc",
        "notebooks/%00",
        "%252e%252e/etc/passwd",
        "etc/passwd",
        "/etc/passwd",
        "....//etc/passwd",
        "%c0%ae%c0%ae/etc/passwd",
      ];
      for (const prefix of ["/api/contents/", "/files/", "/static/lab/"])
        for (const way of ways) {
          const { status, body } = await rawRequest(lab.server.port, "GET", prefix + way, headers);
          assert.ok([400, 403, 404].includes(status), `${prefix}${way}: ${status}`);
          assert.doesNotMatch(body.toString(), /root:/);
        }
    });
  });

  describe("PUT", () => {
    it("makes a file (201) and saves it again (200)", async () => {
      const first = await lab.ask("PUT", "/api/contents/notebooks/a%20b.txt", {
        type: "file",
        format: "text",
        content: "one",
      });
      assert.deepEqual(
        [first.status, first.headers.get("location")],
        [201, "/api/contents/notebooks/a%20b.txt"],
      );
      const again = await lab.ask("PUT", "/api/contents/notebooks/a%20b.txt", {
        type: "file",
        format: "base64",
        content: "dHdv",
      });
      assert.deepEqual([again.status, again.json.content, fileText("notebooks/a b.txt")], [200, null, "two"]);
      assert.equal(again.json.hash, createHash("sha256").update("two").digest("hex"));
    });
    it("saves a notebook in the form that git likes", async () => {
      const cells = [
        {
          source: "a\nb",
          metadata: { trusted: true },
          cell_type: "code",
          outputs: [],
          execution_count: null,
        },
      ];
      const { status } = await lab.ask("PUT", "/api/contents/n.ipynb", {
        type: "notebook",
        format: "json",
        content: { ...notebook, cells },
      });
      assert.equal(status, 201);
      assert.match(fileText("n.ipynb"), /^\{\n "cells": \[\n {2}\{\n {3}"cell_type": "code",\n[^]*\n\}\n$/);
      assert.doesNotMatch(fileText("n.ipynb"), /trusted/);
    });
    it("keeps permissions, writes through a link, and leaves no other file behind", async () => {
      chmodSync(lab.put("real.txt", "one"), 0o640);
      symlinkSync("real.txt", join(lab.root, "link.txt"));
      await lab.ask("PUT", "/api/contents/link.txt", { type: "file", format: "text", content: "two" });
      assert.equal(fileText("real.txt"), "two");
      assert.equal(statSync(join(lab.root, "real.txt")).mode & 0o777, 0o640);
      assert.deepEqual(readdirSync(lab.root).sort(), [".tumorlab", "link.txt", "notebooks", "real.txt"]);
    });
    it("makes folders", async () => {
      assert.equal((await lab.ask("PUT", "/api/contents/new", { type: "directory" })).status, 201);
      assert.equal((await lab.ask("PUT", "/api/contents/new", { type: "directory" })).status, 200);
      assert.ok(statSync(join(lab.root, "new")).isDirectory());
    });
    it("refuses what can't be saved, and writes nothing", async () => {
      lab.put("a.txt", "a");
      const file = { type: "file", format: "text", content: "x" };
      const cases: [string, unknown, number][] = [
        ["", file, 400],
        ["notebooks", file, 400],
        ["a.txt", { type: "directory" }, 400],
        ["no/folder/x.txt", file, 404],
        [".hidden", file, 404],
        ["node_modules/x.js", file, 404],
        ["x.txt", { ...file, content: { a: 1 } }, 400],
        ["x.txt", { ...file, format: undefined }, 400],
        ["x.txt", { ...file, type: "novel" }, 400],
        ["x.txt", { ...file, chunk: 0 }, 400],
        ["x.txt", { ...file, chunk: "1" }, 400],
        ["x.txt", { ...file, chunk: [1] }, 400],
        ...["AAAA!!not base64!!", "AAAAA", "A", "AA=", "AAA==", "====", "AA=A", "a_-b", "é"].map(
          (content): [string, unknown, number] => ["x.txt", { type: "file", format: "base64", content }, 400],
        ),
        ["x.txt", { ...file, chunk: 2 }, 409],
        ["x.txt", { copy_from: "a.txt" }, 400],
        ["x.ipynb", { type: "notebook", content: { cells: 1 } }, 400],
        ["x".repeat(300), file, 400],
      ];
      for (const [path, body, status] of cases)
        assert.equal((await lab.ask("PUT", `/api/contents/${path}`, body)).status, status, path);
      assert.equal((await lab.ask("PUT", "/api/contents/x.txt")).status, 400);
      assert.deepEqual(readdirSync(lab.root).sort(), [".tumorlab", "a.txt", "notebooks"]);
      assert.equal(fileText("a.txt"), "a");
    });
    it("writes one after the other what comes at the same time", async () => {
      const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(50_000));
      await Promise.all(
        texts.map((content) =>
          lab.ask("PUT", "/api/contents/a.txt", { type: "file", format: "text", content }),
        ),
      );
      assert.ok(texts.includes(fileText("a.txt")));
    });
  });
});
