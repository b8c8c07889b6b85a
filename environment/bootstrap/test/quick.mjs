import { execFileSync } from "node:child_process";
import { buildTypeScript } from "../build.mjs";
import { formatSeconds } from "../say.mjs";
import { SetupError } from "../setup-error.mjs";
import { builtPath, findDependents, isFastTest, readImports } from "./import-graph.mjs";
import { createStreamReader, runSpecs } from "./mocha.mjs";

/** @typedef {import("../project.mjs").Project} Project */

const folders = ["src", "environment", "test"];

/**
 * The inner loop: compiles what changed, tells wrong types, and runs the fast tests that import it straight or by way of others.
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
  const types = await buildTypeScript(project, folders, signal);
  if (types.output.trim()) console.log(types.output.trimEnd());
  const tests = findDependents(imports, changed).filter(isFastTest);
  const right = types.ok ? "types are right" : "types are WRONG";
  console.log(`Compiled after ${spent()}, ${right}; fast tests of what changed: ${tests.length} files.`);
  const { passed, failed } = await runTests(project, tests, args, signal);
  console.log(`${passed} passed, ${failed} failed, ${right}. All in ${spent()}.`);
  return failed > 0 || !types.ok ? 1 : 0;
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
