import { asText, createMessage, type Message } from "../wire/message.js";
import { currentCell } from "./cell/cell.js";
import { describeError } from "./cell/describe-error.js";
import { createExecution, type Execution } from "./cell/execution.js";
import { createVariables } from "./cell/variables.js";
import { createDispatcher, type Replies } from "./dispatcher.js";
import { createExecute } from "./execute.js";
import { createKernelInfo } from "./kernel-info.js";
import type { FromTransport, OutgoingFrames, ToTransport } from "./link-messages.js";
import { createStreams, type Publish, type Streams } from "./outputs.js";
import { createComms } from "./requests/comms.js";
import { createHistory } from "./requests/history.js";
import { createInputs } from "./requests/input.js";
import { checkComplete, complete, inspectAt } from "./requests/language.js";
import type { Sections } from "./sections.js";
import { installSession } from "./session.js";
import type { SharedState } from "./shared-state.js";
import type { StaleCheck } from "./stale-package.js";
import type { Tasks } from "./tasks.js";
import { installHooks } from "./tslab/hooks.js";
import type { Tslab } from "./tslab/load.js";

/** What the kernel's threads agree by. */
export interface Threads {
  state: SharedState;
  sections: Sections;
  tasks: Tasks;
}

/** What a kernel stands on: a process of Node with a transport thread, or a worker of a page. */
export interface KernelGround {
  /** The project folder. */
  root: string;
  /** The folder that cells run in. */
  folder: string;
  /** What runs it, in words, and the version of the project. */
  host: string;
  version: string;
  /** Id of the kernel's session. */
  session: string;
  /** Characters that one cell may print; 0 is no limit. */
  outputLimit: number;
  threads: Threads;
  /** Told what tslab would have printed among a cell's outputs. */
  log: (text: string) => void;
  /** Sends a message. Throws a TypeError where its content is not JSON. */
  send: (socket: OutgoingFrames["socket"], identities: Uint8Array[], message: Message) => void;
  /** Tells the transport that the kernel is ready, and which cell runs. */
  tell: (message: Exclude<ToTransport, { kind: "send" }>) => void;
  /** Waits for what children and native code have written. */
  syncDescriptors: () => void;
  stale: StaleCheck;
  /** Leads what cells print into the streams; called before tslab is loaded. */
  capture: (streams: Streams) => void;
  /** Loads tslab, once the functions that its patches call are there. */
  loadTslab: () => Tslab;
}

/** A kernel that can run cells. */
export interface AssembledKernel {
  execution: Execution;
  /** Takes in what the transport hands on, but for its own end; to be called as kernel code. */
  receive(message: Extract<FromTransport, { kind: "request" | "input" | "interrupt" }>): void;
}

/** Puts a kernel together. Called as kernel code. Throws where tslab is not the one it was written for. */
export function assembleKernel(ground: KernelGround): AssembledKernel {
  const { root, folder, session, threads, send, syncDescriptors } = ground;
  const { state, sections, tasks } = threads;
  const encoder = new TextEncoder();
  const publish: Publish = (type, content, cell) => {
    if (cell?.silent) return;
    send("iopub", [encoder.encode(type)], createMessage(type, session, content, cell?.header));
  };
  const streams = createStreams(publish, tasks, ground.outputLimit);
  ground.capture(streams);
  const variables = createVariables();
  // A cell asks for the compiler, and so behind what is loaded next.
  installHooks(root, folder, variables, sections, ground.log, () => tslab.typescript);

  const tslab = ground.loadTslab();
  const info = createKernelInfo(ground.version, tslab.typescript.version, ground.host);
  ground.tell({ kind: "ready", info });

  const converter = tslab.createConverter({ isJS: false, isBrowser: false });
  const converters = { node: converter, browser: converter, close: () => converter.close() };
  const executor = tslab.createExecutor(folder, converters, {
    log(value: unknown) {
      const cell = currentCell();
      if (cell) cell.result = { value };
    },
    error(thrown: unknown) {
      const cell = currentCell();
      if (cell) cell.failure = describeError(thrown);
    },
  });
  const execution = createExecution(executor, variables, threads, (cell, text) =>
    streams.write(cell, "stderr", text),
  );
  const inputs = createInputs(session, (cell, message) => send("stdin", cell.identities, message));
  const comms = createComms((type, content, metadata, buffers) => {
    const message = createMessage(type, session, content, currentCell()?.header, metadata, buffers);
    send("iopub", [encoder.encode(type)], message);
  });
  const kernelSession = installSession({ publish, streams, inputs, comms, state, sections });
  tslab.jupyter.lastWriteDisplayData = ({ data, metadata, transient }, update) =>
    kernelSession.display(data, { displayId: transient?.display_id, update, metadata });

  const history = createHistory();
  const { stale } = ground;
  const isForBrowser = (code: string): boolean => tslab.getCodeMetadata(code).mode === "browser";
  const execute = createExecute({
    execution,
    publish,
    streams,
    syncDescriptors,
    history,
    stale,
    state,
    isForBrowser,
  });
  const replies: Replies = {
    reply({ channel, identities, header }, content) {
      const type = header.msg_type.replace(/_request$/, "_reply");
      send(channel, identities, createMessage(type, session, content, header));
    },
    state: (execution_state, header) =>
      send(
        "iopub",
        [encoder.encode("status")],
        createMessage("status", session, { execution_state }, header),
      ),
    running: (request) =>
      ground.tell({
        kind: "running",
        header: request?.header ?? null,
        isSilent: request?.content.silent === true,
      }),
  };
  const handlers = {
    complete_request: (content: Record<string, unknown>) =>
      complete(executor, asText(content.code), Number(content.cursor_pos)),
    inspect_request: (content: Record<string, unknown>) =>
      inspectAt(executor, tslab, asText(content.code), Number(content.cursor_pos)),
    is_complete_request: (content: Record<string, unknown>) =>
      checkComplete(tslab.typescript, asText(content.code)),
    history_request: (content: Record<string, unknown>) => history.find(content),
    comm_info_request: (content: Record<string, unknown>) => comms.describe(content.target_name),
  };
  const dispatcher = createDispatcher(handlers, execute, comms, replies, threads);
  const interrupt = (number: number): void => {
    // A cell about to start is meant too; as long as nothing is heard of it the transport insists.
    if (dispatcher.isStarting) return tasks.runSoon(() => interrupt(number));
    execution.interrupt(number);
  };
  return {
    execution,
    receive(message) {
      if (message.kind === "request") dispatcher.receive(message.request);
      else if (message.kind === "input") inputs.answer(message.parentId, message.value);
      else interrupt(message.number);
    },
  };
}
