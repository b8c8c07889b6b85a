import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { LabError } from "tumorlab/internal/core/errors";
import { codeCell, makeFolder, notebookOf, removeFolder, textCell } from "./make-notebook.js";
import { listNotebooks, selectNotebooks } from "#environment/runner/find.js";
import { helpText, parseRunnerOptions } from "#environment/runner/options.js";
import { injectParameters, listParameters } from "#environment/runner/parameters.js";
import { toScript } from "#environment/runner/script.js";

const refused = (input: RegExp) => (error: unknown) => error instanceof LabError && input.test(error.message);

describe("parseRunnerOptions", () => {
  it("reads names, parameters and folders", () => {
    const options = parseRunnerOptions(
      "01 --scale small -p epochs=3 -p name=abc -p on=true --html out --jobs 3 --timeout 1.5".split(" "),
    );
    assert.deepEqual(options.names, ["01"]);
    assert.deepEqual(options.parameters, { scale: "small", epochs: 3, name: "abc", on: true });
    assert.equal(options.mode, "write");
    assert.equal(options.html, "out");
    assert.equal(options.jobs, 3);
    assert.equal(options.cellTimeoutMs, 1500);
    const longest = ["", "--scale tiny", "--scale small", "-p scale=small", "--scale paper"].map(
      (args) => parseRunnerOptions(args.split(" ").filter(Boolean)).cellTimeoutMs / 1000,
    );
    assert.deepEqual(longest, [600, 600, 7200, 7200, 604_800]);
    assert.equal(parseRunnerOptions(["--check"]).mode, "check");
    assert.equal(parseRunnerOptions(["--verify"]).mode, "verify");
    assert.ok(parseRunnerOptions([]).jobs >= 1);
  });

  it("refuses what it cannot mean, naming the option", () => {
    for (const [args, message] of [
      ["--scale huge", /--scale.*"huge".*tiny, small or paper/],
      ["--jobs 0", /--jobs.*"0"/],
      ["--timeout soon", /--timeout.*"soon"/],
      ["-p epochs", /--parameter.*"epochs".*NAME=VALUE/],
      ["--check --verify", /one of them/],
      ["--check --write", /--write.*changes nothing/],
      ["--frobnicate", /--frobnicate/],
    ] as const) {
      assert.throws(() => parseRunnerOptions(args.split(" ")), refused(message), args);
    }
  });

  it("tells of every option in its help", () => {
    for (const option of "scale parameter check verify write out html script jobs share-kernel timeout help".split(
      " ",
    )) {
      assert.match(helpText, new RegExp(`--${option}\\b`));
    }
  });
});

describe("listNotebooks and selectNotebooks", () => {
  let folder: string;
  before(async () => {
    folder = await makeFolder();
    for (const inner of ["exercises", "results", ".ipynb_checkpoints"]) await mkdir(path.join(folder, inner));
    for (const name of ["01-b", "00-a", "exercises/01-b-solutions", "results/x", ".ipynb_checkpoints/00-a"]) {
      await writeFile(path.join(folder, `${name}.ipynb`), "");
    }
    await writeFile(path.join(folder, "notes.md"), "");
  });
  after(() => removeFolder(folder));

  it("lists by name, folders last, without checkpoints and results", async () => {
    const found = (await listNotebooks(folder)).map((file) => path.relative(folder, file));
    assert.deepEqual(found, ["00-a.ipynb", "01-b.ipynb", path.join("exercises", "01-b-solutions.ipynb")]);
  });

  it("finds by name, number and path, each once, and lists the names there are for any other", async () => {
    const all = await listNotebooks(folder);
    const select = (...names: string[]): string[] =>
      selectNotebooks(names, all, folder).map((file) => path.basename(file, ".ipynb"));
    assert.deepEqual(select(), ["00-a", "01-b", "01-b-solutions"]);
    assert.deepEqual(select("01-b", "01-b.ipynb", "./01-b.ipynb"), ["01-b"]);
    assert.deepEqual(select("01"), ["01-b", "01-b-solutions"]);
    assert.deepEqual(select("results/x.ipynb"), ["x"]);
    assert.throws(() => select("02"), refused(/"02".*00-a, 01-b, 01-b-solutions/));
    assert.throws(() => selectNotebooks(["a"], [], folder), refused(/there are no notebooks/));
  });
});

describe("injectParameters", () => {
  const notebook = notebookOf(
    textCell("# A"),
    codeCell('const scale: lab.Scale = "tiny"; // how much\nconst epochs = 20\nlet label = "x=y";', [
      "parameters",
    ]),
    codeCell("scale"),
  );

  it("lists what the parameters cell declares", () => {
    assert.deepEqual(listParameters(notebook), [
      { name: "scale", type: "lab.Scale", value: '"tiny"' },
      { name: "epochs", type: undefined, value: "20" },
      { name: "label", type: undefined, value: '"x=y"' },
    ]);
    assert.deepEqual(listParameters(notebookOf(codeCell("const a = 1;"))), []);
  });

  it("puts a cell behind it that declares the given ones anew with their types", () => {
    const { cells } = injectParameters(notebook, { scale: "small", epochs: 2 }, "a.ipynb");
    assert.deepEqual(
      cells.map((cell) => cell.id),
      ["c1", "c2", "injected-parameters", "c3"],
    );
    assert.equal(cells[2].source, 'const scale: lab.Scale = "small";\nconst epochs = 2;');
    assert.deepEqual(cells[2].metadata.tags, ["injected-parameters"]);
  });

  it("replaces an injected cell, and takes it away without values", () => {
    const once = injectParameters(notebook, { epochs: 2 }, "a");
    const twice = injectParameters(once, { epochs: 3 }, "a");
    assert.equal(twice.cells.length, 4);
    assert.equal(twice.cells[2].source, "const epochs = 3;");
    assert.deepEqual(injectParameters(twice, {}, "a"), notebook);
  });

  it("refuses a name the notebook does not declare", () => {
    assert.throws(
      () => injectParameters(notebook, { eopchs: 1 }, "a"),
      refused(/eopchs.*scale, epochs, label/),
    );
    assert.throws(() => injectParameters(notebookOf(), { a: 1 }, "a"), refused(/no cell tagged parameters/));
  });
});

describe("toScript", () => {
  it("writes cells as code and texts as comments, each under its id", () => {
    const script = toScript(
      notebookOf(textCell("# A\n\nb"), codeCell("const x = 1;", ["volatile"])),
      "a.ipynb",
    );
    assert.equal(
      script,
      "// a.ipynb\n\n// %% c1 (markdown)\n// # A\n//\n// b\n\n// %% c2 [volatile]\nconst x = 1;\n\nexport {};\n",
    );
  });
});
