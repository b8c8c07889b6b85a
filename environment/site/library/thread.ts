import { threadStartKey } from "tumorlab/internal/platform/browser/page";
import type { Envelope } from "tumorlab/internal/platform/browser/workers";
import { loadLibrary } from "./page-library.js";

/**
 * The script of every thread that the library starts in a page. The first message says what it runs; the library is
 * loaded only then, as it asks at its start what thread it is in.
 */
const scope = globalThis as unknown as {
  onmessage: ((event: { data: Envelope }) => void) | null;
  postMessage(message: Envelope): void;
  addEventListener(type: string, listener: (event: { reason: unknown }) => void): void;
};

scope.addEventListener("unhandledrejection", ({ reason }) => fail(reason));
scope.onmessage = ({ data }) => {
  if (data.kind !== "start") return;
  const { start } = data;
  Object.defineProperty(globalThis, threadStartKey, { value: start });
  try {
    loadLibrary(start.scripts)
      .runScript(start.script ?? "")
      .catch(fail);
  } catch (error) {
    fail(error);
  }
};

function fail(reason: unknown): void {
  const { message, stack } = reason instanceof Error ? reason : new Error(String(reason));
  scope.postMessage({ kind: "failed", message, stack });
}
