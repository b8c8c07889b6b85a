import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { identifyProcess, isRunning } from "./holder.mjs";
import { explainWriteError, SetupError } from "./setup-error.mjs";

/**
 * @typedef {import("./holder.mjs").Holder} Holder
 *
 * @typedef {object} LockRecord what the file holds
 * @property {Holder} owner
 * @property {Holder | null} worker a child that writes on the owner's behalf and may outlive it
 * @property {string} doing for those who wait
 *
 * @typedef {object} HeldLock
 * @property {(pid: number) => void} setWorker names the child at work, so that no one else starts while it runs
 *
 * @typedef {object} LockOptions
 * @property {string} doing what the lock is taken for, such as "installs packages"
 * @property {(text: string) => void} [onWait] told once for each holder that is waited for
 * @property {AbortSignal} [signal] gives up waiting
 */

const pollMs = 200;
const renewMs = 5000;
const foreignStaleMs = 60_000;
const breakerStaleMs = 10_000;

/**
 * Runs `body` while no other process of this project does the same. Waits for a holder that lives; takes over
 * from one that was killed, once the child it left at work has ended too.
 *
 * @template T
 * @param {string} path the lock file; its folder is made
 * @param {LockOptions} options
 * @param {(lock: HeldLock) => Promise<T>} body
 * @returns {Promise<T>}
 */
export async function withLock(path, { doing, onWait, signal }, body) {
  /** @type {LockRecord} */
  const record = { owner: identifyProcess(), worker: null, doing };
  let waitedFor = "";
  while (!tryCreate(path, record)) {
    const holder = readRecord(path);
    if (!holder) continue;
    if (!isStale(path, holder)) {
      const { pid } = isRunning(holder.owner) || !holder.worker ? holder.owner : holder.worker;
      if (waitedFor !== String(pid))
        onWait?.(`Waiting for another Tumorlab (process ${pid}), which ${holder.doing}.`);
      waitedFor = String(pid);
    } else removeStale(path, record);
    await sleep(pollMs, undefined, { signal }).catch(() => {
      throw new SetupError("Stopped while waiting for another Tumorlab.");
    });
  }
  const release = () => releaseOwn(path, record);
  process.once("exit", release);
  const renewal = setInterval(() => renew(path), renewMs);
  renewal.unref();
  try {
    return await body({
      setWorker(pid) {
        record.worker = identifyProcess(pid);
        replaceFile(path, record);
      },
    });
  } finally {
    clearInterval(renewal);
    process.off("exit", release);
    release();
  }
}

/** Makes the file with its content in one step, so that no one reads half of it. @param {string} path @param {LockRecord} record */
function tryCreate(path, record) {
  const draft = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(draft, JSON.stringify(record));
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw explainWriteError(error, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** @param {string} path @param {LockRecord} record */
function replaceFile(path, record) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(record));
  renameSync(draft, path);
}

/**
 * @param {string} path
 * @returns {LockRecord | null} null when there is no such file; a record of no living process when it is no lock
 */
function readRecord(path) {
  const nobody = { owner: { pid: 0, host: hostname(), born: "" }, worker: null, doing: "" };
  try {
    const record = JSON.parse(readFileSync(path, "utf8"));
    return typeof record.owner?.pid === "number" ? record : nobody;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ENOENT" ? null : nobody;
  }
}

/** @param {string} path @param {LockRecord} record */
function isStale(path, record) {
  if (record.owner.host !== hostname()) return ageMs(path) > foreignStaleMs;
  return !isRunning(record.owner) && !(record.worker && isRunning(record.worker));
}

/**
 * Only the process that holds `path.breaking` may remove someone else's lock, and it looks again first: two that
 * find the same stale lock would otherwise remove each other's fresh one.
 *
 * @param {string} path @param {LockRecord} record
 */
function removeStale(path, record) {
  const breaker = `${path}.breaking`;
  if (!tryCreate(breaker, record)) {
    if (ageMs(breaker) > breakerStaleMs) rmSync(breaker, { force: true });
    return;
  }
  try {
    const holder = readRecord(path);
    if (holder && isStale(path, holder)) rmSync(path, { force: true });
  } finally {
    rmSync(breaker, { force: true });
  }
}

/** @param {string} path @param {LockRecord} record */
function releaseOwn(path, record) {
  const { pid, host, born } = readRecord(path)?.owner ?? { pid: 0, host: "", born: "" };
  if (pid === record.owner.pid && host === record.owner.host && born === record.owner.born)
    rmSync(path, { force: true });
}

/** @param {string} path */
function renew(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // The folder may be gone or full; whoever waits will see an old file, as if this process had died.
  }
}

/** @param {string} path @returns {number} 0 when it is gone */
function ageMs(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}
