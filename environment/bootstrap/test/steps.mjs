import { existsSync, linkSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildFrontEnd, buildTypeScript, runCompiler } from "../build.mjs";
import { runNode } from "../child.mjs";
import { readClosingLine } from "./closing-line.mjs";
import { writeCoverageConfig } from "./coverage-config.mjs";
import { runMocha } from "./mocha.mjs";

/**
 * @typedef {import("./run-tests.mjs").Step} Step
 * @typedef {import("./run-tests.mjs").StepContext} StepContext
 * @typedef {import("./run-tests.mjs").Outcome} Outcome
 */

/**
 * The steps of `npm test` in stages, which run one after the other. Of a stage two steps that compute and two that wait run
 * at a time, in order.
 *
 * @returns {Step[][]}
 */
export function createSteps() {
  return [
    [
      { name: "build", run: build },
      { name: "front-end", run: frontEnd },
      // It needs nothing that is built, and the compiler uses one core.
      { name: "format", run: (context) => runTool(context, "oxfmt/bin/oxfmt", "--check", ".") },
    ],
    // What runs longest begins first, and what cannot be shared out before what can: both cores have work to the end.
    [
      { name: "environment", run: testEnvironment, waits: true },
      { name: "browser", run: browser, waits: true },
      { name: "notebooks", run: notebooks },
      { name: "lint", run: (context) => runTool(context, "oxlint/bin/oxlint", "-c", "oxlint.config.mjs") },
      { name: "library", run: testLibrary, countParts: countLibraryRuns },
      { name: "types", run: types },
      { name: "prose", run: prose },
    ],
    [{ name: "coverage", run: coverage }],
  ];
}

/** Steps that run only where they are named. */
export const stepsOnDemand = ["coverage"];

/** What a step that is named alone needs before it: nothing is tested as it was built some time ago. */
export const stepsBefore = /** @type {Record<string, readonly string[]>} */ ({
  library: ["build"],
  environment: ["build", "front-end"],
  browser: ["build", "front-end"],
  notebooks: ["build", "front-end"],
  prose: ["build"],
  coverage: ["build", "front-end", "environment", "library"],
});

/** @param {StepContext} context */
async function build({ project, signal }) {
  return judge(await buildTypeScript(project, ["."], signal));
}

/** @param {StepContext} context */
async function frontEnd({ project, signal }) {
  return judge(await buildFrontEnd(project, signal));
}

/** Type-checks what `tsc -b` does not compile: the front end and the set-up scripts. @param {StepContext} context */
async function types({ project, signal }) {
  let output = "";
  let ok = true;
  for (const folder of ["environment/lab", "environment/bootstrap"]) {
    const result = await runCompiler(project, ["-p", join(project.root, folder), "--noEmit"], signal);
    output += result.output;
    ok &&= result.ok;
  }
  return judge({ ok, output });
}

/** Spelling and style of notebooks, pages, comments and messages. @param {StepContext} context */
async function prose({ project, signal }) {
  const result = await runNode([project.entries.prose], { cwd: project.root, signal });
  return judge({ ok: result.code === 0, output: result.output });
}

/** Tests of kernel, server, runner and set-up: they wait for programs they start. @param {StepContext} context */
function testEnvironment(context) {
  return runCovered(context, "environment", ["environment"]);
}

/** Every other folder of test/ but that of the browser tests. @param {StepContext} context @param {number} part */
function testLibrary(context, part) {
  const others = ["browser", "dist", "environment", "node_modules"];
  const folders = readdirSync(join(context.project.root, "test"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !others.includes(entry.name))
    .map((entry) => entry.name);
  return runCovered(context, "library", folders, { part, parts: countLibraryRuns(context) });
}

/** Runs of mocha, which fill two cores better than one; a single one for its arguments, and to gather the coverage. @param {StepContext} context */
function countLibraryRuns({ steps, extra }) {
  return extra.length > 0 || steps.includes("coverage") ? 1 : 3;
}

/**
 * @param {StepContext} context
 * @param {string} name of its part of the coverage
 * @param {string[]} folders of test/
 * @param {{ part?: number, parts?: number }} [share] of the tests
 */
function runCovered(context, name, folders, share) {
  if (!context.steps.includes("coverage")) return runMocha(context, { folders, env: {}, ...share });
  const data = join(coverageParts(context), name);
  rmSync(data, { recursive: true, force: true });
  // Node writes what ran, in this process and in every kernel and server it starts. A line that only a heavy test runs counts.
  return runMocha(context, { folders, env: { NODE_V8_COVERAGE: data }, heavy: true });
}

/** Holds every file to its floor of covered lines, see .c8rc.json. @param {StepContext} context */
async function coverage(context) {
  const { project, signal } = context;
  const c8 = join(project.modules, "c8", "bin", "c8.js");
  const config = writeCoverageConfig(project.root);
  const data = gatherCoverage(context);
  const args = [c8, "report", "--check-coverage", "--config", config, "--temp-directory", data];
  const { code, output } = await runNode(args, { cwd: project.root, signal });
  const below = output.split("\n").filter((line) => line.startsWith("ERROR"));
  return { ...judge({ ok: code === 0, output }), shown: below.length > 0 ? below.join("\n") : output };
}

/** Every notebook, executed at tiny scale. @param {StepContext} context @returns {Promise<Outcome>} */
async function notebooks({ project, signal, steps }) {
  // Solutions are short: most of their time would go into the start of their kernels. That none leans on names of another
  // is seen where their types are checked, one by one.
  const args = [project.entries.notebooks, "--scale", "tiny", "--check", "--share-kernel", "exercises"];
  // Beside the tests of the library, which take the other core, they come one at a time.
  if (steps.includes("library")) args.push("--jobs", "1");
  const { code, output } = await runNode(args, { cwd: project.root, signal });
  const counts = readClosingLine(output) ?? { passed: 0, failed: 0, skipped: 0 };
  const crashed = code !== 0 && counts.failed === 0;
  return { ...counts, failed: counts.failed + (crashed ? 1 : 0), output };
}

/** Front end tests in a real browser; they skip themselves where there is none. @param {StepContext} context */
function browser(context) {
  return runMocha(context, { folders: ["browser"], env: {} });
}

/** @param {StepContext} context @param {string} path below node_modules @param {string[]} args */
async function runTool({ project, signal }, path, ...args) {
  const result = await runNode([join(project.modules, path), ...args], { cwd: project.root, signal });
  return judge({ ok: result.code === 0, output: result.output });
}

/** @param {{ ok: boolean, output: string }} result @returns {Outcome} */
function judge({ ok, output }) {
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, output };
}

/** What the runs of mocha wrote down, a folder a run. @param {StepContext} context */
function coverageParts({ project }) {
  return join(project.root, "coverage", "parts");
}

/** Puts the parts into one folder, which is all that c8 reads. @param {StepContext} context @returns {string} */
function gatherCoverage(context) {
  const data = join(context.project.root, "coverage", "tmp");
  const parts = coverageParts(context);
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true });
  for (const part of existsSync(parts) ? readdirSync(parts) : [])
    for (const file of readdirSync(join(parts, part)))
      linkSync(join(parts, part, file), join(data, `${part}-${file}`));
  return data;
}
