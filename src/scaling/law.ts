/**
 * A scaling law: the error left after training on `n` scans. Every law here falls towards a floor as n grows;
 * a score such as Dice enters as `error = 1 - score`.
 */
export interface ScalingLaw {
  /** Short name, as on the command line. */
  readonly name: string;
  /** Name for people. */
  readonly title: string;
  /** The formula with the parameter names in it. */
  readonly formula: string;
  /** Where the law comes from. */
  readonly reference: string;
  readonly parameters: readonly LawParameter[];
  /** Error at `n > 0` scans. */
  value(n: number, parameters: ArrayLike<number>): number;
  /** Writes the derivative of {@link value} by each parameter into `out`; returns the value. */
  gradient(n: number, parameters: ArrayLike<number>, out: Float64Array): number;
  /** Fixed starting points for a search, from the data alone; never random. Sorted by n ascending. */
  startingPoints(n: ArrayLike<number>, error: ArrayLike<number>): number[][];
  /** False where the parameters are inside their bounds but the curve would rise again; absent where none can. */
  isFalling?(parameters: ArrayLike<number>): boolean;
  /** The error left with unlimited data. */
  asymptote(parameters: ArrayLike<number>): number;
  /** Present where one parameter moves the whole curve and trades against others: it is then searched at the data's middle. */
  readonly centering?: Centering;
  /** Present where the law is `floor + amplitude * basis(n, rate)`: then one dimension is left to search. */
  readonly separable?: SeparableForm;
}

/** One parameter of a law. */
export interface LawParameter {
  readonly name: string;
  readonly description: string;
  /** `error`, `1`, `scans`, `1/scans` ... */
  readonly unit: string;
  /** Open lower bound. Positive parameters are searched on a log scale. */
  readonly lower: number;
  readonly upper: number;
  /**
   * True where 0 means that the law does without it, such as a floor: a ratio says nothing then, and how well it is known
   * is judged by its size, an error beside the largest one measured and a number beside 1.
   */
  readonly mayVanish?: boolean;
}

/**
 * A search that steps along `log amplitude` walks a long curved valley when the amplitude is the error at one scan and
 * the data lie at hundreds: every change of the exponent has to be paid for with it. Searching
 * `log amplitude - shift(others)` instead, the height of the curve amid the data, makes the valley straight.
 */
export interface Centering {
  /** Position of the amplitude in the parameter list; its lower bound is 0. */
  readonly index: number;
  /** What the other parameters add to the amplitude's logarithm when the curve's height at `exp(logCenter)` is kept. */
  shift(parameters: ArrayLike<number>, logCenter: number): number;
  /** Writes the derivative of {@link shift} by each parameter into `out`; 0 at `index`. */
  slopes(parameters: ArrayLike<number>, logCenter: number, out: Float64Array): void;
}

/** A law of the form `floor + amplitude * exp(-rate * t(n))`: linear but for its rate. */
export interface SeparableForm {
  /** Positions in the parameter list. */
  readonly floorIndex: number;
  readonly amplitudeIndex: number;
  readonly rateIndex: number;
  /** `t(n)`: the logarithm of n for a power law, n itself for an exponential one. */
  abscissa(n: number): number;
  /** Range of the rate worth searching for data between these n. */
  rateRange(smallestN: number, largestN: number): readonly [number, number];
}

/** The floor that most laws have: what data cannot remove. */
export const floor: LawParameter = {
  name: "c",
  description: "error left with unlimited data",
  unit: "error",
  lower: 0,
  upper: Infinity,
  mayVanish: true,
};
