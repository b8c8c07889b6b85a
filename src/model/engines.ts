import { LabError, requireThat } from "../core/errors.js";
import { checkGradients, type GradientReport, requirePassed } from "./gradient-check.js";
import { simdBackendName } from "./simd3d/backend.js";
import { describeSimdEngine, prepareSimdEngine, setSimdThreads } from "./simd3d/engine.js";
import { probeRounding, type Rounding } from "./simd3d/wasm.js";
import { createTensorFlowRunner, useBackend } from "./tensorflow-runner.js";
import { isNativeEngineInstalled, loadNativeEngine, loadTensorFlow, type TensorFlow } from "./tensorflow.js";
import { describeWebGpuEngine, prepareWebGpuEngine, webGpuBackendName } from "./webgpu.js";

/**
 * What computes: libtensorflow, a GPU through WebGPU, our SIMD WebAssembly on all cores, or TensorFlow.js's own plain
 * JavaScript.
 */
export type EngineName = "tensorflow" | "webgpu" | "simd" | "reference";

/**
 * What the last bits of a result depend on: the engine, and of `simd` how the processor rounds products and sums. The same
 * seed gives the same bytes with the same arithmetic only.
 */
export type Arithmetic = Exclude<EngineName, "simd"> | `simd-${Rounding}`;

/** An engine as it stands on this machine. */
export interface EngineStatus {
  name: EngineName;
  available: boolean;
  /** What it is, or why it is not there and what to do. */
  detail: string;
}

/** The engine in use: TensorFlow.js computes with it from now on. */
export interface Engine {
  name: EngineName;
  /** What its results may be compared with bit by bit. */
  arithmetic: Arithmetic;
  /** Name of its backend in TensorFlow.js. */
  backend: string;
  /** Threads it computes with, where that is ours to say; 1 otherwise. */
  threads: number;
  /** What it is. */
  detail: string;
  /** Its gradient check. */
  report: GradientReport;
  /** Engines that were tried before it and why each was passed over. */
  passedOver: string[];
}

const backends: Readonly<Record<EngineName, string>> = {
  tensorflow: "tensorflow",
  webgpu: webGpuBackendName,
  simd: simdBackendName,
  reference: "cpu",
};

/** From the fastest to the one that is always there. */
const order: readonly EngineName[] = ["tensorflow", "webgpu", "simd", "reference"];

/** The engines, from the fastest to the one that is always there, with what each needs where it is missing. */
export async function listEngines(): Promise<EngineStatus[]> {
  const engines: EngineStatus[] = [];
  for (const name of order) {
    try {
      await prepare(name);
      engines.push({ name, available: true, detail: describeEngine(name) });
    } catch (error) {
      engines.push({
        name,
        available: false,
        detail: error instanceof Error ? error.message : String(error),
      });
    }
  }
  return engines;
}

/**
 * Checks an engine's gradients on this machine: each operation of the network on small odd shapes against finite
 * differences in double precision. Takes a second or two; the engine in use stays the same.
 *
 * @throws LabError when the engine is not available here.
 */
export async function checkEngineGradients(name: EngineName): Promise<GradientReport> {
  const tf = await prepare(name);
  const former = tf.getBackend();
  const report = await checkGradients(await createTensorFlowRunner(tf, backends[name]));
  if (former && former !== backends[name]) await useBackend(tf, former);
  return { ...report, engine: name };
}

/** What {@link openEngine} is asked for. */
export interface EngineOptions {
  /** `"auto"` (default) takes the first of {@link listEngines} that is there and passes its check. */
  engine?: "auto" | EngineName;
  /** Threads of an engine that has its own; by default as many as the machine has cores. */
  threads?: number;
}

/**
 * Chooses an engine, checks its gradients the first time in this process, and makes TensorFlow.js compute with it.
 *
 * @throws LabError when the engine asked for is missing, or computes wrong gradients: then with the numbers.
 */
export async function openEngine({ engine = "auto", threads }: EngineOptions = {}): Promise<Engine> {
  requireEngineName(engine);
  if (threads !== undefined)
    requireThat(Number.isInteger(threads) && threads >= 1, "threads", threads, "a whole number from 1");
  if (engine !== "auto") return use(engine, [], threads);
  const passedOver: string[] = [];
  for (const name of order) {
    try {
      return await use(name, passedOver, threads);
    } catch (error) {
      passedOver.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new LabError("engine", passedOver.join("; "), "at least one engine that passes its check");
}

/** Throws a LabError for a text that names no engine; whether it is on this machine is not looked at. */
export function requireEngineName(name: string): asserts name is EngineName | "auto" {
  const known: readonly string[] = ["auto", ...order];
  requireThat(known.includes(name), "engine", name, known.join(", "));
}

const checked = new Map<EngineName, GradientReport>();

async function use(name: EngineName, passedOver: string[], threads?: number): Promise<Engine> {
  const tf = await prepare(name);
  const started = name === "simd" ? await setSimdThreads(tf, threads) : 1;
  const report = checked.get(name) ?? (await checkEngineGradients(name));
  checked.set(name, report);
  requirePassed(report);
  await useBackend(tf, backends[name]);
  const detail = describeEngine(name);
  const arithmetic: Arithmetic = name === "simd" ? `simd-${probeRounding()}` : name;
  return { name, arithmetic, backend: backends[name], threads: started, detail, report, passedOver };
}

/** Loads an engine's code, so that its backend is registered. */
async function prepare(name: EngineName): Promise<TensorFlow> {
  const tf = loadTensorFlow();
  if (name === "simd") prepareSimdEngine(tf);
  if (name === "webgpu") await prepareWebGpuEngine(tf);
  if (name === "tensorflow") prepareNativeEngine(tf);
  return tf;
}

function prepareNativeEngine(tf: TensorFlow): void {
  if (!isNativeEngineInstalled()) {
    const advice = "Install it on a machine with libtensorflow; the engines simd and reference need nothing";
    throw new LabError(
      "engine tensorflow",
      "no package @tensorflow/tfjs-node-gpu",
      "the optional package",
      advice,
    );
  }
  try {
    loadNativeEngine();
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    const advice = "Reinstall @tensorflow/tfjs-node-gpu where its download works, on Node 20 or 22";
    throw new LabError("engine tensorflow", reason, "a native binary that loads", advice, { cause: error });
  }
  if (!tf.findBackend("tensorflow"))
    throw new LabError("engine tensorflow", "no backend", "a package that registers the backend tensorflow");
}

function describeEngine(name: EngineName): string {
  if (name === "simd") return describeSimdEngine();
  if (name === "webgpu") return describeWebGpuEngine();
  return name === "reference"
    ? "TensorFlow.js in plain JavaScript: right everywhere, slow for training"
    : "libtensorflow through @tensorflow/tfjs-node-gpu";
}
