const { readFileSync } = require("node:fs");

/**
 * Loaded by mocha before the tests: at the end it prints the processor seconds of each file of tests, its hooks and threads
 * among them, as a line `["cpu", { path: seconds }]`, and, where the system tells, a line `["all cpu", { path: seconds }]`
 * with those of the programs that the file started and that have ended. Unlike the time by the clock they hardly depend on
 * what else runs.
 */
/** @type {Record<string, number>} */
const own = {};
/** @type {Record<string, number>} */
const all = {};
const ticksPerSecond = 100;
let last = measure();

exports.mochaHooks = {
  /** @this {{ test: { parent: { suites: { file: string, afterAll: (hook: () => void) => void }[] } } }} */
  beforeAll() {
    last = measure();
    // Added last, so that it comes after the hooks which end what a file started.
    for (const suite of this.test.parent.suites) suite.afterAll(() => count(suite.file));
  },
  /** @this {{ currentTest: { file: string } }} */
  afterEach() {
    count(this.currentTest.file);
  },
  afterAll() {
    process.stdout.write(`${JSON.stringify(["cpu", own])}\n`);
    if (last.children !== undefined) process.stdout.write(`${JSON.stringify(["all cpu", all])}\n`);
  },
};

/** @param {string} file */
function count(file) {
  const now = measure();
  const spent = now.own - last.own;
  own[file] = (own[file] ?? 0) + spent;
  all[file] = (all[file] ?? 0) + spent + (now.children ?? 0) - (last.children ?? 0);
  last = now;
}

/** @returns {{ own: number, children: number | undefined }} seconds since the process began */
function measure() {
  const { user, system } = process.cpuUsage();
  return { own: (user + system) / 1e6, children: readChildren() };
}

/** Seconds of children that have ended, and theirs; only Linux tells, as fields 16 and 17 of `stat` in ticks. */
function readChildren() {
  try {
    const stat = readFileSync("/proc/self/stat", "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
  } catch {
    return undefined;
  }
}
