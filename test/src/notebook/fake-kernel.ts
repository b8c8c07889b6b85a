import assert from "node:assert/strict";
import {
  type DisplayOptions,
  type KernelSession,
  kernelSessionKey,
} from "tumorlab/internal/contracts/kernel-session";

/** What a cell sent to the front end. */
export interface Shown {
  bundle: Record<string, unknown>;
  options: DisplayOptions;
}

/** A kernel session that keeps what it is given; `stop` takes it away again. */
export interface FakeKernel {
  shown: Shown[];
  abort(reason?: Error): void;
  stop(): void;
}

/** Stands in for the running kernel, in whose process the package would be loaded. */
export function startFakeKernel(answers: string[] = []): FakeKernel {
  const shown: Shown[] = [];
  const controller = new AbortController();
  const session: KernelSession = {
    display: (bundle, options = {}) => void shown.push({ bundle, options }),
    signal: controller.signal,
    input: () => Promise.resolve(answers.shift() ?? ""),
    clearOutput: () => void shown.splice(0),
    onComm: () => assert.fail("no front end opens a comm"),
    openComm: () => assert.fail("no front end takes a comm"),
  };
  const globals = globalThis as Record<symbol, unknown>;
  globals[kernelSessionKey] = session;
  return {
    shown,
    abort: (reason) => controller.abort(reason),
    stop: () => void delete globals[kernelSessionKey],
  };
}

/** What a piece of work writes to standard output. */
export async function captureOutput(work: () => unknown): Promise<string> {
  const write = process.stdout.write.bind(process.stdout);
  const chunks: string[] = [];
  process.stdout.write = (chunk: string | Uint8Array) => {
    chunks.push(chunk.toString());
    return true;
  };
  try {
    await work();
  } finally {
    process.stdout.write = write;
  }
  return chunks.join("");
}
