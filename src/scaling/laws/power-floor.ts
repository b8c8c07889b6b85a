import { floor } from "../law.js";
import type { ScalingLaw } from "../law.js";

/** `c + a n^-b`: a power law on top of an error that data cannot remove. */
export const powerFloorLaw: ScalingLaw = {
  name: "power-floor",
  title: "Power law with floor",
  formula: "c + a * n^-b",
  reference: "J. Hestness et al., Deep learning scaling is predictable, empirically, 2017",
  parameters: [
    floor,
    { name: "a", description: "reducible error at one scan", unit: "error", lower: 0, upper: Infinity },
    { name: "b", description: "exponent of the reducible error", unit: "1", lower: 0, upper: 20 },
  ],
  value: (n, p) => p[0] + p[1] * Math.pow(n, -p[2]),
  gradient(n, p, out) {
    const falling = Math.pow(n, -p[2]);
    out[0] = 1;
    out[1] = falling;
    out[2] = -p[1] * falling * Math.log(n);
    return p[0] + p[1] * falling;
  },
  startingPoints(n, error) {
    const lowest = Math.min(...Array.from(error));
    return [0.2, 0.6, 0.95].flatMap((share) =>
      [0.2, 0.5, 1.2].map((b) => {
        const c = share * lowest;
        return [c, Math.max(error[0] - c, 1e-9) * Math.pow(n[0], b), b];
      }),
    );
  },
  centering: {
    index: 1,
    shift: (p, logCenter) => p[2] * logCenter,
    slopes(_, logCenter, out) {
      out.fill(0);
      out[2] = logCenter;
    },
  },
  asymptote: (p) => p[0],
  separable: {
    floorIndex: 0,
    amplitudeIndex: 1,
    rateIndex: 2,
    abscissa: (n) => Math.log(n),
    rateRange: () => [1e-3, 8],
  },
};
