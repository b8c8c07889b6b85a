/**
 * Finds where a continuous function crosses zero inside `[low, high]` by Brent's method: inverse quadratic and
 * secant steps inside a bracket that always holds the crossing.
 *
 * @param tolerance of x, relative to its size where that is above 1; default 1e-12.
 * @returns `undefined` when the function has the same sign at both ends.
 */
export function findRoot(
  f: (x: number) => number,
  low: number,
  high: number,
  tolerance = 1e-12,
): number | undefined {
  let a = low;
  let b = high;
  let fa = f(a);
  let fb = f(b);
  if (fa === 0) return a;
  if (fb === 0) return b;
  if (!(fa * fb < 0)) return undefined;
  let c = a;
  let fc = fa;
  let step = b - a;
  let previousStep = step;
  for (let i = 0; i < 200; i++) {
    if (fb * fc > 0) [c, fc, step, previousStep] = [a, fa, b - a, b - a];
    if (Math.abs(fc) < Math.abs(fb)) [a, b, c, fa, fb, fc] = [b, c, b, fb, fc, fb];
    const absolute = 2 * Number.EPSILON * Math.abs(b) + (tolerance / 2) * Math.max(1, Math.abs(b));
    const half = (c - b) / 2;
    if (Math.abs(half) <= absolute || fb === 0) return b;
    if (Math.abs(previousStep) >= absolute && Math.abs(fa) > Math.abs(fb)) {
      const s = fb / fa;
      let p: number;
      let q: number;
      if (a === c) {
        p = 2 * half * s;
        q = 1 - s;
      } else {
        const r = fb / fc;
        const t = fa / fc;
        p = s * (2 * half * t * (t - r) - (b - a) * (r - 1));
        q = (t - 1) * (r - 1) * (s - 1);
      }
      if (p > 0) q = -q;
      p = Math.abs(p);
      if (2 * p < Math.min(3 * half * q - Math.abs(absolute * q), Math.abs(previousStep * q))) {
        previousStep = step;
        step = p / q;
      } else {
        step = half;
        previousStep = half;
      }
    } else {
      step = half;
      previousStep = half;
    }
    a = b;
    fa = fb;
    b += Math.abs(step) > absolute ? step : Math.sign(half) * absolute;
    fb = f(b);
  }
  return b;
}
