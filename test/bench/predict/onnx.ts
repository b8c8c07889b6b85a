import type { NetworkConfig } from "tumorlab/internal/model/network-config";
import { type NetworkLayers, walkNetwork } from "tumorlab/internal/model/walk-network";
import type { Weights, WeightTensor } from "tumorlab/internal/model/weights";

/** A number, a text, bytes, or a message within a message, with the number of its field. */
type Field = readonly [number, number | string | Uint8Array];

/**
 * A plain U-Net as an ONNX file: `window` of [1, 1, x, y, z] in, `logits` of [1, x, y, z, class] out, as our windows
 * have them. The operators are those that torch.onnx gives for such a network.
 */
export function encodeOnnx(config: NetworkConfig, weights: Weights): Uint8Array {
  const nodes: Uint8Array[] = [];
  const tensors: Uint8Array[] = [];
  const find = (name: string): WeightTensor => {
    const found = weights.find((tensor) => tensor.name === name);
    if (!found) throw new Error(`no tensor ${name}`);
    return found;
  };
  const keep = (name: string): string => {
    const { shape, data } = find(name);
    tensors.push(encodeTensor(name, shape.length === 5 ? turnFilter(shape, data) : { shape, data }));
    return name;
  };
  let made = 0;
  const node = (
    type: string,
    inputs: readonly string[],
    attributes: readonly Uint8Array[],
    output = `t${made++}`,
  ): string => {
    nodes.push(
      encode([
        ...inputs.map((name): Field => [1, name]),
        [2, output],
        [4, type],
        ...attributes.map((attribute): Field => [5, attribute]),
      ]),
    );
    return output;
  };
  const cube = (n: number): number[] => [n, n, n];
  const layers: NetworkLayers<string> = {
    convolve: (name, input, { kernel, stride }) =>
      node(
        "Conv",
        [input, keep(`${name}.filter`)],
        [
          integers("kernel_shape", cube(kernel)),
          integers("strides", cube(stride)),
          // At stride 2 the zeros lie behind the last voxel only.
          integers("pads", [...cube(stride === 2 ? 0 : kernel >> 1), ...cube(kernel >> 1)]),
        ],
      ),
    normalize: (name, input, { slope }) => {
      const names = [input, keep(`${name}.gain`), keep(`${name}.shift`)];
      const normed = node("InstanceNormalization", names, [float("epsilon", 1e-5)]);
      return slope === 1 ? normed : node("LeakyRelu", [normed], [float("alpha", slope)]);
    },
    enlarge: (name, input) =>
      node(
        "ConvTranspose",
        [input, keep(`${name}.filter`)],
        [integers("kernel_shape", cube(2)), integers("strides", cube(2))],
      ),
    join: (first, second) => node("Concat", [first, second], [integer("axis", 1)]),
    addAndActivate: (first, second, slope) =>
      node("LeakyRelu", [node("Add", [first, second], [])], [float("alpha", slope)]),
    output: (name, input) =>
      node(
        "Conv",
        [input, keep(`${name}.filter`), keep(`${name}.bias`)],
        [integers("kernel_shape", cube(1))],
      ),
  };
  const [logits] = walkNetwork(config, "window", layers);
  node("Transpose", [logits], [integers("perm", [0, 2, 3, 4, 1])], "logits");
  const graph = encode([
    ...nodes.map((bytes): Field => [1, bytes]),
    [2, "unet"],
    ...tensors.map((bytes): Field => [5, bytes]),
    [11, encodeValue("window", [1, 1, ...config.patch])],
    [12, encodeValue("logits", [1, ...config.patch, config.classes])],
  ]);
  return encode([
    [1, 8],
    [2, "tumorlab"],
    [7, graph],
    [
      8,
      encode([
        [1, ""],
        [2, 17],
      ]),
    ],
  ]);
}

/** `[k, k, k, in, out]` as `[out, in, k, k, k]`; of a transposed one `[2, 2, 2, out, in]` as `[in, out, 2, 2, 2]`. */
function turnFilter(shape: readonly number[], data: Float32Array): { shape: number[]; data: Float32Array } {
  const [kx, ky, kz, first, second] = shape;
  const taps = kx * ky * kz;
  const turned = new Float32Array(data.length);
  for (let tap = 0, at = 0; tap < taps; tap++)
    for (let a = 0; a < first; a++)
      for (let b = 0; b < second; b++) turned[(b * first + a) * taps + tap] = data[at++];
  return { shape: [second, first, kx, ky, kz], data: turned };
}

function encodeTensor(name: string, { shape, data }: { shape: readonly number[]; data: Float32Array }) {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return encode([...shape.map((n): Field => [1, n]), [2, 1], [8, name], [9, raw]]);
}

function encodeValue(name: string, shape: readonly number[]): Uint8Array {
  const axes = encode(shape.map((n): Field => [1, encode([[1, n]])]));
  return encode([
    [1, name],
    [
      2,
      encode([
        [
          1,
          encode([
            [1, 1],
            [2, axes],
          ]),
        ],
      ]),
    ],
  ]);
}

function integers(name: string, values: readonly number[]): Uint8Array {
  return encode([[1, name], ...values.map((value): Field => [8, value]), [20, 7]]);
}

function integer(name: string, value: number): Uint8Array {
  return encode([
    [1, name],
    [3, value],
    [20, 2],
  ]);
}

function float(name: string, value: number): Uint8Array {
  const bytes = new Uint8Array(Float32Array.of(value).buffer);
  return join([encode([[1, name]]), Uint8Array.of((2 << 3) | 5), bytes, encode([[20, 1]])]);
}

/** A protocol buffer message: whole numbers as varints, all else with its length before it. */
function encode(fields: readonly Field[]): Uint8Array {
  return join(
    fields.flatMap(([number, value]) => {
      if (typeof value === "number") return [varint(number << 3), varint(value)];
      const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
      return [varint((number << 3) | 2), varint(bytes.length), bytes];
    }),
  );
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return Uint8Array.from([...bytes, value]);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
