import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/**
 * One process, told apart from a later one that was given the same number.
 *
 * @typedef {object} Holder
 * @property {number} pid
 * @property {string} host
 * @property {string} born when it was started, in the system's own notation; "" where that cannot be told
 */

/**
 * Identifies a process of this machine.
 *
 * @param {number} [pid] default: this process
 * @returns {Holder}
 */
export function identifyProcess(pid = process.pid) {
  return { pid, host: hostname(), born: readBirth(pid) };
}

/**
 * Whether that very process still runs. One of another host can't be asked and counts as running.
 *
 * @param {Holder} holder
 */
export function isRunning(holder) {
  if (holder.host !== hostname()) return true;
  if (holder.pid <= 0) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  const born = readBirth(holder.pid);
  return born !== "dead" && (!born || !holder.born || born === holder.born);
}

/** @param {number} pid @returns {string} "dead" for one that ended and was not yet collected */
function readBirth(pid) {
  try {
    if (process.platform === "linux") return readLinuxBirth(pid);
    if (process.platform === "win32") return "";
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return "";
  }
}

/** @param {number} pid */
function readLinuxBirth(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the program's name in parentheses and may hold anything, so count from its end.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z") return "dead";
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return `${boot}/${fields[19]}`;
}
