import type { ScalingLaw } from "../law.js";

/** `a n^-b`: no floor, so more data always help. */
export const powerLaw: ScalingLaw = {
  name: "power",
  title: "Power law",
  formula: "a * n^-b",
  reference:
    "J. Hestness et al., Deep learning scaling is predictable, empirically, 2017 (without the floor)",
  parameters: [
    { name: "a", description: "error at one scan", unit: "error", lower: 0, upper: Infinity },
    {
      name: "b",
      description: "exponent: each doubling divides the error by 2^b",
      unit: "1",
      lower: 0,
      upper: 20,
    },
  ],
  value: (n, p) => p[0] * Math.pow(n, -p[1]),
  gradient(n, p, out) {
    const falling = Math.pow(n, -p[1]);
    out[0] = falling;
    out[1] = -p[0] * falling * Math.log(n);
    return p[0] * falling;
  },
  startingPoints(n, error) {
    const last = n.length - 1;
    const slope = Math.log(error[0] / error[last]) / Math.log(n[last] / n[0]);
    const b = Math.min(5, Math.max(slope, 1e-3));
    return [[error[0] * Math.pow(n[0], b), b]];
  },
  centering: {
    index: 0,
    shift: (p, logCenter) => p[1] * logCenter,
    slopes(_, logCenter, out) {
      out.fill(0);
      out[1] = logCenter;
    },
  },
  asymptote: () => 0,
};
