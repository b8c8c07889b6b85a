import { floor } from "../law.js";
import type { LawParameter } from "../law.js";
import type { SurfaceLaw, SurfacePoint } from "../surface-law.js";

const amplitude: LawParameter = {
  name: "a",
  description: "reducible error at one real scan",
  unit: "error",
  lower: 0,
  upper: Infinity,
};
const exponent: LawParameter = {
  name: "b",
  description: "exponent of the reducible error",
  unit: "1",
  lower: 0,
  upper: 20,
};
const rate: LawParameter = {
  name: "k",
  description: "real scans that a synthetic one stands for",
  unit: "1",
  lower: 0,
  upper: Infinity,
  mayVanish: true,
};

/** Real and synthetic scans in one currency: `c + a (n + k s)^-b`, each synthetic scan being worth `k` real ones. */
export const exchangeSurface: SurfaceLaw = {
  name: "exchange-surface",
  title: "Exchange of synthetic for real scans",
  formula: "c + a * (n + k s)^-b",
  reference:
    "the power law with floor of J. Hestness et al. 2017 over n + k s, the effective data of D. Hernandez et al., Scaling laws for transfer, 2021",
  amounts: ["real scans", "synthetic scans"],
  isDefinedWithoutS: true,
  sizesNeeded: [3, 2],
  parameters: [floor, amplitude, exponent, rate],
  value: (n, s, p) => p[0] + p[1] * Math.pow(n + p[3] * s, -p[2]),
  gradient(n, s, p, out) {
    const scans = n + p[3] * s;
    const falling = Math.pow(scans, -p[2]);
    out[0] = 1;
    out[1] = falling;
    out[2] = -p[1] * falling * Math.log(scans);
    out[3] = (-p[1] * p[2] * falling * s) / scans;
    return p[0] + p[1] * falling;
  },
  startingPoints: (points) => spreadStarts(points).map(([c, a, b, k]) => [c, a, b, k]),
};

/**
 * The same with returns that diminish: `c + a (n + k s^g)^-b`, by which the first synthetic scans are worth more real ones
 * (g below 1) than later ones.
 */
export const diminishingSurface: SurfaceLaw = {
  name: "diminishing-surface",
  title: "Exchange with diminishing returns",
  formula: "c + a * (n + k s^g)^-b",
  reference: `${exchangeSurface.reference}; with D. Hernandez's power of the other data`,
  amounts: exchangeSurface.amounts,
  isDefinedWithoutS: true,
  sizesNeeded: [3, 3],
  parameters: [
    floor,
    amplitude,
    exponent,
    { ...rate, description: "real scans that the first synthetic one stands for", unit: "1" },
    { name: "g", description: "returns: 1 is a fixed rate of exchange", unit: "1", lower: 0, upper: 5 },
  ],
  value: (n, s, p) => p[0] + p[1] * Math.pow(n + p[3] * Math.pow(s, p[4]), -p[2]),
  gradient(n, s, p, out) {
    const power = s > 0 ? Math.pow(s, p[4]) : 0;
    const scans = n + p[3] * power;
    const falling = Math.pow(scans, -p[2]);
    const byScans = (-p[1] * p[2] * falling) / scans;
    out[0] = 1;
    out[1] = falling;
    out[2] = -p[1] * falling * Math.log(scans);
    out[3] = byScans * power;
    out[4] = s > 0 ? byScans * p[3] * power * Math.log(s) : 0;
    return p[0] + p[1] * falling;
  },
  startingPoints: (points) =>
    spreadStarts(points).flatMap(([c, a, b, k]) => [0.5, 1].map((g) => [c, a, b, k, g])),
};

function spreadStarts(points: readonly SurfacePoint[]): [number, number, number, number][] {
  const lowest = Math.max(Math.min(...points.map(({ error }) => error)), 1e-6);
  const smallest = points.reduce((a, b) => (b.n < a.n ? b : a));
  const starts: [number, number, number, number][] = [];
  for (const share of [0.05, 0.5, 0.95])
    for (const b of [0.2, 0.5, 1.2])
      for (const k of [0.01, 0.3, 2]) {
        const reducible = Math.max(smallest.error - share * lowest, 1e-6);
        starts.push([share * lowest, reducible * (smallest.n + k * smallest.s) ** b, b, k]);
      }
  return starts;
}
