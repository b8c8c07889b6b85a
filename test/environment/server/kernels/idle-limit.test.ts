import assert from "node:assert/strict";
import { startKernel } from "../support/channel.js";
import { fakeSpec, openLab, patienceMs } from "../support/harness.js";
import { watchIdleKernels } from "#environment/server/kernels/idle-limit.js";
import type { Kernel } from "#environment/server/kernels/kernel.js";
import { readMemoryBytes } from "#environment/server/kernels/memory.js";

describe("watchIdleKernels", () => {
  it("ends kernels that were idle for as long as the limit, and no others", async () => {
    const kernels = [
      { id: "old", execution_state: "idle", last_activity: 0 },
      { id: "new", execution_state: "idle", last_activity: 9.5 },
      { id: "busy", execution_state: "busy", last_activity: 0 },
      { id: "starting", execution_state: "starting", last_activity: 0 },
    ].map(({ last_activity, ...model }) => {
      const activity = new Date(60_000 * last_activity).toISOString();
      return { id: model.id, model: { ...model, last_activity: activity } } as unknown as Kernel;
    });
    const ended: string[] = [];
    const said: string[] = [];
    const shutdown = (id: string): Promise<void> => {
      ended.push(id);
      return id === "old" ? Promise.reject(new Error("gone already")) : Promise.resolve();
    };
    let minutes = 9.9;
    const watch = watchIdleKernels(
      { kernels, shutdown },
      { idleMinutes: 10, log: (text) => void said.push(text), now: () => 60_000 * minutes },
    );
    await watch.check();
    assert.deepEqual(ended, []);
    minutes = 10;
    await watch.check();
    assert.deepEqual(ended, ["old"]);
    assert.match(said.join(""), /^Kernel old was idle for 10 minutes \(--idle-minutes\): ended\.\n$/);
    minutes = 19.5;
    await watch.check();
    assert.deepEqual(ended.slice(1).sort(), ["new", "old"]);
    watch.stop();
  });

  it("tells the memory of a process, and of none nothing", function () {
    if (process.platform !== "linux") return this.skip();
    const bytes = readMemoryBytes(process.pid)!;
    assert.ok(bytes > 1e7 && bytes < 1e11, String(bytes));
    assert.equal(readMemoryBytes(2 ** 30), undefined);
  });

  it("is what a server does that was asked to", async function () {
    this.timeout(patienceMs);
    const lab = await openLab({ kernelSpecs: [fakeSpec()], kernelGraceMs: 300, idleMinutes: 0.01 });
    try {
      const id = await startKernel(lab);
      while ((await lab.ask("GET", `/api/kernels/${id}`)).status !== 404)
        await new Promise((resolve) => setTimeout(resolve, 50));
      assert.ok(lab.log.join("").includes(`Kernel ${id} was idle for 0.01 minutes`));
    } finally {
      await lab.close();
    }
  });
});
