import { type ChildProcess, spawn } from "node:child_process";
import { delimiter, dirname } from "node:path";

/** How a process ended; without code and signal it never ran. */
export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The last lines it wrote to stderr, or why it could not be started. */
  lastWords: string;
}

/** A running kernel process, with all it has started where it has a group of its own. */
export interface KernelProcess {
  readonly pid: number | undefined;
  /** Resolves when the process is gone, also when it never started. */
  readonly ended: Promise<ProcessEnd>;
  /** Set once the process is gone. */
  readonly end: ProcessEnd | undefined;
  /** The last 64 kB it wrote to stdout and stderr. */
  readonly output: string;
  /** Sends a signal to the kernel alone. */
  signal(signal: NodeJS.Signals): void;
  /** Ends the process, and its children where it has a group of its own, for good. */
  kill(signal?: NodeJS.Signals): void;
}

/** Where and for whom a kernel runs. */
export interface ProcessOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /**
   * A process group of its own: Ctrl-C in the terminal of whoever starts it doesn't reach it, and its children end with it.
   * Default false.
   */
  ownGroup?: boolean;
  /** Takes what the process writes outside of the protocol. */
  log?: (text: string) => void;
}

const lastWordsLength = 4000;
const outputLength = 64 * 1024;

/** Processes that must not outlive this one, killed in a single `exit` handler. */
const alive = new Set<KernelProcess>();

/**
 * Starts a kernel process.
 *
 * @param argv program and arguments, with the connection file already filled in.
 */
export function spawnKernel(argv: readonly string[], options: ProcessOptions): KernelProcess {
  const { cwd, env, ownGroup = false, log = () => {} } = options;
  const hasGroup = ownGroup && process.platform !== "win32";
  const child = spawn(argv[0], argv.slice(1), {
    cwd,
    env: withOwnNode(env),
    stdio: ["ignore", "pipe", "pipe"],
    detached: hasGroup,
    windowsHide: true,
  });
  let [lastWords, output] = ["", ""];
  const take = (text: string): void => {
    output = (output + text).slice(-outputLength);
    log(text);
  };
  child.stdout.setEncoding("utf8").on("data", take);
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    lastWords = (lastWords + text).slice(-lastWordsLength);
    take(text);
  });
  const kill = (signal: NodeJS.Signals = "SIGKILL"): void =>
    hasGroup ? signalGroup(child, signal) : void child.kill(signal);
  let end: ProcessEnd | undefined;
  const ended = new Promise<ProcessEnd>((resolve) => {
    const finish = (code: number | null, signal: NodeJS.Signals | null): void => {
      if (end) return;
      end = { code, signal, lastWords };
      // What the kernel leaves behind holds no port and no memory any longer.
      kill();
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(end);
    };
    child.once("error", (error) => {
      if (child.pid !== undefined) return;
      lastWords += error.message;
      finish(null, null);
    });
    // The pipes may stay open in grandchildren: a moment for the last words, then it is over.
    child.once("exit", (code, signal) => {
      child.once("close", () => finish(code, signal));
      setTimeout(() => finish(code, signal), 200);
    });
  });
  const kernel: KernelProcess = {
    pid: child.pid,
    ended,
    get end() {
      return end;
    },
    get output() {
      return output;
    },
    signal: (signal) => void child.kill(signal),
    kill,
  };
  watchOver(kernel);
  return kernel;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It is gone already.
  }
}

function watchOver(kernel: KernelProcess): void {
  if (alive.size === 0) process.on("exit", killAll);
  alive.add(kernel);
  void kernel.ended.then(() => {
    alive.delete(kernel);
    if (alive.size === 0) process.off("exit", killAll);
  });
}

function killAll(): void {
  for (const kernel of alive) kernel.kill();
}

/** Cells that call `node` or `npm` find the Node that runs this program, as a terminal beside it would. */
function withOwnNode(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const nodeFolder = dirname(process.execPath);
  const path = env.PATH ?? "";
  return path.split(delimiter).includes(nodeFolder)
    ? env
    : { ...env, PATH: path ? path + delimiter + nodeFolder : nodeFolder };
}
