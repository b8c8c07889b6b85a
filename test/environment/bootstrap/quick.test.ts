import assert from "node:assert/strict";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { importBootstrap } from "./fake-project.js";

const root = path.join(__dirname, "../../../..");

describe("npm run quick", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "tumorlab-quick-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (files: Record<string, string>): void => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
  };

  it("knows which source imports which, however it is written, and passes over types", async () => {
    const { readImports } = await importBootstrap("test/import-graph.mjs");
    write({
      "src/a/one.ts":
        'import type { T } from "./two.js";\nimport {\n  x,\n  type U,\n} from "../b/three.js";\n',
      "src/a/two.ts": 'export { x } from "../b/three.js";\nexport type { T } from "./one.js";\n',
      "src/b/three.ts": 'export const x = async () => import("../a/two.js");\n',
      "src/index.ts": 'export * as a from "./a/two.js";\n',
      "src/dist/a/one.js": "",
      "environment/kernel/k.ts": 'import { x } from "tumorlab";\n',
      "test/src/a/one.test.ts": 'import { x } from "tumorlab/dist/a/one.js";\nimport "../help.js";\n',
      "test/src/a/two.test.ts": 'import { x } from "tumorlab/internal/a/two";\n',
      "test/src/help.ts": 'import { k } from "#environment/kernel/k.js";\n// import { y } from "tumorlab";\n',
    });
    const imports = readImports(folder) as Map<string, Set<string>>;
    assert.deepEqual(Object.fromEntries([...imports].map(([source, others]) => [source, [...others]])), {
      "src/a/one.ts": ["src/b/three.ts"],
      "src/a/two.ts": ["src/b/three.ts"],
      "src/b/three.ts": ["src/a/two.ts"],
      "src/index.ts": ["src/a/two.ts"],
      "environment/kernel/k.ts": ["src/index.ts"],
      "test/src/a/one.test.ts": ["src/a/one.ts", "test/src/help.ts"],
      "test/src/a/two.test.ts": ["src/a/two.ts"],
      "test/src/help.ts": ["environment/kernel/k.ts"],
    });
  });

  it("finds no circle among the imports of this project, and one that is planted there", async () => {
    const { findCircle, readImports } = await importBootstrap("test/import-graph.mjs");
    const imports = readImports(root) as Map<string, Set<string>>;
    assert.equal(findCircle(imports)?.join(" imports "), undefined);
    // refit.ts imports fit.ts.
    const [fit, refit] = ["src/scaling/fit.ts", "src/scaling/refit.ts"];
    assert.deepEqual(findCircle(imports.set(fit, new Set([...imports.get(fit)!, refit]))), [fit, refit]);
  });

  it("finds a circle by way of others, and passes over what imports types alone", async () => {
    const { findCircle, readImports } = await importBootstrap("test/import-graph.mjs");
    write({
      "src/a.ts": 'import { b } from "./b.js";\n',
      "src/b.ts": 'export { c as b } from "./c.js";\n',
      "src/c.ts": 'export * from "./a.js";\n',
      "src/d.ts": 'import "./a.js";\n',
    });
    assert.deepEqual(findCircle(readImports(folder)), ["src/a.ts", "src/b.ts", "src/c.ts"]);
    write({ "src/b.ts": 'export type { C } from "./c.js";\n' });
    assert.equal(findCircle(readImports(folder)), undefined);
  });

  it("sees the imports of this project", async () => {
    const { readImports, findDependents, isFastTest } = await importBootstrap("test/import-graph.mjs");
    const imports = readImports(root);
    assert.ok(imports.get("src/core/errors.ts").size === 0);
    assert.ok(imports.get("src/metrics/summary.ts").size > 0);
    const tests = findDependents(imports, ["src/core/errors.ts"]).filter(isFastTest);
    assert.ok(tests.length > 30, `${tests.length} tests`);
    assert.ok(tests.every((name: string) => !/\.(slow|system)\./.test(name)));
  });

  it("finds all that depends on a source, straight, by way of others or in a circle", async () => {
    const { findDependents } = await importBootstrap("test/import-graph.mjs");
    const imports = new Map([
      ["a", new Set<string>()],
      ["b", new Set(["a", "c"])],
      ["c", new Set(["b"])],
      ["d", new Set<string>()],
    ]);
    assert.deepEqual(findDependents(imports, ["a"]), ["a", "b", "c"]);
    assert.deepEqual(findDependents(imports, ["c"]), ["b", "c"]);
    assert.deepEqual(findDependents(imports, []), []);
  });

  it("takes a room, one of environment/, or a source, and says what there is", async () => {
    const { findSources } = await importBootstrap("test/quick.mjs");
    const names = ["src/volume/crop.ts", "test/src/volume/crop.test.ts", "environment/kernel/main.ts"];
    const imports = new Map(names.map((name) => [name, new Set()]));
    assert.deepEqual(findSources(imports, "volume"), names.slice(0, 2));
    assert.deepEqual(findSources(imports, "environment/kernel"), names.slice(2));
    assert.deepEqual(findSources(imports, "src/volume/crop.ts"), names.slice(0, 1));
    assert.throws(() => findSources(imports, "volumes"), /no room or source called volumes. Rooms: volume,/);
  });
});
