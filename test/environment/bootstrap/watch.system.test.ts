import assert from "node:assert/strict";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { importBootstrap, makeFakeProject, type FakeProject } from "./fake-project.js";
import { isAlive, startScript, waitFor } from "./processes.js";

const modules = path.resolve(__dirname, "../../../../node_modules");

describe("createWatchReader", () => {
  it("tells errors and that they are gone, and nothing of a rebuild that went well", async () => {
    const { createWatchReader } = await importBootstrap("watch.mjs");
    const said: string[] = [];
    const read = createWatchReader((text: string) => said.push(text));
    const lines = (...texts: string[]) => texts.forEach((text) => read(text));
    lines(
      "10:00:00 - Starting compilation in watch mode...",
      "10:00:01 - Found 0 errors. Watching for file changes.",
    );
    lines("src/a.ts(3,4): error TS2322: no number.", "10:00:02 - Found 1 error. Watching for file changes.");
    lines(
      "10:00:03 - Found 0 errors. Watching for file changes.",
      "10:00:04 - Found 0 errors. Watching for file changes.",
    );
    assert.deepEqual(said, [
      "src/ has 1 type error:\n  src/a.ts(3,4): error TS2322: no number.",
      "src/ compiles again. Restart the kernels that use it.",
    ]);
  });
});

describe("watchSources", function () {
  this.timeout(180_000);
  let fake: FakeProject;

  beforeEach(async () => {
    fake = await makeFakeProject();
    mkdirSync(fake.project.modules, { recursive: true });
    symlinkSync(path.join(modules, "typescript"), path.join(fake.project.modules, "typescript"), "junction");
    const compilerOptions = {
      composite: true,
      outDir: "dist",
      rootDir: ".",
      target: "ES2022",
      module: "node16",
      types: [],
    };
    fake.write("src/tsconfig.json", JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    fake.write("src/a.ts", "export const a: number = 1;\n");
  });
  afterEach(() => fake.remove());

  const compiled = () => {
    try {
      return readFileSync(path.join(fake.root, "src/dist/a.js"), "utf8");
    } catch {
      return "";
    }
  };

  /** Saves again every few seconds: what is saved between the first compilation and the watch goes unseen. */
  async function saveUntil(text: string, condition: () => boolean): Promise<void> {
    const timer = setInterval(() => fake.write("src/a.ts", text), 3000);
    fake.write("src/a.ts", text);
    await waitFor(condition, text).finally(() => clearInterval(timer));
  }

  it("recompiles what is saved, tells type errors, and ends even when its parent is killed outright", async () => {
    const parent = startScript(
      `import { watchSources } from "$watch.mjs";
       import { locate } from "$project.mjs";
       const watch = watchSources(locate(process.env.ROOT), (text) => console.log("SAID " + text));
       console.log("COMPILER " + watch.pid);
       setInterval(() => {}, 1000);`,
      { ROOT: fake.root },
    );
    try {
      await waitFor(() => compiled().includes("a = 1"), "the first compilation");
      await saveUntil("export const a: number = 22;\n", () => compiled().includes("a = 22"));
      const told = () => /SAID src\/ has 1 type error:\n.*TS2322/.test(parent.output());
      await saveUntil('export const a: number = "x";\n', told);
    } finally {
      parent.child.kill("SIGKILL");
    }
    const compiler = Number(/COMPILER (\d+)/.exec(parent.output())?.[1]);
    await waitFor(() => !isAlive(compiler), "the compiler to end with its parent");
  });
});
