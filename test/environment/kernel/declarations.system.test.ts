import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "@tslab/typescript-for-tslab";
import { root } from "./support.js";

describe("the declarations of the built package", function () {
  this.timeout(180_000);

  it("are read without an error by the compiler that cells go through", () => {
    const folder = mkdtempSync(join(root, "test", "dist", "declarations-"));
    try {
      const file = join(folder, "everything.ts");
      writeFileSync(file, 'import * as lab from "tumorlab";\nexport const everything = lab;\n');
      const program = ts.createProgram([file], {
        target: ts.ScriptTarget.ES2022,
        lib: ["lib.es2022.d.ts"],
        module: ts.ModuleKind.CommonJS,
        moduleResolution: ts.ModuleResolutionKind.Node10,
        esModuleInterop: true,
        types: ["node"],
        noEmit: true,
        skipLibCheck: false,
      });
      const dist = `${join(root, "src", "dist").replaceAll("\\", "/")}/`;
      const own = program
        .getSourceFiles()
        .filter(({ fileName }) => fileName.startsWith(dist) || fileName.endsWith("everything.ts"));
      assert.ok(own.length > 5, "the built package was not found");
      const found = own.flatMap((source) => [
        ...program.getSyntacticDiagnostics(source),
        ...program.getSemanticDiagnostics(source),
      ]);
      const host = {
        getCurrentDirectory: () => root,
        getCanonicalFileName: (name: string) => name,
        getNewLine: () => "\n",
      };
      assert.equal(ts.formatDiagnostics(found, host), "");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
