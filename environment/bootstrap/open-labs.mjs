import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { identifyProcess, isRunning } from "./holder.mjs";

/** @typedef {import("./project.mjs").Project} Project */

/**
 * Notes that this process keeps a lab open, until it ends.
 *
 * @param {Project} project
 */
export function noteOpenLab(project) {
  mkdirSync(project.openLabs, { recursive: true });
  const path = join(project.openLabs, `${process.pid}.json`);
  writeFileSync(path, JSON.stringify(identifyProcess()));
  process.once("exit", () => rmSync(path, { force: true }));
}

/**
 * The process numbers of the labs that are open, in rising order. Notes of killed ones are swept away.
 *
 * @param {Project} project
 * @returns {number[]}
 */
export function listOpenLabs(project) {
  return listFiles(project.openLabs)
    .filter((path) => {
      const holder = readHolder(path);
      if (holder && isRunning(holder)) return true;
      rmSync(path, { force: true });
      return false;
    })
    .map((path) => readHolder(path)?.pid ?? 0)
    .sort((a, b) => a - b);
}

/** @param {string} folder @returns {string[]} */
function listFiles(folder) {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** @param {string} path @returns {import("./holder.mjs").Holder | null} */
function readHolder(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}
