import { type ErrorKind, isKind, LabError } from "../../../core/errors.js";
import { decodeText } from "../../../core/files.js";
import { joinBytes } from "../../../platform/bytes.js";
import type { FileError } from "../../../platform/files.js";
import { spawn } from "../../../platform/processes.js";

/** The programs of Slurm that are called here. */
export type SlurmProgram = "sbatch" | "squeue" | "scancel" | "scontrol";

/** sbatch alone tries a configuration that is not there for a minute. */
const timeoutMs = 120_000;

/**
 * Runs a program of Slurm and returns what it printed.
 *
 * @throws LabError naming the program, what it said and what to do; the signal's reason when aborted.
 */
export async function runSlurm(
  program: SlurmProgram,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    // In a group of its own, so that Ctrl-C does not end an sbatch before it has said the number of its job.
    const limit = AbortSignal.timeout(timeoutMs);
    const child = spawn(program, args, {
      detached: true,
      signal: AbortSignal.any(signal ? [signal, limit] : [limit]),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [printed, said]: [Uint8Array[], Uint8Array[]] = [[], []];
    child.stdout.on("data", (data: Uint8Array) => printed.push(data));
    child.stderr.on("data", (data: Uint8Array) => said.push(data));
    const fail = (fault: Fault): void =>
      reject(
        signal?.aborted ? (signal.reason as Error) : explain(program, fault, decodeText(joinBytes(said))),
      );
    child.once("error", (error: FileError) => fail({ code: error.code ?? error.message }));
    child.once("close", (code, name) => {
      if (code === 0) resolve(decodeText(joinBytes(printed)));
      else fail({ code: code === null ? String(name) : `exit code ${code}` });
    });
  });
}

/** How a program ended that did not end well: a system's error, a signal or an exit code. */
interface Fault {
  code: string;
}

function explain(program: SlurmProgram, fault: Fault, stderr: string): LabError {
  if (fault.code === "ENOENT")
    return new LabError(
      program,
      "no such program",
      "Slurm's commands on the PATH",
      "Run this on a login node of the cluster, or without a cluster by --runner local",
    );
  const said = stderr
    .split("\n")
    .map((line) => line.replace(/^\w+: (error|fatal): /, "").trim())
    .filter((line) => line !== "");
  const found =
    said.join("; ") || (fault.code === "ABORT_ERR" ? `no answer in ${timeoutMs / 1000} s` : fault.code);
  const { expected, advice, kind } = judge(found);
  return new LabError(program, found, expected, advice, { kind });
}

/** Whether an error says that the controller did not answer: asked again, it may. */
export function isSilence(error: unknown): error is LabError {
  return isKind(error, "no-answer");
}

/** Whether an error says that the queue takes no more of this user's tasks for now, or none of so many at once. */
export function isFull(error: unknown): error is LabError {
  return isKind(error, "no-room");
}

/** What Slurm's words mean for the one who reads them. */
function judge(found: string): { expected: string; advice: string; kind: ErrorKind } {
  if (
    /contact slurm controller|no answer in|timed out|configuration (source|file)|connection (refused|reset)|zero bytes were transmitted|temporarily unable/i.test(
      found,
    )
  )
    return {
      kind: "no-answer",
      expected: "a controller that answers",
      advice: "scontrol ping asks it. The same command, run again, submits what is missing",
    };
  const known = [
    {
      words: /submit limit|MaxSubmit|MaxJobs/i,
      advice: "Wait until earlier jobs have ended (squeue --me lists them), then run the same command again",
      kind: "no-room" as const,
    },
    { words: /partition/i, advice: "sinfo lists the partitions; choose one with --partition" },
    { words: /account|qos|association/i, advice: "Your cluster's documentation names accounts and QOS" },
    {
      words: /specification|configuration is not available|limit/i,
      advice: "sinfo -o '%P %l %c %m' lists what partitions allow",
    },
  ].find(({ words }) => words.test(found));
  const { advice = "", kind = "bad-value" } = known ?? {};
  return { kind, expected: "a request that the cluster takes", advice };
}
