import { randomUUID } from "node:crypto";
import { format, inspect } from "node:util";
import { createConverter, isCompleteCode } from "tslab/dist/converter.js";
import { createExecutor } from "tslab/dist/executor.js";
import { printQuickInfo } from "tslab/dist/inspect.js";
import { Publisher, Reply, Router } from "zeromq";
import { addressOf, readConnectionFile } from "../wire/connection.js";
import { orphanedExitCode, portTakenExitCode } from "../wire/exit-codes.js";
import {
  createMessage,
  type Message,
  type MessageHeader,
  parseFrames,
  signMessage,
  verifyFrames,
} from "../wire/message.js";
import { createSender } from "../wire/sender.js";

type Content = Record<string, unknown>;

const info = readConnectionFile(process.argv[2]);
const session = randomUUID();
const unlimited = { sendHighWaterMark: 0, linger: 1000 };
const sockets = {
  iopub: new Publisher(unlimited),
  shell: new Router(unlimited),
  control: new Router(unlimited),
  stdin: new Router(unlimited),
};
const heartbeat = new Reply();
const senders = {
  iopub: createSender({ send: (frames) => sockets.iopub.send(frames) }),
  shell: createSender({ send: (frames) => sockets.shell.send(frames) }),
  control: createSender({ send: (frames) => sockets.control.send(frames) }),
};

let parent: Partial<MessageHeader> = {};
function publish(type: string, content: Content, of: Partial<MessageHeader> = parent): void {
  senders.iopub.send(signMessage(createMessage(type, session, content, of), info.key, [Buffer.from(type)]));
}

const pending = { stdout: "", stderr: "" };
let scheduled = false;
function flush(): void {
  scheduled = false;
  for (const name of ["stdout", "stderr"] as const) {
    if (pending[name]) publish("stream", { name, text: pending[name] });
    pending[name] = "";
  }
}
for (const name of ["stdout", "stderr"] as const) {
  process[name].write = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    pending[name] += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    if (!scheduled) setImmediate(flush);
    scheduled = true;
    const callback = typeof encoding === "function" ? encoding : done;
    if (typeof callback === "function") (callback as () => void)();
    return true;
  };
}

const displaySymbol = Symbol.for("Jupyter.display");
let abort = new AbortController();
const kernelSession = {
  display(bundle: Content, options: { displayId?: string; update?: boolean; metadata?: Content } = {}): void {
    flush();
    publish(options.update ? "update_display_data" : "display_data", {
      data: bundle,
      metadata: options.metadata ?? {},
      transient: options.displayId === undefined ? {} : { display_id: options.displayId },
    });
  },
  get signal(): AbortSignal {
    return abort.signal;
  },
  clearOutput: (wait = false) => publish("clear_output", { wait }),
};
(globalThis as Record<symbol, unknown>)[Symbol.for("tumorlab.kernel")] = kernelSession;

interface Failure extends Content {
  ename: string;
  evalue: string;
  traceback: string[];
}
let failure: Failure | undefined;
let result: { value: unknown } | undefined;
const converter = createConverter({ isJS: false, isBrowser: false });
const executor = createExecutor(
  process.cwd(),
  { node: converter, browser: converter, close: () => converter.close() },
  {
    log: (value: unknown) => (result = { value }),
    error(...parts: unknown[]) {
      if (parts[0] instanceof Error) {
        const { name, message, stack } = parts[0];
        failure = { ename: name, evalue: message, traceback: (stack ?? message).split("\n") };
      } else {
        const line = format(...parts);
        failure ??= { ename: "TypeScriptError", evalue: line, traceback: [] };
        failure.traceback.push(line);
      }
    },
  },
);

async function bundleOf(value: unknown): Promise<Content> {
  const show = (value as Record<symbol, unknown> | null)?.[displaySymbol];
  if (typeof show === "function") return (await show.call(value)) as Content;
  return { "text/plain": inspect(value) };
}

let count = 0;
async function execute(content: Content, header: MessageHeader): Promise<Content> {
  parent = header;
  failure = result = undefined;
  abort = new AbortController();
  const silent = content.silent === true;
  if (!silent) count++;
  publish("execute_input", { code: content.code, execution_count: count });
  let ok: boolean;
  try {
    ok = await executor.execute(String(content.code));
    if (ok && result && !silent) {
      const data = await bundleOf((result as { value: unknown }).value);
      flush();
      publish("execute_result", { execution_count: count, data, metadata: {} });
    }
  } catch (error) {
    ok = false;
    failure = { ename: "Error", evalue: String(error), traceback: [String(error)] };
  }
  flush();
  if (ok) return { status: "ok", execution_count: count, payload: [], user_expressions: {} };
  failure ??= { ename: "Error", evalue: "The cell failed", traceback: [] };
  publish("error", failure);
  return { status: "error", execution_count: count, ...failure };
}

const handlers: Record<string, (content: Content) => [type: string, content: Content]> = {
  kernel_info_request: () => [
    "kernel_info_reply",
    {
      status: "ok",
      protocol_version: "5.3",
      implementation: "tumorlab",
      implementation_version: "0.1.0",
      banner: "TypeScript (Tumorlab)",
      language_info: {
        name: "typescript",
        version: "5.0.4",
        mimetype: "text/typescript",
        file_extension: ".ts",
        codemirror_mode: { name: "javascript", typescript: true },
      },
    },
  ],
  is_complete_request({ code }) {
    const { completed, indent } = isCompleteCode(String(code));
    return ["is_complete_reply", completed ? { status: "complete" } : { status: "incomplete", indent }];
  },
  complete_request({ code, cursor_pos }) {
    const { candidates, start, end } = executor.complete(String(code), Number(cursor_pos));
    return [
      "complete_reply",
      { status: "ok", matches: candidates, cursor_start: start, cursor_end: end, metadata: {} },
    ];
  },
  inspect_request({ code, cursor_pos }) {
    const found = executor.inspect(String(code), Number(cursor_pos));
    const data = found ? { "text/plain": printQuickInfo(found) } : {};
    return ["inspect_reply", { status: "ok", found: Boolean(found), data, metadata: {} }];
  },
  comm_info_request: () => ["comm_info_reply", { status: "ok", comms: {} }],
  history_request: () => ["history_reply", { status: "ok", history: [] }],
  interrupt_request() {
    abort.abort();
    executor.interrupt();
    return ["interrupt_reply", { status: "ok" }];
  },
  shutdown_request({ restart }) {
    setTimeout(() => process.exit(0), 50);
    return ["shutdown_reply", { status: "ok", restart: restart === true }];
  },
};

let queue = Promise.resolve();
let abortBefore = 0;
function receive(channel: "shell" | "control", frames: Buffer[]): void {
  const verified = verifyFrames(frames, info.key);
  if (!verified) return;
  const message: Message = parseFrames(verified);
  const { header, content } = message;
  const arrivedAt = performance.now();
  const reply = (type: string, body: Content): void =>
    senders[channel].send(
      signMessage(createMessage(type, session, body, header), info.key, verified.identities),
    );
  if (header.msg_type === "execute_request") {
    queue = queue.then(async () => {
      publish("status", { execution_state: "busy" }, header);
      const stops = content.stop_on_error !== false;
      const aborted = stops && arrivedAt < abortBefore;
      const body = aborted ? { status: "aborted" } : await execute(content, header);
      if (stops && body.status === "error") abortBefore = performance.now();
      reply("execute_reply", body);
      publish("status", { execution_state: "idle" }, header);
    });
    return;
  }
  const handler = handlers[header.msg_type];
  if (!handler) return;
  publish("status", { execution_state: "busy" }, header);
  try {
    reply(...handler(content));
  } catch (error) {
    reply(header.msg_type.replace("request", "reply"), {
      status: "error",
      ename: "Error",
      evalue: String(error),
      traceback: [],
    });
  }
  publish("status", { execution_state: "idle" }, header);
}

async function main(): Promise<void> {
  try {
    for (const channel of ["iopub", "shell", "control", "stdin"] as const)
      await sockets[channel].bind(addressOf(info, channel));
    await heartbeat.bind(addressOf(info, "hb"));
  } catch (error) {
    process.exit((error as { code?: string }).code === "EADDRINUSE" ? portTakenExitCode : 1);
  }
  for (const channel of ["shell", "control"] as const)
    void (async () => {
      for await (const frames of sockets[channel]) receive(channel, frames);
    })();
  for await (const frames of heartbeat) await heartbeat.send(frames);
}

process.on("SIGINT", () => executor.interrupt());
const parentPid = process.ppid;
setInterval(() => {
  if (process.ppid !== parentPid) process.exit(orphanedExitCode);
}, 1000).unref();
void main();
