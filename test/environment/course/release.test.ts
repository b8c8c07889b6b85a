import assert from "node:assert/strict";
import { strip } from "#environment/course/release.js";
import type { Notebook } from "#environment/runner/notebook.js";

describe("a lesson that is handed out", () => {
  const strips = (source: string, lessons: string[]): string => {
    const cell = { cell_type: "markdown", id: "a", metadata: {}, source };
    const notebook = { cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 } as unknown as Notebook;
    return strip(notebook, lessons).cells[0].source;
  };

  it("keeps links to lessons that go with it, and the words alone of others", () => {
    const text =
      "See [01 \u00b7 The data](01-one-scan.ipynb) and [the ledger](08-the-ledger.ipynb#cell-id=a).";
    assert.equal(
      strips(text, ["01-one-scan"]),
      "See [01 \u00b7 The data](01-one-scan.ipynb) and the ledger.",
    );
    assert.equal(strips(text, ["01-one-scan", "08-the-ledger"]), text);
  });

  it("says nothing of solutions, and all else of the paragraph", () => {
    const text = "Try it. A solution is in [exercises/01](exercises/01-one-scan-solutions.ipynb).\n\n## Next";
    assert.equal(strips(text, []), "Try it.\n\n## Next");
  });
});
