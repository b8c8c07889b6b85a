// AssemblyScript, not TypeScript: see index.ts.

/**
 * Sums of each channel's values and of their squares over slabs `first` to `last`, in double precision. Parameters:
 * input, sums `[slab, 2, channels]` of doubles, voxels of a slab, channels.
 */
export function sumMoments(params: usize, _: usize, first: i32, last: i32): void {
  const voxels = load<i32>(params, 8);
  const channels = load<i32>(params, 12);
  const step = (<usize>channels) << 2;
  for (let slab = first; slab < last; slab++) {
    const input = load<usize>(params) + <usize>slab * <usize>voxels * step;
    const end = input + <usize>voxels * step;
    const sums = load<usize>(params, 4) + ((<usize>(slab * 2 * channels)) << 3);
    const squares = sums + ((<usize>channels) << 3);
    let c = 0;
    for (; c + 4 <= channels; c += 4) {
      let low = f64x2.splat(0);
      let high = f64x2.splat(0);
      let lowSquares = f64x2.splat(0);
      let highSquares = f64x2.splat(0);
      for (let at = input + ((<usize>c) << 2); at < end; at += step) {
        const x = v128.load(at);
        const left = f64x2.promote_low_f32x4(x);
        const right = f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
        low = f64x2.add(low, left);
        high = f64x2.add(high, right);
        lowSquares = f64x2.add(lowSquares, f64x2.mul(left, left));
        highSquares = f64x2.add(highSquares, f64x2.mul(right, right));
      }
      const to = (<usize>c) << 3;
      v128.store(sums + to, low);
      v128.store(sums + to, high, 16);
      v128.store(squares + to, lowSquares);
      v128.store(squares + to, highSquares, 16);
    }
    for (; c < channels; c++) {
      let sum: f64 = 0;
      let square: f64 = 0;
      for (let at = input + ((<usize>c) << 2); at < end; at += step) {
        const x = <f64>load<f32>(at);
        sum += x;
        square += x * x;
      }
      store<f64>(sums + ((<usize>c) << 3), sum);
      store<f64>(squares + ((<usize>c) << 3), square);
    }
  }
}

/**
 * output = leaky(input * scale + shift) over slabs `first` to `last`. Parameters: input, output, scale and shift
 * `[batch, channels]`, slabs of an example, voxels of a slab, channels, slope.
 */
export function scaleAndLeak(params: usize, _: usize, first: i32, last: i32): void {
  const slabs = load<i32>(params, 16);
  const voxels = load<i32>(params, 20);
  const channels = load<i32>(params, 24);
  const slope = load<f32>(params, 28);
  const slopes = f32x4.splat(slope);
  const step = (<usize>channels) << 2;
  const whole = step & ~15;
  for (let slab = first; slab < last; slab++) {
    const factors = <usize>(slab / slabs) * step;
    const scale = load<usize>(params, 8) + factors;
    const shift = load<usize>(params, 12) + factors;
    const offset = <usize>slab * <usize>voxels * step;
    let from = load<usize>(params) + offset;
    const end = from + <usize>voxels * step;
    let to = load<usize>(params, 4) + offset;
    while (from < end) {
      let at: usize = 0;
      for (; at < whole; at += 16) {
        const z = f32x4.add(f32x4.mul(v128.load(from + at), v128.load(scale + at)), v128.load(shift + at));
        v128.store(to + at, leak(z, slopes));
      }
      for (; at < step; at += 4) {
        const z = load<f32>(from + at) * load<f32>(scale + at) + load<f32>(shift + at);
        store<f32>(to + at, z >= 0 ? z : z * slope);
      }
      from += step;
      to += step;
    }
  }
}

/** `z`, times a slope of at most 1 where negative. */
export function leak(z: v128, slopes: v128): v128 {
  return f32x4.pmax(f32x4.mul(z, slopes), z);
}

/**
 * Sums over slabs `first` to `last` of dz and dz * (x - mean), with dz the gradient before the leaky ReLU. Parameters:
 * input, gradient, mean, scale, shift `[batch, channels]`, sums `[slab, 2, channels]` of doubles, slabs of an example,
 * voxels of a slab, channels, slope.
 */
export function sumNormGradients(params: usize, _: usize, first: i32, last: i32): void {
  const slabs = load<i32>(params, 24);
  const voxels = load<i32>(params, 28);
  const channels = load<i32>(params, 32);
  const slope = load<f32>(params, 36);
  const slopes = f32x4.splat(slope);
  const zero = f32x4.splat(0);
  const step = (<usize>channels) << 2;
  for (let slab = first; slab < last; slab++) {
    const factors = <usize>(slab / slabs) * step;
    const offset = <usize>slab * <usize>voxels * step;
    const input = load<usize>(params) + offset;
    const gradient = load<usize>(params, 4) + offset;
    const sums = load<usize>(params, 20) + ((<usize>(slab * 2 * channels)) << 3);
    const products = sums + ((<usize>channels) << 3);
    let c: usize = 0;
    for (; c + 16 <= step; c += 16) {
      const mean = v128.load(load<usize>(params, 8) + factors + c);
      const scale = v128.load(load<usize>(params, 12) + factors + c);
      const shift = v128.load(load<usize>(params, 16) + factors + c);
      let low = f64x2.splat(0);
      let high = f64x2.splat(0);
      let lowProducts = f64x2.splat(0);
      let highProducts = f64x2.splat(0);
      let from = input + c;
      let by = gradient + c;
      for (let voxel = 0; voxel < voxels; voxel += 64) {
        // Short sums in single precision, the long one in double.
        let sum = zero;
        let product = zero;
        for (const end = from + <usize>min(64, voxels - voxel) * step; from < end; from += step, by += step) {
          const x = v128.load(from);
          const z = f32x4.add(f32x4.mul(x, scale), shift);
          const dy = v128.load(by);
          const dz = v128.bitselect(f32x4.mul(dy, slopes), dy, f32x4.lt(z, zero));
          sum = f32x4.add(sum, dz);
          product = f32x4.add(product, f32x4.mul(dz, f32x4.sub(x, mean)));
        }
        low = f64x2.add(low, f64x2.promote_low_f32x4(sum));
        high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(sum, sum, 2, 3, 2, 3)));
        lowProducts = f64x2.add(lowProducts, f64x2.promote_low_f32x4(product));
        highProducts = f64x2.add(
          highProducts,
          f64x2.promote_low_f32x4(v128.shuffle<f32>(product, product, 2, 3, 2, 3)),
        );
      }
      v128.store(sums + 2 * c, low);
      v128.store(sums + 2 * c, high, 16);
      v128.store(products + 2 * c, lowProducts);
      v128.store(products + 2 * c, highProducts, 16);
    }
    for (; c < step; c += 4) {
      const mean = load<f32>(load<usize>(params, 8) + factors + c);
      const scale = load<f32>(load<usize>(params, 12) + factors + c);
      const shift = load<f32>(load<usize>(params, 16) + factors + c);
      let sum: f64 = 0;
      let product: f64 = 0;
      let at = c;
      for (let voxel = 0; voxel < voxels; voxel++, at += step) {
        const x = load<f32>(input + at);
        const dy = load<f32>(gradient + at);
        const dz = x * scale + shift < 0 ? dy * slope : dy;
        sum += dz;
        product += dz * (x - mean);
      }
      store<f64>(sums + 2 * c, sum);
      store<f64>(products + 2 * c, product);
    }
  }
}

/**
 * Gradient of the input: dz * scale + x * inner + outer over slabs `first` to `last`. Parameters: input, gradient,
 * output, scale, shift, inner, outer `[batch, channels]`, slabs of an example, voxels of a slab, channels, slope.
 */
export function applyNormGradient(params: usize, _: usize, first: i32, last: i32): void {
  const slabs = load<i32>(params, 28);
  const voxels = load<i32>(params, 32);
  const channels = load<i32>(params, 36);
  const slope = load<f32>(params, 40);
  const slopes = f32x4.splat(slope);
  const zero = f32x4.splat(0);
  const step = (<usize>channels) << 2;
  const whole = step & ~15;
  for (let slab = first; slab < last; slab++) {
    const factors = <usize>(slab / slabs) * step;
    const offset = <usize>slab * <usize>voxels * step;
    const scale = load<usize>(params, 12) + factors;
    const shift = load<usize>(params, 16) + factors;
    const inner = load<usize>(params, 20) + factors;
    const outer = load<usize>(params, 24) + factors;
    let from = load<usize>(params) + offset;
    let by = load<usize>(params, 4) + offset;
    let to = load<usize>(params, 8) + offset;
    for (const end = from + <usize>voxels * step; from < end; from += step, by += step, to += step) {
      let at: usize = 0;
      for (; at < whole; at += 16) {
        const x = v128.load(from + at);
        const factor = v128.load(scale + at);
        const z = f32x4.add(f32x4.mul(x, factor), v128.load(shift + at));
        const dy = v128.load(by + at);
        const dz = v128.bitselect(f32x4.mul(dy, slopes), dy, f32x4.lt(z, zero));
        const own = f32x4.add(f32x4.mul(x, v128.load(inner + at)), v128.load(outer + at));
        v128.store(to + at, f32x4.add(f32x4.mul(dz, factor), own));
      }
      for (; at < step; at += 4) {
        const x = load<f32>(from + at);
        const factor = load<f32>(scale + at);
        const dy = load<f32>(by + at);
        const dz = x * factor + load<f32>(shift + at) < 0 ? dy * slope : dy;
        store<f32>(to + at, dz * factor + (x * load<f32>(inner + at) + load<f32>(outer + at)));
      }
    }
  }
}
