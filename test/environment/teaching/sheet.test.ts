import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { huWindows } from "tumorlab/internal/volume/window";
import { projectRoot } from "../runner/make-notebook.js";
import { renderSheet } from "#environment/teaching/sheet.js";

const read = (name: string): string =>
  readFileSync(path.join(projectRoot, "notebooks", "teaching", name), "utf8");

describe("the sheet to print", () => {
  it("is what its Markdown gives", async () => {
    assert.equal(
      await renderSheet(read("sheet.md"), projectRoot),
      read("sheet.html"),
      "run npm run teaching",
    );
  });

  it("needs no network, and has its formulas set and a page each side", () => {
    const html = read("sheet.html");
    assert.match(html, /default-src 'none'/);
    assert.doesNotMatch(html, /<(script|link|img)\b|katex-error|\$\$/);
    assert.ok((html.match(/<math/g) ?? []).length >= 8);
    assert.equal((html.match(/class="page"/g) ?? []).length, 2);
  });

  it("has the windows that the library has", () => {
    const sheet = read("sheet.md").replaceAll("−", "-");
    for (const { name, centerHu, widthHu } of huWindows.filter((each) => !each.name.includes("[")))
      assert.match(sheet, new RegExp(`\\| ${name} +\\| +${centerHu} \\| +${widthHu} \\|`), name);
  });
});
