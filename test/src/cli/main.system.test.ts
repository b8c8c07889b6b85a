import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { commands } from "tumorlab/internal/cli/commands";
import { run } from "./run.js";

describe("tumorlab, the command line", () => {
  it("runs every command of the list by its name", async () => {
    const names = commands.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const { name, usage } of commands) {
      const { code, out, err } = await run(...name.split(" "), "--help");
      assert.deepEqual([code, out, err], [0, `${usage}\n`, ""], name);
    }
    const { code, err } = await run("constructor");
    assert.equal(code, 2);
    for (const name of names) assert.ok(err.includes(`\n  ${name} `), name);
  });

  it("loads the file of the command of one word that it runs, and nothing of the others", () => {
    const single = commands.map(({ name }) => name).filter((name) => !name.includes(" "));
    const main = join(__dirname, "../../../../src/dist/cli/main.js");
    const script = `
      const { runCommandLine } = require(${JSON.stringify(main)});
      const io = { out() {}, err() {}, isTerminal: false, signal: new AbortController().signal };
      (async () => {
        for (const name of process.argv.slice(1)) await runCommandLine([name, "--help"], io);
        const files = Object.keys(require.cache).map((file) => /[\\\\/]cli[\\\\/](.+)\\.js$/.exec(file)?.[1]);
        console.log(JSON.stringify(files.filter(Boolean)));
      })();`;
    const loadedBy = (...names: string[]): string[] => {
      const { stdout, stderr } = spawnSync(process.execPath, ["-e", script, ...names], { encoding: "utf8" });
      assert.ok(stdout.startsWith("["), stderr);
      return JSON.parse(stdout) as string[];
    };
    const all = loadedBy(...single);
    assert.ok(all.includes("main") && !all.includes("commands"), all.join());
    const one = loadedBy("compare");
    assert.deepEqual(
      single.filter((name) => one.includes(name)),
      ["compare"],
    );
  });
});
