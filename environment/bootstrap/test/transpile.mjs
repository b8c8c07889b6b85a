import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { builtPath } from "./import-graph.mjs";

/**
 * The sources that are newer than what was compiled from them, or were never compiled.
 *
 * @param {string} root
 * @param {Iterable<string>} sources paths from the root
 * @returns {string[]}
 */
export function findStale(root, sources) {
  return [...sources].filter((source) => timeOf(join(root, builtPath(source))) < timeOf(join(root, source)));
}

/**
 * Compiles some sources each by itself, without a look at types: in a second what the compiler needs many for. The
 * compiler would write the same (`isolatedModules` sees to that), and finds nothing to do there later.
 *
 * @param {import("../project.mjs").Project} project
 * @param {readonly string[]} sources paths from the root
 * @returns {string[]} mistakes of syntax, a line each; a source that has one is not compiled
 */
export function transpile({ root, modules }, sources) {
  if (sources.length === 0) return [];
  /** @type {typeof import("typescript")} */
  const ts = createRequire(join(root, "package.json"))(join(modules, "typescript"));
  const { config } = ts.readConfigFile(join(root, "tsconfig.base.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  return sources.flatMap((source) => {
    const text = readFileSync(join(root, source), "utf8");
    const module = source.startsWith("environment/lab/") ? ts.ModuleKind.CommonJS : options.module;
    const { outputText, diagnostics = [] } = ts.transpileModule(text, {
      fileName: join(root, source),
      compilerOptions: { ...options, module, composite: false, incremental: false, declaration: false },
      reportDiagnostics: true,
    });
    if (diagnostics.length === 0) writeWhole(join(root, builtPath(source)), outputText);
    return diagnostics.map(({ start = 0, messageText }) => {
      const line = text.slice(0, start).split("\n").length;
      return `${source}(${line}): ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    });
  });
}

/**
 * Writes a file in one step, so that a program that loads it meanwhile gets the old or the new one. One that holds this
 * text already only gets the time.
 *
 * @param {string} path
 * @param {string} text
 */
export function writeWhole(path, text) {
  if (existsSync(path) && readFileSync(path, "utf8") === text)
    return utimesSync(path, new Date(), new Date());
  mkdirSync(dirname(path), { recursive: true });
  const apart = `${path}.${process.pid}.tmp`;
  writeFileSync(apart, text);
  renameSync(apart, path);
}

/** @param {string} path @returns {number} when it was last written; 0 where there is none */
function timeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
