// AssemblyScript, not TypeScript: see index.ts.

/**
 * Brings a plane of `rows` rows of `count` voxels with `channels` each from channel-last order into rows of channels of
 * voxels, `pitch` bytes a channel: one zero before the first voxel, zeros after the last. With `half` voxels the even
 * ones come first and the odd ones `half` places behind them, for strides of 2.
 */
export function stagePlane(
  from: usize,
  to: usize,
  rows: i32,
  count: i32,
  channels: i32,
  pitch: usize,
  half: i32,
): void {
  const voxel = (<usize>channels) << 2;
  for (let row = 0; row < rows; row++) {
    if (half == 0) {
      for (let c = 0; c < channels; c++) {
        const line = to + <usize>c * pitch;
        store<f32>(line, 0);
        for (let z = (<usize>(count + 1)) << 2; z < pitch; z += 4) store<f32>(line + z, 0);
      }
      transpose(from, to + 4, count, channels, voxel, pitch);
    } else {
      memory.fill(to, 0, pitch * <usize>channels);
      transpose(from, to + 4, (count + 1) / 2, channels, 2 * voxel, pitch);
      transpose(from + voxel, to + 4 + ((<usize>half) << 2), count / 2, channels, 2 * voxel, pitch);
    }
    from += voxel * <usize>count;
    to += pitch * <usize>channels;
  }
}

/** `count` voxels `step` bytes apart into `channels` lines `pitch` bytes apart, in squares of 4 by 4. */
function transpose(from: usize, to: usize, count: i32, channels: i32, step: usize, pitch: usize): void {
  let c = 0;
  for (; c + 4 <= channels; c += 4) {
    let source = from + ((<usize>c) << 2);
    let line = to + <usize>c * pitch;
    let z = 0;
    for (; z + 4 <= count; z += 4) {
      const r0 = v128.load(source);
      const r1 = v128.load(source + step);
      const r2 = v128.load(source + 2 * step);
      const r3 = v128.load(source + 3 * step);
      const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
      const t1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      const t2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      v128.store(line, v128.shuffle<f32>(t0, t1, 0, 1, 4, 5));
      v128.store(line + pitch, v128.shuffle<f32>(t0, t1, 2, 3, 6, 7));
      v128.store(line + 2 * pitch, v128.shuffle<f32>(t2, t3, 0, 1, 4, 5));
      v128.store(line + 3 * pitch, v128.shuffle<f32>(t2, t3, 2, 3, 6, 7));
      source += 4 * step;
      line += 16;
    }
    for (; z < count; z++) {
      for (let j: usize = 0; j < 4; j++) store<f32>(line + j * pitch, load<f32>(source + (j << 2)));
      source += step;
      line += 4;
    }
  }
  for (; c < channels; c++) {
    let source = from + ((<usize>c) << 2);
    const line = to + <usize>c * pitch;
    for (let z = 0; z < count; z++) {
      store<f32>(line + ((<usize>z) << 2), load<f32>(source));
      source += step;
    }
  }
}
