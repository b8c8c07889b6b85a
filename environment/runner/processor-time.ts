import { readdirSync, readFileSync } from "node:fs";

/** Linux counts processor time in hundredths of a second, whatever the machine. */
const ticksPerSecond = 100;

/**
 * Seconds of processor time that a process, its threads and all processes below it have used so far, those that have ended
 * and were waited for too. `undefined` where the system does not tell (everywhere but on Linux) or the process is gone.
 */
export function readProcessorSeconds(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined;
  const ticks = countTicks(pid);
  return ticks === undefined ? undefined : ticks / ticksPerSecond;
}

function countTicks(pid: number): number | undefined {
  const fields = readFields(pid);
  if (!fields) return undefined;
  // Time in the program and in the system, and that of the children that were waited for.
  const own = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return listChildren(pid).reduce((sum, child) => sum + (countTicks(child) ?? 0), own);
}

/** The fields of `/proc/PID/stat` behind the name, which may hold spaces and brackets. */
function readFields(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

function listChildren(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8")
        .split(" ")
        .filter((word) => word !== "")
        .map(Number),
    );
  } catch {
    return [];
  }
}
