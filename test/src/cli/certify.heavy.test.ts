import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { sweepTemporary } from "tumorlab/internal/core/temporary";
import { libraryFolder } from "tumorlab/internal/platform/locations";

const program = path.join(libraryFolder, "bin", "tumorlab.cjs");

describe("tumorlab certify, broken off", function () {
  this.timeout(180_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "certify-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** A run that has done its first step. */
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, [program, "certify", path.join(folder, "certificate")], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    // The pipe stays open: a program whose reader is gone ends by itself.
    await new Promise<void>((resolve, reject) => {
      let told = "";
      child.stderr.setEncoding("utf8").on("data", (piece: string) => {
        told += piece;
        if (told.includes("step 1 of 9, phantoms: ")) resolve();
      });
      child.once("exit", () => reject(new Error(told)));
    });
    return child;
  };

  it("leaves no folder of the name when it is killed, and the next run clears up", async () => {
    const child = await start();
    child.kill("SIGKILL");
    await once(child, "exit");
    const left = await readdir(folder);
    assert.equal(left.length, 1);
    assert.match(left[0], /^certificate\..*\.tmp$/);
    await sweepTemporary(path.join(folder, "certificate"), true);
    assert.deepEqual(await readdir(folder), []);
  });

  it("leaves nothing at Ctrl-C", async () => {
    const child = await start();
    child.kill("SIGINT");
    const [code] = (await once(child, "exit")) as [number];
    assert.equal(code, 130);
    assert.deepEqual(await readdir(folder), []);
  });
});
