import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatSeconds } from "../say.mjs";
import { SetupError } from "../setup-error.mjs";
import { createSteps, stepsBefore, stepsOnDemand } from "./steps.mjs";

/**
 * @typedef {import("../project.mjs").Project} Project
 *
 * @typedef {object} Outcome what a step found
 * @property {number} passed
 * @property {number} failed
 * @property {number} [skipped]
 * @property {number} [left] heavy files of tests that were not run
 * @property {readonly FileTime[]} [files] of tests, with their time
 * @property {string} [output] kept in the step's log
 * @property {string} [shown] shown when something failed; default: the output
 *
 * @typedef {{ path: string, ms: number, cpuSeconds?: number }} FileTime `cpuSeconds` with those of the programs it started
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {(context: StepContext, part: number) => Promise<Outcome>} run of one part, the first of which is 0
 * @property {(context: StepContext) => number} [countParts] parts that may run at the same time; default: 1
 * @property {boolean} [waits] whether it mostly waits for programs it started, so that two others may run beside it
 *
 * @typedef {object} StepContext
 * @property {Project} project
 * @property {AbortSignal} signal
 * @property {readonly string[]} steps names of those that run
 * @property {readonly string[]} extra arguments of the command line that begin with "-"; for mocha
 * @property {(text: string) => void} say
 *
 * @typedef {Outcome & { name: string, ms: number }} Report
 */

/**
 * Runs the checks of `npm test`: first the builds, then all else. At a time run two steps that compute, or parts of one,
 * and two that mostly wait: those leave to the others what they do not use of two cores. The coverage, which slows every
 * test down, runs only when it is named. A failing step hides no other. Prints a line a step, what failed, a table, and as
 * its last line "N passed, N failed" (", N skipped").
 *
 * @param {Project} project
 * @param {readonly string[]} args names of steps to run alone; the rest goes to mocha
 * @param {AbortSignal} signal
 * @returns {Promise<number>} 0 when nothing failed
 */
export async function runTests(project, args, signal) {
  const stages = chooseSteps(createSteps(), args);
  const steps = stages.flat().map(({ name }) => name);
  const extra = args.filter((arg) => arg.startsWith("-"));
  const context = { project, signal, steps, extra, say: console.log };
  rmSync(project.testLogs, { recursive: true, force: true });
  mkdirSync(project.testLogs, { recursive: true });
  const startedMs = performance.now();
  /** @type {Report[]} */
  const reports = [];
  for (const stage of stages) {
    const work = async (/** @type {(() => Promise<void>)[]} */ queue) => {
      for (let job = queue.shift(); job && !signal.aborted; job = queue.shift()) await job();
    };
    const listJobs = (/** @type {boolean} */ waiting) =>
      stage
        .filter(({ waits = false }) => waits === waiting)
        .flatMap((step) => listParts(step, context, (report) => reports.push(report)));
    const [computing, waiting] = [listJobs(false), listJobs(true)];
    await Promise.all([computing, computing, waiting, waiting].map(work));
  }
  console.log(summarize(reports, performance.now() - startedMs));
  return reports.length > 0 && reports.every((report) => report.failed === 0) ? 0 : 1;
}

/**
 * @param {Step[][]} stages
 * @param {readonly string[]} args
 * @returns {Step[][]} all steps but those on demand, or those named in `args` with what they need
 */
function chooseSteps(stages, args) {
  const names = args.filter((arg) => !arg.startsWith("-"));
  const known = stages.flat().map((step) => step.name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown) throw new SetupError(`There is no step called ${unknown}. Steps: ${known.join(", ")}.`);
  const needed = names.flatMap((name) => stepsBefore[name] ?? []);
  const isWanted = (/** @type {string} */ name) =>
    names.length === 0 ? !stepsOnDemand.includes(name) : names.includes(name) || needed.includes(name);
  return stages.map((stage) => stage.filter((step) => isWanted(step.name)));
}

/**
 * The parts of a step, each to be started by whoever is free. The last one that ends tells of the whole.
 *
 * @param {Step} step
 * @param {StepContext} context
 * @param {(report: Report) => void} onEnd
 * @returns {(() => Promise<void>)[]}
 */
function listParts(step, context, onEnd) {
  const count = step.countParts?.(context) ?? 1;
  /** @type {Outcome[]} */
  const outcomes = Array.from({ length: count });
  let left = count;
  let startedMs = NaN;
  return outcomes.map((_, part) => async () => {
    if (Number.isNaN(startedMs)) startedMs = performance.now();
    outcomes[part] = await runPart(step, context, part);
    left--;
    if (left === 0) onEnd(tellStep(step, context, joinOutcomes(outcomes), performance.now() - startedMs));
  });
}

/** @param {Step} step @param {StepContext} context @param {number} part @returns {Promise<Outcome>} */
async function runPart(step, context, part) {
  try {
    return await step.run(context, part);
  } catch (error) {
    return {
      passed: 0,
      failed: 1,
      output: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

/** Keeps what a step said, and prints its line and what failed. @param {Step} step @param {StepContext} context @param {Outcome} outcome @param {number} ms @returns {Report} */
function tellStep(step, context, outcome, ms) {
  const report = { ...outcome, name: step.name, ms };
  const output = outcome.output?.trimEnd() ?? "";
  writeFileSync(join(context.project.testLogs, `${step.name}.log`), `${output}\n`);
  console.log(describeReport(report));
  if (outcome.failed > 0) console.log((outcome.shown ?? output).replace(/^/gm, "      "));
  return report;
}

/** @param {readonly Outcome[]} outcomes of the parts of a step @returns {Outcome} of all of it */
function joinOutcomes(outcomes) {
  if (outcomes.length === 1) return outcomes[0];
  const add = (/** @type {(outcome: Outcome) => number | undefined} */ read) =>
    outcomes.reduce((sum, outcome) => sum + (read(outcome) ?? 0), 0);
  return {
    passed: add(({ passed }) => passed),
    failed: add(({ failed }) => failed),
    skipped: add(({ skipped }) => skipped),
    left: add(({ left }) => left),
    files: outcomes.flatMap(({ files = [] }) => files),
    output: outcomes.map(({ output = "" }) => output).join(""),
  };
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
  return [
    "",
    ...reports.map(describeReport),
    ...listSlowest(reports.flatMap(({ files = [] }) => files)),
    `All in ${formatSeconds(ms)}.`,
    ...tellLeft(reports.reduce((sum, { left = 0 }) => sum + left, 0)),
    countAll(total),
  ].join("\n");
}

/** @param {readonly FileTime[]} files */
function listSlowest(files) {
  const slowest = [...files].sort((a, b) => b.ms - a.ms).slice(0, 10);
  if (slowest.length === 0) return [];
  return [
    "",
    "Slowest files:",
    ...slowest.map((file) => `  ${file.path.padEnd(58)} ${formatSeconds(file.ms)}${describeCpu(file)}`),
    "",
  ];
}

/** @param {FileTime} file */
function describeCpu({ cpuSeconds }) {
  return cpuSeconds === undefined ? "" : `, ${formatSeconds(cpuSeconds * 1000)} of the processor`;
}

/** @param {number} files */
function tellLeft(files) {
  if (files === 0) return [];
  return [`Left for npm run check -- --full: ${files} heavy file${files === 1 ? "" : "s"} of tests.`];
}

/** "3 passed, 0 failed", with ", 1 skipped" when there were any. @param {{ passed: number, failed: number, skipped: number }} counts */
function countAll({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
