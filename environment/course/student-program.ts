/**
 * Runs a student's code, in a process of its own that may read the library and nothing else. It is told on standard input
 * what to evaluate and to call, a line of JSON each, and answers on descriptor 3. It never learns what a right answer is:
 * the tests run in the program that started it.
 */
import { writeSync } from "node:fs";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { compileFunction } from "node:vm";
import { fromWire, toWire } from "./wire-value.js";

/** What is asked of this program. */
export type StudentRequest =
  | { id: number; evaluate: { code: string; variable: string; exercise: string; values: unknown } }
  | { id: number; call: unknown[] };

/** What it answers. */
export type StudentReply =
  | { id: number; kind: "function" | "promise" }
  | { id: number; kind: "value" | "resolved"; value: unknown }
  | { id: number; kind: "fault"; fault: string };

const load = createRequire(__filename);
const answers = 3;
const send = writeSync;
const { stdin } = process;
let answer: unknown;

/** Longest a fault is told. */
const longestFault = 500;

function reply(message: StudentReply): void {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let at = 0; at < bytes.length;) {
    try {
      at += send(answers, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}

function describe(error: unknown): string {
  try {
    const { name, message } = error as Error;
    const text = typeof message === "string" ? `${String(name)}: ${message}` : String(error);
    return text.slice(0, longestFault);
  } catch {
    return "something that can't be printed";
  }
}

/** Modules through which code could reach others. */
const networks = ["net", "tls", "dns", "dns/promises", "dgram", "http", "https", "http2", "inspector"];

/** Takes the network away: what the operating system and Node leave open is closed here too. */
function closeNetwork(): void {
  const refuse = (): never => {
    throw new Error("there is no network while answers are graded");
  };
  // All are loaded before any is closed: they are built on each other.
  const modules = networks.map((name) => load(`node:${name}`) as Record<string, unknown>);
  for (const module of modules) {
    for (const [key, value] of Object.entries(module)) {
      if (typeof value !== "function") continue;
      try {
        module[key] = refuse;
      } catch {
        // A getter; what it gives is refused through the others.
      }
    }
  }
  // What import() gives is a copy of its own.
  syncBuiltinESMExports();
  for (const name of ["fetch", "WebSocket", "EventSource", "XMLHttpRequest", "Worker", "BroadcastChannel"])
    Reflect.deleteProperty(globalThis, name);
}

/** What cells may import; nothing of Node that reaches out of the process. */
function requireForCells(name: string): unknown {
  if (name === "tumorlab") return load("tumorlab");
  if (name === "tumorlab/lessons") return lessons;
  if (name === "node:path" || name === "path") return load("node:path");
  throw new Error(`${JSON.stringify(name)} can't be imported while answers are graded`);
}

let opened: { exercise: string; values: unknown } = { exercise: "", values: {} };
const quiet = (): Promise<void> => Promise.resolve();
const task = (id: string): object => ({
  id,
  title: "",
  prompt: "",
  values: id === opened.exercise ? fromWire(opened.values) : {},
  check: quiet,
  hint: quiet,
  showSolution: quiet,
});

/** The lessons' own functions: those that judge do nothing here, the rest is the library's. */
const lessons: object = new Proxy(
  {
    openExercise: (id: string) => Promise.resolve(task(id)),
    checkExercise: quiet,
    checkAnswer: quiet,
    setReader: quiet,
    showProgress: quiet,
  },
  {
    get: (own, name) =>
      name in own
        ? (own as Record<string | symbol, unknown>)[name]
        : (load("tumorlab/lessons") as Record<string | symbol, unknown>)[name],
  },
);

/**
 * The answer, in a list: a promise is not waited for. Compiled so, neither the code nor what it compiles in turn can
 * `import()` anything.
 */
async function evaluate({ code, variable }: { code: string; variable: string }): Promise<unknown[]> {
  const body = `return (async () => {\n${code}\n;return [typeof ${variable} === "undefined" ? undefined : ${variable}];\n})();`;
  const run = compileFunction(body, ["require", "exports", "module"]) as (
    ...values: unknown[]
  ) => Promise<unknown[]>;
  const exports = {};
  return run(requireForCells, exports, { exports });
}

async function handle(request: StudentRequest): Promise<StudentReply> {
  const { id } = request;
  try {
    if ("evaluate" in request) {
      opened = request.evaluate;
      [answer] = await evaluate(request.evaluate);
      if (typeof answer === "function") return { id, kind: "function" };
      if (isPromise(answer)) return { id, kind: "promise" };
      return { id, kind: "value", value: toWire(answer) };
    }
    const given = request.call.map(fromWire);
    const result: unknown = (answer as (...values: unknown[]) => unknown)(...given);
    if (isPromise(result)) return { id, kind: "resolved", value: toWire(await result) };
    return { id, kind: "value", value: toWire(result) };
  } catch (error) {
    return { id, kind: "fault", fault: describe(error) };
  }
}

function isPromise(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

function start(): void {
  // A promise that nobody waits for is the cell's own matter, as in a notebook.
  process.on("unhandledRejection", () => undefined);
  process.on("uncaughtException", () => undefined);
  closeNetwork();
  const lazily = (name: string, get: () => unknown): void =>
    void Object.defineProperty(globalThis, name, { get, configurable: true });
  lazily("lab", () => load("tumorlab"));
  lazily("lessons", () => lessons);
  lazily("task", () => task(opened.exercise));
  let rest = "";
  let last = Promise.resolve();
  stdin.setEncoding("utf8");
  stdin.on("data", (piece: string) => {
    const lines = (rest + piece).split("\n");
    rest = lines.pop()!;
    for (const line of lines)
      last = last.then(async () => reply(await handle(JSON.parse(line) as StudentRequest)));
  });
  const end = process.exit.bind(process);
  closeProcess();
  stdin.on("end", () => void last.then(() => end(0)));
  Object.defineProperty(globalThis, "process", {
    value: harmlessProcess(),
    configurable: false,
    writable: false,
  });
}

/** Takes from the process what reaches others, such as the one that grades, should anything get hold of it. */
function closeProcess(): void {
  const refuse = (): never => {
    throw new Error("this is not there while answers are graded");
  };
  for (const name of [
    "kill",
    "_kill",
    "_debugProcess",
    "abort",
    "binding",
    "_linkedBinding",
    "dlopen",
    "chdir",
    "getBuiltinModule",
  ])
    if (name in process) Object.defineProperty(process, name, { value: refuse });
}

/** What the library asks of a process, and nothing by which code could end it or reach out of it. */
function harmlessProcess(): object {
  const { versions, version, platform, arch, release } = process;
  const nothing = (): void => undefined;
  const exit = (): never => {
    throw new Error("process.exit is not there while answers are graded");
  };
  const sink = { write: () => true, isTTY: false, on: nothing };
  return Object.freeze({
    ...{ versions, version, platform, arch, release, env: {}, argv: [], execArgv: [], pid: 0, ppid: 0 },
    ...{ exit, abort: exit, kill: exit, stdout: sink, stderr: sink, exitCode: 0 },
    ...{
      on: nothing,
      once: nothing,
      off: nothing,
      emit: nothing,
      emitWarning: nothing,
      removeListener: nothing,
    },
    cwd: () => "/",
    nextTick: process.nextTick.bind(process),
    hrtime: process.hrtime,
    uptime: process.uptime.bind(process),
    memoryUsage: process.memoryUsage.bind(process),
    cpuUsage: process.cpuUsage.bind(process),
    resourceUsage: process.resourceUsage.bind(process),
    constrainedMemory: () => 0,
    availableMemory: () => 2 ** 29,
  });
}

start();
