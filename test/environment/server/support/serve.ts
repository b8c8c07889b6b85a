/**
 * A server in a process of its own, so that its memory and its open files can be measured from outside:
 * `fork("serve.js", [ROOT, OPTIONS_AS_JSON])`. It answers each message with what it uses.
 */
import { readdirSync } from "node:fs";
import { fakeSpec } from "./harness.js";
import { startServer } from "#environment/server/server.js";

/** What the process answers. */
export interface Usage {
  /** Most memory it ever had, in bytes. */
  peakBytes: number;
  /** Open files, sockets and the like; -1 where it can't be known. */
  openFiles: number;
}

async function main(): Promise<void> {
  const [root, options] = process.argv.slice(2);
  const server = await startServer({ root, kernelSpecs: [fakeSpec()], ...(JSON.parse(options) as object) });
  process.on("message", (message) => {
    if (message === "close") void server.close().then(() => process.send?.("closed"));
    else process.send?.(measure());
  });
  process.on("disconnect", () => process.exit());
  process.send?.({ port: server.port, token: server.token });
}

function measure(): Usage {
  // Freed memory that nobody has asked back yet is not in use.
  (globalThis as { gc?: () => void }).gc?.();
  return { peakBytes: process.resourceUsage().maxRSS * 1024, openFiles: countOpenFiles() };
}

function countOpenFiles(): number {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return -1;
  }
}

void main();
