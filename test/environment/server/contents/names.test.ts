import assert from "node:assert/strict";
import { namesForCopy, namesForNew, splitName } from "#environment/server/contents/names.js";

const first = (names: Iterable<string>, count: number) => {
  const found: string[] = [];
  for (const name of names) if (found.push(name) === count) break;
  return found;
};

describe("splitName", () => {
  it("keeps double endings of images and archives together", () => {
    assert.deepEqual(splitName("ct.nii.gz"), ["ct", ".nii.gz"]);
    assert.deepEqual(splitName("a.b.ipynb"), ["a.b", ".ipynb"]);
    assert.deepEqual(splitName("LICENSE"), ["LICENSE", ""]);
    assert.deepEqual(splitName(".gitignore"), [".gitignore", ""]);
  });
});

describe("namesForCopy", () => {
  it("numbers copies, also those of copies", () => {
    assert.deepEqual(first(namesForCopy("a.ipynb", true), 2), ["a-Copy1.ipynb", "a-Copy2.ipynb"]);
    assert.deepEqual(first(namesForCopy("a-Copy1.ipynb", true), 2), ["a-Copy1.ipynb", "a-Copy2.ipynb"]);
    assert.deepEqual(first(namesForCopy("ct.nii.gz", false), 2), ["ct.nii.gz", "ct-Copy1.nii.gz"]);
  });
});

describe("namesForNew", () => {
  it("names new things as JupyterLab expects", () => {
    assert.deepEqual(first(namesForNew("notebook", ".ipynb"), 2), ["Untitled.ipynb", "Untitled1.ipynb"]);
    assert.deepEqual(first(namesForNew("directory", ""), 2), ["Untitled Folder", "Untitled Folder 1"]);
    assert.deepEqual(first(namesForNew("file", ".md"), 2), ["untitled.md", "untitled1.md"]);
  });
});
