import { loadLibrary } from "../library/page-library.js";
import * as crypto from "./crypto.js";
import * as fsPromises from "./fs-promises.js";
import * as path from "./path.js";
import { runInThisContext } from "./vm.js";

export { SourceMap, type SourceMapPayload } from "./source-map.js";

/** Modules of Node that cells of a page may import, in part. */
const builtins: Readonly<Record<string, unknown>> = { crypto, "fs/promises": fsPromises, path };

/** Modules of Node by name, so that nobody is told to install them. */
const known: ReadonlySet<string> = new Set(
  (
    "assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain events " +
    "fs fs/promises http http2 https inspector module net os path perf_hooks process punycode querystring readline repl " +
    "stream stream/promises string_decoder sys timers timers/promises tls trace_events tty url util v8 vm wasi " +
    "worker_threads zlib"
  ).split(" "),
);

export function isBuiltin(name: string): boolean {
  return known.has(name.replace(/^node:/, ""));
}

/** What cells have as `require`. */
export function createRequire(_file: string): NodeJS.Require {
  const resolve = (id: string): string => {
    if (find(id) === undefined) throw notFound(id);
    return id;
  };
  const require = (id: string): unknown => {
    const found = find(id);
    if (found === undefined) throw notFound(id);
    return found;
  };
  return Object.assign(require, {
    resolve: Object.assign(resolve, { paths: () => [] }),
    cache: {},
    main: undefined,
    extensions: {},
  }) as unknown as NodeJS.Require;
}

function find(id: string): unknown {
  if (id === "tumorlab") return loadLibrary("").lab;
  if (id === "tumorlab/lessons") return loadLibrary("").lessons;
  const name = id.replace(/^node:/, "");
  return Object.hasOwn(builtins, name) ? builtins[name] : undefined;
}

function notFound(id: string): Error {
  const message = isBuiltin(id)
    ? `${id} is a module of Node, which a page does not have. Use the installed lab for this (npm start).`
    : `Cannot find module '${id}'`;
  return Object.assign(new Error(message), { code: isBuiltin(id) ? "NOT_IN_A_PAGE" : "MODULE_NOT_FOUND" });
}

/** A module of a cell's own file. */
export default class Module {
  static readonly createRequire: typeof createRequire = createRequire;
  exports: Record<string, unknown> = {};
  filename: string;
  paths: string[] = [];
  require: (id: string) => unknown;

  constructor(filename: string) {
    this.filename = filename;
    this.require = createRequire(filename);
  }

  static _nodeModulePaths(): string[] {
    return [];
  }

  _compile(code: string, filename: string): void {
    const wrapped = `(function (exports, require, module, __filename) { ${code}\n})`;
    const run = runInThisContext(`${wrapped}\n//# sourceURL=${encodeURI(filename)}`) as (
      ...args: unknown[]
    ) => void;
    run(this.exports, this.require, this, filename);
  }
}
