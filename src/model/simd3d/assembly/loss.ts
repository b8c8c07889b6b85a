// AssemblyScript, not TypeScript: see index.ts.

/** e to the power of `x`, for `x` from -700 to 0, to 1e-9 of itself. */
function exponential(x: f64): f64 {
  const n = nearest(x * 1.4426950408889634);
  const r = x - n * 0.6931471805599453;
  let sum: f64 = 1.0 + r * (1.0 / 8);
  sum = 1.0 + r * sum * (1.0 / 7);
  sum = 1.0 + r * sum * (1.0 / 6);
  sum = 1.0 + r * sum * (1.0 / 5);
  sum = 1.0 + r * sum * (1.0 / 4);
  sum = 1.0 + r * sum * (1.0 / 3);
  sum = 1.0 + r * sum * (1.0 / 2);
  sum = 1.0 + r * sum;
  return sum * reinterpret<f64>((<i64>n + 1023) << 52);
}

/** Natural logarithm of `x`, for `x` from 1, to 1e-10. */
function logarithm(x: f64): f64 {
  const bits = reinterpret<i64>(x);
  let exponent = (bits >> 52) - 1023;
  let mantissa = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    exponent++;
  }
  const t = (mantissa - 1) / (mantissa + 1);
  const square = t * t;
  let sum: f64 = 1.0 / 9 + square * (1.0 / 11 + square * (1.0 / 13));
  sum = 1.0 + square * (1.0 / 3 + square * (1.0 / 5 + square * (1.0 / 7 + square * sum)));
  return 2 * t * sum + <f64>exponent * 0.6931471805599453;
}

/**
 * Softmax of the logits of blocks `first` to `last` of voxels, and what the loss sums of each block: in doubles, the
 * cross-entropy, voxels that count, a label that is neither class nor ignored (the ignored one where there is none),
 * then for each class probability times truth, probability and truth. Parameters: logits `[voxel, class]`, labels of 4
 * bytes, probabilities, sums `[block, 3 + 3 * classes]`, voxels, voxels of a block, classes, label to ignore.
 */
export function sumLoss(params: usize, _: usize, first: i32, last: i32): void {
  const voxels = load<i32>(params, 16);
  const blockVoxels = load<i32>(params, 20);
  const classes = load<i32>(params, 24);
  const ignored = load<i32>(params, 28);
  const step = (<usize>classes) << 2;
  const classBytes = (<usize>classes) << 3;
  for (let block = first; block < last; block++) {
    const sums = load<usize>(params, 12) + ((<usize>(block * (3 + 3 * classes))) << 3);
    const shared = sums + 24;
    memory.fill(sums, 0, 24 + 3 * classBytes);
    let crossEntropy: f64 = 0;
    let counted = 0;
    let wrong = ignored;
    const end = min(voxels, (block + 1) * blockVoxels);
    for (let voxel = block * blockVoxels; voxel < end; voxel++) {
      const label = load<i32>(load<usize>(params, 4) + ((<usize>voxel) << 2));
      if (label == ignored) continue;
      if (label < 0 || label >= classes) {
        wrong = label;
        continue;
      }
      const logits = load<usize>(params) + <usize>voxel * step;
      const probabilities = load<usize>(params, 8) + <usize>voxel * step;
      let largest = load<f32>(logits);
      for (let at: usize = 4; at < step; at += 4) largest = max(largest, load<f32>(logits + at));
      let total: f64 = 0;
      for (let at: usize = 0; at < step; at += 4) {
        const power = exponential(max(<f64>(load<f32>(logits + at) - largest), -700.0));
        store<f32>(probabilities + at, <f32>power);
        total += power;
      }
      const truth = (<usize>label) << 2;
      crossEntropy += <f64>(largest - load<f32>(logits + truth)) + logarithm(total);
      counted++;
      const scale = 1 / total;
      for (let at: usize = 0; at < step; at += 4) {
        const probability = <f64>load<f32>(probabilities + at) * scale;
        store<f32>(probabilities + at, <f32>probability);
        const sum = shared + classBytes + 2 * at;
        store<f64>(sum, load<f64>(sum) + probability);
      }
      const at = shared + 2 * truth;
      store<f64>(at, load<f64>(at) + <f64>load<f32>(probabilities + truth));
      store<f64>(at + 2 * classBytes, load<f64>(at + 2 * classBytes) + 1);
    }
    store<f64>(sums, crossEntropy);
    store<f64>(sums, <f64>counted, 8);
    store<f64>(sums, <f64>wrong, 16);
  }
}

/**
 * Gradient of the loss by the logits for blocks `first` to `last` of voxels: g * (p - truth) + p * (d - sum of p * d), with
 * d of a class its factor for all voxels, plus its factor for voxels of that class. Parameters: probabilities, labels,
 * gradient, factors `[g, for all..., for the class's own...]`, voxels, voxels of a block, classes, label to ignore.
 */
export function applyLossGradient(params: usize, _: usize, first: i32, last: i32): void {
  const factors = load<usize>(params, 12);
  const voxels = load<i32>(params, 16);
  const blockVoxels = load<i32>(params, 20);
  const classes = load<i32>(params, 24);
  const ignored = load<i32>(params, 28);
  const step = (<usize>classes) << 2;
  const crossEntropy = load<f32>(factors);
  const forAll = factors + 4;
  for (let block = first; block < last; block++) {
    const end = min(voxels, (block + 1) * blockVoxels);
    for (let voxel = block * blockVoxels; voxel < end; voxel++) {
      const label = load<i32>(load<usize>(params, 4) + ((<usize>voxel) << 2));
      const gradient = load<usize>(params, 8) + <usize>voxel * step;
      if (label == ignored) {
        memory.fill(gradient, 0, step);
        continue;
      }
      const probabilities = load<usize>(params) + <usize>voxel * step;
      const truth = (<usize>label) << 2;
      const own = load<f32>(forAll + step + truth);
      let mean = own * load<f32>(probabilities + truth);
      for (let at: usize = 0; at < step; at += 4)
        mean += load<f32>(probabilities + at) * load<f32>(forAll + at);
      for (let at: usize = 0; at < step; at += 4)
        store<f32>(
          gradient + at,
          load<f32>(probabilities + at) * (crossEntropy + load<f32>(forAll + at) - mean),
        );
      const rest = load<f32>(probabilities + truth) * own - crossEntropy;
      store<f32>(gradient + truth, load<f32>(gradient + truth) + rest);
    }
  }
}
