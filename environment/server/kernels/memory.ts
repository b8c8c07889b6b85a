import { readFileSync } from "node:fs";

/** Memory that a process holds in RAM, in bytes; `undefined` where the system doesn't tell (only Linux does). */
export function readMemoryBytes(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? undefined : 1024 * Number(kilobytes);
  } catch {
    return undefined;
  }
}
