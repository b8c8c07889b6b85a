import assert from "node:assert/strict";
import { codeCell } from "./make-notebook.js";
import type { Output } from "#environment/runner/notebook.js";
import { createOutputCollector, streamLimit } from "#environment/runner/outputs.js";
import { settleTerminalText, stripEscapes } from "#environment/runner/terminal-text.js";

const display = (text: string, id?: string): Record<string, unknown> => ({
  data: { "text/plain": text },
  metadata: {},
  transient: id === undefined ? {} : { display_id: id },
});
const texts = (outputs: readonly Output[]): string[] =>
  outputs.map((output) =>
    output.output_type === "stream"
      ? output.text
      : output.output_type === "error"
        ? output.evalue
        : String(output.data["text/plain"]),
  );

describe("createOutputCollector", () => {
  it("merges neighbouring text of one stream and keeps the order of everything", () => {
    const cell = codeCell("");
    const collector = createOutputCollector();
    collector.accept(cell, "status", { execution_state: "busy" });
    collector.accept(cell, "stream", { name: "stdout", text: "a" });
    collector.accept(cell, "stream", { name: "stdout", text: "b" });
    collector.accept(cell, "stream", { name: "stderr", text: "c" });
    collector.accept(cell, "display_data", display("d"));
    collector.accept(cell, "stream", { name: "stdout", text: "e" });
    collector.accept(cell, "error", { ename: "E", evalue: "f", traceback: ["t"] });
    assert.deepEqual(texts(cell.outputs), ["ab", "c", "d", "e", "f"]);
  });

  it("updates a display in whichever cell shows it, as often as it is shown", () => {
    const [first, second] = [codeCell("1"), codeCell("2")];
    const collector = createOutputCollector();
    collector.accept(first, "display_data", display("0 %", "bar"));
    collector.accept(second, "display_data", display("0 %", "bar"));
    for (let i = 1; i <= 1000; i++)
      collector.accept(second, "update_display_data", display(`${i / 10} %`, "bar"));
    collector.accept(second, "update_display_data", display("lost", "nobody"));
    assert.deepEqual([texts(first.outputs), texts(second.outputs)], [["100 %"], ["100 %"]]);
    assert.ok(!JSON.stringify(first.outputs).includes("display_id"));
  });

  it("clears at once, or with wait when the next output comes", () => {
    const cell = codeCell("");
    const collector = createOutputCollector();
    collector.accept(cell, "stream", { name: "stdout", text: "old" });
    collector.accept(cell, "clear_output", { wait: true });
    assert.deepEqual(texts(cell.outputs), ["old"]);
    collector.accept(cell, "display_data", display("new"));
    assert.deepEqual(texts(cell.outputs), ["new"]);
    collector.accept(cell, "clear_output", { wait: false });
    assert.deepEqual(cell.outputs, []);
  });

  it("keeps the start of endless text and says how much is left out", () => {
    const cell = codeCell("");
    const collector = createOutputCollector();
    const chunk = "x".repeat(50_000);
    for (let i = 0; i < 6; i++) collector.accept(cell, "stream", { name: "stdout", text: chunk });
    collector.finish(cell);
    const [kept, notice] = texts(cell.outputs);
    assert.equal(kept.length, streamLimit);
    assert.match(notice, /100000 more characters/);
  });
});

describe("settleTerminalText", () => {
  it("leaves what a terminal would show of a progress bar", () => {
    assert.equal(settleTerminalText("10 %\r50 %\r100 %\ndone\n"), "100 %\ndone\n");
    assert.equal(settleTerminalText("long text\rab\n"), "abng text\n");
    assert.equal(settleTerminalText("long text\r\u001b[2Kab\n"), "ab\n");
    assert.equal(settleTerminalText("long text\rab\u001b[K\n"), "ab\n");
    assert.equal(settleTerminalText("abc\b\bX"), "aXc");
    assert.equal(settleTerminalText("a\r\nb\r\r\n"), "a\nb\n");
  });

  it("keeps colours, and stripEscapes takes them off", () => {
    const red = "\u001b[31mred\u001b[0m";
    assert.equal(settleTerminalText(`..\r${red}`), red);
    assert.equal(stripEscapes(red), "red");
  });
});
