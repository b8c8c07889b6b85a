import { startKernel } from "../../client/kernel-client.js";
import { type CheckContext, fail, ok } from "../check.js";

/** Starts a kernel, runs a cell with types and one that imports the library, and ends it. */
export async function checkKernel({ root }: CheckContext) {
  const kernel = await startKernel({ cwd: root, root, startTimeoutMs: 60_000 });
  try {
    const sum = await runCell("const half: number = 21;\nhalf * 2");
    if (!sum.output.includes("42"))
      return [fail(`a cell that computes 21 * 2 gave ${JSON.stringify(sum.output)}`)];
    const library = await runCell('import * as lab from "tumorlab";\nObject.keys(lab).length > 0');
    if (!library.output.includes("true"))
      return [fail(`a cell that imports "tumorlab" gave ${JSON.stringify(library.output)}`)];
    return [
      ok(
        `ready in ${seconds(kernel.startMs)}, first cell ${seconds(sum.ms)}, ` +
          `first import of tumorlab ${seconds(library.ms)}`,
      ),
    ];
  } finally {
    await kernel.shutdown();
  }

  async function runCell(code: string): Promise<{ output: string; ms: number }> {
    const startedMs = performance.now();
    const { messages } = await kernel.execute(code, { timeoutMs: 60_000 });
    const ms = performance.now() - startedMs;
    return { output: messages.map(({ content }) => readText(content)).join(""), ms };
  }
}

function readText(content: Record<string, unknown>): string {
  const data = content.data as Record<string, string> | undefined;
  return [data?.["text/plain"], content.text, content.evalue]
    .filter((part) => typeof part === "string")
    .join("");
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
