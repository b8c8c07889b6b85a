import type { Executor } from "tslab/dist/executor.js";
import { Interrupted } from "../interrupted.js";
import type { Sections } from "../sections.js";
import { type SharedState, word } from "../shared-state.js";
import type { Tasks } from "../tasks.js";
import { type Cell, runInCell, setRunningCell } from "./cell.js";
import { describeError, excerptOf, framesIn } from "./describe-error.js";
import { type Failure, formatHead } from "./failure.js";
import { type Bundle, toBundle } from "./rich-display.js";
import type { Variables } from "./variables.js";

/** What a cell came to: a failure, or a value to show, or neither. */
export interface CellEnd {
  failure?: Failure;
  bundle?: Bundle;
}

/** Runs cells, one at a time. */
export interface Execution {
  /** Starts a cell, called as kernel code; `onEnd` is called once, later, whatever the cell's code does. */
  run(cell: Cell, onEnd: (end: CellEnd) => void): void;
  /**
   * Interrupts the running cell, if any; a second time it is given no more time to end by itself.
   *
   * @param number the interrupt's number; it is over when the cell has ended.
   */
  interrupt(number: number): void;
  /** Takes note that code of a cell was cut off, and where it was. */
  noteCut(cell: Cell | undefined, stack: string): void;
}

/** Time to end after an interrupt for a cell that knows nothing of it, */
const graceMs = 150;
/** and for one that holds the abort signal. */
const graceWithSignalMs = 5000;
/** When such a cell's reader is told what is being waited for. */
const hintMs = 1000;

interface Run {
  cell: Cell;
  /** How often it was interrupted, */
  interrupts: number;
  /** and the number of the last time. */
  lastInterrupt?: number;
  cutStack?: string;
  timers: NodeJS.Timeout[];
  end(end: CellEnd): void;
}

/** @param say prints a note of the kernel's own among a cell's outputs. */
export function createExecution(
  executor: Executor,
  variables: Variables,
  { state, sections, tasks }: { state: SharedState; sections: Sections; tasks: Tasks },
  say: (cell: Cell, text: string) => void,
): Execution {
  let current: Run | undefined;

  /** Compiles and runs the code: all of it up to the first `await` happens inside of this call. */
  async function runCode(cell: Cell): Promise<CellEnd> {
    const isDone = await executor.execute(cell.code);
    if (!isDone || cell.failure) {
      return { failure: cell.failure ?? { ename: "Error", evalue: "The cell failed", traceback: [] } };
    }
    variables.complete(cell);
    if (!cell.result || !cell.wantsResult) return {};
    try {
      return { bundle: await toBundle(cell.result.value) };
    } catch (error) {
      return { failure: describeError(error) };
    }
  }

  function abandon(run: Run): void {
    run.cell.isAbandoned = true;
    run.end({ failure: describeInterrupt(run) });
    // Where the code ends after all, its declarations must not replace those of later cells.
    executor.interrupt();
  }

  return {
    run(cell, onEnd) {
      let isOver = false;
      const run: Run = {
        cell,
        interrupts: 0,
        timers: [],
        end(end) {
          if (isOver) return;
          isOver = true;
          for (const timer of run.timers) clearTimeout(timer);
          tasks.runSoon(() => {
            current = undefined;
            setRunningCell(undefined);
            if (run.lastInterrupt !== undefined) Atomics.store(state, word.interruptsOver, run.lastInterrupt);
            onEnd(end);
          });
        },
      };
      current = run;
      setRunningCell(cell);
      Atomics.store(state, word.usesSignal, 0);
      const settle = (end: CellEnd): void => sections.runAsKernel(() => run.end(end));
      runInCell(cell, () => runCode(cell)).then(settle, (error: unknown) =>
        settle({ failure: describeError(error) }),
      );
    },
    interrupt(number) {
      const run = current;
      if (!run) return void Atomics.store(state, word.interruptsOver, number);
      run.lastInterrupt = number;
      run.interrupts++;
      if (run.cutStack !== undefined || run.interrupts > 1) return abandon(run);
      const usesSignal = Atomics.load(state, word.usesSignal) === 1;
      const giveUp = (): void => tasks.runSoon(() => abandon(run));
      run.timers.push(setTimeout(giveUp, usesSignal ? graceWithSignalMs : graceMs));
      if (usesSignal) {
        const hint = "[Waiting for the cell to stop where it can; interrupt once more to cut it off.]\n";
        run.timers.push(setTimeout(() => tasks.runSoon(() => say(run.cell, hint)), hintMs));
      }
      sections.runAsCell(() => runInCell(run.cell, () => run.cell.controller.abort(new Interrupted())));
    },
    noteCut(cell, stack) {
      if (cell) cell.isAbandoned = true;
      if (current && current.cell === cell) current.cutStack = stack;
    },
  };
}

function describeInterrupt({ cell, cutStack }: Run): Failure {
  const { name, message } = new Interrupted();
  const traceback = [formatHead(name, message)];
  if (cutStack !== undefined) traceback.push(...framesIn(cutStack), ...excerptOf(cutStack));
  else {
    traceback.push(
      `What ${cell.name} started may go on unseen: it can no longer print or display. Long work stops at once when it`,
      "is given the session's abort signal.",
    );
  }
  return { ename: name, evalue: message, traceback };
}
