import { randomUUID } from "node:crypto";
import { readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { readConnectionFile } from "../wire/connection.js";
import { asText, createMessage } from "../wire/message.js";
import { currentCell } from "./cell/cell.js";
import { describeError } from "./cell/describe-error.js";
import { createExecution } from "./cell/execution.js";
import { installStackFormat } from "./cell/stack-format.js";
import { createVariables } from "./cell/variables.js";
import { installCutHandler } from "./cut.js";
import { type CapturedDescriptors, createDescriptorSync } from "./descriptors.js";
import { createDispatcher, type Replies } from "./dispatcher.js";
import { createExecute } from "./execute.js";
import { createKernelInfo } from "./kernel-info.js";
import type { FromTransport } from "./link-messages.js";
import { startTransport } from "./link.js";
import { captureProcessStreams, createStreams, keepOrderWithChildren, type Publish } from "./outputs.js";
import { settleImmediates } from "./pending-immediates.js";
import { installProcessGuards } from "./process-guards.js";
import { findProjectRoot } from "./project-root.js";
import { createComms } from "./requests/comms.js";
import { createHistory } from "./requests/history.js";
import { createInputs } from "./requests/input.js";
import { checkComplete, complete, inspectAt } from "./requests/language.js";
import type { Sections } from "./sections.js";
import { installSession } from "./session.js";
import type { SharedState } from "./shared-state.js";
import { createStaleCheck } from "./stale-package.js";
import type { Tasks } from "./tasks.js";
import { installHooks } from "./tslab/hooks.js";
import { findTslab, loadTslab } from "./tslab/load.js";

/** What the kernel's threads agree by. */
export interface Threads {
  state: SharedState;
  sections: Sections;
  tasks: Tasks;
}

/**
 * Starts the kernel in this process and this process's folder. Called as kernel code; returns when the kernel can run
 * cells. Throws where tslab is not the one it was written for.
 */
export function runKernel(
  connectionFile: string,
  captured: CapturedDescriptors | undefined,
  threads: Threads,
): void {
  const { state, sections, tasks } = threads;
  const root = findProjectRoot();
  const session = randomUUID();
  const log = (text: string): void => void writeSync(2, `${text}\n`);
  const outputLimit = readOutputLimit();
  const arrived: FromTransport[] = [];
  let receive = (message: FromTransport): void => void arrived.push(message);
  const link = startTransport(
    readConnectionFile(connectionFile),
    session,
    { captured, outputLimit },
    threads,
    (message) => receive(message),
  );
  const syncDescriptors = captured ? createDescriptorSync(state) : () => {};

  const publish: Publish = (type, content, cell) => {
    if (cell?.silent) return;
    link.send("iopub", [Buffer.from(type)], createMessage(type, session, content, cell?.header));
  };
  const streams = createStreams(publish, tasks, outputLimit);
  const exit = installProcessGuards(streams, sections);
  captureProcessStreams(streams, sections);
  keepOrderWithChildren(
    () => sections.runAsKernel(() => streams.flush()),
    () => sections.runAsKernel(syncDescriptors),
  );
  installStackFormat(root, findTslab());
  const variables = createVariables();
  installHooks(root, variables, sections, log);

  const tslab = loadTslab();
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  link.tell({ kind: "ready", info: createKernelInfo(version, tslab.typescript.version) });

  const converter = tslab.createConverter({ isJS: false, isBrowser: false });
  const converters = { node: converter, browser: converter, close: () => converter.close() };
  const executor = tslab.createExecutor(process.cwd(), converters, {
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
  const inputs = createInputs(session, (cell, message) => link.send("stdin", cell.identities, message));
  const comms = createComms((type, content, metadata, buffers) => {
    const message = createMessage(type, session, content, currentCell()?.header, metadata, buffers);
    link.send("iopub", [Buffer.from(type)], message);
  });
  const kernelSession = installSession({ publish, streams, inputs, comms, state, sections });
  tslab.jupyter.lastWriteDisplayData = ({ data, metadata, transient }, update) =>
    kernelSession.display(data, { displayId: transient?.display_id, update, metadata });

  const history = createHistory();
  const stale = createStaleCheck(root, () => Object.keys(require.cache));
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
      link.send(channel, identities, createMessage(type, session, content, header));
    },
    state: (execution_state, header) =>
      link.send(
        "iopub",
        [Buffer.from("status")],
        createMessage("status", session, { execution_state }, header),
      ),
    running: (request) =>
      link.tell({
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
  installCutHandler((stack) => execution.noteCut(currentCell(), stack));

  const interrupt = (number: number): void => {
    // A cell about to start is meant too; as long as nothing is heard of it the transport thread insists.
    if (dispatcher.isStarting) return tasks.runSoon(() => interrupt(number));
    execution.interrupt(number);
  };
  receive = (message) => {
    if (message.kind === "request") dispatcher.receive(message.request);
    else if (message.kind === "input") inputs.answer(message.parentId, message.value);
    else if (message.kind === "interrupt") interrupt(message.number);
    else if (message.kind === "cut") settleImmediates();
    else if (message.kind === "end") exit(message.code);
    else if (message.kind === "failed") {
      log(message.text);
      exit(message.code);
    }
  };
  for (const message of arrived.splice(0)) receive(message);
}

/** Characters a cell may print, from `TUMORLAB_OUTPUT_LIMIT_MB`; 10 MB where it is not set. */
function readOutputLimit(): number {
  const text = process.env.TUMORLAB_OUTPUT_LIMIT_MB;
  const megabytes = text === undefined || text.trim() === "" ? 10 : Number(text);
  return Number.isFinite(megabytes) && megabytes >= 0 ? Math.round(megabytes * 1e6) : 10e6;
}
