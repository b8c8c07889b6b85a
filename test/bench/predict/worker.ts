import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { readCt } from "tumorlab/internal/data/read-ct";
import { loadModel, type TrainedModel } from "tumorlab/internal/model/store";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { createPredictor, openPredictor, type Predictor } from "tumorlab/internal/training/predict-scan";
import type { SideReport } from "../beside.js";
import { readPeakMb } from "../volumes/interleave.js";

/** What a side is asked to do; the Python side takes the same. */
export interface Job {
  /** Folder of the model, with `model.onnx` beside its weights. */
  model: string;
  /** The scan, and where its labels go. */
  ct: string;
  out: string;
  threads: number;
  /** Folder in whose `node_modules` onnxruntime-node lies; with it, that computes the network. */
  onnxruntime?: string;
}

/** What is used of onnxruntime-node. */
interface OnnxRuntime {
  InferenceSession: {
    create(
      path: string,
      options: { intraOpNumThreads: number; interOpNumThreads: number },
    ): Promise<{ run(feeds: { window: unknown }): Promise<{ logits: { data: Float32Array } }> }>;
  };
  Tensor: new (type: "float32", data: Float32Array, shape: readonly number[]) => unknown;
}

/** A scan from its first byte to its labels on disk, the network being open: a job as JSON in, a report out. */
async function main(): Promise<void> {
  const job = JSON.parse(process.argv[2]) as Job;
  const model = await loadModel(job.model);
  const { predictor, detail } = await openNetwork(model, job);
  const before = process.cpuUsage();
  const start = performance.now();
  const { ct } = await readCt(job.ct);
  const labels = await predictor.predict(ct);
  await writeVolume(job.out, labels);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  const report: SideReport = {
    seconds: [seconds],
    cpuSeconds: [(user + system) / 1e6],
    peakMb: readPeakMb(),
    detail,
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

async function openNetwork(
  model: TrainedModel,
  { model: folder, onnxruntime, threads }: Job,
): Promise<{ predictor: Predictor; detail: string }> {
  if (onnxruntime === undefined)
    return { predictor: await openPredictor(model, { engine: "simd", threads }), detail: "engine simd" };
  const require = createRequire(path.join(onnxruntime, "package.json"));
  const { InferenceSession, Tensor } = require("onnxruntime-node") as OnnxRuntime;
  const { version } = JSON.parse(
    await readFile(path.join(onnxruntime, "node_modules/onnxruntime-node/package.json"), "utf8"),
  ) as { version: string };
  const session = await InferenceSession.create(path.join(folder, "model.onnx"), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  });
  const shape = [1, 1, ...model.config.patch];
  const predictor = createPredictor(model, async (window) => {
    const { logits } = await session.run({ window: new Tensor("float32", window, shape) });
    return logits.data;
  });
  return { predictor, detail: `onnxruntime-node ${version}; files, grids and windows as ours` };
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
