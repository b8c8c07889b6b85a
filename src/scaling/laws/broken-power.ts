import { floor } from "../law.js";
import type { ScalingLaw } from "../law.js";

/** A power law that bends once, smoothly, into another, on top of a floor. */
export const brokenPowerLaw: ScalingLaw = {
  name: "broken-power",
  title: "Broken power law (one break)",
  formula: "c + b * n^-s * (1 + (n/d)^(1/f))^(-t f)",
  reference: "E. Caballero et al., Broken neural scaling laws, ICLR 2023",
  parameters: [
    floor,
    { name: "b", description: "scale of the reducible error", unit: "error", lower: 0, upper: Infinity },
    { name: "s", description: "exponent before the break", unit: "1", lower: 0, upper: 20 },
    {
      name: "t",
      description: "change of the exponent at the break; below 0 the curve flattens",
      unit: "1",
      lower: -20,
      upper: 20,
    },
    { name: "d", description: "where the break is", unit: "scans", lower: 0, upper: Infinity },
    { name: "f", description: "width of the break on the log axis", unit: "1", lower: 0, upper: 20 },
  ],
  value(n, p) {
    return (
      p[0] + Math.exp(Math.log(p[1]) - p[2] * Math.log(n) - p[3] * p[5] * softplus(Math.log(n / p[4]) / p[5]))
    );
  },
  gradient(n, p, out) {
    const z = Math.log(n / p[4]) / p[5];
    const soft = softplus(z);
    const share = 1 / (1 + Math.exp(-z));
    const reducible = Math.exp(Math.log(p[1]) - p[2] * Math.log(n) - p[3] * p[5] * soft);
    out[0] = 1;
    out[1] = reducible / p[1];
    out[2] = -reducible * Math.log(n);
    out[3] = -reducible * p[5] * soft;
    out[4] = (reducible * p[3] * share) / p[4];
    out[5] = reducible * p[3] * (share * z - soft);
    return p[0] + reducible;
  },
  startingPoints(n, error) {
    const last = n.length - 1;
    const lowest = Math.min(...Array.from(error));
    const points: number[][] = [];
    for (const floorShare of [0.02, 0.5, 0.9]) {
      const c = floorShare * lowest;
      const slope = Math.max(Math.log((error[0] - c) / (error[last] - c)) / Math.log(n[last] / n[0]), 0.02);
      for (const t of [-slope / 2, slope / 2]) {
        for (const place of [0.25, 0.5, 0.75]) {
          for (const f of [0.2, 0.8]) {
            const d = Math.exp(Math.log(n[0]) + place * Math.log(n[last] / n[0]));
            points.push([c, (error[0] - c) * Math.pow(n[0], slope), slope, t, d, f]);
          }
        }
      }
    }
    return points;
  },
  isFalling: (p) => p[2] + p[3] > 0,
  centering: {
    index: 1,
    shift: (p, logCenter) => p[2] * logCenter,
    slopes(_, logCenter, out) {
      out.fill(0);
      out[2] = logCenter;
    },
  },
  asymptote: (p) => p[0],
};

/** `log(1 + exp(z))` without overflow. */
function softplus(z: number): number {
  return z > 0 ? z + Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z));
}
