import { floor } from "../law.js";
import type { ScalingLaw } from "../law.js";

/**
 * M4: the error moves between the level of a random guess and a floor, and the law ties both ends together:
 * `(e - c) / (e0 - e)^alpha = beta n^-gamma`, an equation for e that has exactly one solution in (c, e0).
 */
export const m4Law: ScalingLaw = {
  name: "m4",
  title: "M4 (sigmoidal)",
  formula: "e solves (e - c) / (e0 - e)^alpha = beta * n^-gamma",
  reference:
    "I. Alabdulmohsin, B. Neyshabur, X. Zhai, Revisiting neural scaling laws in language and vision, NeurIPS 2022",
  parameters: [
    floor,
    {
      name: "h",
      description: "height: error of an untrained model above the floor, e0 - c",
      unit: "error",
      lower: 0,
      upper: Infinity,
    },
    {
      name: "alpha",
      description: "how sharply the curve leaves the untrained level",
      unit: "1",
      lower: 0,
      upper: 20,
    },
    {
      name: "beta",
      description: "scale of the falling part",
      unit: "error^(1-alpha)",
      lower: 0,
      upper: Infinity,
    },
    { name: "gamma", description: "exponent of the falling part", unit: "1", lower: 0, upper: 20 },
  ],
  value: (n, p) => p[0] + p[1] * solveShare(n, p[1], p[2], p[3], p[4]),
  gradient(n, p, out) {
    const height = p[1];
    const alpha = p[2];
    const beta = p[3];
    const share = solveShare(n, height, alpha, beta, p[4]);
    // F = log share + log h - alpha (log(1 - share) + log h) - log beta + gamma log n = 0, differentiated implicitly.
    const slope = 1 / share + alpha / (1 - share);
    out[0] = 1;
    out[1] = share - (1 - alpha) / slope;
    out[2] = (height * (Math.log1p(-share) + Math.log(height))) / slope;
    out[3] = height / (beta * slope);
    out[4] = (-height * Math.log(n)) / slope;
    return p[0] + height * share;
  },
  startingPoints(n, error) {
    const lowest = Math.min(...Array.from(error));
    const highest = Math.max(...Array.from(error));
    const points: number[][] = [];
    for (const share of [0.4, 0.85, 0.99]) {
      for (const excess of [0.05, 1, 6]) {
        for (const alpha of [0.15, 1]) {
          const c = share * lowest;
          const top = highest * (1 + excess);
          const left = (i: number): number => Math.log(error[i] - c) - alpha * Math.log(top - error[i]);
          const last = n.length - 1;
          const gamma = Math.max((left(0) - left(last)) / Math.log(n[last] / n[0]), 0.02);
          points.push([c, top - c, alpha, Math.exp(left(0) + gamma * Math.log(n[0])), gamma]);
        }
      }
    }
    return points;
  },
  centering: {
    index: 3,
    shift: (p, logCenter) => (1 - p[2]) * Math.log(p[1]) + p[4] * logCenter,
    slopes(p, logCenter, out) {
      out.fill(0);
      out[1] = (1 - p[2]) / p[1];
      out[2] = -Math.log(p[1]);
      out[4] = logCenter;
    },
  },
  asymptote: (p) => p[0],
};

/** Solves for `(e - c) / h` on (0, 1): the left side of the law grows from -inf to inf with it, so Newton on the logit is safe. */
function solveShare(n: number, height: number, alpha: number, beta: number, gamma: number): number {
  const target = Math.log(beta) - gamma * Math.log(n) - (1 - alpha) * Math.log(height);
  // In t = logit(share): log share = -log1p(exp(-t)) and log(1 - share) = -log1p(exp(t)).
  let low = -700;
  let high = 700;
  let t = Math.max(low, Math.min(high, target / (target < 0 ? 1 : Math.max(alpha, 1e-3))));
  for (let i = 0; i < 200; i++) {
    const small = Math.exp(-Math.abs(t));
    const share = t < 0 ? small / (1 + small) : 1 / (1 + small);
    const logShare = Math.min(t, 0) - Math.log1p(small);
    const logRest = logShare - t;
    const difference = logShare - alpha * logRest - target;
    // What rounding leaves of the difference: further steps would only wander.
    const rounding = 1e-16 * (Math.abs(target) - logShare - alpha * logRest);
    if (Math.abs(difference) <= 2 * rounding) break;
    if (difference > 0) high = t;
    else low = t;
    const derivative = 1 - share + alpha * share;
    let next = t - difference / derivative;
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (Math.abs(next - t) <= 1e-15 * Math.max(1, Math.abs(t))) break;
    t = next;
  }
  return Math.min(Math.max(1 / (1 + Math.exp(-t)), Number.MIN_VALUE), 1 - Number.EPSILON / 2);
}
