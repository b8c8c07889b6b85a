import { MessageChannel } from "node:worker_threads";
import type { Sections } from "./sections.js";

/** The kernel's own tasks on the event loop. */
export interface Tasks {
  /**
   * Runs a task as kernel code when the event loop turns. Unlike an immediate, a tick or a promise, a task is not lost
   * when code that runs before it is cut off.
   */
  runSoon(task: () => void): void;
  /** Runs all that wait; to be called by the event loop after a cut. */
  runAll(): void;
}

/** An empty list of tasks. */
export function createTasks(sections: Sections): Tasks {
  const channel = new MessageChannel();
  const waiting: (() => void)[] = [];

  function runAll(): void {
    // In the midst of a cut the task would be cut off too: the end of the cut calls again.
    while (!sections.isCutting) {
      const task = waiting.shift();
      if (!task) return;
      sections.runAsKernel(task);
    }
  }

  channel.port2.on("message", runAll);
  channel.port2.unref();
  return {
    runAll,
    runSoon(task) {
      waiting.push(task);
      channel.port1.postMessage(0);
    },
  };
}
