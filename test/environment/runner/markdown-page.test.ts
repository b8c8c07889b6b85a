import assert from "node:assert/strict";
import { codeCell, notebookOf, textCell } from "./make-notebook.js";
import { toMarkdown } from "#environment/runner/markdown-page.js";
import type { MimeBundle, Output } from "#environment/runner/notebook.js";

const show = (data: MimeBundle): Output => ({ output_type: "display_data", data, metadata: {} });
const write = (...outputs: Output[]) => toMarkdown(notebookOf({ ...codeCell("f();"), outputs }));

describe("toMarkdown", () => {
  it("writes texts as they are and code as TypeScript", () => {
    assert.equal(toMarkdown(notebookOf(textCell("# A"), codeCell("x;"))), "# A\n\n```ts\nx;\n```\n");
  });
  it("fences text with more backticks than are in it", () => {
    const text = write({ output_type: "stream", name: "stdout", text: "a\n```\n\u001b[31mb\u001b[0m\n" });
    assert.match(text, /\n````text\na\n```\nb\n````\n$/);
  });
  it("holds pictures inside, those of outputs and those attached to texts", () => {
    assert.match(
      write(show({ "image/png": "iVBO\nRw==", "text/plain": "A [bar]" })),
      /!\[A \\\[bar\\\]\]\(data:image\/png;base64,iVBORw==\)/,
    );
    const text = { ...textCell("![x](attachment:a%20b.png) ![y](attachment:none.png)") };
    const attachments = { "a b.png": { "image/png": "AAAA" } };
    assert.equal(
      toMarkdown(notebookOf({ ...text, attachments })),
      "![x](data:image/png;base64,AAAA) ![y](attachment:none.png)\n",
    );
  });
  it("takes the richest form Markdown knows, and errors by their traceback", () => {
    assert.match(write(show({ "text/markdown": "**b**", "text/html": "<b>b</b>" })), /\n\n\*\*b\*\*\n$/);
    assert.match(write(show({ "text/html": "<p>\n\n\na</p>", "text/plain": "a" })), /\n\n<p>\na<\/p>\n$/);
    const error: Output = { output_type: "error", ename: "E", evalue: "v", traceback: [] };
    assert.match(write(error), /```text\nE: v\n```/);
  });
});
