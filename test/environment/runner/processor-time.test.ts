import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readProcessorSeconds } from "#environment/runner/processor-time.js";

const isLinux = process.platform === "linux";
const spin = "const end = process.cpuUsage().user + 250_000; while (process.cpuUsage().user < end);";

describe("readProcessorSeconds", function () {
  before(function () {
    if (!isLinux) this.skip();
  });

  it("counts the time of a process, and of children that have ended", () => {
    const before = readProcessorSeconds(process.pid)!;
    spawnSync(process.execPath, ["-e", spin]);
    const after = readProcessorSeconds(process.pid)!;
    assert.ok(after - before >= 0.2, `${after - before} s`);
  });

  it("is as much as Node says of this process, where it has no others", () => {
    const { user, system } = process.cpuUsage();
    const found = readProcessorSeconds(process.pid)!;
    assert.ok(found >= (user + system) / 1e6 - 0.05, `${found} s`);
  });

  it("is unknown for a process that is not there", () => {
    assert.equal(readProcessorSeconds(undefined), undefined);
    assert.equal(readProcessorSeconds(2 ** 30), undefined);
  });
});
