/**
 * Loaded by mocha before the tests: at the end it prints the processor seconds of each file of tests, its hooks and threads
 * among them, as a line `["cpu", { path: seconds }]`. Unlike the time by the clock they hardly depend on what else runs.
 */
/** @type {Record<string, number>} */
const seconds = {};
let last = process.cpuUsage();

exports.mochaHooks = {
  beforeAll() {
    last = process.cpuUsage();
  },
  /** @this {{ currentTest: { file: string } }} */
  afterEach() {
    const now = process.cpuUsage();
    const { file } = this.currentTest;
    seconds[file] = (seconds[file] ?? 0) + (now.user - last.user + now.system - last.system) / 1e6;
    last = now;
  },
  afterAll() {
    process.stdout.write(`${JSON.stringify(["cpu", seconds])}\n`);
  },
};
