import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { importBootstrap, makeFakeProject, type FakeProject } from "./fake-project.js";

/** A program that prints something and ends with a status. */
const program = (text: string, status = 0) =>
  `process.stdout.write(${JSON.stringify(text)}); process.exitCode = ${status};`;

const event = (name: string, rest: object) => `${JSON.stringify([name, rest])}\n`;

describe("runTests", function () {
  this.timeout(60_000);
  let fake: FakeProject;
  let printed: string;
  const log = console.log;

  beforeEach(async () => {
    fake = await makeFakeProject();
    printed = "";
    console.log = (text: string) => void (printed += `${text}\n`);
    fake.write("node_modules/typescript-7/bin/tsc", program("types are right\n"));
    fake.write("node_modules/oxlint/bin/oxlint", program(""));
    fake.write("node_modules/oxfmt/bin/oxfmt", program(""));
    fake.write("node_modules/c8/bin/c8.js", program("a table\n"));
    fake.write(".c8rc.json", JSON.stringify({ exclude: ["x"] }));
    fake.write("environment/lab/build.mjs", program("front end: up to date\n"));
    fake.write("environment/dist/runner/main.js", program("01 ok\n2 passed, 0 failed\n"));
    fake.write("environment/runner/main.ts", "");
    fake.write("environment/dist/prose/main.js", program("9 passages read, 0 things to mend.\n"));
    fake.write("environment/prose/main.ts", "");
    fake.write("test/src/a.test.ts", "");
    fake.write("test/environment/b.test.ts", "");
    fake.write("test/dist/src/a.test.js", "");
    fake.write("test/dist/src/removed.test.js", "");
    fake.write("src/types.ts", "");
    fake.write(
      "src/dist/types.js",
      '"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\n',
    );
    fake.write("test/browser/lab.test.ts", "");
    fake.write("node_modules/mocha/bin/mocha.js", mochaThat(["pass", "pass"], 1));
  });
  afterEach(() => {
    console.log = log;
    fake.remove();
  });

  /** A mocha whose tests end as given; `pending` more are skipped. */
  function mochaThat(results: string[], pending: number, status = 0): string {
    const file = path.join(fake.root, "test/dist/src/a.test.js");
    const lines = results.map((name) =>
      event(name, { fullTitle: `a ${name}`, file, duration: 5, stack: "at line 3" }),
    );
    return program(
      `${event("start", {})}said by a test\n${lines.join("")}${event("end", { pending })}`,
      status,
    );
  }

  async function run(...args: string[]): Promise<number> {
    const { runTests } = await importBootstrap("test/run-tests.mjs");
    return runTests(fake.project, args, new AbortController().signal);
  }

  it("runs every step, counts tests, notebooks and static checks, and closes with the sum", async () => {
    assert.equal(await run(), 0);
    // 2 tests in each of three mocha runs, 2 notebooks, 6 static steps; 1 skipped in each mocha run.
    assert.match(printed, /\n14 passed, 0 failed, 3 skipped\n$/);
    for (const step of [
      "build",
      "front-end",
      "environment",
      "library",
      "types",
      "prose",
      "lint",
      "format",
      "notebooks",
      "browser",
    ])
      assert.match(printed, new RegExp(`^ok {4}${step} `, "m"));
    assert.match(printed, /said by a test/);
    assert.doesNotMatch(printed, /coverage/);
    assert.equal(
      readFileSync(path.join(fake.project.testLogs, "notebooks.log"), "utf8"),
      "01 ok\n2 passed, 0 failed\n",
    );
  });

  it("runs two steps that compute and two that wait at the same time", async () => {
    // Each ends well only once all four have begun.
    const meet = (name: string, ending: string): string => `
      const fs = await import("node:fs");
      fs.writeFileSync(${JSON.stringify(fake.root)} + "/" + (${name}) + ".begun", "");
      const begun = () => fs.readdirSync(${JSON.stringify(fake.root)}).filter((file) => file.endsWith(".begun"));
      const since = Date.now();
      while (begun().length < 4 && Date.now() - since < 30000) await new Promise((go) => setTimeout(go, 20));
      if (begun().length < 4) process.exit(1);
      ${ending}`;
    const inside = (text: string): string => `(async () => {${text}})();`;
    const step = '/dist.(environment|browser|src)/.exec(process.argv.join(" "))[1]';
    fake.write("node_modules/mocha/bin/mocha.js", inside(meet(step, mochaThat(["pass"], 0))));
    fake.write(
      "environment/dist/runner/main.js",
      inside(meet('"notebooks"', program("2 passed, 0 failed\n"))),
    );
    fake.write("test/dist/environment/b.test.js", "");
    assert.equal(await run("library", "environment", "browser", "notebooks"), 0, printed);
  });

  it("tests the library in some runs of mocha, a room in one of them, and tells of it as one step", async () => {
    for (const name of ["volume/crop", "volume/window.slow", "cli/train.system", "model/network"])
      fake.write(`test/src/${name}.test.ts`, "");
    const file = path.join(fake.root, "runs");
    fake.write(
      "node_modules/mocha/bin/mocha.js",
      `require("node:fs").appendFileSync(${JSON.stringify(file)}, process.argv.slice(2).join(" ") + "\\n");` +
        mochaThat(["pass", "fail"], 1, 1),
    );
    assert.equal(await run("library"), 1);
    const rooms = readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => [...line.matchAll(/src[\\/]([\w./\\]+)\.test\.js/g)].map(([, name]) => name));
    assert.deepEqual(rooms.map((names) => names.join(" ")).sort(), [
      "a model/network",
      "cli/train.system",
      "volume/crop volume/window.slow",
    ]);
    assert.equal(printed.match(/^FAIL {2}library [^\n]* 3 passed, 3 failed, 3 skipped$/gm)?.length, 2);
    const log = readFileSync(path.join(fake.project.testLogs, "library.log"), "utf8");
    assert.equal(log.match(/^FAIL a fail$/gm)?.length, 3, "what each run said is kept");
    writeFileSync(file, "");
    await run("library", "--grep=a");
    assert.equal(
      readFileSync(file, "utf8").trim().split("\n").length,
      1,
      "arguments for mocha go to one run",
    );
  });

  it("goes on after a failing step, shows what it said, and fails", async () => {
    fake.write("node_modules/oxlint/bin/oxlint", program("no-unused-vars in a.ts", 1));
    fake.write("environment/dist/runner/main.js", program("02 broke\n1 passed, 1 failed\n", 1));
    fake.write(
      "environment/dist/prose/main.js",
      program('README.md, line 3: "teh" is in no dictionary.\n', 1),
    );
    assert.equal(await run(), 1);
    assert.match(printed, /FAIL {2}prose[^\n]*\n {6}README\.md, line 3: "teh"/);
    assert.match(printed, /FAIL {2}lint[^\n]*\n {6}no-unused-vars in a\.ts/);
    assert.match(printed, /FAIL {2}notebooks .* 1 passed, 1 failed/);
    assert.match(printed, /ok {4}browser/);
    assert.match(printed, /\n11 passed, 3 failed, 3 skipped\n$/);
  });

  it("names failed tests where they happen, with their stack", async () => {
    fake.write("node_modules/mocha/bin/mocha.js", mochaThat(["pass", "fail"], 0, 1));
    assert.equal(await run("library"), 1);
    assert.match(printed, /FAIL a fail\n\s+at line 3/);
    // The build before it is the other that passed.
    assert.match(printed, /\n2 passed, 1 failed\n$/);
  });

  it("counts a run of mocha or of the notebooks that broke off as a failure", async () => {
    fake.write("node_modules/mocha/bin/mocha.js", program(event("start", {}) + "Segmentation fault\n", 3));
    fake.write("environment/dist/runner/main.js", program("out of memory\n", 134));
    assert.equal(await run("library", "notebooks"), 1);
    assert.match(
      printed,
      /FAIL mocha ended with status 3 before the last test\n\s+.*\n?.*Segmentation fault/,
    );
    assert.match(printed, /\n2 passed, 2 failed\n$/);
  });

  it("builds before a step that is named alone", async () => {
    fake.write("node_modules/typescript-7/bin/tsc", program("a.ts(1,1): error TS2322\n", 1));
    assert.equal(await run("library"), 1);
    assert.match(printed, /FAIL {2}build[^\n]*\n {6}a\.ts\(1,1\): error TS2322/);
    assert.doesNotMatch(printed, /browser|lint/);
  });

  it("lists the slowest files, and fails a fast file that took more of the processor than one may", async () => {
    const fileOf = (name: string): string => path.join(fake.root, `test/dist/src/${name}.test.js`);
    const pass = (name: string, duration: number): string =>
      event("pass", { fullTitle: name, file: fileOf(name), duration });
    const spent = { [fileOf("quick")]: 7.9, [fileOf("dear")]: 8.1, [fileOf("known.slow")]: 60 };
    const lines = `${pass("quick", 12_000)}${pass("dear", 3000)}${event("cpu", spent)}${event("all cpu", { [fileOf("dear")]: 21 })}${event("end", {})}`;
    fake.write("node_modules/mocha/bin/mocha.js", program(`${event("start", {})}${lines}`));
    assert.equal(await run("library"), 1);
    assert.match(printed, /FAIL src\/dear\.test took 8\.1 processor seconds, and a fast file may take 8/);
    assert.doesNotMatch(printed, /FAIL src\/(quick|known)/);
    assert.match(
      printed,
      /Slowest files:\n {2}src\/quick\.test +12 s\n {2}src\/dear\.test +3\.0 s, 21 s of the processor\n/,
    );
    const log = readFileSync(path.join(fake.project.testLogs, "library.log"), "utf8");
    assert.match(log, /Processor seconds, [^\n]*:\n {2}src\/dear\.test +21\.0\n {2}src\/quick\.test +0\.0\n/);
  });

  it("leaves heavy tests for the full check and says how many, and runs them where all is asked for", async () => {
    fake.write("test/src/wide.heavy.test.ts", "");
    fake.write("test/dist/src/wide.heavy.test.js", "");
    const specs = `${JSON.stringify(event("start", {}) + event("end", {}))} + process.argv.join(" ") + "\\n"`;
    fake.write("node_modules/mocha/bin/mocha.js", `process.stdout.write(${specs});`);
    assert.equal(await run("library"), 0);
    assert.match(printed, /src.a\.test\.js/);
    assert.doesNotMatch(printed, /wide\.heavy/);
    assert.match(printed, /Left for npm run check -- --full: 1 heavy file of tests\.\n/);
    printed = "";
    process.env.TUMORLAB_FULL = "1";
    try {
      assert.equal(await run("library"), 0);
    } finally {
      delete process.env.TUMORLAB_FULL;
    }
    assert.match(printed, /wide\.heavy\.test\.js/);
    assert.doesNotMatch(printed, /Left for/);
  });

  it("counts a root hook that fails without a failed test", async () => {
    fake.write("node_modules/mocha/bin/mocha.js", mochaThat(["pass"], 0, 7));
    assert.equal(await run("library"), 1);
    assert.match(printed, /mocha ended with status 7 and no failed test/);
  });

  it("gathers the coverage of both runs of mocha where it is asked for", async () => {
    assert.equal(await run("coverage"), 0);
    for (const step of ["build", "environment", "library", "coverage"])
      assert.match(printed, new RegExp(`^ok {4}${step} `, "m"));
    assert.doesNotMatch(printed, /browser|lint/);
    const covered = readdirSync(path.join(fake.root, "coverage/tmp")).map((name) => name.split("-")[0]);
    assert.deepEqual(new Set(covered), new Set(["environment", "library"]), "c8 reads what both runs wrote");
  });

  it("names only the files below their coverage floor", async () => {
    fake.write("node_modules/c8/bin/c8.js", program("a table\nERROR: Coverage for lines (3%) of b.ts\n", 1));
    assert.equal(await run("coverage"), 1);
    assert.match(printed, /\n {6}ERROR: Coverage for lines \(3%\) of b\.ts\n/);
    assert.doesNotMatch(printed, /a table/);
    const config = JSON.parse(readFileSync(path.join(fake.root, "coverage/c8.json"), "utf8"));
    assert.deepEqual(config.exclude, ["x", path.join("src", "types.ts")], "types-only files are left out");
  });

  it("sweeps compiled files whose source is gone and leaves the others", async () => {
    await run("build");
    assert.ok(!existsSync(path.join(fake.root, "test/dist/src/removed.test.js")));
    assert.ok(existsSync(path.join(fake.root, "test/dist/src/a.test.js")));
  });

  it("tells a module with code from one with types only", async () => {
    const { isEmptyModule } = await importBootstrap("test/coverage-config.mjs");
    const head = '"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\n';
    assert.ok(isEmptyModule(`${head}//# sourceMappingURL=types.js.map`));
    assert.ok(isEmptyModule(`${head}/** Why. */\n// more\n`));
    assert.ok(!isEmptyModule(`${head}exports.a = 1;\n`));
  });
});
