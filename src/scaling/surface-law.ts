import type { LawParameter } from "./law.js";

/** One trained model: how much it had of two things, and the error it reached. */
export interface SurfacePoint {
  /** The first amount, such as real training scans or the parameters of a model; above 0. */
  n: number;
  /** The second, such as synthetic scans (0 or more) or training tokens. */
  s: number;
  error: number;
  /** Relative trust, above 0; default 1. */
  weight?: number;
}

/** A law of two amounts. All parameters are 0 or more and searched on a log scale. */
export interface SurfaceLaw {
  /** Short name. */
  readonly name: string;
  /** Name for people. */
  readonly title: string;
  /** The formula with the parameter names in it. */
  readonly formula: string;
  /** Where the law comes from. */
  readonly reference: string;
  /** What `n` and `s` count. */
  readonly amounts: readonly [string, string];
  /** Whether a model without any `s` is a point of the surface. */
  readonly isDefinedWithoutS: boolean;
  /** Different n, and different s, without which the parameters cannot be told apart. */
  readonly sizesNeeded: readonly [number, number];
  readonly parameters: readonly LawParameter[];
  /** Error at `n > 0` and s. */
  value(n: number, s: number, parameters: ArrayLike<number>): number;
  /** Writes the derivative of {@link value} by each parameter into `out`; returns the value. */
  gradient(n: number, s: number, parameters: ArrayLike<number>, out: Float64Array): number;
  /** Fixed starting points for a search, from the data alone. */
  startingPoints(points: readonly SurfacePoint[]): number[][];
}
