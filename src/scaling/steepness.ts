import { LabError, requireThat } from "../core/errors.js";
import { redrawAround } from "./curve-bootstrap.js";
import type { CurveBootstrap, CurveSet } from "./curve-bootstrap.js";
import { intervalOfCurves } from "./curve-interval.js";
import type { CurveIntervalMethod, EstimateWithInterval } from "./curve-interval.js";
import type { CurvePoint } from "./curve.js";
import { fitLaw } from "./fit.js";
import { powerFloorLaw } from "./laws/power-floor.js";
import { refitLaw } from "./refit.js";

/** One number of two curves, and how far the second lies above the first. */
export interface PairReading {
  first: EstimateWithInterval;
  second: EstimateWithInterval;
  /** `second - first`, both from the same draw: above 0 the second curve is the steeper one. */
  difference: EstimateWithInterval;
}

/** How steep two learning curves are, in the three readings that the word has. */
export interface SteepnessComparison {
  first: string;
  second: string;
  /** Ends of the stretch that the first two readings are taken over. */
  from: number;
  to: number;
  /** Score gained by each doubling of n, between the two ends; on the score's scale. */
  gainPerDoubling: PairReading;
  /** The same as the slope of a straight line through all points of the stretch (least squares over log n). */
  fittedGainPerDoubling: PairReading;
  /** `b` of `error = a n^-b` through the two ends: each doubling divides the error by `2^b`. */
  errorExponent: PairReading;
  /** The same from a straight line through the logarithms of all errors of the stretch. */
  fittedErrorExponent: PairReading;
  /** `b` of `error = c + a n^-b` through all points of each curve, whatever the stretch. */
  exponentAboveFloor: PairReading;
  /** The `c` that each of these exponents is counted above, an error. */
  floor: PairReading;
  /** Why an exponent above a floor is not known, in words; empty where it is. */
  reasons: { first: string[]; second: string[] };
}

/** Which stretch is read, and how sure. */
export interface SteepnessOptions {
  /** Sizes that both curves have; default the smallest and the largest of them. */
  from?: number;
  to?: number;
  /** Between 0 and 1; default 0.95. */
  level?: number;
  /**
   * As `intervalOfCurves` takes it; default `percentile`. What a law is fitted for is far from linear in the scores and
   * takes percentiles where this is `t`.
   */
  method?: CurveIntervalMethod;
}

/**
 * "Synthetic data steepen the law" can mean three things: more score a doubling, a larger exponent of the error, or a
 * larger exponent of what lies above a floor. A curve can be steeper in one reading and flatter in another: one that is
 * only shifted to fewer scans, or ends sooner, has the same or less to gain a doubling and the larger exponent above its
 * floor.
 *
 * @param curves a bootstrap, for intervals (its residuals are drawn around the power law with floor); `{ observed }` alone
 *   gives the numbers, with `NaN` as ends.
 * @returns what is not defined has no estimate: the exponent of an error of 0, and that above a floor where the points do
 *   not determine the law.
 * @throws LabError when an arm is not there, an end is not a size that both have, or they share fewer than two sizes.
 */
export function compareSteepness(
  curves: Pick<CurveBootstrap, "observed"> & Partial<CurveBootstrap>,
  first: string,
  second: string,
  options: SteepnessOptions = {},
): SteepnessComparison {
  const { level = 0.95, method = "percentile" } = options;
  const { observed } = curves;
  const arms = Object.keys(observed);
  for (const arm of [first, second])
    if (!arms.includes(arm)) throw new LabError("arm", arm, `one of ${arms.join(", ")}`);
  requireThat(first !== second, "arms", `${first},${second}`, "two different arms");
  const { from, to } = chooseEnds(observed[first], observed[second], options);

  const bootstrap = redrawAround(
    {
      replicates: [],
      leftOut: [],
      jackknife: [],
      unit: "residuals",
      patientCount: 0,
      seedCount: 0,
      ...curves,
    },
    powerFloorLaw,
  );
  type Statistic = (points: readonly CurvePoint[], arm: string) => number | undefined;
  const read = (statistic: Statistic, by = method): PairReading => {
    const of = (set: CurveSet, arm: string): number | undefined => statistic(set[arm], arm);
    const intervalOf = (value: (set: CurveSet) => number | undefined): EstimateWithInterval =>
      intervalOfCurves(bootstrap, value, { level, method: by });
    return {
      first: intervalOf((set) => of(set, first)),
      second: intervalOf((set) => of(set, second)),
      difference: intervalOf((set) => subtract(of(set, second), of(set, first))),
    };
  };
  const stretch = (points: readonly CurvePoint[]): CurvePoint[] =>
    points.filter(({ n }) => n >= from && n <= to);
  const ends = (points: readonly CurvePoint[]): CurvePoint[] =>
    points.filter(({ n }) => n === from || n === to);
  const whyUnknown = (arm: string): string[] => fitLaw(powerFloorLaw, observed[arm]).reasons;
  const reasons = { first: whyUnknown(first), second: whyUnknown(second) };
  const fits = createFloorFits();
  const ofFit = (index: number): PairReading =>
    read(
      (points, arm) =>
        (arm === first ? reasons.first : reasons.second).length > 0 ? undefined : fits(points)[index],
      method === "t" ? "percentile" : method,
    );
  return {
    first,
    second,
    from,
    to,
    gainPerDoubling: read((points) => slopePerDoubling(ends(points), ({ error }) => -error)),
    fittedGainPerDoubling: read((points) => slopePerDoubling(stretch(points), ({ error }) => -error)),
    errorExponent: read((points) => slopePerDoubling(ends(points), logError)),
    fittedErrorExponent: read((points) => slopePerDoubling(stretch(points), logError)),
    exponentAboveFloor: ofFit(2),
    floor: ofFit(0),
    reasons,
  };
}

function chooseEnds(
  first: readonly CurvePoint[],
  second: readonly CurvePoint[],
  options: SteepnessOptions,
): { from: number; to: number } {
  const shared = first.map(({ n }) => n).filter((n) => second.some((point) => point.n === n));
  const sizes = [...new Set(shared)].sort((a, b) => a - b);
  if (sizes.length < 2)
    throw new LabError(
      "arms",
      `${sizes.length} sizes in common`,
      "at least two",
      "Train both arms at two sizes.",
    );
  const { from = sizes[0], to = sizes[sizes.length - 1] } = options;
  for (const [name, n] of [
    ["from", from],
    ["to", to],
  ] as const)
    requireThat(sizes.includes(n), name, n, `a size that both arms have: ${sizes.join(", ")}`);
  requireThat(from < to, "from", from, `a size below to, ${to}`);
  return { from, to };
}

/** Minus log2 of the error: a slope of it over doublings is the exponent. */
function logError({ error }: CurvePoint): number {
  return -Math.log2(error);
}

/** Slope of the weighted least-squares line of a value over log2 n; `undefined` where a value is infinite. */
export function slopePerDoubling(
  points: readonly CurvePoint[],
  valueOf: (point: CurvePoint) => number,
): number | undefined {
  let w = 0;
  let wx = 0;
  let wy = 0;
  for (const point of points) {
    const weight = point.weight ?? 1;
    w += weight;
    wx += weight * Math.log2(point.n);
    wy += weight * valueOf(point);
  }
  let xx = 0;
  let xy = 0;
  for (const point of points) {
    const weight = point.weight ?? 1;
    const x = Math.log2(point.n) - wx / w;
    xx += weight * x * x;
    xy += weight * x * (valueOf(point) - wy / w);
  }
  const slope = xy / xx;
  return Number.isFinite(slope) ? slope : undefined;
}

/** Fits the power law with floor to each curve once: three readings ask for the same fit. */
function createFloorFits(): (points: readonly CurvePoint[]) => number[] {
  const known = new Map<readonly CurvePoint[], number[]>();
  return (points) => {
    let parameters = known.get(points);
    if (!parameters) known.set(points, (parameters = refitLaw(powerFloorLaw, [points])[0]));
    return parameters;
  };
}

function subtract(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a - b;
}
