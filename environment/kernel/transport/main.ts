import { writeSync } from "node:fs";
import { join } from "node:path";
import { parentPort, Worker, workerData } from "node:worker_threads";
import type { ConnectionInfo } from "../../wire/connection.js";
import { orphanedExitCode, portTakenExitCode } from "../../wire/exit-codes.js";
import { createMessage, encodeParts, type MessageHeader } from "../../wire/message.js";
import type { CapturedDescriptors } from "../descriptors.js";
import type { RequestChannel, ToTransport } from "../link-messages.js";
import { mode, type SharedState, word } from "../shared-state.js";
import { createInterrupter, terminateMain } from "./interrupter.js";
import { createMail } from "./mail.js";
import { watchParent } from "./parent-watch.js";
import { readDescriptors } from "./read-descriptors.js";
import { createRouter } from "./router.js";
import { createSockets } from "./sockets.js";

/** What the main thread hands over at the start. */
export interface TransportData {
  connection: ConnectionInfo;
  state: SharedState;
  session: string;
  startedBy: number | undefined;
  /** What children and native code write, where it is captured. */
  captured: CapturedDescriptors | undefined;
  /** Characters of it that one cell may show; 0 is no limit. */
  outputLimit: number;
}

/**
 * The transport thread: it owns the sockets, so that heartbeats, interrupts and shutdown are served and output leaves
 * while the main thread computes. Everything else is passed on.
 */
const { connection, state, session, startedBy, captured, outputLimit } = workerData as TransportData;
const main = parentPort as NonNullable<typeof parentPort>;
const { tell, insist } = createMail(main, state);
const interrupter = createInterrupter(
  state,
  (number) => tell({ kind: "interrupt", number }),
  (attempt, limitMs) => insist({ kind: "cut", attempt }, limitMs),
  terminateMain,
);
const sockets = createSockets(
  connection,
  (channel, identities, message) => router.receive(channel, identities, message),
  (text) => void writeSync(2, `${text}\n`),
);

/** The cell that ran last: what children print belongs to it. */
let latest: MessageHeader | undefined;

function send(
  socket: "iopub" | RequestChannel,
  identities: Uint8Array[],
  type: string,
  content: Record<string, unknown>,
  parent?: MessageHeader,
): void {
  const parts = encodeParts(createMessage(type, session, content, parent));
  sockets.send({ socket, identities, parts, buffers: [], bytes: 0 });
}

const router = createRouter({
  state,
  send,
  tell,
  interrupt: () => interrupter.interrupt(),
  end: () => void endProcess(0),
});

/** Lets the main thread end the process, and ends it from here where a cell keeps the main thread from it. */
async function endProcess(code: number): Promise<void> {
  await Promise.race([sockets.drained(), new Promise((resolve) => setTimeout(resolve, 1000))]);
  sockets.close();
  tell({ kind: "end", code });
  const kill = (): void => void process.kill(process.pid, "SIGKILL");
  // A kernel that is still loading ends by itself when it has loaded; a cell may never end.
  setTimeout(() => {
    if (Atomics.load(state, word.mode) !== mode.kernel) kill();
  }, 500);
  setTimeout(kill, 2500);
}

function receiveFromMain(message: ToTransport): void {
  if (message.kind === "send") {
    const { frames } = message;
    sockets.send(frames, () => {
      Atomics.sub(state, word.bytesInFlight, frames.bytes);
      Atomics.notify(state, word.bytesInFlight);
    });
  } else if (message.kind === "running") {
    router.setRunning(message.header);
    if (message.header) latest = message.isSilent ? undefined : message.header;
  } else {
    router.setInfo(message.info);
  }
}

async function start(): Promise<void> {
  try {
    await sockets.bind();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    const taken = code === "EADDRINUSE";
    return void tell({
      kind: "failed",
      code: taken ? portTakenExitCode : 1,
      text: `The kernel can't listen: ${message}`,
    });
  }
  main.on("message", receiveFromMain);
  router.publishState("starting");
  if (captured) {
    const publish = (name: string, text: string, onTaken: () => void): void => {
      if (!latest) return onTaken();
      const parts = encodeParts(createMessage("stream", session, { name, text }, latest));
      const identities = [Buffer.from("stream")];
      sockets.send({ socket: "iopub", identities, parts, buffers: [], bytes: 0 }, onTaken);
    };
    readDescriptors(captured, state, { limit: outputLimit, owner: () => latest?.msg_id, publish });
  }
  tell({ kind: "bound" });
  watchParent(startedBy, () => void endProcess(orphanedExitCode));
  const watcher = new Worker(join(__dirname, "signal-watcher.js"), {
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 },
  });
  watcher.on("message", () => interrupter.interrupt());
}

void start();
