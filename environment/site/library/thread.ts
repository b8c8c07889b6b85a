import { threadStartKey } from "tumorlab/internal/platform/browser/page-key";
import type { Envelope } from "tumorlab/internal/platform/browser/workers";
import { kernelKey, type RunKernel, type ToKernel } from "../kernel/page-messages.js";
import { loadLibrary } from "./page-library.js";

/**
 * The script of every worker of a page: of kernels, and of the threads that the library starts. The first message says
 * what it runs; the library is loaded only then, as it asks at its start what thread it is in.
 */
const scope = globalThis as unknown as Record<symbol, RunKernel> & {
  onmessage: ((event: { data: Envelope | ToKernel }) => void) | null;
  postMessage(message: Envelope): void;
  addEventListener(type: string, listener: (event: { reason: unknown }) => void): void;
  removeEventListener(type: string, listener: (event: { reason: unknown }) => void): void;
  importScripts(url: string): void;
};

const listener = ({ reason }: { reason: unknown }): void => fail(reason);
scope.addEventListener("unhandledrejection", listener);
scope.onmessage = ({ data }) => {
  if (data.kind !== "start") return;
  const { start } = data;
  Object.defineProperty(globalThis, threadStartKey, { value: start });
  try {
    const library = loadLibrary(start.scripts);
    if (!("kernel" in data)) return void library.runScript(start.script ?? "").catch(fail);
    scope.importScripts(`${start.scripts}kernel.js`);
    // A kernel shows what cells do not catch among their outputs.
    const handOver = (): void => scope.removeEventListener("unhandledrejection", listener);
    scope[kernelKey](start, data.kernel).then(handOver, fail);
  } catch (error) {
    fail(error);
  }
};

function fail(reason: unknown): void {
  const { message, stack } = reason instanceof Error ? reason : new Error(String(reason));
  scope.postMessage({ kind: "failed", message, stack });
}
