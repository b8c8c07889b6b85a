import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin, SourceMap as NodeSourceMap, type SourceMapPayload } from "node:module";
import { join } from "node:path";
import { root } from "./build.js";
import { captureConsole } from "#environment/site/kernel/console.js";
import { AsyncLocalStorage } from "#environment/site/node/async_hooks.js";
import { createHash, randomBytes, randomUUID } from "#environment/site/node/crypto.js";
import { createRequire, isBuiltin as isKnown } from "#environment/site/node/module.js";
import { SourceMap } from "#environment/site/node/source-map.js";
import { fileURLToPath, pathToFileURL } from "#environment/site/node/url.js";
import { Script } from "#environment/site/node/vm.js";

describe("what stands for Node in a page", () => {
  it("reads source maps as Node does", () => {
    const folder = join(root, "src", "dist", "core");
    const maps = readdirSync(folder).filter((name) => name.endsWith(".js.map"));
    assert.ok(maps.length > 10);
    for (const name of maps.slice(0, 10)) {
      const payload = JSON.parse(readFileSync(join(folder, name), "utf8")) as SourceMapPayload;
      const [ours, nodes] = [new SourceMap(payload), new NodeSourceMap(payload)];
      const lines = readFileSync(join(folder, name.replace(/\.map$/, "")), "utf8").split("\n");
      lines.forEach((text, line) => {
        for (let column = 0; column <= text.length; column += 3) {
          const expected = nodes.findEntry(line, column);
          const found = ours.findEntry(line, column);
          const { originalSource, originalLine, originalColumn } = expected as unknown as Record<
            string,
            unknown
          >;
          const wanted = originalSource === undefined ? {} : { originalSource, originalLine, originalColumn };
          assert.deepEqual(found, wanted, `${name} ${line}:${column}`);
        }
      });
    }
  });

  it("knows the modules of Node by name", () => {
    for (const name of ["fs", "node:fs", "fs/promises", "tumorlab", "lodash"])
      assert.equal(isKnown(name), isBuiltin(name), name);
    assert.throws(() => createRequire("/x")("node:fs"), /a module of Node, which a page does not have/);
  });

  it("hashes, numbers and names as Node does", () => {
    assert.equal(createHash("sha256").update("a").digest("hex").slice(0, 8), "ca978112");
    assert.equal(createHash("sha256").update("a").digest("base64").slice(0, 8), "ypeBEsob");
    assert.throws(() => createHash("md5"), /sha256 alone/);
    assert.match(String(randomBytes(4)), /^[0-9a-f]{8}$/);
    assert.match(randomUUID(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.notEqual(randomUUID(), randomUUID());
    assert.equal(fileURLToPath(pathToFileURL("/a b/c.ts")), "/a b/c.ts");
    assert.equal(new Script("1 + 1", { filename: "cell 1" }).runInThisContext(), 2);
    const storage = new AsyncLocalStorage<number>();
    assert.deepEqual([storage.run(3, () => storage.getStore()), storage.getStore()], [3, undefined]);
  });

  it("words what is logged", () => {
    const own = { ...console };
    const said: string[] = [];
    captureConsole((name, text) => void said.push(`${name}: ${text}`));
    try {
      console.log("%s is %d", "a", 3, { b: [1] });
      console.warn("careful");
      console.group("outer");
      console.info("in\nside");
      console.groupEnd();
      console.count();
      console.count();
      console.countReset();
      console.count();
      console.assert(true, "never");
      console.assert(false, "no", 1);
      console.time("t");
      console.timeEnd("t");
      console.timeEnd("t");
      console.dir({ a: 1 });
      console.table([1]);
    } finally {
      Object.assign(console, own);
    }
    said[8] = said[8].replace(/[\d.]+ms/, "1ms");
    assert.deepEqual(said, [
      "stdout: a is 3 { b: [ 1 ] }\n",
      "stderr: careful\n",
      "stdout: outer\n",
      "stdout:   in\n  side\n",
      "stdout: default: 1\n",
      "stdout: default: 2\n",
      "stdout: default: 1\n",
      "stderr: Assertion failed: no 1\n",
      "stdout: t: 1ms\n",
      "stdout: No such label 't'\n",
      "stdout: { a: 1 }\n",
      "stdout: [ 1 ]\n",
    ]);
  });
});
