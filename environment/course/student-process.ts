import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Readable } from "node:stream";
import type { StudentReply, StudentRequest } from "./student-program.js";

/** What a student's code may take. */
export interface StudentLimits {
  /** Seconds of processor time, for all answers of a notebook that run in one process. */
  processorS: number;
  /** Seconds by the clock; a busy machine is no fault of the student's, so it is a multiple of the other. */
  wallS: number;
  /** Memory in MiB. */
  memoryMiB: number;
}

/** Enough for any answer, and little for 300 notebooks. */
export const usualLimits: StudentLimits = { processorS: 10, wallS: 60, memoryMiB: 1024 };

/** Why a process ended that should not have, in words for the feedback. */
export class StudentProcessEnd extends Error {
  override name = "StudentProcessEnd";
}

/** A process that runs a student's code. */
export interface StudentProcess {
  /** Asks something. Rejects with a StudentProcessEnd when the process ends before it answers. */
  ask(request: Ask): Promise<StudentReply>;
  /** Whether it still takes questions. */
  readonly isAlive: boolean;
  end(): void;
}

/** A question without its number. */
export type Ask =
  | { evaluate: { code: string; variable: string; exercise: string; values: unknown } }
  | { call: unknown[] };

const pollMs = 100;
const largestReply = 64 * 2 ** 20;
const MiB = 2 ** 20;

/** Starts a process for a student's code, closed as far as this machine can. */
export function startStudentProcess(root: string, limits: StudentLimits = usualLimits): StudentProcess {
  const [program, words] = commandLine(root, limits);
  const child = spawn(program, words, {
    cwd: path.join(root, "notebooks"),
    env: { PATH: process.env.PATH, TUMORLAB_READERS: path.join(root, ".tumorlab", "no-readers") },
    stdio: ["pipe", "ignore", "pipe", "pipe"],
  });
  const waiting = new Map<number, { settle(reply: StudentReply): void; fail(error: Error): void }>();
  let reason: string | undefined;
  let errors = "";
  let asked = 0;
  let isAlive = true;
  const startedAt = performance.now();

  const kill = (why: string): void => {
    reason ??= why;
    child.kill("SIGKILL");
  };
  const finish = (how: string): void => {
    if (!isAlive) return;
    isAlive = false;
    clearInterval(watch);
    const error = new StudentProcessEnd(reason ?? how);
    for (const asker of waiting.values()) asker.fail(error);
    waiting.clear();
  };
  const watch = setInterval(() => {
    const { processorS, memoryMiB } = measure(child);
    if (processorS > limits.processorS)
      kill(`It took more than ${limits.processorS} seconds to compute. Is there a loop without an end?`);
    else if (performance.now() - startedAt > 1000 * limits.wallS)
      kill(`It gave no answer within ${limits.wallS} seconds. Does it wait for something that never comes?`);
    else if (memoryMiB > limits.memoryMiB) kill(tooMuchMemory(limits));
  }, pollMs);

  child.stderr!.setEncoding("utf8").on("data", (piece: string) => (errors = (errors + piece).slice(-4000)));
  child.stdin!.on("error", () => undefined);
  readLines(child.stdio[3] as Readable, kill, (line) => {
    const reply = readReply(line);
    const asker = reply && waiting.get(reply.id);
    // What nobody asked for is the student's own doing, and says nothing.
    if (!reply || !asker) return;
    waiting.delete(reply.id);
    asker.settle(reply);
  });
  child.on("error", (error) => finish(`The process could not be started: ${error.message}`));
  child.on("close", (code, signal) =>
    finish(
      /heap out of memory|Array buffer allocation failed/i.test(errors)
        ? tooMuchMemory(limits)
        : `The process of the answer ended before it gave one (${signal ?? `exit code ${code}`}).`,
    ),
  );
  return {
    get isAlive() {
      return isAlive && reason === undefined;
    },
    ask: (ask) =>
      new Promise((settle, fail) => {
        if (!isAlive) return fail(new StudentProcessEnd(reason ?? "The process of the answer has ended."));
        const id = ++asked;
        waiting.set(id, { settle, fail });
        const request: StudentRequest = { id, ...ask };
        child.stdin!.write(`${JSON.stringify(request)}\n`);
      }),
    end: () => kill("ended"),
  };
}

function tooMuchMemory({ memoryMiB }: StudentLimits): string {
  return `It took more than ${memoryMiB} MB of memory. Does a list grow without an end?`;
}

/** Calls `take` with each line; a line without an end ends the process. */
function readLines(from: Readable, kill: (why: string) => void, take: (line: string) => void): void {
  let rest = "";
  from.setEncoding("utf8");
  from.on("error", () => undefined);
  from.on("data", (piece: string) => {
    const lines = (rest + piece).split("\n");
    rest = lines.pop()!;
    if (rest.length > largestReply) {
      rest = "";
      return kill("It gave an answer of more than 64 MB.");
    }
    for (const line of lines) take(line);
  });
}

const kinds = new Set(["function", "promise", "value", "resolved", "fault"]);

function readReply(line: string): StudentReply | undefined {
  try {
    const reply = JSON.parse(line) as Partial<StudentReply> | null;
    if (typeof reply?.id !== "number" || !kinds.has(String(reply.kind))) return undefined;
    // Whatever else stands there is the student's own doing: a fault is text, and values are read with care.
    return reply.kind === "fault"
      ? ({ ...reply, fault: String(reply.fault) } as StudentReply)
      : (reply as StudentReply);
  } catch {
    return undefined;
  }
}

/** Processor time and memory of a process, where the system tells; zeros elsewhere. */
function measure({ pid }: ChildProcess): { processorS: number; memoryMiB: number } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
    // Clock ticks are 1/100 s and pages 4 KiB on all machines that Node runs on with /proc, but for a few ARM servers.
    return { processorS: (Number(fields[11]) + Number(fields[12])) / 100, memoryMiB: (pages * 4096) / MiB };
  } catch {
    return { processorS: 0, memoryMiB: 0 };
  }
}

/** How the process is started: Node with its permissions where it has them, without a network where the system can. */
function commandLine(root: string, { memoryMiB }: StudentLimits): [string, string[]] {
  const node = [
    process.execPath,
    `--max-old-space-size=${Math.round(memoryMiB / 2)}`,
    "--no-warnings",
    ...permissions(root),
    path.join(root, "environment", "dist", "course", "student-program.js"),
  ];
  const [program, ...words] = canUnshare() ? ["unshare", "-rn", "--", ...node] : node;
  return [program, words];
}

/** Leave to read the library, and for nothing else. */
function permissions(root: string): string[] {
  const flag = ["--permission", "--experimental-permission"].find((name) =>
    process.allowedNodeEnvironmentFlags.has(name),
  );
  if (flag === undefined) return [];
  const readable = ["src", "node_modules", "data-manifests", "environment/dist/course", "package.json"];
  return [
    flag,
    ...readable.map(
      (name) => `--allow-fs-read=${path.join(root, name)}${name === "package.json" ? "" : "/*"}`,
    ),
  ];
}

let unshares: boolean | undefined;

/** Whether this system lets a user start a process without a network. */
function canUnshare(): boolean {
  unshares ??= process.platform === "linux" && spawnSync("unshare", ["-rn", "--", "true"]).status === 0;
  return unshares;
}
