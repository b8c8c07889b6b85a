import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildFrontEnd, buildTypeScript } from "../build.mjs";
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
 * The steps of `npm test` as stages of lanes: stages run one after the other, the lanes of a stage side by side, the
 * steps of a lane in order.
 *
 * @returns {Step[][][]}
 */
export function createSteps() {
  return [
    [[{ name: "build", run: build }], [{ name: "front-end", run: frontEnd }]],
    [
      [
        { name: "mocha", run: mocha },
        { name: "coverage", run: coverage },
      ],
      [
        { name: "types", run: types },
        { name: "lint", run: (context) => runTool(context, "eslint/bin/eslint.js", "--max-warnings=0", ".") },
        { name: "format", run: (context) => runTool(context, "prettier/bin/prettier.cjs", "--check", ".") },
        { name: "notebooks", run: notebooks },
      ],
    ],
    [[{ name: "browser", run: browser }]],
  ];
}

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
    const args = [project.typescript, "-p", join(project.root, folder), "--noEmit", "--pretty", "false"];
    const result = await runNode(args, { cwd: project.root, signal });
    output += result.output;
    ok &&= result.code === 0;
  }
  return judge({ ok, output });
}

/** @param {StepContext} context */
function mocha(context) {
  const coverageData = coverageFolder(context);
  rmSync(coverageData, { recursive: true, force: true });
  // Node writes what ran, in this process and in every kernel and server it starts.
  return runMocha(context, {
    folders: listTestFolders(context.project.root),
    env: { NODE_V8_COVERAGE: coverageData },
  });
}

/** Every folder of test/ but that of the browser tests, which run last and by themselves. @param {string} root */
function listTestFolders(root) {
  return readdirSync(join(root, "test"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !["browser", "dist", "node_modules"].includes(entry.name))
    .map((entry) => entry.name);
}

/** Holds every file to its floor of covered lines, see .c8rc.json. @param {StepContext} context */
async function coverage(context) {
  const { project, signal } = context;
  const c8 = join(project.modules, "c8", "bin", "c8.js");
  const config = writeCoverageConfig(project.root);
  const args = [
    c8,
    "report",
    "--check-coverage",
    "--config",
    config,
    "--temp-directory",
    coverageFolder(context),
  ];
  const { code, output } = await runNode(args, { cwd: project.root, signal });
  const below = output.split("\n").filter((line) => line.startsWith("ERROR"));
  return { ...judge({ ok: code === 0, output }), shown: below.length > 0 ? below.join("\n") : output };
}

/** Every notebook, executed at tiny scale. @param {StepContext} context @returns {Promise<Outcome>} */
async function notebooks({ project, signal }) {
  const args = [project.entries.notebooks, "--scale", "tiny", "--check"];
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

/** @param {StepContext} context */
function coverageFolder({ project }) {
  return join(project.root, "coverage", "tmp");
}
