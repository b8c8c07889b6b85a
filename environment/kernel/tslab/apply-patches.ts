import Module from "node:module";
import { relative, sep } from "node:path";
import type { Patch } from "./patches.js";

/** Thrown where tslab is not the one the patches were written for; the kernel must not start then. */
export class PatchError extends Error {
  constructor(message: string) {
    super(`${message} Run "npm ci" to install the pinned tslab again; a new tslab needs new patches.`);
    this.name = "PatchError";
  }
}

interface CompilingModule {
  _compile: (this: unknown, source: string, file: string) => unknown;
}

/**
 * The source of a file with its patches applied.
 *
 * Throws a {@link PatchError} where the text of a patch does not occur exactly once.
 */
export function patchSource(source: string, file: string, patches: readonly Patch[]): string {
  let patched = source;
  for (const { find, replacement } of patches.filter((patch) => patch.file === file)) {
    const found = source.split(find).length - 1;
    if (found !== 1) {
      throw new PatchError(`tslab/${file} holds ${JSON.stringify(find)} ${found} times, expected once.`);
    }
    patched = patched.replace(find, () => replacement);
  }
  return patched;
}

/** Throws a {@link PatchError} unless the version is the one expected. */
export function checkVersion(found: string, expected: string): void {
  if (found !== expected) throw new PatchError(`tslab is version ${found}, expected ${expected}.`);
}

/**
 * Runs `load` while the files of a package are patched as Node loads them. Throws a {@link PatchError} when one of the
 * patched files was not loaded: it would have been loaded before, unpatched.
 */
export function loadPatched<T>(folder: string, patches: readonly Patch[], load: () => T): T {
  const prototype = Module.prototype as unknown as CompilingModule;
  const compile = prototype._compile;
  const missing = new Set(patches.map((patch) => patch.file));
  prototype._compile = function (source, path) {
    const file = relative(folder, path).split(sep).join("/");
    missing.delete(file);
    return Reflect.apply(compile, this, [patchSource(source, file, patches), path]);
  };
  try {
    const loaded = load();
    if (missing.size > 0)
      throw new PatchError(`tslab/${[...missing].join(", tslab/")} could not be patched.`);
    return loaded;
  } finally {
    prototype._compile = compile;
  }
}
