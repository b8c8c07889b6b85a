// AssemblyScript, not TypeScript: see index.ts.

/**
 * Copies `bytes` bytes a voxel from one channel-last array into another, for blocks `first` to `last` of 4096 voxels.
 * Parameters: from, to (both where the first channel copied lies), bytes of a voxel there and here, bytes, voxels.
 */
export function copyChannels(params: usize, _: usize, first: i32, last: i32): void {
  const fromStep = load<usize>(params, 8);
  const toStep = load<usize>(params, 12);
  const bytes = load<usize>(params, 16);
  const end = min(load<i32>(params, 20), last << 12);
  let from = load<usize>(params) + <usize>(first << 12) * fromStep;
  let to = load<usize>(params, 4) + <usize>(first << 12) * toStep;
  const whole = bytes & ~15;
  for (let voxel = first << 12; voxel < end; voxel++, from += fromStep, to += toStep) {
    let at: usize = 0;
    for (; at < whole; at += 16) v128.store(to + at, v128.load(from + at));
    for (; at < bytes; at += 4) store<u32>(to + at, load<u32>(from + at));
  }
}

/**
 * Every voxel of the coarse grid, times a factor, into its block of 2x2x2: fine slabs `first` to `last` of batch x
 * planes. Parameters: coarse, fine, coarse y, z, channels, factor.
 */
export function spreadBlocks(params: usize, _: usize, first: i32, last: i32): void {
  const ny = load<i32>(params, 8);
  const nz = load<i32>(params, 12);
  const step = load<usize>(params, 16) << 2;
  const factor = load<f32>(params, 20);
  const factors = f32x4.splat(factor);
  const rowBytes = step * <usize>nz;
  for (let slab = first; slab < last; slab++)
    for (let y = 0; y < 2 * ny; y++) {
      let from = load<usize>(params) + <usize>((slab >> 1) * ny + (y >> 1)) * rowBytes;
      let to = load<usize>(params, 4) + <usize>(slab * 2 * ny + y) * 2 * rowBytes;
      for (const end = from + rowBytes; from < end; from += step, to += 2 * step) {
        let at: usize = 0;
        for (; at + 16 <= step; at += 16) {
          const x = f32x4.mul(v128.load(from + at), factors);
          v128.store(to + at, x);
          v128.store(to + step + at, x);
        }
        for (; at < step; at += 4) {
          const x = load<f32>(from + at) * factor;
          store<f32>(to + at, x);
          store<f32>(to + step + at, x);
        }
      }
    }
}

/**
 * The sum of each block of 2x2x2, times a factor: coarse slabs `first` to `last`. Parameters: fine, coarse, coarse y, z,
 * channels, factor.
 */
export function gatherBlocks(params: usize, _: usize, first: i32, last: i32): void {
  const ny = load<i32>(params, 8);
  const nz = load<i32>(params, 12);
  const step = load<usize>(params, 16) << 2;
  const factor = load<f32>(params, 20);
  const factors = f32x4.splat(factor);
  const row = 2 * step * <usize>nz;
  const plane = row * <usize>(2 * ny);
  for (let slab = first; slab < last; slab++)
    for (let y = 0; y < ny; y++) {
      let from = load<usize>(params) + <usize>(2 * slab) * plane + <usize>(2 * y) * row;
      let to = load<usize>(params, 4) + <usize>((slab * ny + y) * nz) * step;
      for (const end = from + row; from < end; from += 2 * step, to += step) {
        let at: usize = 0;
        for (; at + 16 <= step; at += 16) {
          const x = from + at;
          const near = f32x4.add(
            f32x4.add(v128.load(x), v128.load(x + step)),
            f32x4.add(v128.load(x + row), v128.load(x + row + step)),
          );
          const far = f32x4.add(
            f32x4.add(v128.load(x + plane), v128.load(x + plane + step)),
            f32x4.add(v128.load(x + plane + row), v128.load(x + plane + row + step)),
          );
          v128.store(to + at, f32x4.mul(f32x4.add(near, far), factors));
        }
        for (; at < step; at += 4) {
          const x = from + at;
          const near = load<f32>(x) + load<f32>(x + step) + (load<f32>(x + row) + load<f32>(x + row + step));
          const y = x + plane;
          const far = load<f32>(y) + load<f32>(y + step) + (load<f32>(y + row) + load<f32>(y + row + step));
          store<f32>(to + at, (near + far) * factor);
        }
      }
    }
}

/**
 * The largest of each block of 2x2x2: coarse slabs `first` to `last`. With a gradient, that of the fine grid instead: the
 * coarse one at the first voxel of a block that has the largest value, zeros elsewhere. Parameters: fine, coarse, coarse
 * y, z, channels, coarse gradient or 0, fine gradient.
 */
export function maximizeBlocks(params: usize, _: usize, first: i32, last: i32): void {
  const ny = load<i32>(params, 8);
  const nz = load<i32>(params, 12);
  const step = load<usize>(params, 16) << 2;
  const gradient = load<usize>(params, 20);
  const row = 2 * step * <usize>nz;
  const plane = row * <usize>(2 * ny);
  for (let slab = first; slab < last; slab++)
    for (let y = 0; y < ny; y++)
      for (let z = 0; z < nz; z++) {
        const fine = <usize>(2 * slab) * plane + <usize>(2 * y) * row + <usize>(2 * z) * step;
        const coarse = <usize>((slab * ny + y) * nz + z) * step;
        for (let at: usize = 0; at < step; at += 4) {
          const x = load<usize>(params) + fine + at;
          let largest = load<f32>(x);
          let found: usize = 0;
          for (let corner: usize = 1; corner < 8; corner++) {
            const offset = (corner >> 2) * plane + ((corner >> 1) & 1) * row + (corner & 1) * step;
            const value = load<f32>(x + offset);
            if (value > largest || value != value) {
              largest = value;
              found = offset;
            }
          }
          if (gradient == 0) {
            store<f32>(load<usize>(params, 4) + coarse + at, largest);
            continue;
          }
          const to = load<usize>(params, 24) + fine + at;
          for (let corner: usize = 0; corner < 8; corner++) {
            const offset = (corner >> 2) * plane + ((corner >> 1) & 1) * row + (corner & 1) * step;
            store<f32>(to + offset, offset == found ? load<f32>(gradient + coarse + at) : 0);
          }
        }
      }
}
