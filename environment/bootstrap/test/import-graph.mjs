import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/** Folders of sources that import one another. */
const roots = ["src", "environment", "test"];
const passedOver = new Set(["dist", "node_modules", "bin", "assembly", "build"]);

/** `import … from "x"`, `export … from "x"`, `import "x"`, `import("x")` and `require("x")`; types alone do nothing. */
const importPattern =
  /^(?:import|export)\s+(?!type\b)(?:[^"';]*?\sfrom\s+)?"([^"]+)"|\b(?:import|require)\("([^"]+)"\)/gm;

/**
 * Which sources import which, as paths from the root with `/`. Imports of types are left out: a change of a type alone
 * changes nothing that runs.
 *
 * @param {string} root
 * @returns {Map<string, Set<string>>} every source of `src/`, `environment/` and `test/` with those it imports
 */
export function readImports(root) {
  const sources = roots.flatMap((folder) => listSources(root, folder));
  const known = new Set(sources);
  return new Map(
    sources.map((source) => {
      const text = readFileSync(join(root, source), "utf8");
      const found = [...text.matchAll(importPattern)].map(([, from, called]) =>
        resolveImport(source, from ?? called),
      );
      return [source, new Set(found.filter((path) => path !== source && known.has(path)))];
    }),
  );
}

/**
 * Some sources and all that import them, straight or by way of others, in order of name.
 *
 * @param {ReadonlyMap<string, ReadonlySet<string>>} imports
 * @param {readonly string[]} sources
 * @returns {string[]}
 */
export function findDependents(imports, sources) {
  /** @type {Map<string, string[]>} */
  const importers = new Map();
  for (const [source, others] of imports)
    for (const other of others) importers.set(other, [...(importers.get(other) ?? []), source]);
  const found = new Set(sources);
  for (const source of found) for (const importer of importers.get(source) ?? []) found.add(importer);
  return [...found].sort();
}

/**
 * A circle of sources, each of which imports the next and the last one the first.
 *
 * @param {ReadonlyMap<string, ReadonlySet<string>>} imports
 * @returns {string[] | undefined} the shortest way round from the first source, in order of name, that lies on one
 */
export function findCircle(imports) {
  for (const start of [...imports.keys()].sort()) {
    /** @type {Map<string, string>} Who led to a source first. */
    const ledBy = new Map();
    const reached = [start];
    for (const source of reached)
      for (const next of imports.get(source) ?? []) {
        if (next === start) return wayTo(source, start, ledBy);
        if (ledBy.has(next)) continue;
        ledBy.set(next, source);
        reached.push(next);
      }
  }
  return undefined;
}

/** @param {string} end @param {string} start @param {ReadonlyMap<string, string>} ledBy @returns {string[]} */
function wayTo(end, start, ledBy) {
  return end === start ? [start] : [...wayTo(ledBy.get(end) ?? start, start, ledBy), end];
}

/** Whether a source is a test of the fast tier. @param {string} source */
export function isFastTest(source) {
  return (
    source.startsWith("test/") &&
    source.endsWith(".test.ts") &&
    !/\.(slow|system|heavy)\.test\.ts$/.test(source)
  );
}

/** Where the compiler puts a source. @param {string} source such as `src/core/grid.ts` @param {string} [ending] */
export function builtPath(source, ending = ".js") {
  return source.replace("/", "/dist/").replace(/\.ts$/, ending);
}

/** Of the front end only its logic is compiled by itself; the rest is bundled. @param {string} path */
function isCompiled(path) {
  return !path.startsWith("environment/lab/") || path.startsWith("environment/lab/src/logic/");
}

/** @param {string} root @param {string} folder @returns {string[]} */
function listSources(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return passedOver.has(entry.name) ? [] : listSources(root, path);
    return path.endsWith(".ts") && !path.endsWith(".d.ts") && isCompiled(path) ? [path] : [];
  });
}

/** The source that an import leads to, should there be one. @param {string} source @param {string} from */
function resolveImport(source, from) {
  const [, name] = /^(?:tumorlab\/(?:dist|internal)|#environment)\/(.+)$/.exec(from) ?? [];
  if (name) return `${from.startsWith("#") ? "environment" : "src"}/${name.replace(/\.js$/, "")}.ts`;
  if (from === "tumorlab") return "src/index.ts";
  if (from === "tumorlab/lessons") return "src/lessons/index.ts";
  if (!from.startsWith(".")) return "";
  const path = relative(".", join(dirname(source), from))
    .split(sep)
    .join("/");
  // A built file that is named by its path, as a test may.
  return path.replace(/^(src|environment|test)\/dist\//, "$1/").replace(/\.js$/, ".ts");
}
