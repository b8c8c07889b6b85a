import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runNpmCi } from "./npm.mjs";
import { listOpenLabs } from "./open-labs.mjs";
import { SetupError } from "./setup-error.mjs";

/**
 * @typedef {import("./project.mjs").Project} Project
 * @typedef {import("./lock.mjs").HeldLock} HeldLock
 * @typedef {import("./say.mjs").Teller} Teller
 */

const platform = `${process.platform}-${process.arch}`;
const modulesFolder = "node_modules/";

/**
 * Why the packages have to be installed, in a few words, or "" when those of package-lock.json are there.
 * An install that was cut short is seen by npm's own record, which npm writes last; that record is not believed
 * alone, since npm also writes it where it only resolved versions.
 *
 * @param {Project} project
 */
export function findInstallReason(project) {
  if (!existsSync(project.modules)) return "first start";
  const installed = readJson(project.installedLockfile);
  if (!installed) return "the last install did not finish";
  const stamp = readJson(project.installStamp);
  if (stamp && stamp.platform !== platform) return `they are for ${stamp.platform}, this is ${platform}`;
  const missing = findMissingPackage(project.root, readJson(project.lockfile), installed);
  return missing ? `package-lock.json asks for ${missing}` : "";
}

/**
 * The first required package of a lockfile that is not installed in that version, as "name@version"; "" when all are.
 *
 * @param {string} root
 * @param {Lockfile | null} wanted
 * @param {Lockfile} installed
 * @typedef {{ packages: Record<string, { version?: string, optional?: boolean, devOptional?: boolean }> }} Lockfile
 */
function findMissingPackage(root, wanted, installed) {
  for (const [path, entry] of Object.entries(wanted?.packages ?? {})) {
    const at = path.lastIndexOf(modulesFolder);
    if (at < 0 || !entry.version || entry.optional || entry.devOptional) continue;
    const sameVersion = installed.packages[path]?.version === entry.version;
    if (!sameVersion || !existsSync(join(root, path)))
      return `${path.slice(at + modulesFolder.length)}@${entry.version}`;
  }
  return "";
}

/**
 * Installs the packages of package-lock.json unless they are there. Call it with the set-up lock held.
 *
 * @param {Project} project
 * @param {HeldLock} lock
 * @param {Teller} teller
 * @param {AbortSignal} [signal]
 * @returns {Promise<boolean>} whether anything was installed
 * @throws {SetupError} when npm fails, or when an open lab runs from the packages that would be replaced
 */
export async function installPackages(project, lock, teller, signal) {
  const reason = findInstallReason(project);
  if (!reason) {
    writeStamp(project);
    return false;
  }
  const open = listOpenLabs(project);
  if (open.length > 0)
    throw new SetupError(
      `The packages have to be installed anew (${reason}), but a lab is open (process ${open.join(", ")}) and runs ` +
        "from them. Close it with Ctrl-C, then run this command again.",
    );
  const task = teller.begin(`Installing packages with npm, about a minute (${reason})`);
  rmSync(project.installStamp, { force: true });
  try {
    await runNpmCi(project.root, { signal, onStart: (pid) => lock.setWorker(pid) });
  } catch (error) {
    task.end("Packages were not installed");
    throw error;
  }
  writeStamp(project);
  task.end(`Installed ${Object.keys(readJson(project.installedLockfile)?.packages ?? {}).length} packages`);
  return true;
}

/** @param {Project} project */
function writeStamp(project) {
  const text = `${JSON.stringify({ platform })}\n`;
  try {
    if (existsSync(project.installStamp) && readFileSync(project.installStamp, "utf8") === text) return;
    writeFileSync(project.installStamp, text);
  } catch {
    // Packages in a folder that can't be written (an image, a shared install) are looked at anew each time.
  }
}

/** @param {string} path */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}
