import assert from "node:assert/strict";
import { LabError } from "tumorlab/internal/core/errors";
import { requireOwnKernel } from "#environment/runner/kernel-name.js";

describe("the kernel of a notebook that is to be run", () => {
  const check = (metadata: Record<string, unknown>) => requireOwnKernel({ cells: [], metadata }, "n.ipynb");

  const foreign: [metadata: Record<string, unknown>, named: RegExp][] = [
    [{ kernelspec: { name: "python3", language: "python" } }, /for the kernel python3/],
    [{ kernelspec: { name: "ir", display_name: "R" } }, /for the kernel ir/],
    [{ kernelspec: { name: "deno", language: "typescript" } }, /for the kernel deno/],
    [{ kernelspec: { name: "tumorlabor" } }, /for the kernel tumorlabor/],
    [{ language_info: { name: "python" } }, /python/],
    [{ kernelspec: { language: "julia" } }, /julia/],
  ];
  for (const [metadata, named] of foreign) {
    it(`is refused by name: ${JSON.stringify(metadata)}`, () => {
      assert.throws(
        () => check(metadata),
        (error) => error instanceof LabError && named.test(error.message),
      );
    });
  }

  it("is ours where it is named so, or nothing else is said", () => {
    for (const metadata of [
      {},
      { kernelspec: null },
      { kernelspec: { name: "tumorlab", language: "typescript" } },
      { kernelspec: { name: "tumorlab-2" }, language_info: { name: "typescript" } },
      { language_info: { name: "typescript" } },
    ])
      assert.doesNotThrow(() => check(metadata));
  });
});
