/** Quantiles and tail areas needed for intervals; each is checked against scipy in the tests. */

/** Logarithm of the gamma function for x > 0 (Lanczos, g = 7, n = 9); relative error about 1e-14. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const terms = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  const z = x - 1;
  let sum = terms[0];
  for (let i = 1; i < terms.length; i++) sum += terms[i] / (z + i);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Regularised incomplete beta function `I_x(a, b)` by Lentz's continued fraction, for `0 <= x <= 1`. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  d = 1 / (Math.abs(d) < tiny ? tiny : d);
  let h = d;
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 + even * d;
    c = 1 + even / c;
    d = 1 / (Math.abs(d) < tiny ? tiny : d);
    c = Math.abs(c) < tiny ? tiny : c;
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 + odd * d;
    c = 1 + odd / c;
    d = 1 / (Math.abs(d) < tiny ? tiny : d);
    c = Math.abs(c) < tiny ? tiny : c;
    const change = d * c;
    h *= change;
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return h;
}

/** Probability that Student's t with `degrees > 0` of freedom is above `t`, which may be infinite. */
export function studentTail(t: number, degrees: number): number {
  if (Number.isNaN(t)) return NaN;
  const outside = Number.isFinite(t) ? incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) : 0;
  return t > 0 ? outside / 2 : 1 - outside / 2;
}

/** Two-sided Student t quantile: the t that leaves `1 - level` outside `[-t, t]`, for `degrees > 0` of freedom. */
export function studentTwoSided(level: number, degrees: number): number {
  const outside = 1 - level;
  // P(|T| > t) = I_{v/(v+t^2)}(v/2, 1/2); bisection on the log of t is plenty and cannot fail.
  let low = -30;
  let high = 30;
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    // Nothing lies between the two any more: the rest of the steps would change nothing.
    if (middle === low || middle === high) break;
    const t = Math.exp(middle);
    if (incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) > outside) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}
