import { readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { runNode } from "../child.mjs";
import { formatSeconds } from "../say.mjs";

/**
 * @typedef {import("./run-tests.mjs").StepContext} StepContext
 * @typedef {import("./run-tests.mjs").Outcome} Outcome
 *
 * @typedef {object} MochaEvent one line of mocha's json-stream reporter, parsed
 * @property {string} fullTitle
 * @property {string} file
 * @property {number} [duration] milliseconds
 * @property {string} [err]
 * @property {string} [stack]
 */

const cpuHook = fileURLToPath(new URL("cpu-hook.cjs", import.meta.url));

/** Processor seconds that a file of the fast tier may take: `x.test.ts`, not one of slow, system or heavy. */
export const fastBudgetSeconds = 8;

const limitMs = 40 * 60_000;
const lingerMs = 30_000;

/**
 * Runs the tests below some folders of test/ and tells a line for each file and each failure as they come. Only
 * files whose source still exists are run, and heavy ones (`x.heavy.test.ts`) where they are asked for. A run that was cut
 * short, or a process that does not end by itself once the last test is over (something was left open), counts as a failure.
 *
 * @param {StepContext} context
 * @param {{ folders: readonly string[], env: NodeJS.ProcessEnv, heavy?: boolean, part?: number, parts?: number }} options
 *   `heavy` defaults to whether TUMORLAB_FULL is set; `part` says which one of `parts` to run, default: all
 * @returns {Promise<Outcome>}
 */
export async function runMocha(
  { project, signal, extra, say },
  { folders, env, heavy = process.env.TUMORLAB_FULL !== undefined, part = 0, parts = 1 },
) {
  const all = folders.flatMap((folder) => findTests(project.root, folder));
  const tests = parts === 1 ? all : dealRooms(all, parts)[part];
  const specs = tests.filter((test) => heavy || !isHeavyTest(test));
  if (specs.length === 0) return { passed: 0, failed: 0, skipped: 0, output: "no tests here\n" };
  const reader = createStreamReader((text) => say(`      ${text}`), project.root);
  const outcome = await runSpecs({ project, signal, extra }, specs, reader, env);
  return { ...outcome, left: tests.length - specs.length };
}

/**
 * Deals tests out to some runs of mocha that take about as long as one another: the dearest room first, each to the run that
 * has least to do. The tests of a room stay together, as they may share what they make. A file counts by its tier.
 *
 * @param {readonly string[]} tests paths from the root, built
 * @param {number} count
 * @returns {string[][]} `count` groups
 */
export function dealRooms(tests, count) {
  /** @type {Map<string, string[]>} */
  const rooms = new Map();
  for (const test of tests) {
    const room = dirname(test).split(/[\\/]/).slice(0, 4).join("/");
    rooms.set(room, [...(rooms.get(room) ?? []), test]);
  }
  const weighted = [...rooms.values()].map((room) => ({
    room,
    weight: room.reduce((sum, test) => sum + weighTest(test), 0),
  }));
  const groups = Array.from({ length: count }, () => ({ tests: /** @type {string[]} */ ([]), weight: 0 }));
  for (const { room, weight } of weighted.sort((a, b) => b.weight - a.weight)) {
    const least = groups.reduce((a, b) => (b.weight < a.weight ? b : a));
    least.tests.push(...room);
    least.weight += weight;
  }
  return groups.map((group) => group.tests.sort());
}

/** About how many processor seconds a file of tests takes. @param {string} test */
function weighTest(test) {
  if (test.endsWith(".system.test.js")) return 15;
  return test.endsWith(".slow.test.js") ? 4 : 0.5;
}

/** Whether a test, built or not, is of the heavy tier. @param {string} path */
export function isHeavyTest(path) {
  return /\.heavy\.test\.[jt]s$/.test(path);
}

/**
 * Runs compiled tests in one process of mocha.
 *
 * @param {Pick<StepContext, "project" | "signal" | "extra">} context
 * @param {readonly string[]} specs paths from the root
 * @param {ReturnType<typeof createStreamReader>} reader takes in what mocha says
 * @param {NodeJS.ProcessEnv} env beside that of this process
 * @returns {Promise<Outcome>}
 */
export async function runSpecs({ project, signal, extra }, specs, reader, env) {
  const watchdog = new AbortController();
  const limit = setTimeout(() => watchdog.abort(`no end after ${formatSeconds(limitMs)}`), limitMs);
  /** @type {NodeJS.Timeout | undefined} */
  let linger;
  const { code, output } = await runNode(
    [
      join(project.modules, "mocha", "bin", "mocha.js"),
      "--reporter",
      "json-stream",
      "--require",
      cpuHook,
      ...extra,
      "--spec",
      ...specs,
    ],
    {
      cwd: project.root,
      env: { ...process.env, ...env },
      signal: AbortSignal.any([signal, watchdog.signal]),
      onLine: (line) => {
        if (reader.read(line) === "end")
          linger = setTimeout(
            () => watchdog.abort("something was left open and keeps the process alive"),
            lingerMs,
          );
      },
    },
  );
  clearTimeout(limit);
  clearTimeout(linger);
  return reader.finish(code, output, watchdog.signal.aborted ? String(watchdog.signal.reason) : "");
}

/**
 * The compiled tests below test/FOLDER, in order of name.
 *
 * @param {string} root
 * @param {string} folder
 * @returns {string[]} paths from the root
 */
function findTests(root, folder) {
  try {
    return readdirSync(join(root, "test", folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.ts") && !name.split(/[\\/]/).includes("node_modules"))
      .map((name) => join("test", "dist", folder, name.replace(/\.ts$/, ".js")))
      .sort();
  } catch {
    return [];
  }
}

/**
 * Counts what mocha's json-stream reporter says, line by line, and tells the files and failures.
 *
 * @param {(text: string) => void} tell
 * @param {string} root
 * @param {(text: string) => void} [tellFile] is told of files that ended, in place of `tell`
 */
export function createStreamReader(tell, root, tellFile = tell) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  let ended = false;
  let log = "";
  let file = { path: "", tests: 0, ms: 0 };
  /** @type {import("./run-tests.mjs").FileTime[]} */
  const files = [];
  /** @type {Record<string, number> | undefined} */
  let allSeconds;

  /** @param {string} text */
  const note = (text) => {
    log += `${text}\n`;
    tell(text);
  };
  const closeFile = () => {
    if (!file.path) return;
    const line = `${file.path.padEnd(58)} ${String(file.tests).padStart(3)} tests ${formatSeconds(file.ms)}`;
    log += `${line}\n`;
    tellFile(line);
    files.push({ path: file.path, ms: file.ms });
  };
  /** @param {MochaEvent} event */
  const countTest = (event) => {
    const path = nameOf(event.file ?? "");
    if (path !== file.path) {
      closeFile();
      file = { path, tests: 0, ms: 0 };
    }
    file.tests++;
    file.ms += event.duration ?? 0;
  };

  const nameOf = (/** @type {string} */ path) =>
    relative(join(root, "test", "dist"), path).replace(/\.js$/, "");
  /** Fast files that took longer than one may. @param {Record<string, number>} seconds */
  const checkBudget = (seconds) => {
    for (const [path, spent] of Object.entries(seconds)) {
      const name = nameOf(path);
      if (/\.(slow|system|heavy)\.test$/.test(name) || spent <= fastBudgetSeconds) continue;
      counts.failed++;
      note(
        `FAIL ${name} took ${spent.toFixed(1)} processor seconds, and a fast file may take ${fastBudgetSeconds}: make it ` +
          "faster, or call it .slow.test.ts (or .system.test.ts where it starts programs)",
      );
    }
  };

  /** Takes in what files took of the processor, and keeps a list of it in the log, the dearest first. @param {Record<string, number>} seconds */
  const noteSeconds = (seconds) => {
    for (const file of files) file.cpuSeconds = seconds[join(root, "test", "dist", `${file.path}.js`)];
    const dearest = [...files].sort((a, b) => (b.cpuSeconds ?? 0) - (a.cpuSeconds ?? 0));
    log += `Processor seconds, with the programs that were started:\n`;
    for (const { path, cpuSeconds = 0 } of dearest)
      log += `  ${path.padEnd(58)} ${cpuSeconds.toFixed(1).padStart(6)}\n`;
  };

  return {
    /** Takes in a line; returns the name of its event, "" when it is none. @param {string} line */
    read(line) {
      const [name, event] = parseEvent(line);
      if (name === "pass" || name === "fail") countTest(event);
      if (name === "pass") counts.passed++;
      else if (name === "fail") {
        counts.failed++;
        note(`FAIL ${event.fullTitle}\n${indent(event.stack ?? event.err ?? "")}`);
      } else if (name === "end") {
        ended = true;
        counts.skipped = Number(/** @type {any} */ (event).pending ?? 0);
        closeFile();
        if (allSeconds) noteSeconds(allSeconds);
      } else if (name === "cpu") checkBudget(/** @type {any} */ (event));
      else if (name === "all cpu") allSeconds = /** @type {any} */ (event);
      else if (!name && line.trim()) note(line);
      return name;
    },
    /**
     * @param {number} code exit status of mocha
     * @param {string} output what it printed last
     * @param {string} stopped why it was stopped, "" when it ended by itself
     * @returns {Outcome}
     */
    finish(code, output, stopped) {
      const cutShort = stopped || (!ended && `mocha ended with status ${code} before the last test`);
      const silent =
        code !== 0 && counts.failed === 0 && `mocha ended with status ${code} and no failed test`;
      const complaint = cutShort || silent;
      if (complaint) note(`FAIL ${complaint}\n${ended ? "" : indent(output.slice(-4000))}`);
      return { ...counts, failed: counts.failed + (complaint ? 1 : 0), files, output: log };
    },
  };
}

/** @param {string} line @returns {[string, MochaEvent]} */
function parseEvent(line) {
  if (line.startsWith('["'))
    try {
      const parsed = JSON.parse(line);
      if (["start", "pass", "fail", "end", "cpu", "all cpu"].includes(parsed[0])) return parsed;
    } catch {
      // A line that a test printed itself.
    }
  return ["", { fullTitle: "", file: "" }];
}

/** @param {string} text */
function indent(text) {
  return text.replace(/^/gm, "  ");
}
