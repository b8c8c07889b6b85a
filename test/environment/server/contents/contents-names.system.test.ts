import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { openLab, type TestLab } from "../support/harness.js";
import { temporaryName } from "#environment/files/temporary.js";

describe("/api/contents, new names", () => {
  let lab: TestLab;
  beforeEach(async () => {
    lab = await openLab();
  });
  afterEach(() => lab.close());
  const fileText = (path: string) => readFileSync(join(lab.root, path), "utf8");

  describe("POST", () => {
    it("makes new things with free names", async () => {
      const make = async (body?: unknown) =>
        (await lab.ask("POST", "/api/contents/notebooks", body)).json.path;
      assert.equal(await make({ type: "notebook" }), "notebooks/Untitled.ipynb");
      assert.equal(await make({ type: "notebook" }), "notebooks/Untitled1.ipynb");
      assert.equal(await make({ type: "file", ext: ".ts" }), "notebooks/untitled.ts");
      assert.equal(await make({ type: "file", ext: "md" }), "notebooks/untitled.md");
      assert.equal(await make({ type: "directory" }), "notebooks/Untitled Folder");
      assert.equal(await make({ type: "directory" }), "notebooks/Untitled Folder 1");
      assert.equal((await lab.ask("GET", "/api/contents/notebooks/Untitled.ipynb")).json.content.nbformat, 4);
    });
    it("gives each of many requests its own name", async () => {
      const answers = await Promise.all(
        Array.from({ length: 12 }, () => lab.ask("POST", "/api/contents", { type: "notebook" })),
      );
      assert.equal(new Set(answers.map(({ json }) => json.path)).size, 12);
    });
    it("copies files and folders, without what is hidden", async () => {
      lab.put("notebooks/a.nii.gz", "ct");
      lab.put("folder/in/x.txt", "x");
      lab.put("folder/.secret", "s");
      const copy = async (copy_from: string, to: string) =>
        await lab.ask("POST", `/api/contents/${to}`, { copy_from });
      const first = await copy("notebooks/a.nii.gz", "notebooks");
      assert.deepEqual([first.status, first.json.path], [201, "notebooks/a-Copy1.nii.gz"]);
      assert.equal((await copy("notebooks/a.nii.gz", "")).json.path, "a.nii.gz");
      assert.equal(fileText("a.nii.gz"), "ct");
      assert.equal((await copy("folder", "")).json.path, "folder-Copy1");
      assert.deepEqual(
        [
          existsSync(join(lab.root, "folder-Copy1/in/x.txt")),
          existsSync(join(lab.root, "folder-Copy1/.secret")),
        ],
        [true, false],
      );
      assert.equal((await copy("folder", "folder/in")).status, 400);
      assert.equal((await copy("none", "")).status, 404);
      assert.equal((await copy("../etc", "")).status, 400);
      assert.equal((await copy("folder/in/x.txt", "notebooks/a.nii.gz")).status, 400);
    });
    it("takes the ending for what is wanted where no type is named", async () => {
      const make = async (body?: unknown) => (await lab.ask("POST", "/api/contents", body)).json;
      assert.deepEqual(
        [(await make({ ext: ".txt" })).path, (await make({ ext: "csv" })).type],
        ["untitled.txt", "file"],
      );
      assert.deepEqual(
        [(await make()).path, (await make({ ext: ".ipynb" })).path],
        ["Untitled.ipynb", "Untitled1.ipynb"],
      );
      assert.equal((await lab.ask("GET", "/api/contents/Untitled1.ipynb")).json.type, "notebook");
      assert.equal((await make({ type: "directory", ext: ".txt" })).type, "directory");
    });
    it("copies links as they are, so that a copy never leads into its original", async () => {
      lab.put("folder/real.txt", "one");
      symlinkSync("real.txt", join(lab.root, "folder/alias.txt"));
      symlinkSync("nowhere", join(lab.root, "folder/broken"));
      await lab.ask("POST", "/api/contents", { copy_from: "folder" });
      assert.equal(readlinkSync(join(lab.root, "folder-Copy1/alias.txt")), "real.txt");
      assert.equal(readlinkSync(join(lab.root, "folder-Copy1/broken")), "nowhere");
      const file = { type: "file", format: "text", content: "two" };
      await lab.ask("PUT", "/api/contents/folder-Copy1/alias.txt", file);
      assert.deepEqual([fileText("folder/real.txt"), fileText("folder-Copy1/real.txt")], ["one", "two"]);
    });
    it("refuses endings that are paths", async () => {
      for (const ext of ["/../../x", "..\\x", "/x"])
        assert.equal((await lab.ask("POST", "/api/contents", { type: "file", ext })).status, 400, ext);
      assert.equal((await lab.ask("POST", "/api/contents", { type: "novel" })).status, 400);
    });
  });

  describe("PATCH", () => {
    it("renames and moves files and folders", async () => {
      lab.put("a.txt", "a");
      const { status, json, headers } = await lab.ask("PATCH", "/api/contents/a.txt", {
        path: "notebooks/b.txt",
      });
      assert.deepEqual([status, json.path, json.name], [200, "notebooks/b.txt", "b.txt"]);
      assert.equal(headers.get("location"), "/api/contents/notebooks/b.txt");
      assert.equal((await lab.ask("PATCH", "/api/contents/notebooks", { path: "books" })).status, 200);
      assert.equal(fileText("books/b.txt"), "a");
      assert.equal((await lab.ask("PATCH", "/api/contents/books", { path: "books" })).status, 200);
    });
    it("replaces nothing and goes nowhere it shouldn't", async () => {
      lab.put("a.txt", "a");
      lab.put("b.txt", "b");
      const rename = async (from: string, path?: string) =>
        (await lab.ask("PATCH", `/api/contents/${from}`, { path })).status;
      assert.equal(await rename("a.txt", "b.txt"), 409);
      assert.equal(await rename("a.txt", "../b.txt"), 400);
      assert.equal(await rename("a.txt", ".hidden"), 404);
      assert.equal(await rename("a.txt", "no/b.txt"), 404);
      assert.equal(await rename("a.txt", ""), 400);
      assert.equal(await rename("a.txt"), 400);
      assert.equal(await rename("none.txt", "c.txt"), 404);
      assert.equal(await rename("notebooks", "notebooks/in"), 400);
      assert.deepEqual([fileText("a.txt"), fileText("b.txt")], ["a", "b"]);
    });
    it("lets one of many renames to a name win and keeps the files of the others", async () => {
      symlinkSync("notebooks", join(lab.root, "link"));
      for (let round = 0; round < 3; round++) {
        const names = Array.from({ length: 6 }, (_, i) => `${i}.txt`);
        for (const name of names) lab.put(name, name);
        const answers = await Promise.all(
          names.map((name, i) =>
            lab.ask("PATCH", `/api/contents/${name}`, {
              path: `${i % 2 ? "link" : "notebooks"}/to-${round}.txt`,
            }),
          ),
        );
        assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409, 409, 409, 409]);
        const left = names.filter((name) => existsSync(join(lab.root, name)));
        const winner = fileText(`notebooks/to-${round}.txt`);
        assert.deepEqual([...left, winner].sort(), names);
      }
    });
    it("lets two things change names at once without waiting for each other for ever", async () => {
      lab.put("a.txt", "a");
      lab.put("b.txt", "b");
      const swap = (from: string, path: string) => lab.ask("PATCH", `/api/contents/${from}`, { path });
      const answers = await Promise.all([
        swap("a.txt", "b.txt"),
        swap("b.txt", "a.txt"),
        swap("a.txt", "c.txt"),
      ]);
      assert.deepEqual(
        answers.map(({ status }) => status),
        [409, 409, 200],
      );
    });
    it("renames a link, not what it points to", async () => {
      lab.put("a.txt", "a");
      symlinkSync("a.txt", join(lab.root, "link"));
      assert.equal((await lab.ask("PATCH", "/api/contents/link", { path: "other" })).status, 200);
      assert.deepEqual(readdirSync(lab.root).sort(), [".tumorlab", "a.txt", "notebooks", "other"]);
    });
  });

  describe("DELETE", () => {
    it("deletes files, links and empty folders, and nothing more", async () => {
      lab.put("folder/a.txt", "a");
      symlinkSync("folder/a.txt", join(lab.root, "link"));
      const remove = async (path: string) => (await lab.ask("DELETE", `/api/contents/${path}`)).status;
      assert.equal(await remove("link"), 204);
      assert.equal(fileText("folder/a.txt"), "a");
      const refused = await lab.ask("DELETE", "/api/contents/folder");
      assert.deepEqual([refused.status, /holds a\.txt/.test(refused.json.message)], [400, true]);
      assert.equal(await remove("folder/a.txt"), 204);
      mkdirSync(join(lab.root, "folder/.ipynb_checkpoints"));
      assert.equal(await remove("folder"), 204);
      assert.equal(existsSync(join(lab.root, "folder")), false);
      assert.equal(await remove("folder"), 404);
      assert.equal(await remove(""), 400);
    });
    it("deletes a folder with nothing in it but what a killed save left", async () => {
      const { pid } = spawnSync(process.execPath, ["-e", ""]);
      const left = temporaryName(join(lab.root, "folder/a.ipynb"));
      const ofTheDead = left.replace(`-${process.pid}-`, `-${pid}-`);
      mkdirSync(join(lab.root, "folder"));
      writeFileSync(left, "");
      writeFileSync(ofTheDead, "");
      const refused = await lab.ask("DELETE", "/api/contents/folder");
      assert.equal(refused.status, 400, "a save goes on there");
      assert.deepEqual([existsSync(left), existsSync(ofTheDead)], [true, false]);
      renameSync(left, ofTheDead);
      await lab.ask("GET", "/api/contents/folder");
      assert.deepEqual(readdirSync(join(lab.root, "folder")), [], "listing sweeps too");
      writeFileSync(ofTheDead, "");
      assert.equal((await lab.ask("DELETE", "/api/contents/folder")).status, 204);
    });
  });
});
