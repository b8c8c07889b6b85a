import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { isAlive } from "../../bootstrap/processes.js";
import { startProgramsUncovered } from "../../uncovered.js";
import { openChannel, textOf } from "../support/channel.js";
import { type DistantLab, openDistantLab, patienceMs, until } from "../support/harness.js";

describe("50 kernels opened and closed", function () {
  this.timeout(patienceMs);
  startProgramsUncovered();
  let lab: DistantLab;
  before(async () => {
    lab = await openDistantLab();
  });
  after(() => lab.close());

  /** Opens notebooks at the same time, runs a cell in each, and closes them. Returns the kernels' process ids. */
  async function openAndClose(from: number, count: number): Promise<number[]> {
    const numbers = Array.from({ length: count }, (_, i) => from + i);
    return await Promise.all(
      numbers.map(async (n) => {
        const path = `notebooks/${n}.ipynb`;
        const { json } = await lab.ask("POST", "/api/sessions", {
          path,
          type: "notebook",
          kernel: { name: "fake" },
        });
        const channel = await openChannel(lab, json.kernel.id, `page${n}`);
        const { pid } = JSON.parse(textOf(await channel.run("where"))) as { pid: number };
        // Half of the pages go before their kernel, half are sent away.
        if (n % 2 === 0) await channel.close();
        assert.equal((await lab.ask("DELETE", `/api/sessions/${json.id}`)).status, 204);
        await channel.close();
        return pid;
      }),
    );
  }

  it("leave no process, no socket and no file behind", async () => {
    // What is opened once and kept (threads of ZeroMQ, of the file system) is opened now.
    await openAndClose(0, 5);
    const { openFiles } = await lab.measure();
    const pids: number[] = [];
    for (let from = 5; from < 55; from += 5) pids.push(...(await openAndClose(from, 5)));
    assert.equal(new Set(pids).size, 50);
    assert.deepEqual(pids.filter(isAlive), []);
    assert.deepEqual(readdirSync(lab.temporary), []);
    assert.deepEqual((await lab.ask("GET", "/api/kernels")).json, []);
    assert.deepEqual((await lab.ask("GET", "/api/sessions")).json, []);
    await until("the sockets to be closed", async () => (await lab.measure()).openFiles <= openFiles);
  });
  it("leave nothing when the server ends with kernels running", async () => {
    const pids = await Promise.all(
      [1, 2, 3].map(async (n) => {
        const { json } = await lab.ask("POST", "/api/kernels", {});
        const channel = await openChannel(lab, json.id, `page${n}`);
        const { pid } = JSON.parse(textOf(await channel.run("where"))) as { pid: number };
        if (n === 1) channel.send("execute_request", { code: "spin" });
        return pid;
      }),
    );
    await lab.server.close();
    assert.deepEqual(pids.filter(isAlive), []);
    assert.deepEqual(readdirSync(lab.temporary), []);
  });
});
