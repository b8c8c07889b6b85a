import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { findFreePorts } from "#environment/wire/connection.js";

/** A Slurm of one node that belongs to a test: its own folder, ports and key, nothing of the machine's touched. */
export interface TestSlurm {
  /** Everything it writes: key, sockets, states, logs. */
  folder: string;
  /** What a program needs in its environment to find it. */
  env: { SLURM_CONF: string; PATH: string };
  /** Process ids of its daemons. */
  pids: number[];
  /** Cancels what is queued, ends the daemons and waits for it, removes the folder; once, however often it is called. */
  stop(): Promise<void>;
}

const patienceMs = 60_000;
/** Where Debian puts daemons, which is not on every PATH. */
const path = [process.env.PATH, "/usr/sbin", "/sbin"].join(delimiter);
const programs = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol", "setpriv"];

/** Why no Slurm can be started here; `undefined` where it can. */
export function whyNoSlurm(): string | undefined {
  const absent = programs.filter(
    (program) => !path.split(delimiter).some((folder) => isProgram(folder, program)),
  );
  if (absent.length > 0) return `${absent.join(", ")} not installed (Debian: slurm-wlm, munge)`;
  return process.getuid?.() === 0 ? undefined : "slurmd starts as root alone";
}

/**
 * Starts munged, slurmctld and slurmd and waits until their node is idle. They die with this process, even where that is
 * killed. Array tasks go by `maxArraySize` - 1, the first two run at a time.
 */
export async function startSlurm({ maxArraySize = 1001 } = {}): Promise<TestSlurm> {
  const folder = mkdtempSync(join(tmpdir(), "tumorlab-slurm-"));
  const at = (name: string): string => join(folder, name);
  for (const name of ["state", "spool"]) mkdirSync(at(name));
  writeFileSync(at("munge.key"), randomBytes(1024), { mode: 0o400 });
  const [controllerPort, nodePort] = await findFreePorts(2);
  writeFileSync(at("slurm.conf"), configure(folder, controllerPort, nodePort, maxArraySize));
  const env = { SLURM_CONF: at("slurm.conf"), PATH: path };

  const daemons: Daemon[] = [];
  const start = (name: string, ...args: string[]): void =>
    void daemons.push(startDaemon(name, args, { ...process.env, ...env }));
  const end = async (): Promise<void> => {
    if (daemons.length === 3) await emptyQueue(env).catch(() => undefined);
    for (const { child, ended } of daemons.reverse()) {
      // A node that still waits for the end of a task is not waited for.
      const impatience = setTimeout(() => child.kill("SIGKILL"), 10_000);
      child.kill("SIGCONT");
      child.kill("SIGTERM");
      await ended;
      clearTimeout(impatience);
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  let ending: Promise<void> | undefined;
  const stop = (): Promise<void> => (ending ??= end());
  const files = ["key-file", "socket", "pid-file", "log-file", "seed-file"].map(
    (option) => `--${option}=${at(`munge.${option.replace("-file", "")}`)}`,
  );
  try {
    start("munged", "--foreground", "--force", ...files);
    await until("munged", daemons, async () => isThere(at("munge.socket")));
    start("slurmctld", "-D");
    start("slurmd", "-D");
    await until("an idle node", daemons, async () =>
      (await run("sinfo", ["-h", "-o", "%T"], env)).startsWith("idle"),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    folder,
    env,
    pids: daemons.map(({ child }) => child.pid!),
    stop,
  };
}

function configure(folder: string, controllerPort: number, nodePort: number, maxArraySize: number): string {
  const host = hostname().split(".")[0];
  return `ClusterName=test
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${controllerPort}
SlurmdPort=${nodePort}
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MessageTimeout=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SwitchType=switch/none
MpiDefault=none
MailProg=/bin/true
ReturnToService=2
MaxArraySize=${maxArraySize}
KillWait=1
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
NodeName=${host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`;
}

interface Daemon {
  name: string;
  child: ChildProcess;
  output(): string;
  ended: Promise<void>;
}

function startDaemon(name: string, args: readonly string[], env: NodeJS.ProcessEnv): Daemon {
  // Linux ends it with its parent, whatever end that has.
  const child = spawn("setpriv", ["--pdeathsig", "TERM", name, ...args], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  child.stderr.on("data", (data) => (text = `${text}${String(data)}`.slice(-4000)));
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  return { name, child, output: () => text, ended };
}

/** Cancels every job and waits until none is left in the queue. */
async function emptyQueue(env: TestSlurm["env"]): Promise<void> {
  await run("scancel", ["--user=root"], env);
  await until("an empty queue", [], async () => (await run("squeue", ["-h"], env)) === "");
}

/** Waits until `condition` holds without throwing; fails at once when a daemon has ended, with what it said. */
async function until(
  what: string,
  daemons: readonly Daemon[],
  condition: () => Promise<boolean>,
): Promise<void> {
  const startMs = performance.now();
  for (;;) {
    const holds = await condition().catch(() => false);
    if (holds) return;
    const dead = daemons.find(({ child }) => child.exitCode !== null || child.signalCode !== null);
    if (dead) throw new Error(`${dead.name} ended: ${dead.output()}`);
    if (performance.now() - startMs > patienceMs)
      throw new Error(`waited in vain for ${what}: ${daemons.map((daemon) => daemon.output()).join("\n")}`);
    await sleep(50);
  }
}

/** What a program of Slurm prints. */
export async function run(program: string, args: readonly string[], env: TestSlurm["env"]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, {
    env: { ...process.env, ...env },
    timeout: patienceMs,
  });
  return stdout;
}

function isProgram(folder: string, name: string): boolean {
  try {
    accessSync(join(folder, name), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isThere(file: string): boolean {
  try {
    accessSync(file);
    return true;
  } catch {
    return false;
  }
}
