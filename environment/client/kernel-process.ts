import { spawn } from "node:child_process";
import { delimiter, dirname } from "node:path";

/** How a process ended: one of the two is set. */
export interface KernelExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A running kernel process. */
export interface KernelProcess {
  readonly pid: number;
  /** Settles once, when the process has ended; never rejects. */
  readonly exited: Promise<KernelExit>;
  /** Set once the process has ended. */
  readonly exit: KernelExit | undefined;
  /** The last 64 kB the process wrote to its standard output and error. */
  readonly log: string;
  /** Sends a signal; false when the process has already ended. */
  kill(signal: NodeJS.Signals): boolean;
}

const logLimit = 64 * 1024;

/** Processes that must not outlive this one, killed in a single `exit` handler. */
const alive = new Set<KernelProcess>();

/**
 * Starts a kernel process.
 *
 * @param argv program and arguments, with the connection file already filled in.
 * @returns once the process runs. Rejects when the program cannot be started.
 */
export async function spawnKernel(
  argv: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<KernelProcess> {
  const child = spawn(argv[0], argv.slice(1), {
    cwd: options.cwd,
    env: withOwnNode(options.env),
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => (log = (log + text).slice(-logLimit)));
  }
  let exit: KernelExit | undefined;
  const exited = new Promise<KernelExit>((resolve) => {
    child.once("exit", (code, signal) => {
      exit = { code, signal };
      resolve(exit);
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) =>
      reject(
        new Error(`The kernel program ${argv[0]} could not be started in ${options.cwd}: ${error.message}`),
      ),
    );
  });
  const kernel: KernelProcess = {
    pid: child.pid as number,
    exited,
    get exit() {
      return exit;
    },
    get log() {
      return log;
    },
    kill: (signal) => child.kill(signal),
  };
  watchOver(kernel);
  return kernel;
}

function watchOver(kernel: KernelProcess): void {
  if (alive.size === 0) process.on("exit", killAll);
  alive.add(kernel);
  void kernel.exited.then(() => {
    alive.delete(kernel);
    if (alive.size === 0) process.off("exit", killAll);
  });
}

function killAll(): void {
  for (const kernel of alive) kernel.kill("SIGKILL");
}

/** Cells that call `node` or `npm` find the Node that runs this program, as a terminal beside it would. */
function withOwnNode(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = dirname(process.execPath);
  const path = env.PATH ?? "";
  return path.split(delimiter).includes(own) ? env : { ...env, PATH: path ? path + delimiter + own : own };
}
