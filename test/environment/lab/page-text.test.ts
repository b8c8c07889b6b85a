import assert from "node:assert/strict";
import { parseProgressPayload } from "tumorlab/internal/contracts/progress-payload";
import { describeNotebook } from "#environment/lab/src/logic/notebook-card.js";
import { formatProgress, readShare } from "#environment/lab/src/logic/progress.js";

describe("the text of a bar", () => {
  it("says all there is", () => {
    const payload = parseProgressPayload({
      label: "Training",
      done: 40,
      total: 120,
      ratePerSecond: 3.2123,
      remainingSeconds: 84.6,
      values: { loss: 0.31234 },
      state: "running",
    });
    assert.equal(readShare(payload), 1 / 3);
    assert.equal(formatProgress(payload), "40 of 120  ·  3.21/s  ·  1 min 25 s left  ·  loss 0.312");
  });

  it("knows no share without a total, unless all is done", () => {
    assert.equal(readShare(parseProgressPayload({ done: 3, state: "running" })), undefined);
    assert.equal(readShare(parseProgressPayload({ done: 3, state: "done" })), 1);
    assert.equal(readShare(parseProgressPayload({ done: 9, total: 3, state: "running" })), 1);
  });

  it("says how work ended, and then no time left", () => {
    const end = (state: string) =>
      formatProgress(parseProgressPayload({ done: 1500, total: 3000, remainingSeconds: 5, state }));
    assert.equal(end("failed"), "1,500 of 3,000  ·  failed");
    assert.equal(end("interrupted"), "1,500 of 3,000  ·  interrupted");
    assert.equal(end("done"), "1,500 of 3,000");
    assert.equal(end("running"), "1,500 of 3,000  ·  5 s left");
  });

  it("writes long times in hours and minutes", () => {
    const left = (remainingSeconds: number) =>
      formatProgress(parseProgressPayload({ done: 0, remainingSeconds })).split("  ·  ")[1];
    assert.equal(left(59.7), "1 min 0 s left");
    assert.equal(left(3599.9), "1 h 0 min left");
    assert.equal(left(7500), "2 h 5 min left");
  });
});

describe("describeNotebook", () => {
  it("takes number, title and first sentences", () => {
    const prose = "# 01 · The data\n\nA real [abdominal CT](x.md) with **its organs**. And more.\n\n## Next";
    assert.deepEqual(describeNotebook("notebooks/01-one-scan.ipynb", prose), {
      path: "notebooks/01-one-scan.ipynb",
      number: "01",
      title: "The data",
      description: "A real abdominal CT with its organs. And more.",
    });
  });

  it("takes whole sentences, as many as a card has room for, and the first one in any case", () => {
    const describe = (text: string): string => describeNotebook("a.ipynb", `# Title\n\n${text}`).description;
    const says = 'A paper says: "mean Dice 0.77".';
    const asks = "For which organs, and what happened to the lesions that nobody found?";
    assert.equal(describe(`${says} ${asks} ${asks}`), `${says} ${asks}`);
    const long = `${"word ".repeat(40)}end.`;
    assert.equal(describe(`${long} More.`), long);
  });

  it("passes over lists, tables, quotes and pictures on its way to the prose", () => {
    const prose =
      "# Title\n\n| a |\n|---|\n\n> **Note** x\n\n- item\n\n![picture](a.png)\n\nIt tells of v1.5 ct. Yes";
    assert.equal(describeNotebook("a.ipynb", prose).description, "It tells of v1.5 ct.");
  });

  it("falls back to the file's name", () => {
    assert.deepEqual(describeNotebook("notebooks/Untitled.ipynb", ""), {
      path: "notebooks/Untitled.ipynb",
      number: "",
      title: "Untitled",
      description: "",
    });
  });
});
