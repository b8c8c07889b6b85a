// AssemblyScript, not TypeScript: see index.ts.

import { addProduct } from "./tiles";

/** `a * b + c` as all kernels compute it: whether it is rounded once or twice tells the processor's arithmetic. */
export function multiplyAndAdd(a: f32, b: f32, c: f32): f32 {
  const sum = addProduct(f32x4.splat(a), f32x4.splat(b), f32x4.splat(c));
  return f32x4.extract_lane(sum, 0);
}
