import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { LabError } from "tumorlab/internal/core/errors";
import { checkEngineGradients, listEngines, openEngine } from "tumorlab/internal/model/engines";
import {
  type GradientReport,
  checkGradients,
  gradientTolerance,
  type OpRunner,
  requirePassed,
} from "tumorlab/internal/model/gradient-check";
import { loadTensorFlow } from "tumorlab/internal/model/tensorflow";
import { createTensorFlowRunner } from "tumorlab/internal/model/tensorflow-runner";

function failedOps(report: GradientReport): string[] {
  return report.ops.filter(({ passed }) => !passed).map(({ op }) => op);
}

describe("listEngines and openEngine", function () {
  this.timeout(300_000);

  it("always have the reference engine, and say what is missing of the native one and of WebGPU", async () => {
    const engines = await listEngines();
    assert.deepEqual(
      engines.map(({ name }) => name),
      ["tensorflow", "webgpu", "simd", "reference"],
    );
    assert.deepEqual(
      engines.slice(2).map(({ available }) => available),
      [true, true],
    );
    const [native, webgpu] = engines;
    assert.match(native.detail, native.available ? /libtensorflow/ : /tfjs-node-gpu|native binary/);
    assert.match(webgpu.detail, webgpu.available ? /WebGPU through Dawn on ./ : /^engine webgpu: found "/);
  });

  it("take the first engine that passes and say which were passed over", async () => {
    const engine = await openEngine();
    assert.equal(engine.report.passed, true);
    assert.equal(
      engine.passedOver.length,
      (await listEngines()).findIndex(({ name }) => name === engine.name),
    );
    assert.equal(loadTensorFlow().getBackend(), engine.backend);
  });

  it("start the threads asked for, and refuse numbers that are none", async () => {
    const { name, threads, detail } = await openEngine({ engine: "simd", threads: 1 });
    assert.deepEqual([name, threads], ["simd", 1]);
    assert.match(detail, /SIMD WebAssembly with/);
    await assert.rejects(openEngine({ threads: 0 }), /threads: found 0/);
  });

  it("load nothing before it is asked for: neither TensorFlow.js nor a kernel", () => {
    const script = `require("tumorlab"); console.log(Object.keys(require.cache).filter((name) => /tfjs/.test(name)).length)`;
    assert.equal(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" }).trim(), "0");
  });

  it("refuse engines there are not", async () => {
    await assert.rejects(
      openEngine({ engine: "quantum" as never }),
      /engine: found "quantum", expected auto, tensorflow, webgpu, simd, reference/,
    );
    for (const { name, available } of await listEngines())
      if (!available) await assert.rejects(openEngine({ engine: name }), LabError);
  });
});

describe("checkEngineGradients", function () {
  this.timeout(300_000);

  for (const engine of ["reference", "simd"] as const)
    it(`finds the ${engine} engine right to single precision, in every operation of the network`, async () => {
      const report = await checkEngineGradients(engine);
      assert.equal(report.tolerance, gradientTolerance);
      const names = report.ops.map(({ op }) => op).join("; ");
      for (const op of [
        "conv3d 3x3x3",
        "conv3d 1x1x1",
        "stride 2",
        "convTransposed3d",
        "bias",
        "concatChannels",
        "upsampleNearest",
        "maxPool",
        "averagePool",
        "leakyRelu",
        "normLeakyRelu",
        "segmentationLoss",
      ])
        assert.ok(names.includes(op), `${op} is checked`);
      for (const { op, outputError, gradientError, passed } of report.ops) {
        assert.ok(passed, op);
        assert.ok(outputError < 1e-5 && gradientError < 1e-5, `${op}: ${outputError}, ${gradientError}`);
      }
    });

  it("leaves no tensor behind", async () => {
    const tf = loadTensorFlow();
    await checkEngineGradients("reference");
    const before = tf.memory().numTensors;
    await checkEngineGradients("reference");
    assert.equal(tf.memory().numTensors, before);
  });

  it("refuses TensorFlow.js's stock wasm engine, whose 3D gradients are wrong, with the numbers", async function () {
    const loadModule = createRequire(__filename);
    try {
      loadModule.resolve("@tensorflow/tfjs-backend-wasm");
    } catch {
      console.log("      not run: @tensorflow/tfjs-backend-wasm is not installed; npm ci brings it");
      this.skip();
    }
    const tf = loadTensorFlow();
    const former = tf.getBackend();
    loadModule("@tensorflow/tfjs-backend-wasm");
    try {
      const report = await checkGradients(await createTensorFlowRunner(tf, "wasm"));
      assert.equal(report.passed, false);
      const wrong = failedOps(report);
      for (const op of ["conv3d 3x3x3", "conv3d 3x3x3, stride 2", "convTransposed3d"])
        assert.ok(wrong.includes(op), `${op} is found wrong; found: ${wrong.join(", ")}`);
      assert.throws(
        () => requirePassed(report),
        /engine wasm: found .*conv3d 3x3x3 output .* gradient [\d.]+e/,
      );
    } finally {
      await tf.setBackend(former);
    }
  });
});

describe("checkGradients", function () {
  this.timeout(300_000);

  /** The reference engine with one thing changed in what it answers. */
  async function distorted(
    change: (op: string, gradients: Float32Array[], output: Float32Array) => void,
  ): Promise<OpRunner> {
    const runner = await createTensorFlowRunner(loadTensorFlow(), "cpu");
    return {
      name: "double",
      run: async (test) => {
        const { output, gradients } = await runner.run(test);
        const copies = gradients.map((gradient) => Float32Array.from(gradient));
        const out = Float32Array.from(output);
        change(test.name, copies, out);
        return { output: out, gradients: copies };
      },
    };
  }

  it("catches one wrong number in one gradient, and names the operation alone", async () => {
    const report = await checkGradients(
      await distorted((op, gradients) => {
        if (op === "conv3d 3x3x3, stride 2") gradients[1][7] *= -1;
      }),
    );
    assert.deepEqual(failedOps(report), ["conv3d 3x3x3, stride 2"]);
    assert.throws(
      () => requirePassed(report),
      (error: unknown) => {
        assert.ok(error instanceof LabError);
        assert.match(
          error.message,
          /^engine double: found "conv3d 3x3x3, stride 2 output .*at most 0.002\. Use another engine/,
        );
        return true;
      },
    );
  });

  it("catches wrong outputs, missing gradients, not-a-number and what an engine throws", async () => {
    const wrong: Record<string, (gradients: Float32Array[], output: Float32Array) => void> = {
      bias: (_, output) => output.fill(0),
      leakyRelu: (gradients) => gradients.pop(),
      segmentationLoss: (gradients) => (gradients[0][0] = NaN),
      convTransposed3d: () => {
        throw new Error("out of memory");
      },
    };
    const report = await checkGradients(
      await distorted((op, gradients, output) => wrong[op]?.(gradients, output)),
    );
    assert.deepEqual(failedOps(report).sort(), Object.keys(wrong).sort());
    assert.equal(report.ops.find(({ op }) => op === "convTransposed3d")?.failure, "out of memory");
    assert.throws(() => requirePassed(report), /convTransposed3d failed \(out of memory\)/);
  });

  it("lets the rounding of half precision pass, and no more", async () => {
    const roundTo = (bits: number) => (value: number) => {
      const scale = 2 ** (bits - 1 - Math.floor(Math.log2(Math.abs(value) || 1)));
      return Math.round(value * scale) / scale;
    };
    const withBits = async (bits: number) =>
      checkGradients(
        await distorted((_, gradients) => {
          for (const gradient of gradients) gradient.set(gradient.map(roundTo(bits)));
        }),
      );
    assert.equal((await withBits(11)).passed, true);
    assert.equal((await withBits(6)).passed, false);
  });
});
