import type { TensorInfo } from "@tensorflow/tfjs";
import type { SimdBackend } from "./backend.js";
import type { SimdKernel } from "./kernels.js";

/** Kernels between a grid and the one of half as many voxels along each axis. */
export const gridKernels: Record<string, SimdKernel> = {
  FusedUpsample: ({ inputs: { x }, backend }) => spread(backend, x, 1),
  FusedUpsampleGrad: ({ inputs: { dy }, backend }) => gather(backend, dy, 1),
  AvgPool3D: ({ inputs: { x }, attributes, backend }) =>
    halves(x, attributes) ? gather(backend, x, 1 / 8) : undefined,
  AvgPool3DGrad: ({ inputs: { dy, input }, attributes, backend }) =>
    halves(input, attributes) ? spread(backend, dy, 1 / 8) : undefined,
  MaxPool3D: ({ inputs: { x }, attributes, backend }) =>
    halves(x, attributes) ? maximize(backend, x) : undefined,
  MaxPool3DGrad: ({ inputs: { dy, input }, attributes, backend }) =>
    halves(input, attributes) ? maximize(backend, input, dy) : undefined,
};

/** Whether a pooling is the one of our kernels: blocks of 2x2x2 side by side, none of them cut. */
function halves({ shape, dtype }: TensorInfo, { filterSize, strides }: Record<string, unknown>): boolean {
  const twos = (value: unknown) => [value].flat().every((n) => n === 2);
  return (
    dtype === "float32" && twos(filterSize) && twos(strides) && shape.slice(1, 4).every((n) => n % 2 === 0)
  );
}

/** The shape with as many voxels along each axis as `change` says. */
function regrid(shape: readonly number[], change: (n: number) => number): number[] {
  return shape.map((n, axis) => (axis >= 1 && axis <= 3 ? change(n) : n));
}

function spread(backend: SimdBackend, x: TensorInfo, factor: number): TensorInfo {
  const [batch, nx, ny, nz, channels] = x.shape;
  const output = backend.createOutput(regrid(x.shape, (n) => 2 * n));
  const addresses = [x, output].map((tensor) => backend.addressOf(tensor));
  backend.crew.run("spreadBlocks", 2 * batch * nx, [...addresses, ny, nz, channels, { float: factor }]);
  return output;
}

function gather(backend: SimdBackend, x: TensorInfo, factor: number): TensorInfo {
  const output = backend.createOutput(regrid(x.shape, (n) => n / 2));
  const [batch, nx, ny, nz, channels] = output.shape;
  const addresses = [x, output].map((tensor) => backend.addressOf(tensor));
  backend.crew.run("gatherBlocks", batch * nx, [...addresses, ny, nz, channels, { float: factor }]);
  return output;
}

/** The largest of each block, or with its gradient that of the input. */
function maximize(backend: SimdBackend, x: TensorInfo, gradient?: TensorInfo): TensorInfo {
  const output = backend.createOutput(gradient ? x.shape : regrid(x.shape, (n) => n / 2));
  const [batch, nx, ny, nz, channels] = x.shape;
  const address = backend.addressOf(output);
  const back = gradient ? [backend.addressOf(gradient), address] : [0, 0];
  const coarse = [(batch * nx) / 2, ny / 2, nz / 2];
  backend.crew.run("maximizeBlocks", coarse[0], [
    backend.addressOf(x),
    address,
    ...coarse.slice(1),
    channels,
    ...back,
  ]);
  return output;
}
