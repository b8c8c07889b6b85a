import type { VoxelArray } from "../core/types.js";
import { runInWorkers } from "../core/worker-pool.js";
import { readFile } from "../platform/files.js";
import { locateBuilt } from "../platform/locations.js";
import { describeMachine } from "../platform/machine.js";
import { canShareMemory, makeShared } from "../platform/memory.js";
import { parentPort, threadId, workerData } from "../platform/workers.js";
import { type Packing, packingOf } from "./codecs.js";
import { arrayKindOf, fillSlices } from "./fill-slices.js";
import type { FrameHeader } from "./frame-header.js";
import type { DicomSource } from "./sources.js";

/** Slices that a thread decodes at a time. */
interface FrameTask {
  first: number;
  slices: FrameHeader[];
  /** Where they lie on disk, by the names in their headers. */
  paths: Record<string, string>;
}

interface FrameWork {
  memory: ArrayBufferLike;
  scalesDiffer: boolean;
}

/** Fewer slices than this are unpacked before threads have started. */
const fewest: Readonly<Partial<Record<Packing, number>>> = {
  "jpeg-2000": 24,
  "jpeg-ls": 80,
  "jpeg-lossless": 80,
};
const slicesAtOnce = 4;

/**
 * Slices that take time to unpack, on all cores; `undefined` where that would gain nothing or a thread could not do it: then
 * they are to be read here, which also says what is wrong.
 */
export async function decodeApart(
  slices: readonly FrameHeader[],
  sources: ReadonlyMap<string, DicomSource>,
  scalesDiffer: boolean,
  signal?: AbortSignal,
): Promise<VoxelArray | undefined> {
  const { cores } = describeMachine();
  // In a thread of a pool the other cores have work already.
  if (cores < 2 || !canShareMemory || threadId !== 0 || !slices.every(isPacked)) return undefined;
  const [header] = slices;
  if (slices.length < (fewest[packingOf(header.syntax, header.file)] ?? Infinity)) return undefined;
  const pixels = header.rows * header.columns;
  const Kind = arrayKindOf(header, scalesDiffer);
  const tasks: FrameTask[] = [];
  for (let first = 0; first < slices.length; first += slicesAtOnce) {
    const some = slices.slice(first, first + slicesAtOnce);
    const paths: Record<string, string> = {};
    for (const { file } of some) {
      const path = sources.get(file)?.path;
      if (path === undefined) return undefined;
      paths[file] = path;
    }
    tasks.push({ first, slices: some, paths });
  }
  const bytes = pixels * slices.length * (scalesDiffer ? 4 : header.bitsAllocated / 8);
  const memory = makeMemory(bytes);
  if (!memory) return undefined;
  const work: FrameWork = { memory, scalesDiffer };
  const done = await runInWorkers<FrameTask, boolean>(
    tasks,
    {
      script: locateBuilt("dicomFrameWorker"),
      workerData: { frames: work },
      run: (task) => decodeTask(task, work),
      fail: () => false,
      labelOf: ({ slices: [{ file }] }) => file,
      apart: true,
    },
    cores,
    { signal },
  );
  // Whoever gets the volume may send it to a thread and expects a copy to arrive there.
  return done.every(Boolean) ? new Kind(memory).slice() : undefined;
}

/** Memory that threads share, or none where there is not so much. */
function makeMemory(bytes: number): ArrayBufferLike | undefined {
  try {
    return makeShared(bytes);
  } catch {
    return undefined;
  }
}

function isPacked({ syntax, file }: FrameHeader): boolean {
  const packing = packingOf(syntax, file);
  return packing !== "native" && packing !== "rle";
}

async function decodeTask(
  { first, slices, paths }: FrameTask,
  { memory, scalesDiffer }: FrameWork,
): Promise<boolean> {
  const [header] = slices;
  const Kind = arrayKindOf(header, scalesDiffer);
  const pixels = header.rows * header.columns;
  const part = new Kind(memory).subarray(first * pixels, (first + slices.length) * pixels);
  try {
    await fillSlices(slices, part, scalesDiffer, (file) => readFile(paths[file]));
    return true;
  } catch {
    return false;
  }
}

/** In a worker thread this file answers each task it is sent. */
const frames = (workerData as { frames?: FrameWork } | undefined)?.frames;
if (parentPort && frames) {
  const port = parentPort;
  port.on("message", (task: FrameTask) => {
    void decodeTask(task, frames).then((isDone) => port.postMessage(isDone));
  });
}
