import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildTypeScript } from "../build.mjs";
import { runNode } from "../child.mjs";
import { formatSeconds } from "../say.mjs";
import { SetupError } from "../setup-error.mjs";
import { sweepStaleOutput } from "../sweep.mjs";
import { builtPath, findDependents, isFastTest, readImports } from "./import-graph.mjs";
import { createStreamReader, runSpecs } from "./mocha.mjs";
import { findStale, transpile } from "./transpile.mjs";

/** @typedef {import("../project.mjs").Project} Project */

const typeChecker = fileURLToPath(new URL("check-types.mjs", import.meta.url));
const folders = ["src", "environment", "test"];
/** With more sources to compile than this, as after a pull, the compiler is as fast. */
const maxTranspiled = 150;

/**
 * The inner loop: compiles what changed without a look at types, runs the fast tests that import it straight or by way of
 * others, and checks the types meanwhile.
 *
 * @param {Project} project
 * @param {readonly string[]} args rooms, such as `volume` or `environment/kernel`, or sources; none: those with changes
 *   that are not committed. What begins with `-` goes to mocha
 * @param {AbortSignal} signal
 * @returns {Promise<number>} 0 when nothing failed
 */
export async function runQuick(project, args, signal) {
  const startedMs = performance.now();
  const spent = () => formatSeconds(performance.now() - startedMs);
  const { root } = project;
  const imports = readImports(root);
  const names = args.filter((arg) => !arg.startsWith("-"));
  const changed =
    names.length > 0
      ? names.flatMap((name) => findSources(imports, name))
      : listChanged(root).filter((path) => imports.has(path));
  if (changed.length === 0) {
    console.log("No source differs from the last commit. Name a room or a file: npm run quick volume");
    return 0;
  }
  const compiled = await compile(project, imports.keys(), signal);
  if (!compiled) return 1;
  const tests = findDependents(imports, changed).filter(isFastTest);
  console.log(`Compiled after ${spent()}; fast tests of what changed: ${tests.length} files.`);
  const types = compiled === "with types" ? undefined : checkTypes(project, signal);
  const { passed, failed } = await runTests(project, tests, args, signal);
  console.log(`${passed} passed, ${failed} failed after ${spent()}.`);
  const { code, output } = (await types) ?? { code: 0, output: "" };
  if (output.trim()) console.log(output.trimEnd());
  console.log(`Types are ${code === 0 ? "right" : "wrong"}. All in ${spent()}.`);
  return failed > 0 ? 1 : code;
}

/**
 * Compiles what is newer than what was compiled from it; says what is wrong.
 *
 * @param {Project} project
 * @param {Iterable<string>} sources
 * @param {AbortSignal} signal
 * @returns {Promise<"with types" | "without types" | undefined>} how; nothing where it could not
 */
async function compile(project, sources, signal) {
  for (const folder of folders) sweepStaleOutput(join(project.root, folder));
  const stale = findStale(project.root, sources);
  if (stale.length > maxTranspiled) {
    const { ok, output } = await buildTypeScript(project, folders, signal);
    if (!ok) console.log(output.trimEnd());
    return ok ? "with types" : undefined;
  }
  const mistakes = transpile(project, stale);
  for (const mistake of mistakes) console.log(mistake);
  return mistakes.length === 0 ? "without types" : undefined;
}

/** @param {Project} project @param {AbortSignal} signal */
function checkTypes({ root }, signal) {
  return runNode([typeChecker, ...folders.map((folder) => join(root, folder))], { cwd: root, signal });
}

/**
 * Runs tests in two processes, one for each of two cores.
 *
 * @param {Project} project
 * @param {readonly string[]} tests sources
 * @param {readonly string[]} args
 * @param {AbortSignal} signal
 * @returns {Promise<{ passed: number, failed: number }>}
 */
async function runTests(project, tests, args, signal) {
  const extra = args.filter((arg) => arg.startsWith("-"));
  const specs = tests.map((test) => builtPath(test));
  // With few tests the time goes into loading what they test, which both would do.
  const halves = [0, 1].map((half) => specs.filter((_, at) => at % 2 === half));
  const parts = (specs.length < 8 ? [specs] : halves).filter((part) => part.length > 0);
  const outcomes = await Promise.all(
    parts.map((part) => {
      const reader = createStreamReader(console.log, project.root, () => undefined);
      return runSpecs({ project, signal, extra }, part, reader, {});
    }),
  );
  const sum = (/** @type {"passed" | "failed"} */ name) =>
    outcomes.reduce((total, outcome) => total + outcome[name], 0);
  return { passed: sum("passed"), failed: sum("failed") };
}

/**
 * The sources of a room with its tests, or one source.
 *
 * @param {ReadonlyMap<string, unknown>} imports
 * @param {string} name such as `volume`, `environment/kernel` or `src/volume/crop.ts`
 * @returns {string[]}
 * @throws {SetupError} when there is none of that name
 */
export function findSources(imports, name) {
  const sources = [...imports.keys()];
  const places = [name, `src/${name}`].flatMap((place) => [place, `${place}/`, `test/${place}/`]);
  const found = sources.filter((source) =>
    places.some((place) => (place.endsWith("/") ? source.startsWith(place) : source === place)),
  );
  if (found.length > 0) return found;
  const rooms = new Set(sources.flatMap((source) => /^src\/([^/]+)\//.exec(source)?.[1] ?? []));
  throw new SetupError(
    `There is no room or source called ${name}. Rooms: ${[...rooms].sort().join(", ")}, and those of environment/, ` +
      "such as environment/kernel.",
  );
}

/** Files that differ from the last commit. @param {string} root @returns {string[]} paths from the root */
function listChanged(root) {
  const list = execFileSync("git", ["status", "--porcelain", "--untracked-files=all", "--no-renames"], {
    cwd: root,
    encoding: "utf8",
  });
  return list.split("\n").map((line) => line.slice(3));
}
