import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInWorkers } from "tumorlab/internal/core/worker-pool";

describe("runInWorkers", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "pool-"));
    const script = `
      const { parentPort, workerData } = require("node:worker_threads");
      parentPort.on("message", (task) => {
        if (task === "die") process.exit(3);
        if (task === "throw") throw new Error("broken");
        if (task === "hang") return;
        parentPort.postMessage(task + workerData.suffix);
      });`;
    writeFileSync(join(folder, "worker.js"), script);
  });
  after(() => rmSync(folder, { recursive: true }));

  const work = () => ({
    script: join(folder, "worker.js"),
    workerData: { suffix: "!" },
    run: (task: string) => Promise.resolve(`${task}!`),
    fail: (task: string, reason: string) => `${task} failed: ${reason}`,
    labelOf: (task: string) => task,
  });

  it("gives results in the order of the tasks, with the same from one thread and from many", async () => {
    const tasks = Array.from({ length: 20 }, (_, k) => `task ${k}`);
    const expected = tasks.map((task) => `${task}!`);
    for (const workers of [1, 3]) {
      const seen: string[] = [];
      const progress = ({ label }: { label?: string }): void => void seen.push(label!);
      assert.deepEqual(await runInWorkers(tasks, work(), workers, { progress }), expected);
      assert.deepEqual(seen.sort(), [...tasks].sort());
    }
    assert.deepEqual(await runInWorkers([], work(), 3), []);
  });

  it("fails the task of a thread that dies, with the reason, and does the others in a new one", async () => {
    const results = await runInWorkers(["a", "die", "b", "throw", "c", "d"], work(), 2);
    assert.deepEqual(results, [
      "a!",
      "die failed: its worker ended with exit code 3",
      "b!",
      "throw failed: broken",
      "c!",
      "d!",
    ]);
  });

  it("ends threads in the middle of a task when aborted", async () => {
    const controller = new AbortController();
    const progress = (): void => controller.abort(new Error("enough"));
    const run = runInWorkers(["hang", "a", "b", "c"], work(), 2, { progress, signal: controller.signal });
    await assert.rejects(run, /enough/);
  });
});
