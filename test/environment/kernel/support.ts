import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { type KernelClient, startKernel } from "#environment/client/kernel-client.js";
import type { Outcome } from "#environment/client/requests.js";

/** The project folder, from where the tests are built to. */
export const root = join(__dirname, "..", "..", "..", "..");

/** How the kernel's session is reached from a cell, without the library. */
export const session = 'globalThis[Symbol.for("tumorlab.kernel")]';

/** Starts one kernel for a suite and ends it after it. `kernel()` is the client, once the suite runs. */
export function useKernel(
  suite: Mocha.Suite,
  cwd: string = root,
  env?: NodeJS.ProcessEnv,
): () => KernelClient {
  let client: KernelClient | undefined;
  suite.timeout(180_000);
  suite.beforeAll(async () => {
    client = await startKernel({ cwd, env: { ...process.env, ...env } });
  });
  suite.afterAll(() => client?.shutdown());
  return () => client as KernelClient;
}

let sharedKernel: KernelClient | undefined;

/**
 * Like {@link useKernel}, with one kernel for all suites that call it, in the folder of temporary files: for those that
 * mind neither the number of a cell nor what other cells declared.
 */
export function useSharedKernel(suite: Mocha.Suite): () => KernelClient {
  suite.timeout(180_000);
  suite.beforeAll(async () => {
    sharedKernel ??= await startKernel({ cwd: tmpdir() });
  });
  return () => sharedKernel as KernelClient;
}

// Outside of all suites: it runs after the last one.
after(() => sharedKernel?.shutdown());

/** Contents of all messages of a type. */
export function contentsOf(outcome: Outcome, type: string): Record<string, any>[] {
  return outcome.messages
    .filter(({ header }) => header.msg_type === type)
    .map(({ content }) => content as Record<string, any>);
}

/** All a cell wrote to one stream. */
export function streamOf(outcome: Outcome, name: "stdout" | "stderr"): string {
  return contentsOf(outcome, "stream")
    .filter((content) => content.name === name)
    .map((content) => String(content.text))
    .join("");
}

/** The value of the last expression, as text. */
export function resultOf(outcome: Outcome): string | undefined {
  return contentsOf(outcome, "execute_result")[0]?.data["text/plain"];
}

/** The one `error` message of a failed cell, without colours. */
export function errorOf(outcome: Outcome): { ename: string; evalue: string; text: string } {
  const [error] = contentsOf(outcome, "error");
  if (!error) throw new Error(`The cell did not fail: ${JSON.stringify(outcome.reply.content)}`);
  return { ename: error.ename, evalue: error.evalue, text: stripColours(error.traceback.join("\n")) };
}

/** Text without ANSI colours. */
export function stripColours(text: string): string {
  return stripVTControlCharacters(text);
}

/** Resolves when a condition holds; rejects after a generous time. */
export async function until(condition: () => boolean, what: string, timeoutMs = 60_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`Waited in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Runs a cell and calls `act` once the cell has printed `ready`. */
export async function executeAndAct(
  client: KernelClient,
  code: string,
  act: () => unknown,
): Promise<Outcome> {
  let printed = "";
  let acted: unknown;
  const outcome = await client.execute(code, {
    onMessage({ header, content }) {
      if (header.msg_type !== "stream" || acted) return;
      printed += String(content.text);
      if (printed.includes("ready")) acted = act() ?? true;
    },
  });
  await acted;
  return outcome;
}
