import { requireThat } from "../../core/errors.js";
import { metricInfo } from "../../metrics/metric.js";
import type { Metric } from "../../metrics/metric.js";
import { adjustHolm } from "../../stats/holm.js";
import type { GainFinding } from "./judge-gain.js";
import type { JudgedPair } from "./judgment.js";

/** How models are judged, whatever is known of them. */
export interface CourtOptions {
  /** Default `dice`. */
  metric?: Metric;
  /**
   * Gains within it count as none, in the metric's unit; default 0.01 (one point) of a share, 1 of what has a unit; below
   * all that the metric can differ. Has to be chosen before the scores are seen.
   */
  margin?: number;
  /** Of the verdicts after Holm, and 1 less the level of the intervals; between 0 and 1, default 0.05. */
  alpha?: number;
  /** Of the studies that are planned; between alpha and 1, default 0.8. */
  power?: number;
  /** A model that was chosen before the scores were seen: the others are compared with it alone. */
  against?: string;
  /** Every pair, and not only those with the best mean; default false. */
  allPairs?: boolean;
}

/** Options with their defaults. Throws a LabError for one out of range, and a model to compare with that is not there. */
export function resolveCourt(
  names: readonly string[],
  options: CourtOptions,
): Required<Pick<CourtOptions, "metric" | "margin" | "alpha" | "power">> {
  const { metric = "dice", alpha = 0.05, power = 0.8, against } = options;
  requireThat(metric in metricInfo, "metric", metric, `one of ${Object.keys(metricInfo).join(", ")}`);
  const { margin = metricInfo[metric].unit === "" ? 0.01 : 1 } = options;
  requireThat(margin > 0 && Number.isFinite(margin), "margin", margin, "a finite number above 0");
  // Within a margin as wide as all that can be, any two models would be equal.
  const [least, most] = metricInfo[metric].bounds;
  requireThat(
    margin < most - least,
    "margin",
    margin,
    `below ${most - least}, which is all that ${metricInfo[metric].displayName} can differ`,
    metricInfo[metric].unit === "" ? "One point is 0.01 in code, and 1 on the command line" : "",
  );
  requireThat(alpha > 0 && alpha < 1, "alpha", alpha, "a number between 0 and 1");
  requireThat(power > alpha && power < 1, "power", power, `a number between ${alpha} and 1`);
  requireThat(
    against === undefined || names.includes(against),
    "against",
    against,
    `one of the models: ${names.join(", ")}`,
  );
  return { metric, margin, alpha, power };
}

/** Holm's adjustment of both questions, each its own family of as many comparisons. */
export function adjustFamily(
  findings: readonly Pick<GainFinding, "pDifference" | "pEquivalence">[],
): Pick<JudgedPair, "adjustedDifference" | "adjustedEquivalence">[] {
  const adjust = (of: (each: (typeof findings)[number]) => number): number[] =>
    adjustHolm(findings.map((each, i) => ({ name: String(i), pValue: of(each) }))).map(
      ({ adjusted }) => adjusted,
    );
  const differences = adjust(({ pDifference }) => pDifference);
  const equivalences = adjust(({ pEquivalence }) => pEquivalence);
  return findings.map((_, i) => ({
    adjustedDifference: differences[i],
    adjustedEquivalence: equivalences[i],
  }));
}

/** The least and the largest gain there can be. */
export function boundsOfGain(metric: Metric): [number, number] {
  const {
    bounds: [least, most],
    better,
  } = metricInfo[metric];
  return better === "zero" ? [-Infinity, Infinity] : [least - most, most - least];
}
