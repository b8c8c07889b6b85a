import assert from "node:assert/strict";
import Module from "node:module";
import { LabError } from "tumorlab/internal/core/errors";
import { askReader, clearOutput, currentSignal, displayBundle } from "tumorlab/internal/notebook/session";
import { captureOutput, startFakeKernel } from "./fake-kernel.js";

describe("displayBundle", () => {
  const bundle = { "image/png": "AAAA", "text/plain": "a picture" };

  it("hands the bundle to the running kernel with its options", () => {
    const kernel = startFakeKernel();
    try {
      displayBundle(bundle, { displayId: "p1", update: true });
      assert.deepEqual(kernel.shown, [{ bundle, options: { displayId: "p1", update: true } }]);
      clearOutput();
      assert.deepEqual(kernel.shown, []);
    } finally {
      kernel.stop();
    }
  });

  it("uses stock tslab's own display inside its kernel", () => {
    const path = "/somewhere/node_modules/tslab/dist/jupyter.js";
    const sent: unknown[][] = [];
    const fake = new Module(path);
    fake.exports = { lastWriteDisplayData: (...call: unknown[]) => void sent.push(call) };
    require.cache[path] = fake;
    try {
      displayBundle(bundle, { displayId: "p1", update: true, metadata: { wide: true } });
    } finally {
      delete require.cache[path];
    }
    assert.deepEqual(sent, [
      [{ data: bundle, metadata: { wide: true }, transient: { display_id: "p1" } }, true],
    ]);
  });

  it("prints the text outside any kernel, and no updates", async () => {
    const output = await captureOutput(() => {
      displayBundle(bundle, { displayId: "p1" });
      displayBundle({ "text/plain": "again" }, { displayId: "p1", update: true });
      displayBundle({ "image/png": "AAAA" });
    });
    assert.equal(output, "a picture\n");
  });
});

describe("currentSignal and askReader", () => {
  it("gives the cell's signal in a kernel and one that never aborts elsewhere", () => {
    assert.equal(currentSignal().aborted, false);
    const kernel = startFakeKernel();
    try {
      const signal = currentSignal();
      kernel.abort(new Error("interrupted"));
      assert.equal(signal.aborted, true);
    } finally {
      kernel.stop();
    }
    assert.equal(currentSignal().aborted, false);
  });

  it("asks through the kernel and says what to do where there is none", async () => {
    const kernel = startFakeKernel(["liver"]);
    try {
      assert.equal(await askReader("Which organ?"), "liver");
    } finally {
      kernel.stop();
    }
    await assert.rejects(askReader("Which organ?"), (error: unknown) => {
      assert.ok(error instanceof LabError);
      assert.match(error.message, /a notebook of the lab/);
      return true;
    });
  });
});
