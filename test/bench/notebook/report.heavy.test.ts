import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { startProgramsUncovered } from "../../environment/uncovered.js";
import { measureSession, metrics } from "./measure.js";
import { findPeers } from "./peers.js";
import { collectSamples, formatTable, median, summarize } from "./report.js";

describe("npm run bench -- notebook", function () {
  this.timeout(180_000);
  startProgramsUncovered();

  it("shows medians beside each other, holds the first kernel to the target, and leaves blanks blank", () => {
    const table = formatTable(
      summarize(
        collectSamples([
          { kernel: "own", values: { "trivial cell": 90, completion: 151, "kernel ready": 2500 } },
          { kernel: "other", values: { "trivial cell": 500 } },
          { kernel: "own", values: { "trivial cell": 20, completion: 149 } },
          { kernel: "own", values: { "trivial cell": 7, completion: 900 } },
          { kernel: "other", values: { "trivial cell": 1.25, completion: NaN } },
        ]),
      ),
    ).split("\n");
    const row = (name: string) => table.find((line) => line.startsWith(name))?.split(/\s{2,}/);
    assert.deepEqual(row("trivial cell"), ["trivial cell", "<= 100 ms", "20 ms", "251 ms", "met"]);
    assert.deepEqual(row("completion"), ["completion", "<= 150 ms", "151 ms", "-", "MISSED"]);
    assert.deepEqual(row("kernel ready"), ["kernel ready", "<= 2500 ms", "2500 ms", "-", "met"]);
    assert.deepEqual(row("peak memory"), ["peak memory", "-", "-"]);
  });

  it("takes the middle value, or the mean of the two in the middle", () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
  });

  it("measures this project's kernel in every metric, with an output small enough for a notebook file", async () => {
    const [own, stock] = await findPeers();
    assert.equal(own.name, "tumorlab");
    assert.match(stock.name, /^tslab \d/);
    const measured = await measureSession(own);
    const names = Object.keys(metrics).filter(
      (name) => name !== "peak memory" || process.platform === "linux",
    );
    for (const name of names) assert.ok((measured[name as keyof typeof metrics] ?? 0) > 0, name);
    assert.ok((measured["its output"] ?? Infinity) <= metrics["its output"].target);
  });

  it("names the benchmarks there are when asked for another", async () => {
    const main = path.resolve(__dirname, "../main.js");
    const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) =>
      execFile(process.execPath, [main, "speed"], (error, _, text) =>
        resolve({ code: error?.code, stderr: text }),
      ),
    );
    assert.equal(code, 2);
    assert.match(stderr, /"speed" is no benchmark\. Usage: npm run bench -- .*notebook/);
  });
});
