import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Writes the settings of .c8rc.json with one thing added that can't be written by hand for long: sources that hold
 * nothing but types compile to nothing, so no test can cover them, and they are left out.
 *
 * @param {string} root
 * @returns {string} the path of the settings
 */
export function writeCoverageConfig(root) {
  const config = JSON.parse(readFileSync(join(root, ".c8rc.json"), "utf8"));
  config.exclude = [
    ...config.exclude,
    ...["src", "environment"].flatMap((room) => findTypeOnlySources(root, room)),
  ];
  const path = join(root, "coverage", "c8.json");
  mkdirSync(join(root, "coverage"), { recursive: true });
  writeFileSync(path, JSON.stringify(config, null, 1));
  return path;
}

/** Whether a compiled file does nothing but say that it is a module. @param {string} code */
export function isEmptyModule(code) {
  const rest = code
    .replace(/^\/\/# sourceMappingURL=.*$/m, "")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace('"use strict";', "")
    .replace('Object.defineProperty(exports, "__esModule", { value: true });', "");
  return rest.trim() === "";
}

/** @param {string} root @param {string} room @returns {string[]} paths from the root */
function findTypeOnlySources(root, room) {
  const folder = join(root, room, "dist");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".js") && isEmptyModule(readFileSync(join(folder, name), "utf8")))
    .map((name) => join(room, name.replace(/\.js$/, ".ts")));
}
