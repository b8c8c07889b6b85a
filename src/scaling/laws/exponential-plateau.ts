import { floor } from "../law.js";
import type { ScalingLaw } from "../law.js";

/** `c + d exp(-k n)`: the error reaches its floor after a few multiples of 1/k scans. */
export const exponentialPlateauLaw: ScalingLaw = {
  name: "exponential-plateau",
  title: "Exponential plateau",
  formula: "c + d * exp(-k n)",
  reference:
    "H. C. Gottlich et al., Effect of dataset size and medical image modality on convolutional neural network model performance for automated segmentation, J Digit Imaging 2023",
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
  ],
  value: (n, p) => p[0] + p[1] * Math.exp(-p[2] * n),
  gradient(n, p, out) {
    const falling = Math.exp(-p[2] * n);
    out[0] = 1;
    out[1] = falling;
    out[2] = -p[1] * n * falling;
    return p[0] + p[1] * falling;
  },
  startingPoints(n, error) {
    const lowest = Math.min(...Array.from(error));
    return [0.3, 1, 3, 10].map((count) => {
      const k = count / n[n.length - 1];
      return [0.95 * lowest, Math.max(error[0] - 0.95 * lowest, 1e-9) * Math.exp(k * n[0]), k];
    });
  },
  asymptote: (p) => p[0],
  separable: {
    floorIndex: 0,
    amplitudeIndex: 1,
    rateIndex: 2,
    abscissa: (n) => n,
    rateRange: (smallestN, largestN) => [0.01 / largestN, 20 / smallestN],
  },
};
