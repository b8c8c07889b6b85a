import assert from "node:assert/strict";
import { explainForeignKernel } from "#environment/lab/src/logic/foreign-words.js";

describe("the words for a notebook of another kernel", () => {
  it("name notebook and kernel, and what to do", () => {
    const words = explainForeignKernel("n.ipynb", { kernel: "python3" }, "TypeScript (Tumorlab)");
    assert.match(words, /^n\.ipynb is a notebook for the kernel python3, .* open it where python3 is\./);
    assert.match(words, /run it with TypeScript \(Tumorlab\)/);
  });

  it("name the language where there is no kernel, and keep what a file says short", () => {
    const words = explainForeignKernel("n.ipynb", { language: "x".repeat(1000) }, "TypeScript");
    assert.match(words, /for the language x{60}…, which/);
    assert.ok(words.length < 600);
  });
});
