import { floor } from "../law.js";
import type { LawParameter } from "../law.js";

/**
 * The error as a function of two amounts of data: `n` real and `s` synthetic scans,
 * `c + a (gamma + (1 + s)^-alpha) n^-beta`.
 *
 * After H. Mikami et al., "A scaling law for synthetic-to-real transfer", 2021, whose surface is
 * `delta (gamma + n^-alpha) s^-beta`; the `1 + s` and the floor are this project's, so that no synthetic data
 * (`s = 0`) is a point of the surface and a real-only curve with a floor is its edge.
 */
export const syntheticSurface: Readonly<Record<"name" | "title" | "formula" | "reference", string>> = {
  name: "synthetic-surface",
  title: "Synthetic-to-real surface",
  formula: "c + a * (gamma + (1 + s)^-alpha) * n^-beta",
  reference:
    "H. Mikami et al., A scaling law for synthetic-to-real transfer, 2021; with a floor, and s = 0 a point of the surface",
};

/** Its parameters: the order, unit and bounds of everything that takes or gives them. */
export const syntheticSurfaceParameters: readonly LawParameter[] = [
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
];

/** Error at `n > 0` real and `s >= 0` synthetic scans. Parameters in the order of {@link syntheticSurfaceParameters}. */
export function syntheticSurfaceValue(n: number, s: number, p: ArrayLike<number>): number {
  return p[0] + p[1] * (p[3] + Math.pow(1 + s, -p[4])) * Math.pow(n, -p[2]);
}

/** Writes the derivative by each parameter into `out`; returns the value. */
export function syntheticSurfaceGradient(
  n: number,
  s: number,
  p: ArrayLike<number>,
  out: Float64Array,
): number {
  const real = Math.pow(n, -p[2]);
  const synthetic = Math.pow(1 + s, -p[4]);
  const reducible = (p[3] + synthetic) * real;
  out[0] = 1;
  out[1] = reducible;
  out[2] = -p[1] * reducible * Math.log(n);
  out[3] = p[1] * real;
  out[4] = -p[1] * synthetic * real * Math.log1p(s);
  return p[0] + p[1] * reducible;
}
