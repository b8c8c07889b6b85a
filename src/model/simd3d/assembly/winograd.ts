// AssemblyScript, not TypeScript: see index.ts.

import { computeRow } from "./tiles";

// Winograd's F(2x2, 3x3) over y and z, plain sums over x: a block of 2x2 outputs from one of 4x4 inputs takes 16 products
// in place of 36. Both transforms are sums and halves, so the result differs in the last bits alone.

/**
 * Transforms a filter `[3, 3, 3, in, out]` for convolveByBlocks: blocks of 8 outputs, in each the 16 products of a block
 * of voxels, in each the 3 taps along x, the input channels and the 8 outputs. `swap` and `flip` as in packFilter.
 */
export function packBlockFilter(
  filter: usize,
  packed: usize,
  inChannels: i32,
  outChannels: i32,
  swap: i32,
  flip: i32,
): void {
  const from = swap ? outChannels : inChannels;
  const to = swap ? inChannels : outChannels;
  const tapBytes = (<usize>(inChannels * outChannels)) << 2;
  for (let tap = 0; tap < 3; tap++)
    for (let c = 0; c < from; c++)
      for (let j = 0; j < to; j++) {
        const first = filter + ((<usize>(swap ? j * outChannels + c : c * outChannels + j)) << 2);
        const block = <usize>(j >> 3) * 48;
        for (let row = 0; row < 4; row++) {
          const w0 = mixRows(first, tap, row, 0, flip, tapBytes);
          const w1 = mixRows(first, tap, row, 1, flip, tapBytes);
          const w2 = mixRows(first, tap, row, 2, flip, tapBytes);
          for (let column = 0; column < 4; column++) {
            const product = <usize>((row * 4 + column) * 3 + tap);
            const at = (((block + product) * <usize>from + <usize>c) << 5) + ((<usize>(j & 7)) << 2);
            store<f32>(packed + at, mix(w0, w1, w2, column));
          }
        }
      }
}

/** Row `row` of the transform of the filter's column `kz`. */
function mixRows(first: usize, kx: i32, row: i32, kz: i32, flip: i32, tapBytes: usize): f32 {
  const at = kx * 9 + kz;
  const w0 = load<f32>(first + <usize>(flip ? 26 - at : at) * tapBytes);
  const w1 = load<f32>(first + <usize>(flip ? 23 - at : at + 3) * tapBytes);
  const w2 = load<f32>(first + <usize>(flip ? 20 - at : at + 6) * tapBytes);
  return mix(w0, w1, w2, row);
}

function mix(w0: f32, w1: f32, w2: f32, index: i32): f32 {
  if (index == 0) return w0;
  if (index == 3) return w2;
  const outer: f32 = w0 + w2;
  return 0.5 * (index == 1 ? outer + w1 : outer - w1);
}

/**
 * Convolution 3x3x3 with stride 1 and a voxel of padding, y and z even, input channels whole fours, output channels whole
 * eights: items `first` to `last` of batch x groups of pairs of rows. Parameters: input, packed filter, output, x, y, z, input
 * channels, output channels, pairs of a group: as many as fill whole tiles of 4 blocks, where one does not.
 */
export function convolveByBlocks(params: usize, scratch: usize, first: i32, last: i32): void {
  const input = load<usize>(params);
  const weights = load<usize>(params, 4);
  const output = load<usize>(params, 8);
  const nx = load<i32>(params, 12);
  const ny = load<i32>(params, 16);
  const nz = load<i32>(params, 20);
  const inChannels = load<usize>(params, 24);
  const outChannels = load<usize>(params, 28);
  const group = load<i32>(params, 32);
  const pairTiles = nz >> 1;
  const tiles = group * pairTiles;
  const pitch = <usize>((tiles + 3) & ~3) * 4 + 32;
  const productBytes = pitch * inChannels;
  const planeBytes = 16 * productBytes;
  const inRow = (<usize>nz * inChannels) << 2;
  const outStep = outChannels << 2;
  const outRow = <usize>nz * outStep;
  const sumBytes = <usize>tiles * outStep;
  const blockBytes = 48 * (inChannels << 5);
  const list = scratch;
  const spare = scratch + 64;
  const rows = scratch + 320;
  const sums = rows + 64 * <usize>(nz + 12);
  const planes = sums + 16 * sumBytes;
  const groups = (ny >> 1) / group;
  for (let item = first; item < last; item++) {
    const example = item / groups;
    const firstPair = (item - example * groups) * group;
    for (let ox = 0; ox < nx; ox++) {
      // Of the planes before, at and behind this one, the two first are there from the last round.
      for (let ix = ox == 0 ? 0 : ox + 1; ix <= min(ox + 1, nx - 1); ix++) {
        const plane = input + <usize>((example * nx + ix) * ny) * inRow;
        // In order: of its last blocks a pair writes some too many, where those of the next one come.
        for (let pair = 0; pair < group; pair++) {
          const to = planes + <usize>(ix % 3) * planeBytes + ((<usize>(pair * pairTiles)) << 2);
          transformInput(plane, to, firstPair + pair, ny, nz, inChannels, pitch, rows);
        }
      }
      for (let product: usize = 0; product < 16; product++) {
        let entries = 0;
        for (let kx = 0; kx < 3; kx++) {
          const ix = ox + kx - 1;
          if (ix < 0 || ix >= nx) continue;
          const at = list + ((<usize>entries) << 3);
          store<usize>(at, planes + <usize>(ix % 3) * planeBytes + product * productBytes);
          store<usize>(at, ((product * 3 + <usize>kx) * inChannels) << 5, 4);
          entries++;
        }
        computeRow(
          list,
          entries,
          1,
          inChannels,
          pitch,
          weights,
          blockBytes,
          sums + product * sumBytes,
          outStep,
          tiles,
          <i32>outChannels,
          spare,
        );
      }
      for (let pair = 0; pair < group; pair++) {
        const to = output + <usize>((example * nx + ox) * ny + 2 * (firstPair + pair)) * outRow;
        const from = sums + <usize>(pair * pairTiles) * outStep;
        transformOutput(from, sumBytes, to, outRow, outStep, pairTiles);
      }
    }
  }
}

/** The 16 combinations of each block of 4x4 voxels of a plane, rows 2 * pair - 1 and on: `[product, channel, block]`. */
function transformInput(
  plane: usize,
  to: usize,
  pair: i32,
  ny: i32,
  nz: i32,
  channels: usize,
  pitch: usize,
  rows: usize,
): void {
  const step = channels << 2;
  const row = step * <usize>nz;
  const width = (<usize>(nz + 12)) << 4;
  const rows1 = rows + width;
  const rows2 = rows1 + width;
  const rows3 = rows2 + width;
  const zero = f32x4.splat(0);
  const hasFirst = pair > 0;
  const hasLast = 2 * pair + 2 < ny;
  const middle = plane + <usize>(2 * pair) * row;
  const tiles = nz >> 1;
  const productBytes = pitch * channels;
  for (let c: usize = 0; c < step; c += 16) {
    // Along y, once for each voxel of a row; the voxels before the first and behind the last are zero.
    let at: usize = 16;
    for (let from = middle + c, end = from + row; from < end; from += step, at += 16) {
      const x0 = hasFirst ? v128.load(from - row) : zero;
      const x1 = v128.load(from);
      const x2 = v128.load(from + row);
      const x3 = hasLast ? v128.load(from + 2 * row) : zero;
      v128.store(rows + at, f32x4.sub(x0, x2));
      v128.store(rows1 + at, f32x4.add(x1, x2));
      v128.store(rows2 + at, f32x4.sub(x2, x1));
      v128.store(rows3 + at, f32x4.sub(x1, x3));
    }
    for (let line = rows; line <= rows3; line += width) {
      v128.store(line, zero);
      v128.store(line + at, zero);
    }
    // Along z, four blocks at a time.
    let target = to + (c >> 2) * pitch;
    for (let line = rows; line <= rows3; line += width, target += 4 * productBytes)
      for (let tile = 0; tile < tiles; tile += 4) {
        const from = line + ((<usize>tile) << 5);
        const out = target + ((<usize>tile) << 2);
        storeTurned(out, pitch, combine(from, 0), combine(from, 1), combine(from, 2), combine(from, 3));
        const second = out + productBytes;
        storeTurned(second, pitch, sumOf(from, 0), sumOf(from, 1), sumOf(from, 2), sumOf(from, 3));
        const third = second + productBytes;
        storeTurned(third, pitch, riseOf(from, 0), riseOf(from, 1), riseOf(from, 2), riseOf(from, 3));
        const fourth = third + productBytes;
        storeTurned(fourth, pitch, fallOf(from, 0), fallOf(from, 1), fallOf(from, 2), fallOf(from, 3));
      }
  }
}

function combine(from: usize, tile: usize): v128 {
  return f32x4.sub(v128.load(from + (tile << 5)), v128.load(from + (tile << 5), 32));
}

function sumOf(from: usize, tile: usize): v128 {
  return f32x4.add(v128.load(from + (tile << 5), 16), v128.load(from + (tile << 5), 32));
}

function riseOf(from: usize, tile: usize): v128 {
  return f32x4.sub(v128.load(from + (tile << 5), 32), v128.load(from + (tile << 5), 16));
}

function fallOf(from: usize, tile: usize): v128 {
  return f32x4.sub(v128.load(from + (tile << 5), 16), v128.load(from + (tile << 5), 48));
}

/** Four blocks of four channels as four channels of four blocks. */
function storeTurned(to: usize, pitch: usize, r0: v128, r1: v128, r2: v128, r3: v128): void {
  const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const t1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const t2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(t0, t1, 0, 1, 4, 5));
  v128.store(to + pitch, v128.shuffle<f32>(t0, t1, 2, 3, 6, 7));
  v128.store(to + 2 * pitch, v128.shuffle<f32>(t2, t3, 0, 1, 4, 5));
  v128.store(to + 3 * pitch, v128.shuffle<f32>(t2, t3, 2, 3, 6, 7));
}

/** Two rows of the output from the sums of the products, `[product, block, channel]`. */
function transformOutput(sums: usize, sumBytes: usize, to: usize, row: usize, step: usize, tiles: i32): void {
  for (let tile = 0; tile < tiles; tile++)
    for (let c: usize = 0; c < step; c += 16) {
      let from = sums + <usize>tile * step + c;
      let y0 = f32x4.splat(0);
      let y1 = y0;
      let z0 = y0;
      let z1 = y0;
      for (let column = 0; column < 4; column++) {
        const m0 = v128.load(from);
        const m1 = v128.load(from + 4 * sumBytes);
        const m2 = v128.load(from + 8 * sumBytes);
        const m3 = v128.load(from + 12 * sumBytes);
        const upper = f32x4.add(m0, f32x4.add(m1, m2));
        const lower = f32x4.sub(f32x4.sub(m1, m2), m3);
        if (column < 3) {
          y0 = f32x4.add(y0, upper);
          z0 = f32x4.add(z0, lower);
        }
        if (column == 1) {
          y1 = upper;
          z1 = lower;
        } else if (column > 1) {
          y1 = f32x4.sub(y1, upper);
          z1 = f32x4.sub(z1, lower);
        }
        from += sumBytes;
      }
      const out = to + <usize>(2 * tile) * step + c;
      v128.store(out, y0);
      v128.store(out + step, y1);
      v128.store(out + row, z0);
      v128.store(out + row + step, z1);
    }
}
