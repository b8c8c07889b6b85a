import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { bootstrapFile, importBootstrap } from "./fake-project.js";
import { startNode } from "./processes.js";

describe("explainNodeVersion", () => {
  const range = "^20.19.0 || ^22.12.0 || >=24";

  it("takes what package.json takes", async () => {
    const { isInRange } = await importBootstrap("node-version.mjs");
    for (const version of [
      "20.19.0",
      "20.20.2",
      "22.12.0",
      "22.23.3",
      "24.0.0",
      "24.21.0",
      "26.1.0",
      "v24.1.0",
    ])
      assert.ok(isInRange(version, range), version);
    for (const version of ["20.18.9", "21.7.3", "22.11.9", "23.11.0", "18.20.0", "9.0.0"])
      assert.ok(!isInRange(version, range), version);
  });

  it("says which version this is, which it has to be and what to do", async () => {
    const { explainNodeVersion } = await importBootstrap("node-version.mjs");
    assert.equal(explainNodeVersion(process.versions.node), "");
    const text = explainNodeVersion("18.20.0", range);
    assert.match(text, /needs Node \^20\.19\.0 or \^22\.12\.0 or >=24, and this is Node 18\.20\.0/);
    assert.match(text, /nodejs\.org/);
  });

  it("is asked in a file that old versions can read", () => {
    const text = readFileSync(bootstrapFile("run.mjs"), "utf8");
    assert.doesNotMatch(text, /\?\?|\?\.|=>|\bawait\b|`|\bconst\b/);
  });
});

describe("run.mjs", function () {
  this.timeout(180_000);

  it("lists the commands when it does not know the one it is given", async () => {
    for (const args of [[], ["strat"]]) {
      const run = startNode([bootstrapFile("run.mjs"), ...args]);
      assert.equal(await run.ended, 2);
      assert.match(
        run.output(),
        /it has: start, test, quick, build, check, docs, notebooks, teaching, site, kernel-install, bench/,
      );
    }
  });

  it("sets the project up and hands the arguments to the program of each command", async () => {
    const calls: [string[], number, RegExp][] = [
      [["build"], 0, /Built/],
      [["check", "--help"], 0, /Usage: npm run check/],
      [["notebooks", "--help"], 0, /Usage: npm run notebooks/],
      [["bench"], 2, /Usage: npm run bench -- .*notebook/],
    ];
    for (const [args, status, expected] of calls) {
      const run = startNode([bootstrapFile("run.mjs"), ...args]);
      assert.equal(await run.ended, status, run.output());
      assert.match(run.output(), expected);
    }
  });

  it("refuses a step of npm test that it does not have", async () => {
    const run = startNode([bootstrapFile("run.mjs"), "test", "lnit"]);
    assert.equal(await run.ended, 1);
    assert.match(run.output(), /no step called lnit\. Steps: build, front-end, format, environment, browser/);
  });
});
