import { writeSync } from "node:fs";
import { delayOptimizing } from "tumorlab/internal/platform/machine";
import { captureDescriptors } from "./descriptors.js";
import { runKernel } from "./kernel.js";
import { createSections } from "./sections.js";
import { createSharedState } from "./shared-state.js";
import { createTasks } from "./tasks.js";

/** `node main.js CONNECTION_FILE`, as the kernelspec starts it, in the folder of the notebook. */
delayOptimizing();
const state = createSharedState();
const sections = createSections(state);
// Ahead of everything that opens a file.
const captured = captureDescriptors();
// Nobody who reads a notebook can act on what a package of ours should not use any more; the rest belongs to the cell.
process.removeAllListeners("warning");
process.on("warning", ({ name, message }) => {
  if (name !== "DeprecationWarning") process.stderr.write(`${name}: ${message}\n`);
});
try {
  sections.runAsKernel(() =>
    runKernel(process.argv[2], captured, { state, sections, tasks: createTasks(sections) }),
  );
} catch (error) {
  writeSync(2, `The kernel can't start: ${(error as Error).stack ?? String(error)}\n`);
  process.reallyExit(1);
}

declare global {
  namespace NodeJS {
    interface Process {
      /** Ends the process at once; `process.exit` is refused to cells. */
      reallyExit(code: number): never;
    }
  }
}
