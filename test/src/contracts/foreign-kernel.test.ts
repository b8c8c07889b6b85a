import assert from "node:assert/strict";
import { findForeignKernel } from "tumorlab/internal/contracts/foreign-kernel";

describe("the kernel a notebook is for", () => {
  it("is foreign by its name, or by its language where it has no name", () => {
    assert.deepEqual(findForeignKernel({ kernelspec: { name: "python3", language: "typescript" } }), {
      kernel: "python3",
    });
    assert.deepEqual(findForeignKernel({ kernelspec: { name: "" }, language_info: { name: "julia" } }), {
      language: "julia",
    });
  });

  it("is not foreign where it is ours, is there, or nothing is said", () => {
    assert.equal(findForeignKernel({ kernelspec: { name: "tumorlab-2", language: "python" } }), undefined);
    assert.equal(findForeignKernel({ kernelspec: { name: "python3" } }, ["tumorlab", "python3"]), undefined);
    const blank = { kernelspec: { name: "", display_name: "" }, language_info: { name: "" } };
    for (const metadata of [{}, blank, { kernelspec: "python3", language_info: 3 }])
      assert.equal(findForeignKernel(metadata), undefined);
  });
});
