import { AsyncLocalStorage } from "node:async_hooks";
import type { MessageHeader } from "../../wire/message.js";
import { Interrupted } from "../interrupted.js";
import { type SharedState, word } from "../shared-state.js";
import type { Failure } from "./failure.js";
import { hideAsyncState } from "./hide-async-state.js";

/** One run of a piece of code, and all that belongs to it for as long as anything it started goes on. */
export interface Cell {
  /** How tracebacks name it: `cell 3`. */
  readonly name: string;
  readonly code: string;
  /** Header of the request, the parent of all its outputs. */
  readonly header: MessageHeader;
  /** Where the front end that asked is reached. */
  readonly identities: Uint8Array[];
  readonly allowStdin: boolean;
  /** Publishes nothing. */
  readonly silent: boolean;
  /** Whether the value of its last expression is asked for. */
  readonly wantsResult: boolean;
  /** Aborted by an interrupt. */
  readonly controller: AbortController;
  readonly signal: AbortSignal;
  /** The value of its last expression, once there is one. */
  result?: { value: unknown };
  failure?: Failure;
  /** The cell was reported as interrupted though its code may go on: nothing of it is shown any more. */
  isAbandoned: boolean;
  /** Characters it wrote to its streams so far. */
  streamLength: number;
}

/** Cells whose code is on the stack or was when a promise, timer or callback was made. */
const cells = new AsyncLocalStorage<CellMark>();
hideAsyncState(cells);

/** Says nothing of the cell where Node displays it. */
class CellMark {
  readonly #cell: Cell;

  constructor(cell: Cell) {
    this.#cell = cell;
  }

  get cell(): Cell {
    return this.#cell;
  }
}
let running: Cell | undefined;
let latest: Cell | undefined;

/** Makes a cell; nothing runs yet. */
export function createCell(
  parts: Pick<Cell, "name" | "code" | "header" | "identities" | "allowStdin" | "silent" | "wantsResult">,
  state: SharedState,
): Cell {
  const controller = new AbortController();
  return {
    ...parts,
    controller,
    signal: watchInterrupts(controller, state),
    isAbandoned: false,
    streamLength: 0,
  };
}

/** Runs a function as part of a cell. */
export function runInCell<T>(cell: Cell, run: () => T): T {
  return cells.run(new CellMark(cell), run);
}

/** The cell that the calling code belongs to, wherever it is called from; else the one running, else the last. */
export function currentCell(): Cell | undefined {
  return cells.getStore()?.cell ?? running ?? latest;
}

/** The cell whose end is waited for. */
export function runningCell(): Cell | undefined {
  return running;
}

export function setRunningCell(cell: Cell | undefined): void {
  running = cell;
  latest = cell ?? latest;
}

/**
 * A signal that an interrupt aborts in the middle of a computation too: code that never pauses sees it at its next look
 * at `aborted` or `throwIfAborted()`, before any event could reach it.
 */
function watchInterrupts(controller: AbortController, state: SharedState): AbortSignal {
  const { signal } = controller;
  const atStart = Atomics.load(state, word.interrupts);
  const isAborted = (): unknown => Reflect.get(AbortSignal.prototype, "aborted", signal);
  Object.defineProperty(signal, "aborted", {
    get() {
      if (isAborted()) return true;
      if (Atomics.load(state, word.interrupts) === atStart || running?.signal !== signal) return false;
      controller.abort(new Interrupted());
      return true;
    },
  });
  Object.defineProperty(signal, "throwIfAborted", {
    value() {
      if (signal.aborted) throw signal.reason;
    },
  });
  return signal;
}
