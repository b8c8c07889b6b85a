import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { isAlive } from "../../bootstrap/processes.js";
import { startProgramsUncovered } from "../../uncovered.js";
import { openChannel, textOf } from "../support/channel.js";
import { type DistantLab, openDistantLab, patienceMs } from "../support/harness.js";
import { openAndCloseMany } from "./open-and-close.js";

describe("kernels opened and closed", function () {
  this.timeout(patienceMs);
  startProgramsUncovered();
  let lab: DistantLab;
  before(async () => {
    lab = await openDistantLab();
  });
  after(() => lab.close());

  it("leave no process, no socket and no file behind", () => openAndCloseMany(lab, 10));
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
