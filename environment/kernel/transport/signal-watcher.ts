import { runInThisContext } from "node:vm";
import { parentPort } from "node:worker_threads";

/**
 * A thread that does nothing but wait for SIGINT. The main thread's own signal handler can't run while a cell
 * computes, and a script run with `breakOnSigint` is told of the signal at once, in any thread: here it wakes a thread
 * from its sleep. The watchers are nested so that a signal is never without one while another is set up again.
 */
const sleep = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)";
const watcher = globalThis as typeof globalThis & { waitForSignals?: (depth: number) => void };

watcher.waitForSignals = (depth) => {
  for (;;) {
    const script = depth > 0 ? `waitForSignals(${depth - 1})` : sleep;
    try {
      runInThisContext(script, { breakOnSigint: true });
    } catch (error) {
      if ((error as { code?: string }).code !== "ERR_SCRIPT_EXECUTION_INTERRUPTED") throw error;
      parentPort?.postMessage("SIGINT");
    }
  }
};
watcher.waitForSignals(2);
