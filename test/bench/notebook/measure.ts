import { readFile } from "node:fs/promises";
import path from "node:path";
import { projectRoot, type Peer } from "./peers.js";
import { startKernel, type KernelClient } from "#environment/client/kernel-client.js";

/** What is measured, with the most it may be; the names are the rows of the table. */
export const metrics = {
  "kernel ready": { unit: "ms", target: 2500 },
  "trivial cell": { unit: "ms", target: 100 },
  completion: { unit: "ms", target: 150 },
  "first import of tumorlab": { unit: "ms", target: 1000 },
  "completion of lab.": { unit: "ms", target: 150 },
  "show a 128^3 CT": { unit: "ms", target: 1000 },
  "its output": { unit: "kB", target: 500 },
  "peak memory": { unit: "MB", target: undefined },
} as const;

export type Metric = keyof typeof metrics;

/** One number a metric; absent where this kernel can't do it. */
export type Measured = Partial<Record<Metric, number>>;

const timeoutMs = 120_000;
const repeats = 5;

const importCell = 'import * as lab from "tumorlab";\nconsole.log(Object.keys(lab).length);';

/** A noisy body in air with four organs, made from a seed: as hard to compress as a real CT of that size. */
const phantomCell = `
const side = 128;
const noise = lab.createKey(128).stream();
const hu = new Int16Array(side ** 3);
const organs = new Uint8Array(side ** 3);
for (let z = 0, at = 0; z < side; z++)
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++, at++) {
      const radius = Math.hypot(x - 64, (y - 64) * 1.3);
      const organ = radius < 52 ? 1 + (x > 64 ? 1 : 0) + (y > 64 ? 2 : 0) : 0;
      organs[at] = radius < 40 ? organ : 0;
      hu[at] = radius < 52 ? 40 + 30 * organ + 20 * noise.normal() : -1000 + 10 * noise.normal();
    }
const ct = lab.volume.createVolume(hu, [side, side, side], { spacingMm: [2, 2, 2] });
const labels = { ...lab.volume.createVolume(organs, [side, side, side], { spacingMm: [2, 2, 2] }), names: {} };
console.log("made");`;

/** Starts a kernel, lives through what a reader does first, and ends it. */
export async function measureSession({ spec }: Peer): Promise<Measured> {
  const kernel = await startKernel({ cwd: path.join(projectRoot, "test"), root: projectRoot, spec });
  try {
    const measured: Measured = { "kernel ready": kernel.startMs };
    await runCell(kernel, "const warm: number = 1;\nconsole.log(warm);");
    measured["trivial cell"] = await measureMedian(
      async (turn) => (await runCell(kernel, `console.log(${turn} + 1);`)).ms,
    );
    measured.completion = await measureMedian(async () => (await complete(kernel, "console.lo")).ms);
    const imported = await runCell(kernel, importCell);
    if (!imported.failed) {
      measured["first import of tumorlab"] = imported.ms;
      await complete(kernel, "lab.");
      measured["completion of lab."] = await measureMedian(async () => (await complete(kernel, "lab.")).ms);
      await measureView(kernel, measured);
    }
    measured["peak memory"] = await readPeakMemoryMb(kernel.process.pid!);
    return measured;
  } finally {
    await kernel.shutdown();
  }
}

async function measureView(kernel: KernelClient, measured: Measured): Promise<void> {
  if ((await runCell(kernel, phantomCell)).failed) return;
  const shown = await runCell(kernel, "lab.view(ct, labels);");
  if (shown.failed || shown.displayBytes === 0) return;
  measured["show a 128^3 CT"] = shown.ms;
  measured["its output"] = shown.displayBytes / 1000;
}

interface CellResult {
  ms: number;
  failed: boolean;
  /** Bytes of the outputs as a notebook file holds them. */
  displayBytes: number;
}

async function runCell(kernel: KernelClient, code: string): Promise<CellResult> {
  const { reply, messages, ms } = await kernel.execute(code, { timeoutMs });
  const displays = messages.filter(({ header }) => header.msg_type === "display_data");
  return {
    ms,
    failed: reply.content.status !== "ok" || displays.some(({ content }) => content.data === undefined),
    displayBytes: displays.reduce(
      (sum, { content }) => sum + Buffer.byteLength(JSON.stringify(content.data)),
      0,
    ),
  };
}

/** Asks how the code may go on at its end. */
function complete(kernel: KernelClient, code: string): Promise<{ ms: number }> {
  return kernel.request("shell", "complete_request", { code, cursor_pos: code.length }, { timeoutMs });
}

async function measureMedian(once: (turn: number) => Promise<number>): Promise<number> {
  const samples: number[] = [];
  for (let turn = 0; turn < repeats; turn++) samples.push(await once(turn));
  return samples.sort((a, b) => a - b)[Math.floor(repeats / 2)];
}

/** Highest resident size of a process so far in MB; `undefined` where the system does not tell. */
async function readPeakMemoryMb(pid: number): Promise<number | undefined> {
  try {
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1000;
  } catch {
    return undefined;
  }
}
