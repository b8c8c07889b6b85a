import assert from "node:assert/strict";
import { createKey } from "tumorlab/internal/core/random";
import { createNetworkConfig } from "tumorlab/internal/model/network-config";
import { initializeWeights } from "tumorlab/internal/model/weights";
import { describeRow, runProgram, summarize } from "./beside.js";
import { encodeOnnx } from "./predict/onnx.js";

describe("npm run bench", () => {
  const report = (seconds: number[], peakMb: number) => ({ seconds, cpuSeconds: [2 * seconds[0]], peakMb });

  it("shows medians of the rounds, and the largest memory", () => {
    const reports = [report([3, 1, 2], 10), report([9, 4, 5], 30), report([6, 8, 7], 20)];
    assert.deepEqual(summarize("ours", reports), {
      name: "ours",
      detail: undefined,
      firstS: 6,
      warmS: 4,
      cpuS: 12,
      peakMb: 30,
      samples: [3, 9, 6],
      digest: undefined,
    });
  });

  it("holds the first side against the best of the others, for each measure", () => {
    const [ours, fast, small] = [
      ["ours", 2, 100] as const,
      ["fast", 2.5, 300] as const,
      ["small", 9, 150] as const,
    ].map(([name, s, mb]) => summarize(name, [report([s], mb)]));
    const text = describeRow({
      task: "a task",
      asked: { timeShare: 0.9, memoryShare: 0.5, seconds: 1.5 },
      sides: [ours, fast, small],
    });
    assert.match(text, /asked at most 1\.5 s: MISSED/);
    assert.match(text, /time 0\.80 of fast's; asked at most 0\.9: met/);
    assert.match(text, /memory 0\.67 of small's; asked at most 0\.5: MISSED/);
    const alone = describeRow({ task: "a task", asked: { timeShare: 0.9 }, sides: [ours] });
    assert.doesNotMatch(alone, /met|MISSED/);
  });

  it("times a program that reports nothing, and fails with it", async () => {
    const { seconds } = await runProgram(process.execPath, ["-e", "setTimeout(() => {}, 50)"]);
    assert.ok(seconds[0] >= 0.05);
    await assert.rejects(runProgram(process.execPath, ["-e", "process.exit(3)"]));
  });

  it("gives other programs the network with every weight, filters in their order", () => {
    const config = createNetworkConfig({ classes: 3, widths: [4, 8], patch: [8, 8, 8] });
    const weights = initializeWeights(config, createKey(2));
    const graph = only(fieldsOf(encodeOnnx(config, weights)), 7);
    const tensors = fieldsOf(graph).filter(([field]) => field === 5);
    assert.equal(tensors.length, weights.length);
    for (const [, bytes] of tensors) {
      const fields = fieldsOf(bytes as Uint8Array);
      const name = new TextDecoder().decode(only(fields, 8));
      const { shape, data } = weights.find((tensor) => tensor.name === name) ?? assert.fail(name);
      const dims = fields.flatMap(([field, value]) => (field === 1 ? [value as number] : []));
      assert.deepEqual(dims, shape.length === 5 ? [shape[4], shape[3], ...shape.slice(0, 3)] : shape);
      const raw = only(fields, 9);
      const found = new Float32Array(raw.slice().buffer);
      assert.equal(found.length, data.length);
      // The last tap of the first input and second output channel.
      if (shape.length === 5 && shape[0] > 1) {
        const taps = shape[0] ** 3;
        assert.equal(found[taps * shape[3] + taps - 1], data[(taps - 1) * shape[3] * shape[4] + 1]);
      }
    }
  });
});

/** The fields of a protocol buffer message: whole numbers, or the bytes of all that has a length. */
function fieldsOf(bytes: Uint8Array): [number, number | Uint8Array][] {
  const fields: [number, number | Uint8Array][] = [];
  let at = 0;
  const varint = (): number => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    if ((tag & 7) === 0) fields.push([tag >> 3, varint()]);
    else if ((tag & 7) === 5) fields.push([tag >> 3, bytes.subarray(at, (at += 4))]);
    else {
      const length = varint();
      fields.push([tag >> 3, bytes.subarray(at, (at += length))]);
    }
  }
  return fields;
}

function only(fields: readonly [number, number | Uint8Array][], wanted: number): Uint8Array {
  const found = fields.filter(([field]) => field === wanted);
  assert.equal(found.length, 1);
  return found[0][1] as Uint8Array;
}
