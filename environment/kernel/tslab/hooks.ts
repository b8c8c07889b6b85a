import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Script } from "node:vm";
import type * as ts from "@tslab/typescript-for-tslab";
import type { Diagnostic } from "tslab/dist/converter.js";
import { currentCell } from "../cell/cell.js";
import { describeDiagnostics } from "../cell/diagnostics.js";
import { type MapChain, rememberCompiled, rememberSource } from "../cell/sources.js";
import type { Variables } from "../cell/variables.js";
import type { Sections } from "../sections.js";
import { hasTopLevelAwait } from "./await.js";
import { createLateDocs } from "./docs.js";
import { configureHost } from "./host.js";
import { loosenConstants } from "./loosen-constants.js";
import { hooksSymbol } from "./patches.js";
import { rewriteShorthand } from "./shorthand.js";
import { toCommonJs } from "./to-commonjs.js";

/** Everything the compiler sees of a cell stands behind one line of tslab's. */
const linesInFrontOfCell = 1;

/**
 * Installs the functions that the patched tslab calls.
 *
 * @param root the project folder.
 * @param folder the folder that cells run in.
 * @param log told what tslab would have printed among a cell's outputs.
 * @param loadTypescript gives the compiler that tslab has loaded.
 */
export function installHooks(
  root: string,
  folder: string,
  variables: Variables,
  sections: Sections,
  log: (text: string) => void,
  loadTypescript: () => typeof ts,
): void {
  let maps: MapChain = [];
  let names: string[] = [];
  const docs = createLateDocs(root);
  const hooks = {
    log,
    leavesDocs: docs.isLeft,
    bringDocs: docs.bring,
    variables: variables.store,
    loosenConstants: (declarations: string, code: string) =>
      loosenConstants(loadTypescript(), declarations, code),
    hasTopLevelAwait,
    // Ahead of tslab's own, older types; behind those of the notebook's folder.
    addTypeRoots: (found: readonly string[]) => {
      const isOfTslab = (folder: string): boolean => /[\\/]tslab[\\/]/.test(folder);
      const ofProject = join(root, "node_modules", "@types").replaceAll("\\", "/");
      return [...found.filter((folder) => !isOfTslab(folder)), ofProject, ...found.filter(isOfTslab)];
    },
    configureHost: (typescript: typeof ts, host: Parameters<typeof configureHost>[1], sys: ts.System) =>
      configureHost(typescript, host, sys, root),
    convertCell(typescript: typeof ts, module: string, target: ts.ScriptTarget) {
      const converted = toCommonJs(typescript, module, target, true);
      ({ maps, names } = converted);
      return converted.code;
    },
    convertFile(typescript: typeof ts, module: string, target: ts.ScriptTarget, file: string) {
      const converted = toCommonJs(typescript, module, target, false);
      const isOnDisk = [file, file.replace(/\.js$/, ".ts"), file.replace(/\.js$/, ".tsx")].some(existsSync);
      rememberCompiled(file, { maps: converted.maps, linesInFront: isOnDisk ? 0 : linesInFrontOfCell });
      return converted.code;
    },
    rewriteShorthand,
    extendRequire: (require: NodeJS.Require) => extendRequire(require, root),
    reportDiagnostics(diagnostics: readonly Diagnostic[]) {
      const cell = currentCell();
      if (cell && diagnostics.length > 0) {
        cell.failure = describeDiagnostics(diagnostics, cell, folder);
      }
    },
    run(wrapped: string, prefixLength: number): unknown {
      const cell = currentCell();
      if (!cell) throw new Error("No cell is running.");
      const callLine = wrapped.split("\n").length;
      rememberCompiled(cell.name, {
        maps,
        linesInFront: linesInFrontOfCell,
        columnsInFront: prefixLength,
        callLine,
      });
      rememberSource(cell.name, cell.code);
      const script = new Script(wrapped, { filename: cell.name });
      // An interrupt may have come while the cell was compiled.
      cell.signal.throwIfAborted();
      globalThis.__tslab__.exports = variables.open(cell, names);
      return sections.runAsCell(() => script.runInThisContext({ displayErrors: false }) as unknown);
    },
  };
  Object.defineProperty(globalThis, hooksSymbol, { value: hooks });
}

declare global {
  /** What tslab hands to the code of a cell. */
  var __tslab__: { exports: Record<string, unknown>; require: NodeJS.Require };
}

/** A `require` that looks in the project for what the notebook's own folder does not have. */
function extendRequire(require: NodeJS.Require, root: string): NodeJS.Require {
  const ofProject = createRequire(join(root, "cell.js"));
  const resolve = (id: string, options?: { paths?: string[] }): string => {
    try {
      return require.resolve(id, options);
    } catch (error) {
      if (id.startsWith(".") || options) throw error;
      try {
        return ofProject.resolve(id);
      } catch {
        throw error;
      }
    }
  };
  const extended = (id: string): unknown => require(resolve(id));
  return Object.assign(extended, {
    resolve: Object.assign(resolve, { paths: (id: string) => require.resolve.paths(id) }),
    cache: require.cache,
    main: require.main,

    extensions: require.extensions,
  }) as NodeJS.Require;
}
