// AssemblyScript, not TypeScript: see index.ts.

import { addProduct } from "./tiles";

/**
 * Adds to 4 rows by 8 channels at `sums` the products of 4 neighbouring numbers of the input with 8 of the gradient,
 * over `rows` rows of `count` positions.
 */
function gradientTile(
  input: usize,
  inputStep: usize,
  inputRow: usize,
  gradient: usize,
  gradientStep: usize,
  gradientRow: usize,
  count: i32,
  rows: i32,
  sums: usize,
  sumPitch: usize,
): void {
  const sums1 = sums + sumPitch;
  const sums2 = sums1 + sumPitch;
  const sums3 = sums2 + sumPitch;
  let a0 = v128.load(sums);
  let b0 = v128.load(sums, 16);
  let a1 = v128.load(sums1);
  let b1 = v128.load(sums1, 16);
  let a2 = v128.load(sums2);
  let b2 = v128.load(sums2, 16);
  let a3 = v128.load(sums3);
  let b3 = v128.load(sums3, 16);
  for (let row = 0; row < rows; row++) {
    let from = input;
    let by = gradient;
    const end = gradient + <usize>count * gradientStep;
    while (by < end) {
      const low = v128.load(by);
      const high = v128.load(by, 16);
      let x = v128.load_splat<f32>(from);
      a0 = addProduct(x, low, a0);
      b0 = addProduct(x, high, b0);
      x = v128.load_splat<f32>(from, 4);
      a1 = addProduct(x, low, a1);
      b1 = addProduct(x, high, b1);
      x = v128.load_splat<f32>(from, 8);
      a2 = addProduct(x, low, a2);
      b2 = addProduct(x, high, b2);
      x = v128.load_splat<f32>(from, 12);
      a3 = addProduct(x, low, a3);
      b3 = addProduct(x, high, b3);
      from += inputStep;
      by += gradientStep;
    }
    input += inputRow;
    gradient += gradientRow;
  }
  v128.store(sums, a0);
  v128.store(sums, b0, 16);
  v128.store(sums1, a1);
  v128.store(sums1, b1, 16);
  v128.store(sums2, a2);
  v128.store(sums2, b2, 16);
  v128.store(sums3, a3);
  v128.store(sums3, b3, 16);
}

/**
 * Sums of one part of a convolution's filter gradient. An item is a part of the slabs (batch x output planes) and a
 * group of output channels; which slabs a part has depends on the shapes alone, so the sums do not depend on threads.
 * Parameters: input, gradient of the output, sums `[part, k * k, k * in rounded up to 4, out rounded up to 8]`, then as
 * in convolve, then slabs of a part, groups, channels of a group (whole eights).
 */
export function sumFilterGradient(params: usize, scratch: usize, first: i32, last: i32): void {
  const input = load<usize>(params);
  const gradient = load<usize>(params, 4);
  const nx = load<i32>(params, 12);
  const ny = load<i32>(params, 16);
  const nz = load<i32>(params, 20);
  const inChannels = load<i32>(params, 24);
  const mx = load<i32>(params, 28);
  const my = load<i32>(params, 32);
  const mz = load<i32>(params, 36);
  const outChannels = load<i32>(params, 40);
  const k = load<i32>(params, 44);
  const stride = load<i32>(params, 48);
  const padX = load<i32>(params, 52);
  const padY = load<i32>(params, 56);
  const padZ = load<i32>(params, 60);
  const slabs = load<i32>(params, 64);
  const partSlabs = load<i32>(params, 68);
  const groups = load<i32>(params, 72);
  const groupChannels = load<i32>(params, 76);
  const voxelBytes = (<usize>inChannels) << 2;
  const rowBytes = voxelBytes * <usize>(nz + 2);
  const planeBytes = rowBytes * <usize>ny;
  const gradientStep = (<usize>outChannels) << 2;
  const gradientRow = gradientStep * <usize>mz;
  const inputStep = voxelBytes * <usize>stride;
  const inputRow = rowBytes * <usize>stride;
  const width = k * inChannels;
  const sumPitch = (<usize>((outChannels + 7) & ~7)) << 2;
  const blockBytes = sumPitch * <usize>((width + 3) & ~3);
  const partBytes = blockBytes * <usize>(k * k);
  // Rows at a time whose input and gradient stay in the first-level cache.
  const rowsAtOnce = max(1, min(my, 4096 / (mz * (outChannels + stride * stride * inChannels))));
  let held0 = -1;
  let held1 = -1;
  let held2 = -1;
  for (let item = first; item < last; item++) {
    const part = item / groups;
    const firstChannel = (item - part * groups) * groupChannels;
    const lastChannel = min(outChannels, firstChannel + groupChannels);
    const sums = load<usize>(params, 8) + <usize>part * partBytes;
    for (let row: usize = 0; row < partBytes; row += sumPitch)
      memory.fill(
        sums + row + ((<usize>firstChannel) << 2),
        0,
        (<usize>((lastChannel - firstChannel + 7) & ~7)) << 2,
      );
    const lastSlab = min(slabs, (part + 1) * partSlabs);
    for (let slab = part * partSlabs; slab < lastSlab; slab++) {
      const example = slab / mx;
      const ox = slab - example * mx;
      for (let kx = 0; kx < k; kx++) {
        const ix = ox * stride + kx - padX;
        if (ix < 0 || ix >= nx) continue;
        const plane = example * nx + ix;
        const slot = ix % 3;
        if ((slot == 0 ? held0 : slot == 1 ? held1 : held2) == plane) continue;
        padPlane(
          input + <usize>(plane * ny * nz) * voxelBytes,
          scratch + <usize>slot * planeBytes,
          ny,
          voxelBytes * <usize>nz,
          voxelBytes,
        );
        if (slot == 0) held0 = plane;
        else if (slot == 1) held1 = plane;
        else held2 = plane;
      }
      for (let start = 0; start < my; start += rowsAtOnce)
        for (let kx = 0; kx < k; kx++) {
          const ix = ox * stride + kx - padX;
          if (ix < 0 || ix >= nx) continue;
          for (let ky = 0; ky < k; ky++) {
            let from = start;
            let to = min(my, start + rowsAtOnce);
            while (from < to && from * stride + ky - padY < 0) from++;
            while (to > from && (to - 1) * stride + ky - padY >= ny) to--;
            if (from >= to) continue;
            const inputAt =
              scratch +
              <usize>(ix % 3) * planeBytes +
              <usize>(from * stride + ky - padY) * rowBytes +
              <usize>(1 - padZ) * voxelBytes;
            const gradientAt = gradient + <usize>(slab * my + from) * gradientRow;
            const block = sums + <usize>(kx * k + ky) * blockBytes;
            for (let c = firstChannel; c < lastChannel; c += 8)
              for (let j = 0; j < width; j += 4)
                gradientTile(
                  inputAt + ((<usize>j) << 2),
                  inputStep,
                  inputRow,
                  gradientAt + ((<usize>c) << 2),
                  gradientStep,
                  gradientRow,
                  mz,
                  to - from,
                  block + <usize>j * sumPitch + ((<usize>c) << 2),
                  sumPitch,
                );
          }
        }
    }
  }
}

/** Rows of `rowBytes` bytes with a voxel of zeros before and after each. */
function padPlane(from: usize, to: usize, rows: i32, rowBytes: usize, voxelBytes: usize): void {
  for (let row = 0; row < rows; row++) {
    memory.fill(to, 0, voxelBytes);
    memory.copy(to + voxelBytes, from, rowBytes);
    memory.fill(to + voxelBytes + rowBytes, 0, voxelBytes);
    to += rowBytes + 2 * voxelBytes;
    from += rowBytes;
  }
}

/**
 * Adds the parts of sumFilterGradient up, in their order, into a filter `[k, k, k, in, out]`: blocks `first` to `last` of
 * k * k. Parameters: sums, filter, parts, k * k, k * in, out.
 */
export function addFilterParts(params: usize, _: usize, first: i32, last: i32): void {
  const sums = load<usize>(params);
  const filter = load<usize>(params, 4);
  const parts = load<i32>(params, 8);
  const blocks = load<i32>(params, 12);
  const width = load<i32>(params, 16);
  const channels = load<i32>(params, 20);
  const sumPitch = (<usize>((channels + 7) & ~7)) << 2;
  const blockBytes = sumPitch * <usize>((width + 3) & ~3);
  const partBytes = blockBytes * <usize>blocks;
  for (let block = first; block < last; block++)
    for (let j = 0; j < width; j++) {
      const from = sums + <usize>block * blockBytes + <usize>j * sumPitch;
      const to = filter + ((<usize>((block * width + j) * channels)) << 2);
      let c = 0;
      for (; c + 4 <= channels; c += 4) {
        const at = (<usize>c) << 2;
        let sum = v128.load(from + at);
        for (let part = 1; part < parts; part++)
          sum = f32x4.add(sum, v128.load(from + at + <usize>part * partBytes));
        v128.store(to + at, sum);
      }
      for (; c < channels; c++) {
        const at = (<usize>c) << 2;
        let sum = load<f32>(from + at);
        for (let part = 1; part < parts; part++) sum += load<f32>(from + at + <usize>part * partBytes);
        store<f32>(to + at, sum);
      }
    }
}
