import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./support.js";
import { startKernel } from "#environment/client/kernel-client.js";

/** Starts and ends kernels, two at a time, and sees that none leaves a process, a pipe or a file. @param count even */
export async function startAndEnd(count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tumorlab-many-"));
  const temporary = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  const handles = (): number =>
    process.getActiveResourcesInfo().filter((name) => /Process|Pipe/.test(name)).length;
  const before = handles();
  try {
    for (let done = 0; done < count; done += 2) {
      const pair = await Promise.all([startKernel({ cwd: folder }), startKernel({ cwd: folder })]);
      await Promise.all(pair.map((client) => client.shutdown()));
      for (const { process: kernel } of pair) {
        assert.ok(kernel.end);
        assert.throws(() => process.kill(kernel.pid!, 0), { code: "ESRCH" });
      }
    }
    assert.deepEqual(readdirSync(folder), []);
    await until(() => handles() <= before, "all pipes and processes closed");
  } finally {
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
    rmSync(folder, { recursive: true });
  }
}
