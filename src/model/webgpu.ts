import type { KernelBackend } from "@tensorflow/tfjs";
import { LabError } from "../core/errors.js";
import { environmentVariable } from "../platform/machine.js";
import { loadPackage, resolvePackage, urlOfPath } from "../platform/packages.js";
import type { TensorFlow } from "./tensorflow.js";

/** Name of the backend in TensorFlow.js. */
export const webGpuBackendName = "webgpu";

/** Set to 1, it lets the engine compute on an adapter that is a program on the processor: right, and very slow. */
export const softwareVariable = "TUMORLAB_WEBGPU_SOFTWARE";

/** Installed on demand, not with this package: the binaries of all systems together are 50 MB to fetch, 130 MB on disk. */
const packages = { "@tensorflow/tfjs-backend-webgpu": "4.22.0", webgpu: "0.6.2" };

/** What is used of WebGPU here. */
export interface GpuAdapter {
  readonly info: AdapterInfo;
  readonly features: { has(name: string): boolean };
  readonly limits: object;
  requestDevice(descriptor: object): Promise<GpuDevice>;
}

/** An adapter in its own words. */
export interface AdapterInfo {
  vendor: string;
  architecture: string;
  device: string;
  description: string;
  /** Whether it is a program rather than a GPU. */
  isFallbackAdapter?: boolean;
}

/** A list of adapters, `navigator.gpu` in a browser. */
export interface Gpu {
  requestAdapter(options: { powerPreference: "high-performance" }): Promise<GpuAdapter | null>;
}

/** A device of an adapter. */
export interface GpuDevice {
  readonly lost: Promise<{ message: string }>;
  addEventListener(type: "uncapturederror", listener: (event: GpuFault) => void): void;
}

/** Says that something went wrong on the device after the call had returned. */
export interface GpuFault {
  error: { message: string };
  preventDefault?(): void;
}

/** What a backend of TensorFlow.js has that is used here. */
export interface Readable {
  read(id: object): Promise<unknown>;
}

/** What makes a backend on a device. */
export type BackendClass = new (device: GpuDevice, info: AdapterInfo) => Readable;

/** Adapter of the backend that is registered, and what holds Dawn alive. */
let started: { gpu: Gpu; info: AdapterInfo } | undefined;

/**
 * Registers TensorFlow.js's WebGPU backend on Dawn, once in a process; nothing uses it until it is asked for by name.
 *
 * @throws LabError where the packages or a GPU are missing, or where the only adapter is software and
 *   {@link softwareVariable} is not set.
 */
export async function prepareWebGpuEngine(tf: TensorFlow): Promise<void> {
  if (started) return;
  requirePackages(Object.keys(packages).filter((name) => !isInstalled(name)));
  const dawn = await importDawn();
  // Constants such as GPUBufferUsage, which the backend takes from there.
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create([]);
  const { WebGPUBackend } = loadPackage("@tensorflow/tfjs-backend-webgpu") as { WebGPUBackend: BackendClass };
  const { backend, info } = await createWebGpuBackend(gpu, WebGPUBackend);
  tf.registerBackend(webGpuBackendName, () => backend as unknown as KernelBackend, 0);
  started = { gpu, info };
}

/** The backend on the fastest adapter; see {@link prepareWebGpuEngine} for what it throws. */
export async function createWebGpuBackend(
  gpu: Gpu,
  backend: BackendClass,
): Promise<{ backend: Readable; info: AdapterInfo }> {
  const adapter = await chooseAdapter(gpu, environmentVariable(softwareVariable) === "1");
  const device = await openDevice(adapter);
  const { info } = adapter;
  return { backend: withNavigator(gpu, () => new (watchFaults(backend, device))(device, info)), info };
}

/** What the engine computes on, in words. */
export function describeWebGpuEngine(): string {
  return `WebGPU through Dawn${started ? ` on ${describeAdapter(started.info)}` : ""}`;
}

/** Throws a LabError that names the packages missing and how to install them. */
export function requirePackages(missing: readonly string[]): void {
  if (missing.length === 0) return;
  const pinned = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  throw new LabError(
    "engine webgpu",
    `no package ${missing.join(", ")}`,
    "the optional packages",
    `Run: npm install --no-save ${pinned.join(" ")}; the engines simd and reference need nothing`,
  );
}

/**
 * The fastest adapter.
 *
 * @throws LabError where there is none, or only software and that is not allowed.
 */
async function chooseAdapter(gpu: Gpu, allowSoftware: boolean): Promise<GpuAdapter> {
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter)
    throw new LabError(
      "engine webgpu",
      "no adapter",
      "a GPU with a driver for Vulkan, Metal or Direct3D 12",
      "Install the driver, on Linux with libvulkan1; the engines simd and reference need nothing",
    );
  if (!allowSoftware && isSoftware(adapter.info))
    throw new LabError(
      "engine webgpu",
      `the software adapter ${describeAdapter(adapter.info)}`,
      "a GPU",
      `The engine simd is far faster than that; to test with it all the same, set ${softwareVariable}=1`,
    );
  return adapter;
}

/** Mesa's software rasteriser calls itself an adapter like any other. */
function isSoftware(info: AdapterInfo): boolean {
  const words = Object.values(describe(info)).join(" ");
  return info.isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe|basic render/i.test(words);
}

function describe({ vendor, architecture, device, description }: AdapterInfo) {
  return { vendor, architecture, device, description };
}

function describeAdapter(info: AdapterInfo): string {
  const { vendor, architecture, device, description } = describe(info);
  const name = [vendor, architecture].filter(Boolean).join(" ");
  return `${description || device || name || "an adapter without a name"}${isSoftware(info) ? " (software)" : ""}`;
}

function isInstalled(name: string): boolean {
  try {
    resolvePackage(name);
    return true;
  } catch {
    return false;
  }
}

/** Dawn's package is an ECMAScript module without types here, since it is not always installed. */
async function importDawn(): Promise<{ create(options: string[]): Gpu; globals: object }> {
  try {
    const address = urlOfPath(resolvePackage("webgpu"));
    return (await import(address)) as { create(options: string[]): Gpu; globals: object };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    const advice = "The package webgpu has none for this system, or it lacks a library: use the engine simd";
    throw new LabError("engine webgpu", reason, "a native binary that loads", advice, { cause: error });
  }
}

/** A device with as much as the adapter has of what limits the size and number of tensors. */
function openDevice(adapter: GpuAdapter): Promise<GpuDevice> {
  const most = adapter.limits as Record<string, number>;
  const names = [
    "maxBufferSize",
    "maxComputeInvocationsPerWorkgroup",
    "maxComputeWorkgroupSizeX",
    "maxComputeWorkgroupStorageSize",
    "maxComputeWorkgroupsPerDimension",
    "maxStorageBufferBindingSize",
    "maxStorageBuffersPerShaderStage",
  ];
  return adapter.requestDevice({
    requiredLimits: Object.fromEntries(names.map((name) => [name, most[name]])),
  });
}

/**
 * The GPU works on after a call returns, and what goes wrong there (a shader it cannot compile, memory it has not got)
 * leaves zeros behind without an error. So whoever reads a result afterwards is told.
 */
function watchFaults(backend: BackendClass, device: GpuDevice): BackendClass {
  let fault: string | undefined;
  device.addEventListener("uncapturederror", (event) => {
    event.preventDefault?.();
    fault ??= event.error.message;
  });
  void device.lost.then(({ message }) => (fault ??= `the device is lost: ${message}`));
  return class extends backend {
    override async read(id: object): Promise<unknown> {
      const values = await super.read(id);
      if (fault === undefined) return values;
      const found = fault.split("\n")[0].slice(0, 200);
      fault = undefined;
      const advice = "Train with a smaller patch, batch or width, or choose the engine simd";
      throw new LabError("engine webgpu", found, "a GPU that computes without a fault", advice);
    }
  };
}

/** The backend refuses to start without `navigator.gpu`, and looks at it this once. */
function withNavigator<T>(gpu: Gpu, use: () => T): T {
  const former = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", { value: { gpu }, configurable: true });
  try {
    return use();
  } finally {
    if (former) Object.defineProperty(globalThis, "navigator", former);
    else Reflect.deleteProperty(globalThis, "navigator");
  }
}
