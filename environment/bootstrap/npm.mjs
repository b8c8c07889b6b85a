import { statfsSync } from "node:fs";
import { runChild } from "./child.mjs";
import { SetupError } from "./setup-error.mjs";

/** What a complete install takes on disk, with room for npm's temporary files. */
export const installBytes = 1.6e9;

const ciArguments = [
  "ci",
  // A global NODE_ENV=production or omit=dev would leave out the compiler that builds the lab.
  "--include=dev",
  "--include=optional",
  "--prefer-offline",
  "--no-audit",
  "--no-fund",
  // Whoever asked npm to be silent still wants to know why an install failed.
  "--loglevel=warn",
];

/**
 * Runs `npm ci` in a folder, with the npm that runs this command or else the one on the path.
 *
 * @param {string} root
 * @param {{ signal?: AbortSignal, onStart?: (pid: number) => void, freeBytes?: number }} options `freeBytes`
 *   defaults to what the disk has
 * @throws {SetupError} that says why and what to do
 */
export async function runNpmCi(root, { freeBytes = readFreeBytes(root), ...options }) {
  if (freeBytes < installBytes)
    throw new SetupError(
      `Too little room on the disk for the packages: ${formatBytes(freeBytes)} free at ${root}, ` +
        `${formatBytes(installBytes)} needed. Nothing was changed.`,
    );
  const npm = findNpm();
  const result = await runChild(npm.command, [...npm.args, ...ciArguments], { cwd: root, ...options });
  if (options.signal?.aborted)
    throw new SetupError("Stopped while installing packages; the next start begins anew.");
  if (result.code !== 0)
    throw new SetupError(explainNpmFailure(result.output, result.code, readFreeBytes(root)));
}

/** @returns {{ command: string, args: string[] }} */
function findNpm() {
  const cli = process.env.npm_execpath ?? "";
  if (/npm-cli\.c?js$/.test(cli)) return { command: process.execPath, args: [cli] };
  return process.platform === "win32"
    ? { command: "cmd.exe", args: ["/c", "npm"] }
    : { command: "npm", args: [] };
}

/**
 * Says in words why `npm ci` failed, with npm's own error lines below.
 *
 * @param {string} output what npm printed
 * @param {number} code its exit status
 * @param {number} freeBytes room left on the disk; Infinity when unknown
 */
export function explainNpmFailure(output, code, freeBytes) {
  const lines = output.split("\n").filter((line) => /^npm (error|ERR!)/.test(line));
  const own = lines.filter((line) => !/A complete log|_logs/.test(line)).slice(0, 12);
  const reason = findReason(output, code, freeBytes);
  return [`npm ci failed. ${reason}`, ...(own.length > 0 ? own : output.trim().split("\n").slice(-8))].join(
    "\n  ",
  );
}

/** @param {string} output @param {number} code @param {number} freeBytes */
function findReason(output, code, freeBytes) {
  if (code === 127) return "npm could not be started: is it installed beside Node and on the PATH?";
  if (/ENOSPC|EDQUOT|no space left/i.test(output) || freeBytes < 20e6)
    return `The disk is full (${formatBytes(freeBytes)} free). Make room for ${formatBytes(installBytes)} and try again.`;
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED/.test(
      output,
    )
  )
    return (
      "npm could not reach its registry. The packages are needed once: connect to the network (or set npm's " +
      "proxy), then run the same command again; afterwards the lab runs offline."
    );
  if (/EACCES|EPERM|EROFS/.test(output))
    return "npm may not write here: give yourself the right to write in the project folder and in npm's cache.";
  if (/EUSAGE|in sync/.test(output))
    return "package.json and package-lock.json do not agree: run npm install and commit both.";
  if (/EINTEGRITY/.test(output))
    return "A package is not the one in package-lock.json. Run npm cache clean --force and try again.";
  return "This is what it said:";
}

/** Bytes this user may still write on the disk of a path; Infinity where the system does not tell. @param {string} path */
export function readFreeBytes(path) {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return Infinity;
  }
}

/** "1.6 GB", "350 MB". @param {number} bytes */
export function formatBytes(bytes) {
  if (!Number.isFinite(bytes)) return "an unknown amount";
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}
