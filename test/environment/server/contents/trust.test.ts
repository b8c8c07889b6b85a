import assert from "node:assert/strict";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fakeSpec, openLab, type TestLab } from "../support/harness.js";
import { startServer } from "#environment/server/server.js";

const html = {
  output_type: "display_data",
  metadata: {},
  data: { "text/html": "<b onclick=alert(1)>\nx</b>" },
};
const code = (source: string, outputs: unknown[], trusted?: boolean) => ({
  cell_type: "code",
  execution_count: 1,
  metadata: trusted === undefined ? {} : { trusted },
  outputs,
  source,
});
const notebook = (...cells: unknown[]) => ({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });

describe("trust", () => {
  let lab: TestLab;
  beforeEach(async () => {
    lab = await openLab();
  });
  afterEach(() => lab.close());

  const save = (path: string, content: unknown) =>
    lab.ask("PUT", `/api/contents/${path}`, { type: "notebook", format: "json", content });
  const trustOf = async (path: string, from = lab) => {
    const { json } = await from.ask("GET", `/api/contents/${path}`);
    return json.content.cells.map((cell: { metadata: { trusted?: boolean } }) => cell.metadata.trusted);
  };

  it("is not given to outputs that come with a file, whatever the file says", async () => {
    lab.put(
      "a.ipynb",
      JSON.stringify(
        notebook(code("1", [html], true), code("2", []), {
          cell_type: "markdown",
          metadata: { trusted: true },
          source: "",
        }),
      ),
    );
    assert.deepEqual(await trustOf("a.ipynb"), [false, false, undefined]);
  });
  it("is given to outputs this lab has made, cell by cell, and kept with the project", async () => {
    await save(
      "a.ipynb",
      notebook(code("1", [html], true), code("2", [{ ...html, data: { "text/html": "other" } }])),
    );
    assert.deepEqual(await trustOf("a.ipynb"), [true, false]);
    await lab.ask("PATCH", "/api/contents/a.ipynb", { path: "b.ipynb" });
    assert.deepEqual(await trustOf("b.ipynb"), [true, false]);
    const again = await startServer({ root: lab.root, kernelSpecs: [fakeSpec()] });
    const answer = await fetch(`http://127.0.0.1:${again.port}/api/contents/b.ipynb?token=${again.token}`);
    const { content } = (await answer.json()) as { content: { cells: { metadata: { trusted: boolean } }[] } };
    assert.deepEqual(
      content.cells.map((cell) => cell.metadata.trusted),
      [true, false],
    );
    await again.close();
  });
  it("ends when an output is changed", async () => {
    await save("a.ipynb", notebook(code("1", [html], true)));
    const text = readFileSync(join(lab.root, "a.ipynb"), "utf8");
    lab.put("a.ipynb", text.replace("alert(1)", "alert(2)"));
    assert.deepEqual(await trustOf("a.ipynb"), [false]);
  });
  it("is given, and the notebook saved, also after the lab's own folder was cleaned away", async () => {
    rmSync(join(lab.root, ".tumorlab"), { recursive: true });
    assert.equal((await save("a.ipynb", notebook(code("1", [html], true)))).status, 201);
    assert.deepEqual(await trustOf("a.ipynb"), [true]);
    assert.equal((await lab.ask("POST", "/api/contents/a.ipynb/checkpoints")).status, 201);
    assert.equal((await save("a.ipynb", notebook(code("2", [html], true)))).status, 200);
  });
  it("does not come with an upload", async () => {
    const content = Buffer.from(JSON.stringify(notebook(code("1", [html], true)))).toString("base64");
    await lab.ask("PUT", "/api/contents/up.ipynb", { type: "file", format: "base64", content });
    assert.deepEqual(await trustOf("up.ipynb"), [false]);
  });
  it("is given to what is on disk when the reader asks for it", async () => {
    lab.put("a.ipynb", JSON.stringify(notebook(code("1", [html]))));
    assert.equal((await lab.ask("POST", "/api/contents/a.ipynb/trust")).status, 201);
    assert.deepEqual(await trustOf("a.ipynb"), [true]);
  });

  describe("of a notebook whose Markdown has a button", () => {
    const button = (name: string) => ({
      cell_type: "markdown",
      metadata: {},
      source: `<a data-commandlinker-command="notebook:run-all">${name}</a>`,
    });
    const mine = notebook(button("mine"), code("1", [], true), code("2", [html], true), code("", [], true));

    it("is not given before its cells were run, with or without outputs", async () => {
      lab.put("foreign.ipynb", JSON.stringify(notebook(button("x"), code("1", [], true), code("2", []))));
      assert.deepEqual(await trustOf("foreign.ipynb"), [undefined, false, false]);
      // A save without a run says what the lab said on opening.
      const { content } = (await lab.ask("GET", "/api/contents/foreign.ipynb")).json;
      await save("foreign.ipynb", content);
      assert.deepEqual(await trustOf("foreign.ipynb"), [undefined, false, false]);
      await save("foreign.ipynb", notebook(button("x"), code("1", [], true), code("2", [], false)));
      assert.deepEqual(await trustOf("foreign.ipynb"), [undefined, true, false], "cell by cell");
    });
    it("is not borrowed from cells that were run in another notebook", async () => {
      await save("mine.ipynb", mine);
      assert.deepEqual(await trustOf("mine.ipynb"), [undefined, true, true, true]);
      const [, ...cells] = mine.cells;
      lab.put("foreign.ipynb", JSON.stringify(notebook(button("theirs"), ...cells)));
      assert.deepEqual(await trustOf("foreign.ipynb"), [undefined, false, false, false]);
      lab.put(
        "foreign.ipynb",
        JSON.stringify(notebook(...cells, button("theirs"), { ...button("mine"), cell_type: "raw" })),
      );
      assert.deepEqual(await trustOf("foreign.ipynb"), [false, false, false, undefined, undefined]);
    });
    it("goes with copies, renames and checkpoints, and not with what was changed on disk", async () => {
      await save("mine.ipynb", mine);
      const { json } = await lab.ask("POST", "/api/contents/notebooks", { copy_from: "mine.ipynb" });
      await lab.ask("PATCH", `/api/contents/${json.path}`, { path: "notebooks/b.ipynb" });
      assert.deepEqual(await trustOf("notebooks/b.ipynb"), [undefined, true, true, true]);
      const text = readFileSync(join(lab.root, "mine.ipynb"), "utf8");
      const kept = await lab.ask("POST", "/api/contents/mine.ipynb/checkpoints");
      lab.put("mine.ipynb", text.replace("notebook:run-all", "notebook:other"));
      assert.deepEqual(await trustOf("mine.ipynb"), [undefined, false, false, false], "other Markdown");
      const foreign = await lab.ask("POST", "/api/contents/mine.ipynb/checkpoints");
      lab.put("mine.ipynb", text.replace('"1"', '"evil()"'));
      assert.deepEqual(await trustOf("mine.ipynb"), [undefined, false, true, true], "other code");
      await lab.ask("POST", `/api/contents/mine.ipynb/checkpoints/${kept.json.id}`);
      assert.deepEqual(await trustOf("mine.ipynb"), [undefined, true, true, true]);
      await lab.ask("POST", `/api/contents/mine.ipynb/checkpoints/${foreign.json.id}`);
      assert.deepEqual(await trustOf("mine.ipynb"), [undefined, false, false, false]);
    });
    it("does not come with an upload, and is given when the reader asks for it", async () => {
      const content = Buffer.from(JSON.stringify(notebook(button("x"), code("1", [], true)))).toString(
        "base64",
      );
      await lab.ask("PUT", "/api/contents/up.ipynb", { type: "file", format: "base64", content });
      assert.deepEqual(await trustOf("up.ipynb"), [undefined, false]);
      await lab.ask("POST", "/api/contents/up.ipynb/trust");
      assert.deepEqual(await trustOf("up.ipynb"), [undefined, true]);
    });
  });

  it("keeps its key to the owner, and takes no key that others could read or that was copied here", async () => {
    await save("a.ipynb", notebook(code("1", [html], true)));
    const folder = join(lab.root, ".tumorlab/trust");
    const key = join(folder, "key");
    assert.equal(statSync(key).mode & 0o777, 0o600);
    assert.equal(statSync(join(folder, "signatures")).mode & 0o777, 0o600);

    const other = await openLab();
    try {
      const theirs = join(other.root, ".tumorlab/trust");
      await other.server.close();
      mkdirSync(theirs, { recursive: true });
      for (const name of ["key", "signatures"]) copyFileSync(join(folder, name), join(theirs, `${name}.new`));
      for (const name of ["key", "signatures"]) renameSync(join(theirs, `${name}.new`), join(theirs, name));
      copyFileSync(join(lab.root, "a.ipynb"), join(other.root, "a.ipynb"));
      chmodSync(join(theirs, "key"), 0o600);
      const check = async () => {
        const server = await startServer({ root: other.root, kernelSpecs: [fakeSpec()] });
        const answer = await fetch(
          `http://127.0.0.1:${server.port}/api/contents/a.ipynb?token=${server.token}`,
        );
        const { content } = (await answer.json()) as {
          content: { cells: { metadata: { trusted: boolean } }[] };
        };
        await server.close();
        return content.cells[0].metadata.trusted;
      };
      assert.equal(await check(), false, "a key that came with a copy of the project signs nothing here");
      writeFileSync(join(theirs, "key"), readFileSync(key), { mode: 0o644 });
      chmodSync(join(theirs, "key"), 0o644);
      assert.equal(await check(), false);
      assert.equal(statSync(join(theirs, "key")).mode & 0o777, 0o600, "a key open to others is replaced");
      assert.notDeepEqual(readFileSync(join(theirs, "key")), readFileSync(key));
    } finally {
      await other.close();
    }
  });
});
