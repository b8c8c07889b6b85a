import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { LabError } from "tumorlab/internal/core/errors";
import { listEngines } from "tumorlab/internal/model/engines";
import {
  type AdapterInfo,
  type BackendClass,
  createWebGpuBackend,
  type Gpu,
  type GpuFault,
  requirePackages,
  softwareVariable,
} from "tumorlab/internal/model/webgpu";

const graphicsCard: AdapterInfo = {
  vendor: "nvidia",
  architecture: "hopper",
  device: "",
  description: "",
  isFallbackAdapter: false,
};

/** A backend that answers each read with the same numbers, and remembers what it was made with. */
class Double {
  static made: unknown[] = [];
  constructor(...args: unknown[]) {
    Double.made = [...args, (globalThis as { navigator?: unknown }).navigator];
  }
  read(): Promise<unknown> {
    return Promise.resolve([1, 2]);
  }
}
const backendClass = Double as unknown as BackendClass;

/** A list of one adapter, or none; `report` says that something went wrong on its device. */
function fakeGpu(info?: AdapterInfo) {
  const listeners: ((event: GpuFault) => void)[] = [];
  let lose!: (reason: { message: string }) => void;
  const lost = new Promise<{ message: string }>((resolve) => (lose = resolve));
  const asked: unknown[] = [];
  const device = {
    lost,
    addEventListener: (_: string, listener: (event: GpuFault) => void) => void listeners.push(listener),
  };
  const adapter = info && {
    info,
    features: { has: () => false },
    limits: { maxBufferSize: 2 ** 32, maxStorageBufferBindingSize: 2 ** 31, maxTextureDimension2D: 4096 },
    requestDevice: (descriptor: object) => {
      asked.push(descriptor);
      return Promise.resolve(device);
    },
  };
  const gpu: Gpu = { requestAdapter: () => Promise.resolve(adapter ?? null) };
  const report = (message: string) => listeners.forEach((listener) => listener({ error: { message } }));
  return { gpu, device, asked, report, lose };
}

describe("createWebGpuBackend", () => {
  let former: string | undefined;
  beforeEach(() => {
    former = process.env[softwareVariable];
    delete process.env[softwareVariable];
  });
  afterEach(() => {
    if (former === undefined) delete process.env[softwareVariable];
    else process.env[softwareVariable] = former;
  });

  it("makes the backend on the adapter's device, with all its memory, and leaves navigator as it was", async () => {
    const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
    const { gpu, device, asked } = fakeGpu(graphicsCard);
    const { info } = await createWebGpuBackend(gpu, backendClass);
    assert.equal(info, graphicsCard);
    assert.deepEqual(Double.made, [device, graphicsCard, { gpu }]);
    const [{ requiredLimits }] = asked as { requiredLimits: Record<string, number> }[];
    assert.equal(requiredLimits.maxBufferSize, 2 ** 32);
    assert.equal(requiredLimits.maxStorageBufferBindingSize, 2 ** 31);
    assert.deepEqual(Object.getOwnPropertyDescriptor(globalThis, "navigator"), before);
  });

  it("refuses a machine without an adapter, and says what to install", async () => {
    await assert.rejects(
      createWebGpuBackend(fakeGpu().gpu, backendClass),
      /engine webgpu: found "no adapter", expected a GPU .*driver/,
    );
  });

  it("refuses software, by its own word or by its name, unless asked for", async () => {
    const programs: AdapterInfo[] = [
      { ...graphicsCard, description: "Some rasteriser", isFallbackAdapter: true },
      { ...graphicsCard, vendor: "mesa", device: "llvmpipe (LLVM 15)", isFallbackAdapter: undefined },
    ];
    for (const program of programs) {
      const { gpu } = fakeGpu(program);
      await assert.rejects(createWebGpuBackend(gpu, backendClass), (error: unknown) => {
        assert.ok(error instanceof LabError);
        assert.match(
          error.message,
          /found "the software adapter (Some rasteriser|llvmpipe .*) \(software\)"/,
        );
        assert.ok(error.message.includes(`${softwareVariable}=1`));
        return true;
      });
      process.env[softwareVariable] = "1";
      assert.equal((await createWebGpuBackend(gpu, backendClass)).info, program);
      delete process.env[softwareVariable];
    }
  });

  it("tells whoever reads next, once, of what went wrong on the GPU: it would have left zeros", async () => {
    const { gpu, report } = fakeGpu(graphicsCard);
    const { backend } = await createWebGpuBackend(gpu, backendClass);
    assert.deepEqual(await backend.read({}), [1, 2]);
    report("out of memory\nwhile creating a buffer");
    report("a second one, which follows from the first");
    await assert.rejects(backend.read({}), /engine webgpu: found "out of memory", .*smaller patch/);
    assert.deepEqual(await backend.read({}), [1, 2]);
  });

  it("tells of a device that is lost", async () => {
    const { gpu, lose } = fakeGpu(graphicsCard);
    const { backend } = await createWebGpuBackend(gpu, backendClass);
    lose({ message: "unplugged" });
    await assert.rejects(backend.read({}), /the device is lost: unplugged/);
  });
});

describe("the engine webgpu", () => {
  it("names the packages that are missing, with the versions to install", () => {
    requirePackages([]);
    assert.throws(
      () => requirePackages(["webgpu"]),
      /found "no package webgpu", .*npm install --no-save @tensorflow\/tfjs-backend-webgpu@[\d.]+ webgpu@[\d.]+;/,
    );
  });

  it("uses the version of TensorFlow.js's backend that fits its core", async () => {
    const manifest = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
      packages: Record<string, { version: string }>;
    };
    const { version } = manifest.packages["node_modules/@tensorflow/tfjs-core"];
    assert.throws(() => requirePackages(["webgpu"]), new RegExp(`tfjs-backend-webgpu@${version} `));
    const webgpu = (await listEngines()).find(({ name }) => name === "webgpu");
    if (!webgpu?.available) console.log(`      no GPU was used: ${webgpu?.detail}`);
    assert.match(
      webgpu?.detail ?? "",
      webgpu?.available ? /^WebGPU through Dawn on/ : /^engine webgpu: found/,
    );
  });
});
