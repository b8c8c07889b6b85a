import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatSeconds } from "../say.mjs";
import { SetupError } from "../setup-error.mjs";
import { createSteps } from "./steps.mjs";

/**
 * @typedef {import("../project.mjs").Project} Project
 *
 * @typedef {object} Outcome what a step found
 * @property {number} passed
 * @property {number} failed
 * @property {number} [skipped]
 * @property {string} [output] kept in the step's log
 * @property {string} [shown] shown when something failed; default: the output
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {(context: StepContext) => Promise<Outcome>} run
 *
 * @typedef {object} StepContext
 * @property {Project} project
 * @property {AbortSignal} signal
 * @property {readonly string[]} extra arguments of the command line that begin with "-"; for mocha
 * @property {(text: string) => void} say
 *
 * @typedef {Outcome & { name: string, ms: number }} Report
 */

/**
 * Runs the checks of `npm test`: first the builds, then two lanes side by side (the environment's tests and static
 * checks on one core, the library's tests and the notebooks on the other), last the browser and the coverage. A failing step hides no other. Prints a line a step, what failed,
 * a table, and as its last line "N passed, N failed" (", N skipped").
 *
 * @param {Project} project
 * @param {readonly string[]} args names of steps to run alone; the rest goes to mocha
 * @param {AbortSignal} signal
 * @returns {Promise<number>} 0 when nothing failed
 */
export async function runTests(project, args, signal) {
  const stages = chooseSteps(createSteps(), args);
  const context = { project, signal, extra: args.filter((arg) => arg.startsWith("-")), say: console.log };
  rmSync(project.testLogs, { recursive: true, force: true });
  mkdirSync(project.testLogs, { recursive: true });
  const startedMs = performance.now();
  /** @type {Report[]} */
  const reports = [];
  for (const lanes of stages)
    await Promise.all(
      lanes.map(async (lane) => {
        for (const step of lane) if (!signal.aborted) reports.push(await runStep(step, context));
      }),
    );
  console.log(summarize(reports, performance.now() - startedMs));
  return reports.length > 0 && reports.every((report) => report.failed === 0) ? 0 : 1;
}

/**
 * @param {Step[][][]} stages
 * @param {readonly string[]} args
 * @returns {Step[][][]} all steps, or those named in `args`
 */
function chooseSteps(stages, args) {
  const names = args.filter((arg) => !arg.startsWith("-"));
  const known = stages.flat(2).map((step) => step.name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown) throw new SetupError(`There is no step called ${unknown}. Steps: ${known.join(", ")}.`);
  if (names.length === 0) return stages;
  return stages.map((lanes) => lanes.map((lane) => lane.filter((step) => names.includes(step.name))));
}

/** @param {Step} step @param {StepContext} context @returns {Promise<Report>} */
async function runStep(step, context) {
  const startedMs = performance.now();
  /** @type {Outcome} */
  let outcome;
  try {
    outcome = await step.run(context);
  } catch (error) {
    outcome = { passed: 0, failed: 1, output: error instanceof Error ? error.stack : String(error) };
  }
  const report = { ...outcome, name: step.name, ms: performance.now() - startedMs };
  const output = outcome.output?.trimEnd() ?? "";
  writeFileSync(join(context.project.testLogs, `${step.name}.log`), `${output}\n`);
  console.log(describeReport(report));
  if (outcome.failed > 0) console.log((outcome.shown ?? output).replace(/^/gm, "      "));
  return report;
}

/** One line such as "ok    lint        12 s". @param {Report} report */
function describeReport({ name, ms, passed, failed, skipped = 0 }) {
  const counts = passed + failed + skipped > 1 ? `  ${countAll({ passed, failed, skipped })}` : "";
  return `${failed > 0 ? "FAIL" : "ok  "}  ${name.padEnd(12)} ${formatSeconds(ms).padStart(6)}${counts}`;
}

/**
 * The table of all steps and the closing line.
 *
 * @param {readonly Report[]} reports
 * @param {number} ms
 */
export function summarize(reports, ms) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const report of reports) {
    total.passed += report.passed;
    total.failed += report.failed;
    total.skipped += report.skipped ?? 0;
  }
  return ["", ...reports.map(describeReport), `All in ${formatSeconds(ms)}.`, countAll(total)].join("\n");
}

/** "3 passed, 0 failed", with ", 1 skipped" when there were any. @param {{ passed: number, failed: number, skipped: number }} counts */
function countAll({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
