import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type * as lab from "tumorlab";
import type { ThreadStart } from "tumorlab/internal/platform/browser/page";

/** What a worker of the page runs: the library, and the work on it that is sent as text. */
const workerCode = `onmessage = async ({ data: { start, work, args } }) => {
  try {
    Object.defineProperty(self, Symbol.for("tumorlab.page.thread"), { value: start });
    importScripts(start.scripts + "library.js");
    const { lab } = self[Symbol.for("tumorlab.page.library")];
    postMessage({ found: await (0, eval)("(" + work + ")")(lab, ...args) });
  } catch (error) {
    postMessage({ failure: String(error?.stack ?? error) });
  }
};`;

/** Runs a function on the library in a worker of a page, which is sent the function's text and what it is called with. */
export async function runOnLibrary<T>(
  page: Page,
  start: ThreadStart,
  work: (library: typeof lab, ...args: never[]) => T,
  ...args: unknown[]
): Promise<Awaited<T>> {
  const answer = await page.evaluate(
    ([code, message]) =>
      new Promise<{ found?: unknown; failure?: string }>((resolve) => {
        const worker = new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
        worker.onerror = ({ message: reason }) => resolve({ failure: reason });
        worker.onmessage = ({ data }) => {
          worker.terminate();
          resolve(data as { found?: unknown });
        };
        worker.postMessage(message);
      }),
    [workerCode, { start, work: work.toString(), args }] as const,
  );
  assert.equal(answer.failure, undefined);
  return answer.found as Awaited<T>;
}
