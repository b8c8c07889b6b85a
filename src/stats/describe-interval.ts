import { groupThousands } from "../core/group-thousands.js";
import { enoughCoverage } from "./choose-interval.js";
import type { MeanIntervalMethod } from "./coverage-row.js";
import type { MeanInterval } from "./mean-interval.js";

/** What each method is called in a text. */
export const intervalMethodNames: Readonly<Record<MeanIntervalMethod, string>> = {
  percentile: "percentile bootstrap",
  bca: "BCa bootstrap",
  t: "Student's t",
  studentized: "studentized bootstrap",
  gaffke: "Gaffke's bound",
};

/**
 * What an interval is, in one line: method, what it drew, and how often it held the mean of real Dice scores where that was
 * measured, which is over units that count once each. Such as `"Gaffke's bound over 20 patients, nothing drawn; measured on Dice at
 * n = 20: held the mean in 98.6 % of samples in the worst organ"`.
 *
 * @param unit plural name of what is independent, default `"patients"`.
 */
export function describeInterval(interval: MeanInterval, unit = "patients"): string {
  const { method, units, resamples, weighting, measured } = interval;
  if (units < 2) return `no interval: ${units === 1 ? "one" : "none"} of the ${unit}`;
  const drawn = resamples > 0 ? `${groupThousands(resamples)} resamples` : "nothing drawn";
  const how = `${intervalMethodNames[method]} over ${units} ${unit}`;
  return weighting === "by rows"
    ? `${how}, each as often as it has rows, ${drawn}; coverage measured only where each counts once`
    : `${how}, ${drawn}; ${describeCoverage(measured)}`;
}

/** How often a method held the mean where it was measured, in words. */
export function describeCoverage(measured: MeanInterval["measured"]): string {
  if (measured === undefined) return "coverage not measured";
  const at = `on Dice at n = ${measured.at.join(" and ")}`;
  const share = `${(100 * measured.worst).toFixed(1)} %`;
  return measured.worst >= enoughCoverage
    ? `measured ${at}: held the mean in ${share} of samples in the worst organ`
    : `measured ${at}: held the mean in only ${share} of samples in the worst organ`;
}
