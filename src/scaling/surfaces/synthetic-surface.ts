import { floor } from "../law.js";
import type { SurfaceLaw } from "../surface-law.js";

/**
 * Real and synthetic scans as factors: `c + a (gamma + (1 + s)^-alpha) n^-beta`. Synthetic scans lower what real ones leave,
 * at every n by the same share, down to a gap that they cannot close.
 *
 * After H. Mikami et al., "A scaling law for synthetic-to-real transfer", 2021, whose surface is
 * `delta (gamma + n^-alpha) s^-beta`; the `1 + s` and the floor are this project's, so that no synthetic data
 * (`s = 0`) is a point of the surface and a real-only curve with a floor is its edge.
 */
export const syntheticSurface: SurfaceLaw = {
  name: "synthetic-surface",
  title: "Synthetic-to-real surface",
  formula: "c + a * (gamma + (1 + s)^-alpha) * n^-beta",
  reference:
    "H. Mikami et al., A scaling law for synthetic-to-real transfer, 2021; with a floor, and s = 0 a point of the surface",
  amounts: ["real scans", "synthetic scans"],
  isDefinedWithoutS: true,
  sizesNeeded: [3, 3],
  parameters: [
    { ...floor, description: "error left with unlimited real data" },
    { name: "a", description: "scale of the reducible error", unit: "error", lower: 0, upper: Infinity },
    { name: "beta", description: "exponent of real scans", unit: "1", lower: 0, upper: 20 },
    {
      name: "gamma",
      description: "transfer gap: what synthetic scans cannot remove",
      unit: "1",
      lower: 0,
      upper: Infinity,
      mayVanish: true,
    },
    { name: "alpha", description: "exponent of synthetic scans", unit: "1", lower: 0, upper: 20 },
  ],
  value: (n, s, p) => p[0] + p[1] * (p[3] + Math.pow(1 + s, -p[4])) * Math.pow(n, -p[2]),
  gradient(n, s, p, out) {
    const real = Math.pow(n, -p[2]);
    const synthetic = Math.pow(1 + s, -p[4]);
    const reducible = (p[3] + synthetic) * real;
    out[0] = 1;
    out[1] = reducible;
    out[2] = -p[1] * reducible * Math.log(n);
    out[3] = p[1] * real;
    out[4] = -p[1] * synthetic * real * Math.log1p(s);
    return p[0] + p[1] * reducible;
  },
  startingPoints(points) {
    const lowest = Math.max(Math.min(...points.map(({ error }) => error)), 1e-6);
    const smallest = points.reduce((a, b) => (b.n < a.n ? b : a));
    const starts: number[][] = [];
    for (const share of [0.3, 0.9])
      for (const beta of [0.2, 0.5, 1])
        for (const gamma of [0.3, 2])
          for (const alpha of [0.05, 0.4]) {
            const reducible = Math.max(smallest.error - share * lowest, 1e-6);
            starts.push([share * lowest, (reducible * smallest.n ** beta) / (gamma + 1), beta, gamma, alpha]);
          }
    return starts;
  },
};
