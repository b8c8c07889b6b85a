import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import path from "node:path";
import { importBootstrap, makeFakeProject, type FakeProject } from "./fake-project.js";
import { startScript, waitFor } from "./processes.js";

const modules = path.resolve(__dirname, "../../../../node_modules");

describe("createResultTeller", () => {
  it("tells errors and that they are gone, and nothing of a rebuild that went well", async () => {
    const { createResultTeller } = await importBootstrap("watch.mjs");
    const said: string[] = [];
    const tell = createResultTeller((text: string) => said.push(text));
    tell({ ok: true, output: "" });
    tell({ ok: false, output: "src/a.ts(3,4): error TS2322: no number.\n" });
    tell({ ok: true, output: "" });
    tell({ ok: true, output: "" });
    tell({ ok: false, output: "the disk is full\n" });
    assert.deepEqual(said, [
      "src/ has 1 type error:\n  src/a.ts(3,4): error TS2322: no number.",
      "src/ compiles again. Restart the kernels that use it.",
      "src/ could not be compiled: the disk is full",
    ]);
  });
});

describe("watchSources", function () {
  this.timeout(180_000);
  let fake: FakeProject;

  beforeEach(async () => {
    fake = await makeFakeProject();
    mkdirSync(fake.project.modules, { recursive: true });
    for (const name of ["typescript-7", "@typescript"])
      symlinkSync(path.join(modules, name), path.join(fake.project.modules, name), "junction");
    const compilerOptions = {
      composite: true,
      outDir: "dist",
      rootDir: ".",
      target: "ES2022",
      module: "node16",
      types: [],
    };
    fake.write("src/tsconfig.json", JSON.stringify({ compilerOptions, include: ["**/*.ts"] }));
    fake.write("src/a.ts", "export const a: number = 1;\n");
  });
  afterEach(() => fake.remove());

  const compiled = (name: string) => {
    try {
      return readFileSync(path.join(fake.root, `src/dist/${name}.js`), "utf8");
    } catch {
      return "";
    }
  };

  it("recompiles what is saved, also in a new folder, and tells type errors and that they are gone", async () => {
    const { watchSources } = await importBootstrap("watch.mjs");
    const { locate } = await importBootstrap("project.mjs");
    const said: string[] = [];
    const watch = watchSources(locate(fake.root), (text: string) => said.push(text));
    try {
      await waitFor(() => compiled("a").includes("a = 1"), "the first compilation");
      fake.write("src/a.ts", "export const a: number = 22;\n");
      await waitFor(() => compiled("a").includes("a = 22"), "what was saved");
      fake.write("src/a.ts", 'export const a: number = "x";\n');
      await waitFor(() => said.length === 1, "a type error");
      assert.match(said[0], /^src\/ has 1 type error:\n.*TS2322/);
      fake.write("src/a.ts", "export const a: number = 3;\n");
      await waitFor(() => said.length === 2, "that it is gone");
      fake.write("src/room/b.ts", "export const b: number = 4;\n");
      await waitFor(() => compiled("room/b").includes("b = 4"), "a new folder");
      fake.write("src/room/b.ts", "export const b: number = 5;\n");
      await waitFor(() => compiled("room/b").includes("b = 5"), "what was saved in it");
      rmSync(path.join(fake.root, "src/room"), { recursive: true });
      fake.write("src/room/b.ts", "export const b: number = 6;\n");
      await waitFor(() => compiled("room/b").includes("b = 6"), "a folder that was made anew");
      fake.write("src/room/b.ts", "export const b: number = 7;\n");
      await waitFor(() => compiled("room/b").includes("b = 7"), "what was saved in that");
      assert.equal(said.length, 2);
    } finally {
      watch.stop();
    }
  });

  it("compiles the next time what was saved while it compiled", async () => {
    const { buildTypeScript } = await importBootstrap("build.mjs");
    const begun = new Date();
    await buildTypeScript(fake.project, ["src"]);
    assert.match(compiled("a"), /a = 1/);
    fake.write("src/a.ts", "export const a: number = 7;\n");
    utimesSync(path.join(fake.root, "src/a.ts"), begun, begun);
    await buildTypeScript(fake.project, ["src"]);
    assert.match(compiled("a"), /a = 7/);
  });

  it("keeps no process alive once it is stopped, and says where there is nothing to watch", async () => {
    const script = startScript(
      `import { watchSources } from "$watch.mjs";
       import { locate } from "$project.mjs";
       const watch = watchSources(locate(process.env.ROOT), console.log);
       setTimeout(() => watch.stop(), 300);
       watchSources(locate(process.env.ROOT + "/none"), (text) => console.log("SAID " + text));`,
      { ROOT: fake.root },
    );
    await waitFor(() => script.child.exitCode !== null, "the end of the process");
    assert.match(script.output(), /SAID Sources are not recompiled while the lab runs: ENOENT/);
  });
});
