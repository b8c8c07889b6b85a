import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type FileLock,
  isHeldByParent,
  lockFile,
  tryLock,
  watchLocks,
} from "tumorlab/internal/core/file-lock";
import { isProcessRunning, nameProcess } from "tumorlab/internal/platform/machine";

describe("a lock that is a file", () => {
  let root: string;
  let path: string;
  let count = 0;
  before(() => (root = mkdtempSync(join(tmpdir(), "tumorlab-lock-"))));
  beforeEach(() => (path = join(root, "folder", `${count++}.lock`)));
  after(() => rmSync(root, { recursive: true, force: true }));

  const here = nameProcess();
  const write = (owner: object): void => {
    mkdirSync(join(root, "folder"), { recursive: true });
    writeFileSync(path, `${JSON.stringify({ ...owner, lock: 1 })}\n`);
  };
  const take = async (patienceMs?: number): Promise<FileLock> => {
    const lock = await tryLock(path, watchLocks(patienceMs));
    if (typeof lock === "string") return assert.fail(`held by ${lock}`);
    return lock;
  };

  it("is held by one at a time, and gone when released", async () => {
    const asked = await Promise.all(Array.from({ length: 8 }, () => tryLock(path, watchLocks())));
    const locks = asked.filter((each): each is FileLock => typeof each !== "string");
    assert.equal(locks.length, 1);
    for (const each of asked)
      if (typeof each === "string")
        assert.match(each, new RegExp(`^process ${process.pid} on |^another process$`));
    await locks[0].release();
    assert.ok(!existsSync(path));
    await (await take()).release();
    assert.deepEqual(
      readdirSync(join(root, "folder")).filter((name) => name.startsWith(`${count - 1}.`)),
      [],
    );
  });

  it("is taken over at once from a dead process of this machine, also where its number was given again", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    assert.equal(isProcessRunning({ ...here, pid }), false);
    for (const owner of [
      { ...here, pid },
      { ...here, pid: process.ppid, started: "before" },
      // This process's number, from before it had it.
      here,
    ]) {
      write(owner);
      const lock = await take();
      assert.equal(JSON.parse(readFileSync(path, "utf8")).pid, process.pid);
      await lock.release();
      assert.ok(!existsSync(path));
    }
  });

  it("is left to a living process, and to another machine as long as it gives signs of life", async () => {
    write({ ...nameProcess(), pid: 1, started: readStart(1) });
    assert.equal(await tryLock(path, watchLocks(0)), `process 1 on ${here.machine.split(" ")[0]}`);

    write({ machine: "elsewhere pid:[1]", pid: 5, started: "7" });
    const watch = watchLocks(0);
    for (let look = 0; look < 3; look++) {
      assert.equal(await tryLock(path, watch), "process 5 on elsewhere");
      appendFileSync(path, ".");
    }
    assert.equal(await tryLock(path, watch), "process 5 on elsewhere");
    // It has not grown since.
    const lock = await tryLock(path, watch);
    assert.ok(typeof lock !== "string");
    await lock.release();
  });

  it("that says nothing of its holder is taken over after a while", async () => {
    mkdirSync(join(root, "folder"), { recursive: true });
    for (const content of ["", "{ half", '{"pid":"x"}']) {
      writeFileSync(path, content);
      const watch = watchLocks(0);
      assert.equal(await tryLock(path, watch), "another process");
      const lock = await tryLock(path, watch);
      assert.ok(typeof lock !== "string");
      await lock.release();
    }
  });

  it("is waited for, with word of who has it, until the wait is broken off", async () => {
    const first = await take();
    const waits: string[] = [];
    const second = lockFile(path, {
      onWait(holder) {
        waits.push(holder);
        void first.release();
      },
    });
    const lock = await second;
    assert.deepEqual(waits, [`process ${process.pid} on ${here.machine.split(" ")[0]}`]);
    const interrupt = new AbortController();
    const third = lockFile(path, {
      signal: interrupt.signal,
      onWait: () => interrupt.abort(new Error("enough")),
    });
    await assert.rejects(third, /^Error: enough$/);
    assert.ok(existsSync(path), "the lock is still the holder's");
    await lock.release();
  });

  it("that another machine has taken over is not removed by its former holder", async () => {
    const lock = await take();
    write({ machine: "elsewhere", pid: 5, started: "" });
    await lock.release();
    assert.ok(existsSync(path));
  });

  it("of a parent is told from others", async () => {
    assert.equal(await isHeldByParent(path), false);
    const lock = await take();
    assert.equal(await isHeldByParent(path), false);
    await lock.release();
    write({ ...here, pid: process.ppid, started: readStart(process.ppid) });
    assert.equal(await isHeldByParent(path), true);
  });

  it("where no file can be is refused by name", async () => {
    mkdirSync(path, { recursive: true });
    await assert.rejects(tryLock(path, watchLocks()), /\.lock: found "a folder of that name"/);
    writeFileSync(join(root, "file"), "");
    await assert.rejects(tryLock(join(root, "file", "a.lock"), watchLocks()), /file: found "a file where/);
  });
});

/** When a process started, as the lock says it; empty where the system does not tell. */
function readStart(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return "";
  }
}
