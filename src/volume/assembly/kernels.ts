// AssemblyScript, not TypeScript: compiled to SIMD WebAssembly by build.mjs beside it, which writes
// ../kernels-wasm.ts. All sizes are counts of numbers, all addresses are bytes into the module's memory.

/** Index into a line of `n` mirrored at its ends with the end repeated: d c b a | a b c d | d c b a. */
function mirror(i: i32, n: i32): i32 {
  const period = 2 * n;
  i %= period;
  if (i < 0) i += period;
  return i < n ? i : period - 1 - i;
}

/**
 * out[i] = weights[0] * line0[i] + sum over k of weights[k] * (line-k[i] + line+k[i]), for `count` floats, where
 * `lines` holds the addresses of line-radius to line+radius.
 */
export function sumLines(lines: usize, radius: i32, weights: usize, out: usize, count: i32): void {
  const bytes = (<usize>count) << 2;
  const centre = load<usize>(lines + ((<usize>radius) << 2));
  let at: usize = 0;
  for (; at + 128 <= bytes; at += 128) {
    let weight = f32x4.splat(load<f32>(weights));
    let sum0 = f32x4.mul(weight, v128.load(centre + at));
    let sum1 = f32x4.mul(weight, v128.load(centre + at, 16));
    let sum2 = f32x4.mul(weight, v128.load(centre + at, 32));
    let sum3 = f32x4.mul(weight, v128.load(centre + at, 48));
    let sum4 = f32x4.mul(weight, v128.load(centre + at, 64));
    let sum5 = f32x4.mul(weight, v128.load(centre + at, 80));
    let sum6 = f32x4.mul(weight, v128.load(centre + at, 96));
    let sum7 = f32x4.mul(weight, v128.load(centre + at, 112));
    for (let k = 1; k <= radius; k++) {
      const before = load<usize>(lines + ((<usize>(radius - k)) << 2)) + at;
      const after = load<usize>(lines + ((<usize>(radius + k)) << 2)) + at;
      weight = f32x4.splat(load<f32>(weights + ((<usize>k) << 2)));
      sum0 = f32x4.add(sum0, f32x4.mul(weight, f32x4.add(v128.load(before), v128.load(after))));
      sum1 = f32x4.add(sum1, f32x4.mul(weight, f32x4.add(v128.load(before, 16), v128.load(after, 16))));
      sum2 = f32x4.add(sum2, f32x4.mul(weight, f32x4.add(v128.load(before, 32), v128.load(after, 32))));
      sum3 = f32x4.add(sum3, f32x4.mul(weight, f32x4.add(v128.load(before, 48), v128.load(after, 48))));
      sum4 = f32x4.add(sum4, f32x4.mul(weight, f32x4.add(v128.load(before, 64), v128.load(after, 64))));
      sum5 = f32x4.add(sum5, f32x4.mul(weight, f32x4.add(v128.load(before, 80), v128.load(after, 80))));
      sum6 = f32x4.add(sum6, f32x4.mul(weight, f32x4.add(v128.load(before, 96), v128.load(after, 96))));
      sum7 = f32x4.add(sum7, f32x4.mul(weight, f32x4.add(v128.load(before, 112), v128.load(after, 112))));
    }
    v128.store(out + at, sum0);
    v128.store(out + at, sum1, 16);
    v128.store(out + at, sum2, 32);
    v128.store(out + at, sum3, 48);
    v128.store(out + at, sum4, 64);
    v128.store(out + at, sum5, 80);
    v128.store(out + at, sum6, 96);
    v128.store(out + at, sum7, 112);
  }
  for (; at < bytes; at += 4) {
    let sum = load<f32>(weights) * load<f32>(centre + at);
    for (let k = 1; k <= radius; k++) {
      const before = load<f32>(load<usize>(lines + ((<usize>(radius - k)) << 2)) + at);
      const after = load<f32>(load<usize>(lines + ((<usize>(radius + k)) << 2)) + at);
      sum += load<f32>(weights + ((<usize>k) << 2)) * (before + after);
    }
    store<f32>(out + at, sum);
  }
}

/**
 * Filters along x: `rows` rows of `nx` floats at `from` into `to`. `weights` has radius + 1 floats (the middle one
 * first), `padded` room for nx + 2 * radius floats, `lines` for 2 * radius + 1 addresses.
 */
export function filterRows(
  from: usize,
  to: usize,
  nx: i32,
  rows: i32,
  weights: usize,
  radius: i32,
  padded: usize,
  lines: usize,
): void {
  const rowBytes = (<usize>nx) << 2;
  const inner = padded + ((<usize>radius) << 2);
  for (let k = 0; k <= 2 * radius; k++) store<usize>(lines + ((<usize>k) << 2), padded + ((<usize>k) << 2));
  for (let row = 0; row < rows; row++) {
    const source = from + <usize>row * rowBytes;
    memory.copy(inner, source, rowBytes);
    for (let k = 1; k <= radius; k++) {
      store<f32>(inner - ((<usize>k) << 2), load<f32>(source + ((<usize>mirror(-k, nx)) << 2)));
      store<f32>(
        inner + rowBytes + ((<usize>(k - 1)) << 2),
        load<f32>(source + ((<usize>mirror(nx + k - 1, nx)) << 2)),
      );
    }
    sumLines(lines, radius, weights, to + <usize>row * rowBytes, nx);
  }
}

/** Filters across rows: `n` rows of `width` floats at `from` into `to`, each column by itself. */
export function filterColumns(
  from: usize,
  to: usize,
  width: i32,
  n: i32,
  weights: usize,
  radius: i32,
  lines: usize,
): void {
  const rowBytes = (<usize>width) << 2;
  for (let row = 0; row < n; row++) {
    for (let k = 0; k <= 2 * radius; k++)
      store<usize>(lines + ((<usize>k) << 2), from + <usize>mirror(row - radius + k, n) * rowBytes);
    sumLines(lines, radius, weights, to + <usize>row * rowBytes, width);
  }
}

/**
 * One slice of a linear resample. `low` and `high` are the two source slices of rows of `nx` doubles, mixed by
 * `weightZ`; output row j mixes source rows indexY[j] and the one after it by weightsY[j], output column i source columns
 * indexX[i] and the one after it by weightsX[i]. `row` has room for nx doubles. With `whole`, results round half up.
 */
export function resampleSlice(
  low: usize,
  high: usize,
  nx: i32,
  weightZ: f64,
  indexY: usize,
  weightsY: usize,
  my: i32,
  indexX: usize,
  weightsX: usize,
  mx: i32,
  row: usize,
  out: usize,
  whole: i32,
): void {
  const rowBytes = (<usize>nx) << 3;
  for (let j = 0; j < my; j++) {
    const first = <usize>load<i32>(indexY + ((<usize>j) << 2)) * rowBytes;
    const weightY = load<f64>(weightsY + ((<usize>j) << 3));
    const w00 = f64x2.splat((1 - weightY) * (1 - weightZ));
    const w10 = f64x2.splat(weightY * (1 - weightZ));
    const w01 = f64x2.splat((1 - weightY) * weightZ);
    const w11 = f64x2.splat(weightY * weightZ);
    const a = low + first;
    const b = a + rowBytes;
    const c = high + first;
    const d = c + rowBytes;
    // The row is padded to whole pairs, so the last pair of an odd row may be read and written beyond it.
    for (let at: usize = 0; at < rowBytes; at += 16) {
      const near = f64x2.add(f64x2.mul(v128.load(a + at), w00), f64x2.mul(v128.load(b + at), w10));
      const far = f64x2.add(f64x2.mul(v128.load(c + at), w01), f64x2.mul(v128.load(d + at), w11));
      v128.store(row + at, f64x2.add(near, far));
    }
    const target = out + ((<usize>j * <usize>mx) << 3);
    for (let i = 0; i < mx; i++) {
      const source = row + ((<usize>load<i32>(indexX + ((<usize>i) << 2))) << 3);
      const left = load<f64>(source);
      let value = left + (load<f64>(source, 8) - left) * load<f64>(weightsX + ((<usize>i) << 3));
      if (whole) value = Math.floor(value + 0.5);
      store<f64>(target + ((<usize>i) << 3), value);
    }
  }
}

/**
 * The most probable class of each voxel of a plane, the lowest of equals. `plane` holds `classes` planes of `nx` by `ny`
 * floats; output row j lies between rows indexY[j] and the one after it by weightsY[j], output column i between columns
 * indexX[i] and the one after it by weightsX[i], where there are none the last is taken twice. `rows` has room for
 * 2 * classes rows of `pitch` doubles, `pitch` being mx rounded up to a multiple of 4. Bytes go to `labels`; with `fine`
 * not 0 the floats that were compared go there, classes `finePitch` floats apart.
 */
export function labelPlane(
  plane: usize,
  nx: i32,
  ny: i32,
  classes: i32,
  indexY: usize,
  weightsY: usize,
  my: i32,
  indexX: usize,
  weightsX: usize,
  mx: i32,
  rows: usize,
  labels: usize,
  fine: usize,
  finePitch: i32,
): void {
  const pitchBytes = (<usize>((mx + 3) & ~3)) << 3;
  const setBytes = pitchBytes * <usize>classes;
  const fineBytes = (<usize>finePitch) << 2;
  let held0 = -1;
  let held1 = -1;
  for (let j = 0; j < my; j++) {
    const below = load<i32>(indexY + ((<usize>j) << 2));
    const above = min(ny - 1, below + 1);
    for (let each = 0; each < 2; each++) {
      const y = each ? above : below;
      if ((y & 1 ? held1 : held0) == y) continue;
      if (y & 1) held1 = y;
      else held0 = y;
      for (let c = 0; c < classes; c++)
        spreadRow(
          plane + ((<usize>(nx * (y + ny * c))) << 2),
          nx,
          indexX,
          weightsX,
          mx,
          rows + <usize>(y & 1) * setBytes + <usize>c * pitchBytes,
        );
    }
    const low = rows + <usize>(below & 1) * setBytes;
    const high = rows + <usize>(above & 1) * setBytes;
    const share = f64x2.splat(load<f64>(weightsY + ((<usize>j) << 3)));
    for (let i: usize = 0; i < <usize>mx; i += 4) {
      let most = f32x4.splat(0);
      let label = i32x4.splat(0);
      let at = i << 3;
      for (let c = 0; c < classes; c++, at += pitchBytes) {
        const a = v128.load(low + at);
        const b = v128.load(low + at, 16);
        const first = f64x2.add(a, f64x2.mul(f64x2.sub(v128.load(high + at), a), share));
        const second = f64x2.add(b, f64x2.mul(f64x2.sub(v128.load(high + at, 16), b), share));
        const value = v128.shuffle<f32>(
          f32x4.demote_f64x2_zero(first),
          f32x4.demote_f64x2_zero(second),
          0,
          1,
          4,
          5,
        );
        if (fine) v128.store(fine + <usize>c * fineBytes + ((<usize>(mx * j) + i) << 2), value);
        if (c == 0) most = value;
        else {
          const larger = f32x4.gt(value, most);
          most = v128.bitselect(value, most, larger);
          label = v128.bitselect(i32x4.splat(c), label, larger);
        }
      }
      const words = i16x8.narrow_i32x4_s(label, label);
      store<i32>(labels + <usize>(mx * j) + i, i32x4.extract_lane(i8x16.narrow_i16x8_u(words, words), 0));
    }
  }
}

function spreadRow(from: usize, nx: i32, indexX: usize, weightsX: usize, mx: i32, to: usize): void {
  for (let i = 0; i < mx; i++) {
    const left = load<i32>(indexX + ((<usize>i) << 2));
    const right = min(nx - 1, left + 1);
    const value = <f64>load<f32>(from + ((<usize>left) << 2));
    const next = <f64>load<f32>(from + ((<usize>right) << 2));
    store<f64>(to + ((<usize>i) << 3), value + (next - value) * load<f64>(weightsX + ((<usize>i) << 3)));
  }
}
