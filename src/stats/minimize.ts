/** A point on a line and the value there. */
export interface Minimum {
  x: number;
  value: number;
}

/**
 * Minimises a function of one variable inside `[low, high]` by Brent's method (R. P. Brent, "Algorithms for
 * minimization without derivatives", 1973): parabolic steps, golden sections where they fail.
 *
 * @param tolerance width of the final bracket, relative to the interval; default 1e-10.
 */
export function minimizeBracketed(
  f: (x: number) => number,
  low: number,
  high: number,
  tolerance = 1e-10,
  maxIterations = 100,
): Minimum {
  const golden = (3 - Math.sqrt(5)) / 2;
  const absolute = tolerance * (high - low) + Number.MIN_VALUE;
  let a = low;
  let b = high;
  let x = a + golden * (b - a);
  let w = x;
  let v = x;
  let fx = f(x);
  let fw = fx;
  let fv = fx;
  let step = 0;
  let previousStep = 0;
  for (let i = 0; i < maxIterations; i++) {
    const middle = (a + b) / 2;
    if (Math.abs(x - middle) <= 2 * absolute - (b - a) / 2) break;
    let goldenStep = true;
    if (Math.abs(previousStep) > absolute) {
      const r = (x - w) * (fx - fv);
      let q = (x - v) * (fx - fw);
      let p = (x - v) * q - (x - w) * r;
      q = 2 * (q - r);
      if (q > 0) p = -p;
      q = Math.abs(q);
      if (Math.abs(p) < Math.abs((q * previousStep) / 2) && p > q * (a - x) && p < q * (b - x)) {
        previousStep = step;
        step = p / q;
        goldenStep = false;
      }
    }
    if (goldenStep) {
      previousStep = x < middle ? b - x : a - x;
      step = golden * previousStep;
    }
    const u = x + (Math.abs(step) >= absolute ? step : Math.sign(step || 1) * absolute);
    const fu = f(u);
    if (fu <= fx) {
      if (u < x) b = x;
      else a = x;
      [v, fv, w, fw, x, fx] = [w, fw, x, fx, u, fu];
    } else {
      if (u < x) a = u;
      else b = u;
      if (fu <= fw || w === x) [v, fv, w, fw] = [w, fw, u, fu];
      else if (fu <= fv || v === x || v === w) [v, fv] = [u, fu];
    }
  }
  return { x, value: fx };
}

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
