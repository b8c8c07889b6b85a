import assert from "node:assert/strict";
import path from "node:path";
import ts from "typescript";
import { readNotebooks, root } from "./read-notebooks.js";
import { tagsOf } from "#environment/runner/notebook.js";
import { toScript } from "#environment/runner/script.js";

/** The cells of each notebook as one strict module, checked with the project's own compiler. */
describe("the code of the notebooks", function () {
  this.timeout(120_000);
  const scripts = new Map(
    readNotebooks().map(({ name, notebook }) => {
      // Cells that show an error on purpose have it; the rest must do without them.
      const cells = notebook.cells.filter((cell) => !tagsOf(cell).includes("raises-exception"));
      return [path.join(root, "notebooks", `${name}.ts`), toScript({ ...notebook, cells }, name)];
    }),
  );
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts"],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: ["node"],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  };
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (file) => scripts.has(path.normalize(file)) || disk.fileExists(file),
    readFile: (file) => scripts.get(path.normalize(file)) ?? disk.readFile(file),
    getSourceFile: (file, ...rest) => {
      const script = scripts.get(path.normalize(file));
      return script === undefined
        ? disk.getSourceFile(file, ...rest)
        : ts.createSourceFile(file, script, ts.ScriptTarget.ES2022);
    },
  };
  let program: ts.Program;
  before(() => {
    program = ts.createProgram([...scripts.keys()], options, host);
  });

  for (const file of scripts.keys()) {
    it(`${path.relative(root, file)} is strict TypeScript`, () => {
      const source = program.getSourceFile(file)!;
      const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
      assert.equal(ts.formatDiagnostics(found, formatHost), "");
    });
  }

  it("would not pass if a cell had a type error", () => {
    const [file] = scripts.keys();
    const wrong = `${scripts.get(file)}\nconst wrong: number = "text";\n`;
    const source = ts.createSourceFile("wrong.ts", wrong, ts.ScriptTarget.ES2022);
    const checked = ts.createProgram(["wrong.ts"], options, {
      ...host,
      fileExists: (name) => name === "wrong.ts" || host.fileExists(name),
      getSourceFile: (name, ...rest) => (name === "wrong.ts" ? source : host.getSourceFile(name, ...rest)),
    });
    assert.ok(checked.getSemanticDiagnostics(source).some(({ code }) => code === 2322));
  });
});

const formatHost: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => root,
  getNewLine: () => "\n",
};
