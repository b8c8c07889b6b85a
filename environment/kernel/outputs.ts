import childProcess from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import { type Cell, currentCell } from "./cell/cell.js";
import { Interrupted } from "./interrupted.js";
import type { Sections } from "./sections.js";
import type { Tasks } from "./tasks.js";

/** Names of the two streams. */
export type StreamName = "stdout" | "stderr";

/** Publishes a message on behalf of a cell, or of none. */
export type Publish = (type: string, content: Record<string, unknown>, cell: Cell | undefined) => void;

/** Text on its way to the front end. */
export interface Streams {
  /** Adds text of a cell. */
  write(cell: Cell | undefined, name: StreamName, text: string): void;
  /** Publishes what was gathered. To be called before any other output. */
  flush(): void;
}

/** A message is sent when it has this many characters, */
const flushLength = 32 * 1024;
/** when its first character is this old, so that a loop that never pauses is seen working, or when the loop turns. */
const flushAfterMs = 50;

/**
 * Gathers what cells print and sends it in few messages: one for each turn of the event loop.
 *
 * @param limit characters one cell may print; what goes beyond is left out, and the cell says so once. 0 is no limit.
 */
export function createStreams(publish: Publish, tasks: Tasks, limit: number): Streams {
  let text = "";
  let name: StreamName = "stdout";
  let owner: Cell | undefined;
  let since = 0;
  let isScheduled = false;

  function flush(): void {
    if (text === "") return;
    const content = { name, text };
    text = "";
    publish("stream", content, owner);
  }

  function append(cell: Cell | undefined, stream: StreamName, added: string): void {
    if (added === "") return;
    if (cell !== owner || stream !== name) flush();
    if (text === "") since = performance.now();
    owner = cell;
    name = stream;
    text += added;
    if (text.length > flushLength || performance.now() - since > flushAfterMs) return flush();
    if (isScheduled) return;
    isScheduled = true;
    tasks.runSoon(() => {
      isScheduled = false;
      flush();
    });
  }

  return {
    flush,
    write(cell, stream, added) {
      if (!cell || limit === 0) return append(cell, stream, added);
      const room = limit - cell.streamLength;
      cell.streamLength += added.length;
      if (added.length <= room) return append(cell, stream, added);
      if (room < 0) return;
      append(cell, stream, added.slice(0, room));
      append(cell, "stderr", `\n${describeLimit(limit)}\n`);
    },
  };
}

/** What a cell that printed too much is told. */
export function describeLimit(limit: number): string {
  const size = limit >= 1e6 ? `${limit / 1e6} MB` : `${limit} characters`;
  return `[This cell printed more than ${size}; the rest is not shown. Set TUMORLAB_OUTPUT_LIMIT_MB for another limit (0 for none).]`;
}

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
