import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { ConnectionInfo } from "../wire/connection.js";
import { encodeParts, type Message } from "../wire/message.js";
import type { FromTransport, Numbered, OutgoingFrames, ToTransport } from "./link-messages.js";
import type { Sections } from "./sections.js";
import { type SharedState, word } from "./shared-state.js";
import type { Tasks } from "./tasks.js";
import type { TransportData } from "./transport/main.js";

/** The main thread's end of the way to the transport thread. */
export interface Link {
  /** Signs and sends a message. Throws a TypeError where the content is not JSON. Blocks while too much is under way. */
  send: (socket: OutgoingFrames["socket"], identities: Uint8Array[], message: Message) => void;
  /** Tells the transport thread something. */
  tell: (message: Exclude<ToTransport, { kind: "send" }>) => void;
}

/** Output under way between the threads; beyond it the cell waits, so that memory stays bounded. */
const maxBytesInFlight = 8 * 1024 * 1024;

/** Starts the transport thread. `receive` is called as kernel code for each of its messages, in order. */
export function startTransport(
  connection: ConnectionInfo,
  session: string,
  captured: Pick<TransportData, "captured" | "outputLimit">,
  { state, sections, tasks }: { state: SharedState; sections: Sections; tasks: Tasks },
  receive: (message: FromTransport) => void,
): Link {
  const startedBy = process.env.TUMORLAB_PARENT_PID ? Number(process.env.TUMORLAB_PARENT_PID) : undefined;
  // A kernel that a cell starts has another parent.
  delete process.env.TUMORLAB_PARENT_PID;
  const data: TransportData = { connection, state, session, startedBy, ...captured };
  const worker = new Worker(join(__dirname, "transport", "main.js"), { workerData: data });
  const arrived: FromTransport[] = [];
  worker.on("message", ({ number, message }: Numbered) => {
    // What was lost in a cut is sent again, and so is what came after it.
    if (number !== Atomics.load(state, word.received) + 1) return;
    arrived.push(message);
    Atomics.store(state, word.received, number);
    if (message.kind === "cut") sections.endCut(message.attempt);
    while (!sections.isCutting && arrived.length > 0) {
      const next = arrived.shift() as FromTransport;
      sections.runAsKernel(() => receive(next));
    }
    tasks.runAll();
  });
  worker.on("error", (error) =>
    receive({
      kind: "failed",
      code: 1,
      text: `The kernel's transport failed: ${error.stack ?? error.message}`,
    }),
  );
  const post = (message: ToTransport): void => worker.postMessage(message);
  return {
    send(socket, identities, message) {
      const parts = encodeParts(message);
      let bytes = 0;
      for (const part of parts) bytes += part.length;
      for (const buffer of message.buffers) bytes += buffer.byteLength;
      waitForRoom(state, bytes);
      Atomics.add(state, word.bytesInFlight, bytes);
      post({ kind: "send", frames: { socket, identities, parts, buffers: message.buffers, bytes } });
    },
    tell: post,
  };
}

/** Waits until the message fits in, a single large one until it is alone, or until the reader interrupts the cell. */
function waitForRoom(state: SharedState, bytes: number): void {
  for (;;) {
    const inFlight = Atomics.load(state, word.bytesInFlight);
    if (inFlight === 0 || inFlight + bytes <= maxBytesInFlight) return;
    if (Atomics.load(state, word.interrupts) > Atomics.load(state, word.interruptsOver)) return;
    Atomics.wait(state, word.bytesInFlight, inFlight, 100);
  }
}
