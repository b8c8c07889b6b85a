import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { prepareSimdEngine } from "tumorlab/internal/model/simd3d/engine";
import { loadTensorFlow } from "tumorlab/internal/model/tensorflow";
import { trainWide } from "./train-and-tell.js";

describe("a training of the same seed on the engine simd", function () {
  this.timeout(120_000);

  it("gives the same sha256 in another process on another number of threads, by Winograd's way", async () => {
    const child = fork(join(__dirname, "train-and-tell.js"), ["3"], { stdio: "ignore" });
    const message = once(child, "message") as Promise<[string]>;
    const { crew } = prepareSimdEngine(loadTensorFlow());
    const run = crew.run.bind(crew);
    const kernels = new Set<string>();
    crew.run = (kernel, ...rest) => {
      kernels.add(kernel);
      run(kernel, ...rest);
    };
    try {
      const sha256 = await trainWide(1);
      assert.match(sha256, /^[0-9a-f]{64}$/);
      assert.ok(kernels.has("convolveByBlocks"), `kernels: ${[...kernels].join(", ")}`);
      const [other] = await message;
      assert.equal(other, sha256);
    } finally {
      crew.run = run;
    }
  });
});
