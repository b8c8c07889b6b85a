import type { SurfaceLaw } from "../surface-law.js";

/**
 * Model and data as two sources of error that add up: `E + A N^-alpha + B D^-beta`, with `n` for N (parameters) and `s` for D
 * (tokens). J. Hoffmann et al. 2022 ("Chinchilla") fit it by the Huber loss of the logarithm, delta 0.001.
 */
export const additiveSurface: SurfaceLaw = {
  name: "additive-surface",
  title: "Model and data",
  formula: "E + A * N^-alpha + B * D^-beta",
  reference: "J. Hoffmann et al., Training compute-optimal large language models, 2022, approach 3",
  amounts: ["parameters of the model N", "training examples D"],
  isDefinedWithoutS: false,
  sizesNeeded: [3, 3],
  parameters: [
    {
      name: "E",
      description: "error left with unlimited model and data",
      unit: "error",
      lower: 0,
      upper: Infinity,
      mayVanish: true,
    },
    { name: "A", description: "error of a model of one parameter", unit: "error", lower: 0, upper: Infinity },
    { name: "B", description: "error of one training example", unit: "error", lower: 0, upper: Infinity },
    { name: "alpha", description: "exponent of the model's size", unit: "1", lower: 0, upper: 20 },
    { name: "beta", description: "exponent of the data", unit: "1", lower: 0, upper: 20 },
  ],
  value: (n, s, p) => p[0] + p[1] * Math.pow(n, -p[3]) + p[2] * Math.pow(s, -p[4]),
  gradient(n, s, p, out) {
    const model = Math.pow(n, -p[3]);
    const data = Math.pow(s, -p[4]);
    out[0] = 1;
    out[1] = model;
    out[2] = data;
    out[3] = -p[1] * model * Math.log(n);
    out[4] = -p[2] * data * Math.log(s);
    return p[0] + p[1] * model + p[2] * data;
  },
  startingPoints(points) {
    const errors = points.map(({ error }) => error).sort((a, b) => a - b);
    const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];
    const n = middle(points.map((point) => point.n));
    const s = middle(points.map((point) => point.s));
    const starts: number[][] = [];
    for (const share of [0.1, 0.5, 0.9])
      for (const alpha of [0.15, 0.35, 0.7])
        for (const beta of [0.15, 0.35, 0.7]) {
          const half = Math.max(errors[errors.length >> 1] - share * errors[0], 1e-6) / 2;
          starts.push([share * errors[0], half * n ** alpha, half * s ** beta, alpha, beta]);
        }
    return starts;
  },
};
