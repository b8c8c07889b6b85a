import { type Cell, createCell } from "./cell/cell.js";
import type { CellEnd, Execution } from "./cell/execution.js";
import { type Failure, formatHead } from "./cell/failure.js";
import type { Execute } from "./dispatcher.js";
import type { KernelRequest } from "./link-messages.js";
import type { Publish, Streams } from "./outputs.js";
import type { History } from "./requests/history.js";
import type { SharedState } from "./shared-state.js";
import { describeChanged, type StaleCheck } from "./stale-package.js";

type Content = Record<string, unknown>;

/** What running a cell needs. */
export interface ExecuteParts {
  execution: Execution;
  publish: Publish;
  streams: Streams;
  /** Waits for what children and native code have written. */
  syncDescriptors: () => void;
  history: History;
  stale: StaleCheck;
  state: SharedState;
  /** Whether the code asks to be run in a browser, as tslab's own kernel can do. */
  isForBrowser: (code: string) => boolean;
}

/** Handles execute requests: counts, announces and runs the cell, then publishes what it came to. */
export function createExecute(parts: ExecuteParts): Execute {
  const { execution, publish, streams, syncDescriptors, history, stale, state, isForBrowser } = parts;
  let count = 0;
  let uncounted = 0;

  function makeCell(request: KernelRequest, code: string, changes: Partial<Cell> = {}): Cell {
    const { header, identities, content } = request;
    const allowStdin = content.allow_stdin === true;
    const isSilent = content.silent === true;
    const name = isCounted(content) ? `cell ${count}` : `cell ${count}.${++uncounted}`;
    const basic = { name, code, header, identities, allowStdin, silent: isSilent, wantsResult: !isSilent };
    return createCell({ ...basic, ...changes }, state);
  }

  function begin(request: KernelRequest, cell: Cell): void {
    const changed = cell.silent ? [] : stale.findChanged();
    publish("execute_input", { code: cell.code, execution_count: count }, cell);
    if (changed.length > 0) streams.write(cell, "stderr", describeChanged(changed));
    if (isCounted(request.content)) history.add(count, cell.code);
  }

  function finish(cell: Cell, end: CellEnd): Content | undefined {
    streams.flush();
    syncDescriptors();
    stale.noteLoaded();
    if (end.failure) {
      publish("error", { ...end.failure }, cell);
      return { status: "error", execution_count: count, ...end.failure };
    }
    if (end.bundle) {
      try {
        publish("execute_result", { execution_count: count, data: end.bundle, metadata: {} }, cell);
      } catch (error) {
        return finish(cell, { failure: describeUnsendable(error) });
      }
    }
    return undefined;
  }

  /** Evaluates one expression after the other, each as a cell whose value is all that is seen of it. */
  function evaluate(
    request: KernelRequest,
    expressions: [name: string, code: string][],
    values: Content,
    onEnd: (values: Content) => void,
  ): void {
    const [first, ...rest] = expressions;
    if (!first) return onEnd(values);
    const [name, code] = first;
    const cell = makeCell(request, code, { silent: true, wantsResult: true, allowStdin: false });
    execution.run(cell, ({ failure, bundle }) => {
      const value = failure
        ? { status: "error", ...failure }
        : { status: "ok", data: bundle ?? {}, metadata: {} };
      evaluate(request, rest, { ...values, [name]: value }, onEnd);
    });
  }

  return (request, onEnd) => {
    const { code: given } = request.content;
    const code = typeof given === "string" ? given : "";
    if (isCounted(request.content)) count++;
    const cell = makeCell(request, code);
    begin(request, cell);
    const end = (cellEnd: CellEnd): void => {
      const failed = finish(cell, cellEnd);
      if (failed) return onEnd(failed);
      const expressions = listExpressions(request.content.user_expressions);
      evaluate(request, expressions, {}, (user_expressions) =>
        onEnd({ status: "ok", execution_count: count, payload: [], user_expressions }),
      );
    };
    if (isForBrowser(code)) end({ failure: describeBrowserCell() });
    else execution.run(cell, end);
  };
}

function listExpressions(given: unknown): [name: string, code: string][] {
  const entries = typeof given === "object" && given !== null ? Object.entries(given) : [];
  return entries.filter((entry): entry is [string, string] => typeof entry[1] === "string");
}

/** Silent cells and those that must leave no trace don't count. */
function isCounted(content: Content): boolean {
  return content.silent !== true && content.store_history !== false;
}

function describeBrowserCell(): Failure {
  const ename = "NotSupported";
  const evalue =
    "Cells marked @browser are not run by this kernel. Show a figure or a volume instead: they are drawn in the browser.";
  return { ename, evalue, traceback: [formatHead(ename, evalue)] };
}

function describeUnsendable(error: unknown): Failure {
  const ename = "TypeError";
  const evalue = `The value's display bundle is not JSON: ${(error as Error).message}`;
  return { ename, evalue, traceback: [formatHead(ename, evalue)] };
}
