// AssemblyScript, not TypeScript: see index.ts. Items are blocks of 16384 numbers; arrays have room for whole vectors.

import { leak } from "./norm";

const blockShift: i32 = 14;

/** out = a + b. Parameters: a, b, out, count. */
export function addArrays(params: usize, _: usize, first: i32, last: i32): void {
  const a = load<usize>(params);
  const b = load<usize>(params, 4);
  const out = load<usize>(params, 8);
  const end = (<usize>min(load<i32>(params, 12), last << blockShift)) << 2;
  for (let at = (<usize>(first << blockShift)) << 2; at < end; at += 16)
    v128.store(out + at, f32x4.add(v128.load(a + at), v128.load(b + at)));
}

/** out = leaky(x). Parameters: x, out, count, slope. */
export function leakArray(params: usize, _: usize, first: i32, last: i32): void {
  const x = load<usize>(params);
  const out = load<usize>(params, 4);
  const slopes = f32x4.splat(load<f32>(params, 12));
  const end = (<usize>min(load<i32>(params, 8), last << blockShift)) << 2;
  for (let at = (<usize>(first << blockShift)) << 2; at < end; at += 16)
    v128.store(out + at, leak(v128.load(x + at), slopes));
}

/** out = dy where x is not negative, slope * dy elsewhere. Parameters: x, dy, out, count, slope. */
export function leakGradient(params: usize, _: usize, first: i32, last: i32): void {
  const x = load<usize>(params);
  const dy = load<usize>(params, 4);
  const out = load<usize>(params, 8);
  const slopes = f32x4.splat(load<f32>(params, 16));
  const zero = f32x4.splat(0);
  const end = (<usize>min(load<i32>(params, 12), last << blockShift)) << 2;
  for (let at = (<usize>(first << blockShift)) << 2; at < end; at += 16) {
    const by = v128.load(dy + at);
    v128.store(out + at, v128.bitselect(f32x4.mul(by, slopes), by, f32x4.lt(v128.load(x + at), zero)));
  }
}

/** out = x + bias for rows of `channels`; items are blocks of 4096 rows. Parameters: x, bias, out, rows, channels. */
export function addToRows(params: usize, _: usize, first: i32, last: i32): void {
  const bias = load<usize>(params, 4);
  const step = load<usize>(params, 16) << 2;
  let from = load<usize>(params) + <usize>(first << 12) * step;
  let to = load<usize>(params, 8) + <usize>(first << 12) * step;
  const rows = min(load<i32>(params, 12), last << 12) - (first << 12);
  for (const end = from + <usize>rows * step; from < end; from += step, to += step)
    for (let at: usize = 0; at < step; at += 4)
      store<f32>(to + at, load<f32>(from + at) + load<f32>(bias + at));
}

// What follows works on many arrays in one job. Items are lines of a table, each a block of one of them: its addresses, then
// how many numbers it has.

/** Sum of squares of each block, in double precision. Parameters: table of arrays of x, sums. */
export function sumSquares(params: usize, _: usize, first: i32, last: i32): void {
  for (let item = first; item < last; item++) {
    const line = load<usize>(params) + ((<usize>item) << 3);
    let sum: f64 = 0;
    let at = load<usize>(line);
    for (const end = at + ((<usize>load<i32>(line, 4)) << 2); at < end; at += 4) {
      const value = <f64>load<f32>(at);
      sum += value * value;
    }
    store<f64>(load<usize>(params, 4) + ((<usize>item) << 3), sum);
  }
}

/**
 * A step of gradient descent with Nesterov momentum, in place. Parameters: table of weight, velocity, gradient, average or 0;
 * learning rate, momentum, weight decay, gradient scale, share of the average kept, share of the weight in it.
 */
export function stepSgd(params: usize, _: usize, first: i32, last: i32): void {
  const rate = f32x4.splat(load<f32>(params, 4));
  const momentum = f32x4.splat(load<f32>(params, 8));
  const decay = f32x4.splat(load<f32>(params, 12));
  const scale = f32x4.splat(load<f32>(params, 16));
  for (let item = first; item < last; item++) {
    const line = load<usize>(params) + <usize>item * 20;
    const weight = load<usize>(line);
    const velocity = load<usize>(line, 4);
    const gradient = load<usize>(line, 8);
    const bytes = (<usize>load<i32>(line, 16)) << 2;
    for (let at: usize = 0; at < bytes; at += 16) {
      const w = v128.load(weight + at);
      const slope = f32x4.add(f32x4.mul(v128.load(gradient + at), scale), f32x4.mul(w, decay));
      const v = f32x4.add(f32x4.mul(v128.load(velocity + at), momentum), slope);
      v128.store(velocity + at, v);
      v128.store(weight + at, f32x4.sub(w, f32x4.mul(f32x4.add(slope, f32x4.mul(v, momentum)), rate)));
    }
    moveAverage(load<usize>(line, 12), weight, bytes, load<f32>(params, 20), load<f32>(params, 24));
  }
}

/**
 * A step of AdamW, in place. Parameters: table of weight, first moment, second moment, gradient, average or 0; share of the
 * weight kept, rate, spread, beta1, beta2, epsilon, gradient scale, share of the average kept, share of the weight in it.
 */
export function stepAdamW(params: usize, _: usize, first: i32, last: i32): void {
  const keep = f32x4.splat(load<f32>(params, 4));
  const rate = f32x4.splat(load<f32>(params, 8));
  const spread = f32x4.splat(load<f32>(params, 12));
  const beta1 = f32x4.splat(load<f32>(params, 16));
  const beta2 = f32x4.splat(load<f32>(params, 20));
  const epsilon = f32x4.splat(load<f32>(params, 24));
  const scale = f32x4.splat(load<f32>(params, 28));
  const one = f32x4.splat(1);
  for (let item = first; item < last; item++) {
    const line = load<usize>(params) + <usize>item * 24;
    const weight = load<usize>(line);
    const mean = load<usize>(line, 4);
    const square = load<usize>(line, 8);
    const gradient = load<usize>(line, 12);
    const bytes = (<usize>load<i32>(line, 20)) << 2;
    for (let at: usize = 0; at < bytes; at += 16) {
      const g = f32x4.mul(v128.load(gradient + at), scale);
      const m = f32x4.add(f32x4.mul(v128.load(mean + at), beta1), f32x4.mul(g, f32x4.sub(one, beta1)));
      const v = f32x4.add(
        f32x4.mul(v128.load(square + at), beta2),
        f32x4.mul(f32x4.mul(g, g), f32x4.sub(one, beta2)),
      );
      v128.store(mean + at, m);
      v128.store(square + at, v);
      const root = f32x4.add(f32x4.sqrt(f32x4.mul(v, spread)), epsilon);
      const step = f32x4.div(f32x4.mul(m, rate), root);
      v128.store(weight + at, f32x4.sub(f32x4.mul(v128.load(weight + at), keep), step));
    }
    moveAverage(load<usize>(line, 16), weight, bytes, load<f32>(params, 32), load<f32>(params, 36));
  }
}

/** average = kept * average + added * weight, each product rounded by itself; nothing where the average's address is 0. */
function moveAverage(average: usize, weight: usize, bytes: usize, kept: f32, added: f32): void {
  if (average == 0) return;
  const keptOnes = f32x4.splat(kept);
  const addedOnes = f32x4.splat(added);
  for (let at: usize = 0; at < bytes; at += 16) {
    const old = f32x4.mul(v128.load(average + at), keptOnes);
    v128.store(average + at, f32x4.add(old, f32x4.mul(v128.load(weight + at), addedOnes)));
  }
}
