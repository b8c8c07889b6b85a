// AssemblyScript, not TypeScript: see index.ts.

import { stagePlane } from "./staging";
import { computeRow } from "./tiles";

/**
 * Packs a filter `[k, k, k, in, out]` for computeRow: blocks of 8 outputs, in each one entry of `run` taps after the
 * other, in each the input channels, the taps of the run and the 8 outputs, zeros where there are fewer. With `swap`
 * the filter's `in` and `out` exchange roles, with `flip` the taps come in reverse.
 */
export function packFilter(
  filter: usize,
  packed: usize,
  taps: i32,
  inChannels: i32,
  outChannels: i32,
  run: i32,
  swap: i32,
  flip: i32,
): void {
  const from = swap ? outChannels : inChannels;
  const to = swap ? inChannels : outChannels;
  for (let block = 0; block < to; block += 8)
    for (let entry = 0; entry < taps; entry += run)
      for (let c = 0; c < from; c++)
        for (let u = 0; u < run; u++) {
          const tap = flip ? taps - 1 - entry - u : entry + u;
          const base = tap * inChannels * outChannels;
          for (let j = block; j < block + 8; j++, packed += 4) {
            const at = base + (swap ? j * outChannels + c : c * outChannels + j);
            store<f32>(packed, j < to ? load<f32>(filter + ((<usize>at) << 2)) : 0);
          }
        }
}

/**
 * Convolution with a packed filter: slabs `first` to `last` of batch x output planes. Parameters, 4 bytes each: input,
 * packed filter, output, then whole numbers: input x, y, z, channels, output x, y, z, channels, k, stride, padding before
 * the first voxel along x, y, z.
 */
export function convolve(params: usize, scratch: usize, first: i32, last: i32): void {
  const input = load<usize>(params);
  const weights = load<usize>(params, 4);
  const output = load<usize>(params, 8);
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
  const half = stride == 2 ? (nz + 1) / 2 + 8 : 0;
  const pitch = (<usize>(stride == 2 ? 2 * half : nz + 10)) << 2;
  const rowBytes = pitch * <usize>inChannels;
  const planeBytes = rowBytes * <usize>ny;
  const list = scratch;
  const spare = list + 27 * 8;
  const planes = spare + 256;
  const run = k == 3 && stride == 1 ? 3 : 1;
  const blockBytes = (<usize>(k * k * k * inChannels)) << 5;
  let held0 = -1;
  let held1 = -1;
  let held2 = -1;
  for (let slab = first; slab < last; slab++) {
    const example = slab / mx;
    const ox = slab - example * mx;
    for (let kx = 0; kx < k; kx++) {
      const ix = ox * stride + kx - padX;
      if (ix < 0 || ix >= nx) continue;
      const plane = example * nx + ix;
      const slot = ix % 3;
      const held = slot == 0 ? held0 : slot == 1 ? held1 : held2;
      if (held == plane) continue;
      const from = input + ((<usize>(plane * ny * nz) * <usize>inChannels) << 2);
      stagePlane(from, planes + <usize>slot * planeBytes, ny, nz, inChannels, pitch, half);
      if (slot == 0) held0 = plane;
      else if (slot == 1) held1 = plane;
      else held2 = plane;
    }
    for (let oy = 0; oy < my; oy++) {
      let entries = 0;
      let at = list;
      for (let kx = 0; kx < k; kx++) {
        const ix = ox * stride + kx - padX;
        if (ix < 0 || ix >= nx) continue;
        for (let ky = 0; ky < k; ky++) {
          const iy = oy * stride + ky - padY;
          if (iy < 0 || iy >= ny) continue;
          const row = planes + <usize>(ix % 3) * planeBytes + <usize>iy * rowBytes;
          for (let kz = 0; kz < k; kz += run, at += 8, entries++) {
            const tap = (kx * k + ky) * k + kz;
            store<usize>(at, tapAddress(row, kz - padZ, half));
            store<usize>(at, (<usize>(tap * inChannels)) << 5, 4);
          }
        }
      }
      const out = output + ((<usize>((slab * my + oy) * mz) * <usize>outChannels) << 2);
      const outPitch = (<usize>outChannels) << 2;
      computeRow(
        list,
        entries,
        run,
        inChannels,
        pitch,
        weights,
        blockBytes,
        out,
        outPitch,
        mz,
        outChannels,
        spare,
      );
    }
  }
}

/**
 * Transposed convolution of stride 2 with a filter packed in single taps with `swap`: slabs `first` to `last` of batch x
 * planes of the fine grid. Parameters: coarse input, packed filter, fine output, then coarse x, y, z, channels, fine x,
 * y, z, channels, k, 2, padding as in convolve.
 */
export function convolveTransposed(params: usize, scratch: usize, first: i32, last: i32): void {
  const input = load<usize>(params);
  const weights = load<usize>(params, 4);
  const output = load<usize>(params, 8);
  const nx = load<i32>(params, 12);
  const ny = load<i32>(params, 16);
  const nz = load<i32>(params, 20);
  const inChannels = load<i32>(params, 24);
  const mx = load<i32>(params, 28);
  const my = load<i32>(params, 32);
  const mz = load<i32>(params, 36);
  const outChannels = load<i32>(params, 40);
  const k = load<i32>(params, 44);
  const padX = load<i32>(params, 52);
  const padY = load<i32>(params, 56);
  const padZ = load<i32>(params, 60);
  const pitch = (<usize>(nz + 10)) << 2;
  const rowBytes = pitch * <usize>inChannels;
  const planeBytes = rowBytes * <usize>ny;
  const list = scratch;
  const spare = list + 27 * 8;
  const planes = spare + 256;
  const blockBytes = (<usize>(k * k * k * inChannels)) << 5;
  const outPitch = (<usize>outChannels) << 2;
  let held0 = -1;
  let held1 = -1;
  for (let slab = first; slab < last; slab++) {
    const example = slab / mx;
    const ox = slab - example * mx;
    for (let kx = 0; kx < k; kx++) {
      const ix = reach(ox, kx, padX, nx);
      if (ix < 0) continue;
      const plane = example * nx + ix;
      if ((ix & 1 ? held1 : held0) == plane) continue;
      const from = input + ((<usize>(plane * ny * nz) * <usize>inChannels) << 2);
      stagePlane(from, planes + <usize>(ix & 1) * planeBytes, ny, nz, inChannels, pitch, 0);
      if (ix & 1) held1 = plane;
      else held0 = plane;
    }
    for (let oy = 0; oy < my; oy++)
      for (let odd = 0; odd < min(2, mz); odd++) {
        let entries = 0;
        let at = list;
        for (let kx = 0; kx < k; kx++) {
          const ix = reach(ox, kx, padX, nx);
          if (ix < 0) continue;
          for (let ky = 0; ky < k; ky++) {
            const iy = reach(oy, ky, padY, ny);
            if (iy < 0) continue;
            const row = planes + <usize>(ix & 1) * planeBytes + <usize>iy * rowBytes;
            for (let kz = 0; kz < k; kz++) {
              const shift = odd + padZ - kz;
              if (shift & 1) continue;
              const tap = (kx * k + ky) * k + kz;
              store<usize>(at, row + ((<usize>(1 + (shift >> 1))) << 2));
              store<usize>(at, (<usize>(tap * inChannels)) << 5, 4);
              at += 8;
              entries++;
            }
          }
        }
        const count = (mz + 1 - odd) >> 1;
        const out = output + ((<usize>((slab * my + oy) * mz + odd) * <usize>outChannels) << 2);
        computeRow(
          list,
          entries,
          1,
          inChannels,
          pitch,
          weights,
          blockBytes,
          out,
          2 * outPitch,
          count,
          outChannels,
          spare,
        );
      }
  }
}

/** The coarse voxel that a tap joins with a fine one along an axis of `n` coarse voxels; -1 for none. */
function reach(fine: i32, tap: i32, pad: i32, n: i32): i32 {
  const doubled = fine + pad - tap;
  return doubled >= 0 && !(doubled & 1) && doubled >> 1 < n ? doubled >> 1 : -1;
}

/** Where a tap `offset` voxels from the first one of the output finds its first value in a staged row. */
function tapAddress(row: usize, offset: i32, half: i32): usize {
  return row + ((<usize>(half == 0 ? 1 + offset : 1 + (offset >> 1) + (offset & 1) * half)) << 2);
}
