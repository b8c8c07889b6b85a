import assert from "node:assert/strict";
import { keepsKernelMetadata } from "#environment/lab/src/logic/kernel-metadata.js";

describe("what a notebook says of its kernel", () => {
  const info = { name: "typescript", version: "5.9.3", pygments_lexer: "typescript" };

  it("stays where the kernel has the same name or language", () => {
    assert.equal(keepsKernelMetadata("language_info", { name: "typescript" }, info, true), true);
    const spec = { name: "tumorlab", display_name: "TypeScript" };
    assert.equal(keepsKernelMetadata("kernelspec", { name: "tumorlab" }, spec, true), true);
  });

  it("stays where this project's kernel has another name here, until the reader chooses one", () => {
    const spec = { name: "tumorlab", display_name: "TypeScript" };
    for (const name of ["tumorlab-2", "tumorlab-old"]) {
      assert.equal(keepsKernelMetadata("kernelspec", { name }, spec, false), true);
      assert.equal(keepsKernelMetadata("kernelspec", { name }, spec, true), false);
    }
    for (const name of ["tslab", "deno", "tumorlabs"])
      assert.equal(keepsKernelMetadata("kernelspec", { name }, spec, false), false);
    assert.equal(keepsKernelMetadata("kernelspec", { name: "tumorlab" }, { name: "python3" }, false), false);
  });

  it("gives way to another kernel, and where nothing is said", () => {
    for (const written of [undefined, {}, { name: "" }, { name: "python" }, "typescript"])
      assert.equal(keepsKernelMetadata("language_info", written, info, false), false);
  });

  it("is no matter of other metadata", () => {
    assert.equal(keepsKernelMetadata("authors", { name: "A. Reader" }, { name: "A. Reader" }, false), false);
  });
});
