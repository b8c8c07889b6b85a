import type { Cell } from "./cell/cell.js";
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
