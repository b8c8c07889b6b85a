import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const load = createRequire(__filename);

/** A package that is loaded when it is first used, because it is large or may be missing. Throws where it cannot be. */
export function loadPackage(name: string): unknown {
  return load(name);
}

/** Whether {@link loadPackage} will find a package. */
export function isPackageHere(name: string): boolean {
  try {
    load.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** Path of a file of a package. */
export function resolvePackage(name: string): string {
  return load.resolve(name);
}

/** A module of this project, by its path; for one that is chosen at run time. */
export function loadModule(path: string): unknown {
  return load(path);
}

/** A path as `import()` takes it. */
export function urlOfPath(path: string): string {
  return pathToFileURL(path).href;
}

/** Node 23 removed two helpers that the native engine's package still calls (tfjs issue 8425). */
export function restoreRemovedUtilities(): void {
  const util = load("node:util") as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= (value: unknown) => Array.isArray(value);
}

/** What a module exports that somebody has loaded already, by its path. */
export function findLoaded(path: RegExp): Record<string, unknown> | undefined {
  const file = Object.keys(load.cache).find((name) => path.test(name));
  return file === undefined ? undefined : (load.cache[file]?.exports as Record<string, unknown>);
}
