import childProcess from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import { currentCell } from "./cell/cell.js";
import { Interrupted } from "./interrupted.js";
import type { Streams } from "./outputs.js";
import type { Sections } from "./sections.js";

/** Sends what cells write to `process.stdout` and `process.stderr`, and so what they log, to the front end. */
export function captureProcessStreams(streams: Streams, sections: Sections): void {
  for (const name of ["stdout", "stderr"] as const) {
    const decoder = new StringDecoder("utf8");
    const write = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
      const cell = currentCell();
      // The only way to end a loop that was interrupted and never looks at its signal.
      if (cell?.isAbandoned) throw new Interrupted("The cell was interrupted; it can no longer print");
      sections.runAsKernel(() =>
        streams.write(cell, name, typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk))),
      );
      const callback = typeof encoding === "function" ? encoding : done;
      if (typeof callback === "function") process.nextTick(callback);
      return true;
    };
    process[name].write = write;
  }
  // Node's own console keeps errors of its streams to itself.
  const cellConsole = new console.Console({
    stdout: process.stdout,
    stderr: process.stderr,
    ignoreErrors: false,
  });
  for (const [key, method] of Object.entries(cellConsole)) {
    if (typeof method === "function" && key in console) Object.assign(console, { [key]: method as unknown });
  }
}

/**
 * Keeps the order between what a cell prints and what children print that it waits for.
 *
 * @param before called before such a child begins.
 * @param after called when it has ended.
 */
export function keepOrderWithChildren(before: () => void, after: () => void): void {
  for (const name of ["execSync", "execFileSync", "spawnSync"] as const) {
    const run = childProcess[name] as (...args: unknown[]) => unknown;
    const wrapped = (...args: unknown[]): unknown => {
      before();
      try {
        return run(...args);
      } finally {
        after();
      }
    };
    Object.assign(childProcess, { [name]: wrapped });
  }
}
