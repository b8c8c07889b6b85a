import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openLab, type TestLab } from "../support/harness.js";

describe("checkpoints", () => {
  let lab: TestLab;
  beforeEach(async () => {
    lab = await openLab();
    lab.put("notebooks/a.txt", "one");
  });
  afterEach(() => lab.close());

  const at = "/api/contents/notebooks/a.txt/checkpoints";
  const list = async (path = at) =>
    (await lab.ask("GET", path)).json as { id: string; last_modified: string }[];
  const text = (path = "notebooks/a.txt") => readFileSync(join(lab.root, path), "utf8");

  it("keep copies and put them back", async () => {
    assert.deepEqual(await list(), []);
    const made = await lab.ask("POST", at);
    assert.equal(made.status, 201);
    assert.equal(made.headers.get("location"), `${at}/${made.json.id}`);
    assert.ok(Math.abs(Date.parse(made.json.last_modified) - Date.now()) < 60_000);
    lab.put("notebooks/a.txt", "two");
    assert.deepEqual(await list(), [made.json]);
    assert.equal((await lab.ask("POST", `${at}/${made.json.id}`)).status, 204);
    assert.equal(text(), "one");
  });
  it("lie in .tumorlab, not beside the file", async () => {
    await lab.ask("POST", at);
    assert.deepEqual(readdirSync(join(lab.root, "notebooks")), ["a.txt"]);
    assert.equal(readdirSync(join(lab.root, ".tumorlab/checkpoints/notebooks/a.txt.checkpoints")).length, 1);
  });
  it("keep the five newest, oldest first", async () => {
    for (let i = 0; i < 7; i++) {
      lab.put("notebooks/a.txt", String(i));
      assert.equal((await lab.ask("POST", at)).status, 201);
    }
    const all = await list();
    assert.deepEqual(
      all.map(({ id }) => id),
      all.map(({ id }) => id).sort(),
    );
    const texts = [];
    for (const { id } of all) {
      await lab.ask("POST", `${at}/${id}`);
      texts.push(text());
    }
    assert.deepEqual(texts, ["2", "3", "4", "5", "6"]);
  });
  it("can be deleted, and are not found then", async () => {
    const { id } = (await lab.ask("POST", at)).json;
    assert.equal((await lab.ask("DELETE", `${at}/${id}`)).status, 204);
    assert.equal((await lab.ask("DELETE", `${at}/${id}`)).status, 404);
    assert.equal((await lab.ask("POST", `${at}/..%2f..%2fkey`)).status, 404);
    assert.equal((await lab.ask("POST", "/api/contents/none.txt/checkpoints")).status, 404);
    assert.equal((await lab.ask("POST", "/api/contents/notebooks/checkpoints")).status, 400);
  });
  it("follow a file and its folder to other names", async () => {
    await lab.ask("POST", at);
    await lab.ask("PATCH", "/api/contents/notebooks/a.txt", { path: "notebooks/b.txt" });
    await lab.ask("PATCH", "/api/contents/notebooks", { path: "books" });
    assert.equal((await list("/api/contents/books/b.txt/checkpoints")).length, 1);
    lab.put("notebooks/a.txt", "other");
    assert.deepEqual(await list(), []);
  });
  it("go with a deleted file", async () => {
    await lab.ask("POST", at);
    await lab.ask("DELETE", "/api/contents/notebooks/a.txt");
    assert.equal(existsSync(join(lab.root, ".tumorlab/checkpoints/notebooks/a.txt.checkpoints")), false);
  });
});
