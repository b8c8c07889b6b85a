import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { isAlive } from "../../bootstrap/processes.js";
import { openChannel, textOf } from "../support/channel.js";
import { type DistantLab, until } from "../support/harness.js";

/**
 * Opens notebooks, five at the same time, and closes them; sees that no process, socket or file is left behind.
 *
 * @param count a multiple of 5
 */
export async function openAndCloseMany(lab: DistantLab, count: number): Promise<void> {
  // What is opened once and kept (threads of ZeroMQ, of the file system) is opened now.
  await openAndClose(lab, 0, 5);
  const { openFiles } = await lab.measure();
  const pids: number[] = [];
  for (let from = 5; from < count + 5; from += 5) pids.push(...(await openAndClose(lab, from, 5)));
  assert.equal(new Set(pids).size, count);
  assert.deepEqual(pids.filter(isAlive), []);
  assert.deepEqual(readdirSync(lab.temporary), []);
  assert.deepEqual((await lab.ask("GET", "/api/kernels")).json, []);
  assert.deepEqual((await lab.ask("GET", "/api/sessions")).json, []);
  await until("the sockets to be closed", async () => (await lab.measure()).openFiles <= openFiles);
}

/** Opens notebooks at the same time, runs a cell in each, and closes them. Returns the kernels' process ids. */
async function openAndClose(lab: DistantLab, from: number, count: number): Promise<number[]> {
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
