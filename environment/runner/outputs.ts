import type { CodeCell, DisplayOutput, MimeBundle, Output, ResultOutput, StreamOutput } from "./notebook.js";

/** Text of one stream of one cell beyond this many characters is counted, not kept. */
export const streamLimit = 200_000;

/** Turns what a kernel publishes into the outputs of the cells, as a front end would. */
export interface OutputCollector {
  /**
   * Takes one message of the IOPub channel. Types that are no output (`status`, `execute_input`, ...) are
   * passed over.
   *
   * @param cell the cell whose request the message answers; a display update changes whichever cell has it.
   */
  accept(cell: CodeCell, type: string, content: Readonly<Record<string, unknown>>): void;
  /** To be called when a cell is done: adds the notice about text that was not kept. */
  finish(cell: CodeCell): void;
}

/** A collector for the cells of one notebook: displays are known by id across cells. */
export function createOutputCollector(): OutputCollector {
  const displays = new Map<string, (DisplayOutput | ResultOutput)[]>();
  const clearing = new Set<CodeCell>();
  const dropped = new Map<CodeCell, number>();

  const append = (cell: CodeCell, output: Output): void => {
    if (clearing.delete(cell)) cell.outputs = [];
    cell.outputs.push(output);
  };

  const remember = (
    content: Readonly<Record<string, unknown>>,
    output: DisplayOutput | ResultOutput,
  ): void => {
    const id = displayIdOf(content);
    if (id !== undefined) displays.set(id, [...(displays.get(id) ?? []), output]);
  };

  const write = (cell: CodeCell, content: Readonly<Record<string, unknown>>): void => {
    if (clearing.delete(cell)) cell.outputs = [];
    const name: StreamOutput["name"] = content.name === "stderr" ? "stderr" : "stdout";
    const text = textOf(content.text);
    let stream = cell.outputs.at(-1);
    if (stream?.output_type !== "stream" || stream.name !== name) {
      stream = { output_type: "stream", name, text: "" };
      cell.outputs.push(stream);
    }
    const room = Math.max(0, streamLimit - stream.text.length);
    stream.text += text.length <= room ? text : text.slice(0, room);
    if (text.length > room) dropped.set(cell, (dropped.get(cell) ?? 0) + text.length - room);
  };

  return {
    accept(cell, type, content) {
      switch (type) {
        case "stream":
          write(cell, content);
          return;
        case "display_data": {
          const output: DisplayOutput = { output_type: "display_data", ...bundleOf(content) };
          append(cell, output);
          remember(content, output);
          return;
        }
        case "execute_result": {
          const output: ResultOutput = {
            output_type: "execute_result",
            ...bundleOf(content),
            execution_count: typeof content.execution_count === "number" ? content.execution_count : null,
          };
          append(cell, output);
          remember(content, output);
          return;
        }
        case "update_display_data":
          for (const output of displays.get(displayIdOf(content) ?? "") ?? []) {
            Object.assign(output, bundleOf(content));
          }
          return;
        case "error":
          append(cell, {
            output_type: "error",
            ename: textOf(content.ename) || "Error",
            evalue: textOf(content.evalue),
            traceback: Array.isArray(content.traceback) ? content.traceback.map(textOf) : [],
          });
          return;
        case "clear_output":
          if (content.wait === true) clearing.add(cell);
          else cell.outputs = [];
          return;
      }
    },
    finish(cell) {
      const count = dropped.get(cell);
      dropped.delete(cell);
      if (count) {
        const text = `\n[${count} more characters of output are not kept in the notebook]\n`;
        cell.outputs.push({ output_type: "stream", name: "stderr", text });
      }
    },
  };
}

function bundleOf(content: Readonly<Record<string, unknown>>): {
  data: MimeBundle;
  metadata: Record<string, unknown>;
} {
  return {
    data: { ...(content.data as MimeBundle | undefined) },
    metadata: { ...(content.metadata as Record<string, unknown> | undefined) },
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function displayIdOf(content: Readonly<Record<string, unknown>>): string | undefined {
  const transient = content.transient as { display_id?: unknown } | undefined;
  return typeof transient?.display_id === "string" ? transient.display_id : undefined;
}
