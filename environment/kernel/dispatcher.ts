import type { MessageHeader } from "../wire/message.js";
import { runInCell, createCell } from "./cell/cell.js";
import type { KernelRequest } from "./link-messages.js";
import type { Comms } from "./requests/comms.js";
import type { Sections } from "./sections.js";
import { type SharedState, word } from "./shared-state.js";
import type { Tasks } from "./tasks.js";

type Content = Record<string, unknown>;

/** Answers a request at once; the type of the reply follows from that of the request. */
export type Handler = (content: Content, request: KernelRequest) => Content;

/** Runs an execute request; calls `onEnd` with the content of its reply. */
export type Execute = (request: KernelRequest, onEnd: (reply: Content) => void) => void;

/** Sends replies and states. */
export interface Replies {
  reply(request: KernelRequest, content: Content): void;
  state(execution_state: "busy" | "idle", header: MessageHeader): void;
  /** Tells who is running, or that nobody is. */
  running(request: KernelRequest | null): void;
}

/** Takes requests in the order of their arrival. */
export interface Dispatcher {
  receive(request: KernelRequest): void;
  /** Whether a cell was taken from the queue and its code has not begun to run. */
  readonly isStarting: boolean;
}

/**
 * Cells run one after the other, everything else is answered at once, also while a cell waits for something.
 */
export function createDispatcher(
  handlers: Readonly<Record<string, Handler>>,
  execute: Execute,
  comms: Comms,
  replies: Replies,
  { state, sections, tasks }: { state: SharedState; sections: Sections; tasks: Tasks },
): Dispatcher {
  const queue: KernelRequest[] = [];
  let running: KernelRequest | undefined;
  let isStarting = false;
  let abortedUpTo = 0;

  /** Between a busy and an idle state of its own; then the states of a running cell hold again. */
  function between(request: KernelRequest, answer: () => void): void {
    replies.state("busy", request.header);
    try {
      answer();
    } finally {
      finish(request);
    }
  }

  function finish(request: KernelRequest): void {
    replies.state("idle", request.header);
    if (running && running !== request) replies.state("busy", running.header);
  }

  function startNext(): void {
    if (running) return;
    const request = queue.shift();
    if (!request) return;
    if (request.number <= abortedUpTo) {
      between(request, () => replies.reply(request, { status: "aborted" }));
      return startNext();
    }
    running = request;
    replies.running(request);
    replies.state("busy", request.header);
    // On a stack of its own, which an interrupt may cut off.
    isStarting = true;
    tasks.runSoon(() => {
      isStarting = false;
      try {
        execute(request, (reply) => end(request, reply));
      } catch (error) {
        end(request, describeThrown(error));
      }
    });
  }

  function end(request: KernelRequest, reply: Content): void {
    // What is queued was sent in the belief that this cell would succeed.
    const stops = request.content.stop_on_error !== false;
    if (reply.status === "error" && stops) abortedUpTo = Atomics.load(state, word.executeRequests);
    replies.reply(request, reply);
    running = undefined;
    replies.running(null);
    finish(request);
    startNext();
  }

  function receiveComm(request: KernelRequest): void {
    replies.state("busy", request.header);
    const { header, identities } = request;
    const commCell = { name: "comm", code: "", header, identities, allowStdin: false };
    const cell = createCell({ ...commCell, silent: false, wantsResult: false }, state);
    const handler = runInCell(cell, () => comms.receive(request));
    if (!handler) return finish(request);
    // Behind what the handler prints, even where it is cut off.
    tasks.runSoon(() => tasks.runSoon(() => finish(request)));
    sections.runAsCell(() => runInCell(cell, handler));
  }

  return {
    get isStarting() {
      return isStarting;
    },
    receive(request) {
      const type = request.header.msg_type;
      if (type === "execute_request") {
        queue.push(request);
        return startNext();
      }
      if (type === "comm_open" || type === "comm_msg" || type === "comm_close") return receiveComm(request);
      const handler = Object.hasOwn(handlers, type) ? handlers[type] : undefined;
      if (!handler && !type.endsWith("_request")) return;
      between(request, () => replies.reply(request, handler ? tryHandler(handler, request) : refuse(type)));
    },
  };
}

function tryHandler(handler: Handler, request: KernelRequest): Content {
  try {
    return handler(request.content, request);
  } catch (error) {
    return describeThrown(error);
  }
}

function describeThrown(error: unknown): Content {
  const { name, message, stack } = error as Error;
  return { status: "error", ename: name, evalue: message, traceback: (stack ?? message).split("\n") };
}

function refuse(type: string): Content {
  const evalue = `This kernel does not know ${type}.`;
  return { status: "error", ename: "UnknownRequest", evalue, traceback: [evalue] };
}
