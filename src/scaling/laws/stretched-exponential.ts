import { floor } from "../law.js";
import type { ScalingLaw } from "../law.js";

/** `c + d exp(-(k n)^g)`: between the power law (g near 0) and the exponential plateau (g = 1). */
export const stretchedExponentialLaw: ScalingLaw = {
  name: "stretched-exponential",
  title: "Stretched exponential",
  formula: "c + d * exp(-(k n)^g)",
  reference:
    "the Janoschek curve among T. Domhan et al., Speeding up automatic hyperparameter optimization, IJCAI 2015",
  parameters: [
    floor,
    { name: "d", description: "reducible error at no scans", unit: "error", lower: 0, upper: Infinity },
    {
      name: "k",
      description: "rate: the reducible error falls to 37 % in 1/k scans",
      unit: "1/scans",
      lower: 0,
      upper: Infinity,
    },
    { name: "g", description: "stretch: 1 is the exponential plateau", unit: "1", lower: 0, upper: 5 },
  ],
  value: (n, p) => p[0] + p[1] * Math.exp(-Math.pow(p[2] * n, p[3])),
  gradient(n, p, out) {
    const power = Math.pow(p[2] * n, p[3]);
    const falling = Math.exp(-power);
    out[0] = 1;
    out[1] = falling;
    out[2] = (-p[1] * falling * power * p[3]) / p[2];
    out[3] = -p[1] * falling * power * Math.log(p[2] * n);
    return p[0] + p[1] * falling;
  },
  startingPoints(n, error) {
    const lowest = Math.min(...Array.from(error));
    const points: number[][] = [];
    for (const share of [0.6, 0.97]) {
      for (const g of [0.3, 0.6, 1]) {
        for (const count of [0.5, 3, 30]) {
          const k = count / n[n.length - 1];
          const reducible = Math.max(error[0] - share * lowest, 1e-9);
          points.push([share * lowest, reducible * Math.exp(Math.pow(k * n[0], g)), k, g]);
        }
      }
    }
    return points;
  },
  asymptote: (p) => p[0],
};
