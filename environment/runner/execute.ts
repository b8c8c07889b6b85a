import type { KernelClient } from "../client/kernel-client.js";
import { tagsOf, type Cell, type CodeCell, type Notebook } from "./notebook.js";
import { createOutputCollector } from "./outputs.js";
import { readProcessorSeconds } from "./processor-time.js";
import { stripEscapes } from "./terminal-text.js";

/** Why a cell ended a notebook's run. */
export interface CellFailure {
  reason: "error" | "no-error" | "timeout" | "died" | "interrupted";
  /** Position among the code cells from 1, as the number in brackets beside it. */
  cell: number;
  cellId: string;
  /** Line of the cell from 1, as far as it is known; otherwise its first line of code. */
  line: number;
  /** That line. */
  code: string;
  /** What happened, in words, on one or more lines. */
  message: string;
}

/** How {@link executeNotebook} runs. */
export interface ExecuteNotebookOptions {
  /** Longest time for one cell, in milliseconds. */
  cellTimeoutMs: number;
  /** Aborting it interrupts the running cell and ends the run. */
  signal?: AbortSignal;
  /** How long an interrupted cell may take to stop before the kernel is killed; defaults to 5 s. */
  graceMs?: number;
  /** Called before each code cell with its position from 1 and the number of code cells. */
  onCell?: (cell: number, total: number) => void;
}

/** An executed copy of a notebook; `failure` says why it is not complete. */
export interface ExecutedNotebook {
  notebook: Notebook;
  /** What each code cell took that was run, in their order. */
  times: CellTime[];
  failure?: CellFailure;
}

/** What a cell took. */
export interface CellTime {
  id: string;
  /** On the wall clock, from the request to the last output. */
  seconds: number;
  /**
   * Processor time of the kernel and the processes below it, over all cores: other programs do not count. `undefined` where
   * the system does not tell.
   */
  processorSeconds: number | undefined;
}

/**
 * Runs the code cells of a notebook one after the other and fills in their outputs.
 *
 * Stops at the first cell that raises an error, unless it is tagged `raises-exception`; such a cell fails when
 * it raises none. A cell that takes too long is interrupted; when it does not heed that, the kernel is killed.
 *
 * @param kernel the caller shuts it down.
 */
export async function executeNotebook(
  notebook: Notebook,
  kernel: KernelClient,
  options: ExecuteNotebookOptions,
): Promise<ExecutedNotebook> {
  const cells = notebook.cells.map((cell): Cell =>
    cell.cell_type === "code" ? { ...cell, execution_count: null, outputs: [] } : cell,
  );
  const codeCells = cells.filter((cell): cell is CodeCell => cell.cell_type === "code");
  const collector = createOutputCollector();
  const requests = new Map<string, CodeCell>();
  const stopListening = kernel.listen((message) => {
    if (message.channel !== "iopub") return;
    const cell = requests.get(message.parent_header.msg_id ?? "");
    if (cell) collector.accept(cell, message.header.msg_type, message.content);
  });

  let failure: CellFailure | undefined;
  const times: CellTime[] = [];
  const { pid } = kernel.process;
  try {
    for (const [index, cell] of codeCells.entries()) {
      if (cell.source.trim() === "") continue;
      options.onCell?.(index + 1, codeCells.length);
      const [startedAt, before] = [performance.now(), readProcessorSeconds(pid)];
      const ending = await runCell(cell, kernel, options, (id) => requests.set(id, cell));
      collector.finish(cell);
      const after = readProcessorSeconds(pid);
      times.push({
        id: cell.id,
        seconds: (performance.now() - startedAt) / 1000,
        processorSeconds: before === undefined || after === undefined ? undefined : after - before,
      });
      failure = judge(cell, index + 1, ending, options);
      if (failure) break;
    }
  } finally {
    stopListening();
  }
  return { notebook: { ...notebook, cells }, times, failure };
}

type Ending =
  | { kind: "replied"; status: unknown; count: unknown }
  | { kind: "died"; error: Error }
  | { kind: "timeout" | "interrupted"; killed: boolean };

async function runCell(
  cell: CodeCell,
  kernel: KernelClient,
  options: ExecuteNotebookOptions,
  onRequest: (id: string) => void,
): Promise<Ending> {
  if (options.signal?.aborted) return { kind: "interrupted", killed: false };
  const ended: Promise<Ending> = kernel
    .execute(cell.source, { onMessage: (message) => onRequest(message.parent_header.msg_id ?? "") })
    .then(
      ({ reply }): Ending => ({
        kind: "replied",
        status: reply.content.status,
        count: reply.content.execution_count,
      }),
      (error: Error): Ending => ({ kind: "died", error }),
    );
  const stop = waitForStop(options);
  try {
    const first = await Promise.race([ended, stop.reason]);
    if (typeof first !== "string") return first;
    // A kernel that is busy in a loop may never answer the interrupt itself.
    kernel.interrupt().catch(() => undefined);
    const heeded = await Promise.race([ended, delay(options.graceMs ?? 5000)]);
    if (!heeded) {
      kernel.process.kill("SIGKILL");
      await kernel.process.ended;
    }
    return { kind: first, killed: !heeded };
  } finally {
    stop.cancel();
  }
}

function judge(
  cell: CodeCell,
  number: number,
  ending: Ending,
  options: ExecuteNotebookOptions,
): CellFailure | undefined {
  const first = firstCodeLine(cell.source);
  const at = { cell: number, cellId: cell.id, line: first, code: lineOf(cell.source, first) };
  switch (ending.kind) {
    case "died":
      return { ...at, reason: "died", message: ending.error.message };
    case "interrupted":
      return { ...at, reason: "interrupted", message: "interrupted" };
    case "timeout": {
      const limit = `took longer than ${options.cellTimeoutMs / 1000} s`;
      return {
        ...at,
        reason: "timeout",
        message: ending.killed ? `${limit} and did not heed the interrupt` : limit,
      };
    }
    case "replied":
      cell.execution_count = typeof ending.count === "number" ? ending.count : null;
  }
  const expected = tagsOf(cell).includes("raises-exception");
  const error = cell.outputs.find((output) => output.output_type === "error");
  if (ending.status === "ok" && !error) {
    if (!expected) return undefined;
    return { ...at, reason: "no-error", message: "is tagged raises-exception but raised no error" };
  }
  if (expected && error) return undefined;
  const text = error
    ? `${error.ename}: ${error.evalue}`
    : `the kernel answered ${JSON.stringify(ending.status)}`;
  const line = error ? lineInTraceback(error.traceback, cell.source) : undefined;
  const place = line === undefined ? at : { ...at, line, code: lineOf(cell.source, line) };
  return { ...place, reason: "error", message: stripEscapes(text) };
}

/** The line of the cell that the topmost frame in a cell names: `cell 3:2:7`, `[3]:2:7`, `line 2`. */
function lineInTraceback(traceback: readonly string[], source: string): number | undefined {
  const lines = source.split("\n").length;
  for (const text of stripEscapes(traceback.join("\n")).split("\n")) {
    const match =
      /(?:cell ?\[?\d+\]?|\[\d+\]|<cell[^>]*>):(\d+)(?::\d+)?/i.exec(text) ?? /\bline (\d+)\b/.exec(text);
    const line = Number(match?.[1]);
    if (line >= 1 && line <= lines) return line;
  }
  return undefined;
}

function firstCodeLine(source: string): number {
  const index = source.split("\n").findIndex((line) => line.trim() !== "" && !line.trim().startsWith("//"));
  return Math.max(0, index) + 1;
}

function lineOf(source: string, line: number): string {
  return (source.split("\n")[line - 1] ?? "").trim();
}

function waitForStop(options: ExecuteNotebookOptions): {
  reason: Promise<"timeout" | "interrupted">;
  cancel(): void;
} {
  let cancel = (): void => undefined;
  const reason = new Promise<"timeout" | "interrupted">((resolve) => {
    const timer = setTimeout(() => resolve("timeout"), options.cellTimeoutMs);
    const onAbort = (): void => resolve("interrupted");
    options.signal?.addEventListener("abort", onAbort);
    cancel = () => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", onAbort);
    };
  });
  return { reason, cancel: () => cancel() };
}

function delay(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms).unref());
}
