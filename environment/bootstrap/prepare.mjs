import { existsSync } from "node:fs";
import { buildLab } from "./build.mjs";
import { installPackages } from "./install.mjs";
import { registerKernel } from "./kernelspec.mjs";
import { withLock } from "./lock.mjs";

/**
 * @typedef {import("./project.mjs").Project} Project
 * @typedef {import("./say.mjs").Teller} Teller
 */

/**
 * Installs the packages if they are not those of the lockfile.
 *
 * @param {Project} project @param {Teller} teller @param {AbortSignal} [signal]
 */
export function prepareInstall(project, teller, signal) {
  return withLock(project.setupLock, lockOptions(teller, signal), (lock) =>
    installPackages(project, lock, teller, signal),
  );
}

/**
 * Brings the project to where the lab can be opened: packages, build, kernel registered. Two that are started at
 * once take turns, and the second finds the work done.
 *
 * @param {Project} project @param {Teller} teller @param {AbortSignal} [signal]
 */
export function prepareLab(project, teller, signal) {
  return withLock(project.setupLock, lockOptions(teller, signal), async (lock) => {
    await installPackages(project, lock, teller, signal);
    await buildLab(project, teller, signal);
    if (existsSync(project.kernelSpecModule)) await registerKernel(project);
  });
}

/** @param {Teller} teller @param {AbortSignal} [signal] */
function lockOptions(teller, signal) {
  return { doing: "installs and builds", onWait: teller.say, signal };
}
