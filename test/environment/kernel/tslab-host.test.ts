import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as typescript from "@tslab/typescript-for-tslab";
import { configureHost } from "#environment/kernel/tslab/host.js";

describe("the compiler's search for modules", () => {
  let root: string;
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  before(() => {
    root = mkdtempSync(join(tmpdir(), "tumorlab-host-"));
    const exportsAlone = { name: "modern", exports: { ".": { types: "./types/modern.d.ts" } } };
    write("node_modules/modern/package.json", JSON.stringify(exportsAlone));
    write("node_modules/modern/types/modern.d.ts", "export declare const a: number;");
    write("node_modules/plain/package.json", JSON.stringify({ name: "plain", types: "plain.d.ts" }));
    write("node_modules/plain/plain.d.ts", "export declare const b: number;");
    write(
      "node_modules/plain/node_modules/inner/package.json",
      JSON.stringify({ ...exportsAlone, name: "inner" }),
    );
    write("node_modules/plain/node_modules/inner/types/modern.d.ts", "export declare const c: number;");
    write("src/dist/index.d.ts", "");
    write("src/dist/deep/other.d.ts", "");
    write("notebooks/cell.ts", "");
  });
  after(() => rmSync(root, { recursive: true }));

  /** Where the imports of a file lead, from the root. */
  function resolve(names: string[], file: string): (string | undefined)[] {
    const host = { watchFile: () => ({ close() {} }), watchDirectory: () => ({ close() {} }) } as never;
    configureHost(typescript, host, typescript.sys, root);
    const configured = host as {
      resolveModuleNameLiterals(
        literals: { text: string }[],
        file: string,
        redirect: undefined,
        options: object,
      ): { resolvedModule?: { resolvedFileName: string } }[];
    };
    const options = { moduleResolution: typescript.ModuleResolutionKind.Node10 };
    const literals = names.map((text) => ({ text }));
    return configured
      .resolveModuleNameLiterals(literals, join(root, file), undefined, options)
      .map(({ resolvedModule }) => resolvedModule?.resolvedFileName.slice(root.length + 1));
  }

  for (const file of ["notebooks/cell.ts", "src/dist/index.d.ts"])
    it(`finds packages with and without a map of exports from ${file}`, () => {
      const found = resolve(["modern", "plain", "modern", "absent"], file);
      const modern = "node_modules/modern/types/modern.d.ts";
      assert.deepEqual(found, [modern, "node_modules/plain/plain.d.ts", modern, undefined]);
    });

  it("finds a package of exports alone that only another package has", () => {
    const inner = "node_modules/plain/node_modules/inner/types/modern.d.ts";
    assert.deepEqual(resolve(["inner"], "node_modules/plain/plain.d.ts"), [inner]);
    assert.deepEqual(resolve(["inner"], "src/dist/index.d.ts"), [undefined]);
  });

  it("finds the library's own files beside each other", () => {
    assert.deepEqual(resolve(["./deep/other.js", "./none.js"], "src/dist/index.d.ts"), [
      "src/dist/deep/other.d.ts",
      undefined,
    ]);
  });
});
