import { pageCanvas } from "./canvas.js";
import { threadStart, workerScope } from "./page.js";

/** Packages in a page: each is a script of the site that is loaded when it is first asked for. */

/** The global in which the scripts of packages leave what they export, by their names. */
export const packagesKey: symbol = Symbol.for("tumorlab.page.packages");

const scope = globalThis as unknown as Record<symbol, Record<string, unknown>>;

/** Packages that the site has: the part of the build that makes their scripts reads this list. */
export const sitePackages: readonly string[] = [
  "@tensorflow/tfjs",
  "ajv/dist/2020.js",
  "danfojs-node",
  "dicom-parser",
  "jpeg-lossless-decoder-js",
];

/** Name of a package's script. */
export function nameScript(name: string): string {
  return `${name.replace(/^@/, "").replaceAll("/", "-").replace(/\.js$/, "")}.js`;
}

/** Packages that a page has something of its own for. */
const own: Readonly<Record<string, () => unknown>> = { "@napi-rs/canvas": () => pageCanvas };

/** A package that is loaded when it is first used. Throws where a page cannot have it. */
export function loadPackage(name: string): unknown {
  if (Object.hasOwn(own, name)) return own[name]();
  const packages = (scope[packagesKey] ??= {});
  if (!Object.hasOwn(packages, name)) {
    if (!sitePackages.includes(name)) throw notHere(name);
    workerScope.importScripts(`${threadStart.scripts}packages/${nameScript(name)}`);
  }
  return packages[name];
}

/** Whether {@link loadPackage} will find a package. */
export function isPackageHere(name: string): boolean {
  return Object.hasOwn(own, name) || sitePackages.includes(name);
}

/** Throws: packages have no files in a page. */
export function resolvePackage(name: string): string {
  throw notHere(name);
}

const modules = new Map<string, unknown>();

/** Lets {@link loadModule} find what was bundled, under the path that it has on disk. */
export function addModule(path: string, module: unknown): void {
  modules.set(path, module);
}

/** A module of this project, by its path; for one that is chosen at run time. Throws for one that was not bundled. */
export function loadModule(path: string): unknown {
  if (!modules.has(path)) throw notHere(path);
  return modules.get(path);
}

/** A path as `import()` takes it. */
export function urlOfPath(path: string): string {
  return `file://${path}`;
}

/** Nothing: a page runs no native engine. */
export function restoreRemovedUtilities(): void {}

/** Nothing: a page has no stock tslab. */
export function findLoaded(_path: RegExp): Record<string, unknown> | undefined {
  return undefined;
}

function notHere(name: string): Error {
  const message = `${name} is not part of the lab in a page. Use the installed lab for this (npm start).`;
  return Object.assign(new Error(message), { code: "MODULE_NOT_FOUND" });
}
