// AssemblyScript, not TypeScript: see index.ts.

/** `a * b + c`, with one rounding where the module is compiled for relaxed SIMD and the processor has it. */
export function addProduct(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? v128.relaxed_madd<f32>(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

// The tiles hold their sums in registers: of `count` entries, each the address of its first value and the offset of its
// weights, over `channels` lines `pitch` bytes apart. One address a loop, since a third more time goes where the
// register allocator runs out. It brings all that a round loads into registers before the first product, so of the 15
// that it has, 4 positions take 14; 6 of one tap took 20, and half the time went to moving sums out and in again.

/** 6 positions by 8 channels, entries of three taps. */
function tile6x3(
  list: usize,
  count: i32,
  channels: usize,
  pitch: usize,
  shift: usize,
  weights: usize,
  out: usize,
  outPitch: usize,
): void {
  let a0 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let a2 = f32x4.splat(0);
  let b2 = f32x4.splat(0);
  let a3 = f32x4.splat(0);
  let b3 = f32x4.splat(0);
  let a4 = f32x4.splat(0);
  let b4 = f32x4.splat(0);
  let a5 = f32x4.splat(0);
  let b5 = f32x4.splat(0);
  const weightBytes = channels * 96;
  for (let e = 0; e < count; e++, list += 8) {
    let from = load<usize>(list) + shift;
    let w = load<usize>(list, 4) + weights;
    const end = w + weightBytes;
    while (w < end) {
      let low = v128.load(w);
      let high = v128.load(w, 16);
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
      x = v128.load_splat<f32>(from, 16);
      a4 = addProduct(x, low, a4);
      b4 = addProduct(x, high, b4);
      x = v128.load_splat<f32>(from, 20);
      a5 = addProduct(x, low, a5);
      b5 = addProduct(x, high, b5);
      low = v128.load(w, 32);
      high = v128.load(w, 48);
      x = v128.load_splat<f32>(from, 4);
      a0 = addProduct(x, low, a0);
      b0 = addProduct(x, high, b0);
      x = v128.load_splat<f32>(from, 8);
      a1 = addProduct(x, low, a1);
      b1 = addProduct(x, high, b1);
      x = v128.load_splat<f32>(from, 12);
      a2 = addProduct(x, low, a2);
      b2 = addProduct(x, high, b2);
      x = v128.load_splat<f32>(from, 16);
      a3 = addProduct(x, low, a3);
      b3 = addProduct(x, high, b3);
      x = v128.load_splat<f32>(from, 20);
      a4 = addProduct(x, low, a4);
      b4 = addProduct(x, high, b4);
      x = v128.load_splat<f32>(from, 24);
      a5 = addProduct(x, low, a5);
      b5 = addProduct(x, high, b5);
      low = v128.load(w, 64);
      high = v128.load(w, 80);
      x = v128.load_splat<f32>(from, 8);
      a0 = addProduct(x, low, a0);
      b0 = addProduct(x, high, b0);
      x = v128.load_splat<f32>(from, 12);
      a1 = addProduct(x, low, a1);
      b1 = addProduct(x, high, b1);
      x = v128.load_splat<f32>(from, 16);
      a2 = addProduct(x, low, a2);
      b2 = addProduct(x, high, b2);
      x = v128.load_splat<f32>(from, 20);
      a3 = addProduct(x, low, a3);
      b3 = addProduct(x, high, b3);
      x = v128.load_splat<f32>(from, 24);
      a4 = addProduct(x, low, a4);
      b4 = addProduct(x, high, b4);
      x = v128.load_splat<f32>(from, 28);
      a5 = addProduct(x, low, a5);
      b5 = addProduct(x, high, b5);
      from += pitch;
      w += 96;
    }
  }
  v128.store(out, a0);
  v128.store(out, b0, 16);
  out += outPitch;
  v128.store(out, a1);
  v128.store(out, b1, 16);
  out += outPitch;
  v128.store(out, a2);
  v128.store(out, b2, 16);
  out += outPitch;
  v128.store(out, a3);
  v128.store(out, b3, 16);
  out += outPitch;
  v128.store(out, a4);
  v128.store(out, b4, 16);
  out += outPitch;
  v128.store(out, a5);
  v128.store(out, b5, 16);
}

/** 4 positions by 8 channels, entries of three taps. */
function tile4x3(
  list: usize,
  count: i32,
  channels: usize,
  pitch: usize,
  shift: usize,
  weights: usize,
  out: usize,
  outPitch: usize,
): void {
  let a0 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let a2 = f32x4.splat(0);
  let b2 = f32x4.splat(0);
  let a3 = f32x4.splat(0);
  let b3 = f32x4.splat(0);
  const weightBytes = channels * 96;
  for (let e = 0; e < count; e++, list += 8) {
    let from = load<usize>(list) + shift;
    let w = load<usize>(list, 4) + weights;
    const end = w + weightBytes;
    while (w < end) {
      let low = v128.load(w);
      let high = v128.load(w, 16);
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
      low = v128.load(w, 32);
      high = v128.load(w, 48);
      x = v128.load_splat<f32>(from, 4);
      a0 = addProduct(x, low, a0);
      b0 = addProduct(x, high, b0);
      x = v128.load_splat<f32>(from, 8);
      a1 = addProduct(x, low, a1);
      b1 = addProduct(x, high, b1);
      x = v128.load_splat<f32>(from, 12);
      a2 = addProduct(x, low, a2);
      b2 = addProduct(x, high, b2);
      x = v128.load_splat<f32>(from, 16);
      a3 = addProduct(x, low, a3);
      b3 = addProduct(x, high, b3);
      low = v128.load(w, 64);
      high = v128.load(w, 80);
      x = v128.load_splat<f32>(from, 8);
      a0 = addProduct(x, low, a0);
      b0 = addProduct(x, high, b0);
      x = v128.load_splat<f32>(from, 12);
      a1 = addProduct(x, low, a1);
      b1 = addProduct(x, high, b1);
      x = v128.load_splat<f32>(from, 16);
      a2 = addProduct(x, low, a2);
      b2 = addProduct(x, high, b2);
      x = v128.load_splat<f32>(from, 20);
      a3 = addProduct(x, low, a3);
      b3 = addProduct(x, high, b3);
      from += pitch;
      w += 96;
    }
  }
  v128.store(out, a0);
  v128.store(out, b0, 16);
  out += outPitch;
  v128.store(out, a1);
  v128.store(out, b1, 16);
  out += outPitch;
  v128.store(out, a2);
  v128.store(out, b2, 16);
  out += outPitch;
  v128.store(out, a3);
  v128.store(out, b3, 16);
}

/** 4 positions by 8 channels, entries of one tap. */
function tile4x1(
  list: usize,
  count: i32,
  channels: usize,
  pitch: usize,
  shift: usize,
  weights: usize,
  out: usize,
  outPitch: usize,
): void {
  let a0 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let a2 = f32x4.splat(0);
  let b2 = f32x4.splat(0);
  let a3 = f32x4.splat(0);
  let b3 = f32x4.splat(0);
  const weightBytes = channels * 32;
  for (let e = 0; e < count; e++, list += 8) {
    let from = load<usize>(list) + shift;
    let w = load<usize>(list, 4) + weights;
    const end = w + weightBytes;
    while (w < end) {
      let low = v128.load(w);
      let high = v128.load(w, 16);
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
      from += pitch;
      w += 32;
    }
  }
  v128.store(out, a0);
  v128.store(out, b0, 16);
  out += outPitch;
  v128.store(out, a1);
  v128.store(out, b1, 16);
  out += outPitch;
  v128.store(out, a2);
  v128.store(out, b2, 16);
  out += outPitch;
  v128.store(out, a3);
  v128.store(out, b3, 16);
}

/**
 * A row of `count` positions for all `channels` outputs. Of each block of 8 channels the weights lie `blockBytes` apart;
 * `outPitch` bytes lie between the positions of the output. `spare` has room for one tile: what a tile has too much,
 * of positions or of channels, ends there.
 */
export function computeRow(
  list: usize,
  entries: i32,
  run: i32,
  inChannels: usize,
  pitch: usize,
  weights: usize,
  blockBytes: usize,
  out: usize,
  outPitch: usize,
  count: i32,
  channels: i32,
  spare: usize,
): void {
  for (let c = 0; c < channels; c += 8) {
    let position = 0;
    while (position < count) {
      const left = count - position;
      const wide = run == 3 && left > 4;
      const size = wide ? 6 : 4;
      // The last tile of a row starts earlier, and computes some positions twice, rather than being cut.
      if (left < size && count >= size) position = count - size;
      const whole = position + size <= count && c + 8 <= channels;
      const target = out + <usize>position * outPitch + ((<usize>c) << 2);
      const shift = (<usize>position) << 2;
      const to = whole ? target : spare;
      const toPitch = whole ? outPitch : 32;
      if (wide) tile6x3(list, entries, inChannels, pitch, shift, weights, to, toPitch);
      else if (run == 3) tile4x3(list, entries, inChannels, pitch, shift, weights, to, toPitch);
      else tile4x1(list, entries, inChannels, pitch, shift, weights, to, toPitch);
      if (!whole) {
        const bytes = (<usize>min(8, channels - c)) << 2;
        for (let p = 0; p < min(size, count - position); p++)
          memory.copy(target + <usize>p * outPitch, spare + ((<usize>p) << 5), bytes);
      }
      position += size;
    }
    weights += blockBytes;
  }
}
