/**
 * A kernel that speaks the wire protocol and does what its cells say in one word: `node fake-kernel.js FILE [MODE...]`.
 * It stands in where the real kernel would be slow, or too well behaved.
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Publisher, Reply, Router } from "zeromq";
import { addressOf, readConnectionFile } from "#environment/wire/connection.js";
import { portTakenExitCode } from "#environment/wire/exit-codes.js";
import { parseFrames, signMessage, verifyFrames } from "#environment/wire/frames.js";
import { createMessage, type Message } from "#environment/wire/message.js";

const [file, ...modes] = process.argv.slice(2);
const info = readConnectionFile(file);
const session = randomBytes(8).toString("hex");
const shell = new Router({ linger: 1000 });
const control = new Router({ linger: 1000 });
const stdin = new Router({ linger: 1000 });
const heartbeat = new Reply();
const iopub = new Publisher({ linger: 1000, sendHighWaterMark: 50, sendTimeout: 0, noDrop: true });

/** Sends in order, and waits as long as the other side takes nothing more. */
let tail: Promise<void> = Promise.resolve();
function publish(
  type: string,
  content: Record<string, unknown>,
  parent: Message,
  buffers: Uint8Array[] = [],
): Promise<void> {
  const message = createMessage(type, session, content, parent.header, {}, buffers);
  const frames = signMessage(message, info.key, [Buffer.from(type)]);
  return (tail = tail.then(async () => {
    while (!(await trySend(frames))) await sleep(1);
  }));
}

async function trySend(frames: Buffer[]): Promise<boolean> {
  try {
    await iopub.send(frames);
    return true;
  } catch (error) {
    if (!["EAGAIN", "EBUSY"].includes((error as { code: string }).code)) throw error;
    return false;
  }
}

const interrupts: (() => void)[] = [];
let counter = 0;

async function execute(request: Message, identities: Buffer[]): Promise<Record<string, unknown>> {
  const [word, ...rest] = String(request.content.code).split(" ");
  const argument = rest.join(" ");
  const print = (text: string) => publish("stream", { name: "stdout", text }, request);
  switch (word) {
    case "print":
      await print(argument);
      break;
    case "megabytes": {
      const [count, progressFile] = rest;
      for (let i = 0; i < Number(count) * 4; i++) {
        await print(`${String(i).padStart(8, "0")}${"x".repeat(2 ** 18 - 8)}`);
        if (progressFile) writeFileSync(progressFile, String(i + 1));
      }
      break;
    }
    case "updates":
      await publish(
        "display_data",
        { data: { "text/plain": "0" }, metadata: {}, transient: { display_id: "bar" } },
        request,
      );
      for (let i = 1; i <= Number(argument); i++)
        await publish(
          "update_display_data",
          { data: { "text/plain": String(i) }, metadata: {}, transient: { display_id: "bar" } },
          request,
        );
      break;
    case "where":
      await print(JSON.stringify({ cwd: process.cwd(), root: process.env.TUMORLAB_ROOT, pid: process.pid }));
      break;
    case "transport":
      await print(info.transport);
      break;
    case "count":
      await print(String(++counter));
      break;
    case "echo-buffers":
      await publish("comm_msg", { comm_id: "c", data: {} }, request, request.buffers);
      break;
    case "wait":
      await new Promise<void>((resolve) => interrupts.push(resolve));
      return { status: "error", ename: "Interrupted", evalue: "", traceback: [] };
    case "sleep":
      await sleep(Number(argument));
      break;
    case "ask": {
      const question = createMessage(
        "input_request",
        session,
        { prompt: argument, password: false },
        request.header,
      );
      await stdin.send(signMessage(question, info.key, identities));
      const answer = await receive(stdin);
      await print(`answer: ${String(answer?.message.content.value)}`);
      break;
    }
    case "spin":
      await print("spinning");
      await sleep(50);
      for (;;);
    case "exit":
      await print("leaving");
      await sleep(50);
      console.error("last words");
      process.exit(Number(argument));
    case "kill":
      await print("dying");
      await sleep(50);
      process.kill(process.pid, "SIGKILL");
      await once(process, "never");
  }
  return { status: "ok", execution_count: counter, user_expressions: {}, payload: [] };
}

async function receive(socket: Router): Promise<{ message: Message; identities: Buffer[] } | undefined> {
  const signed = verifyFrames(await socket.receive(), info.key);
  return signed && { message: parseFrames(signed), identities: signed.identities };
}

async function answer(
  socket: Router,
  request: Message,
  identities: Buffer[],
  content: Record<string, unknown>,
): Promise<void> {
  const type = request.header.msg_type.replace("_request", "_reply");
  await socket.send(signMessage(createMessage(type, session, content, request.header), info.key, identities));
}

async function serve(
  socket: Router,
  handle: (request: Message, identities: Buffer[]) => Promise<Record<string, unknown>>,
): Promise<void> {
  for (;;) {
    const received = await receive(socket);
    if (!received) continue;
    const { message, identities } = received;
    await publish("status", { execution_state: "busy" }, message);
    await answer(socket, message, identities, await handle(message, identities));
    await publish("status", { execution_state: "idle" }, message);
  }
}

async function main(): Promise<void> {
  if (modes.includes("die-at-start")) {
    console.error("no such luck");
    process.exit(7);
  }
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(97);
  }, 200);
  process.on("SIGTERM", () => {
    if (!modes.includes("stubborn")) process.exit(0);
  });
  process.on("SIGINT", () => interrupts.splice(0).forEach((wake) => wake()));
  await shell.bind(addressOf(info, "shell"));
  await control.bind(addressOf(info, "control"));
  if (!modes.includes("late-stdin")) await stdin.bind(addressOf(info, "stdin"));
  await heartbeat.bind(addressOf(info, "hb"));
  if (modes.includes("late-iopub")) await sleep(1000);
  await iopub.bind(addressOf(info, "iopub"));
  if (modes.includes("late-stdin")) setTimeout(() => void stdin.bind(addressOf(info, "stdin")), 1000);
  if (modes.includes("silent")) await once(process, "never");
  void serve(shell, async (request, identities) => {
    if (request.header.msg_type === "kernel_info_request")
      return {
        status: "ok",
        protocol_version: "5.3",
        implementation: "fake",
        banner: "",
        language_info: {
          name: "typescript",
          version: "0",
          mimetype: "text/typescript",
          file_extension: ".ts",
        },
      };
    if (request.header.msg_type === "execute_request") return await execute(request, identities);
    return { status: "ok", echo: request.content };
  });
  void serve(control, async (request) => {
    if (request.header.msg_type === "interrupt_request") interrupts.splice(0).forEach((wake) => wake());
    if (request.header.msg_type === "shutdown_request" && !modes.includes("stubborn"))
      setTimeout(() => process.exit(0), 20);
    await Promise.resolve();
    return { status: "ok", ...request.content };
  });
}

main().catch((error: { code?: string }) => {
  console.error(error);
  process.exit(error.code === "EADDRINUSE" ? portTakenExitCode : 1);
});
