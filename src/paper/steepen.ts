import type { TumorOrgan } from "../anatomy/organs.js";
import type { PublishedTable } from "../data/published.js";
import { sizesOfCurve } from "../experiment/analyze/analyze-organ.js";
import type { ExperimentAnalysis } from "../experiment/analyze/analyze.js";
import { curveName } from "../experiment/analyze/experiment-scores.js";
import { pairCurves } from "../experiment/analyze/paired-curves.js";
import type { EstimateWithInterval } from "../scaling/curve-interval.js";
import { compareSteepness } from "../scaling/steepness.js";
import type { PairReading, SteepnessComparison } from "../scaling/steepness.js";
import { spellMethod } from "./claim.js";
import type { ClaimComparison, ClaimedNumber, Verdict } from "./claim.js";
import { readPublishedCurves } from "./published-curves.js";

/** A floor of less than a tenth of a point of Dice is none. */
const leastFloor = 0.001;

const published = { real: "real", mixed: "real+synthetic" };

/** The readings of "steeper", in the order they are told. */
const readings = [
  { name: "Dice points per doubling", of: (each: SteepnessComparison) => each.gainPerDoubling, scale: 100 },
  { name: "exponent of the error", of: (each: SteepnessComparison) => each.errorExponent, scale: 1 },
  { name: "exponent above a floor", of: (each: SteepnessComparison) => each.exponentAboveFloor, scale: 1 },
];

/**
 * The abstract's central sentence as a claim: synthetic data can steepen the law. It has three readings, and each is worked
 * out for the published points and for the experiment's lead organ in distribution, over the sizes that both arms have.
 * A reading says yes where the whole interval of *with synthetic* less *real alone* lies above 0, no where it lies below. The
 * claim holds, or does not, where all three say so; where one cannot be told, or they contradict each other, the word has no
 * one answer, and the claim cannot be told.
 *
 * @param table the published points: `n`, `arm`, `dicePercent`.
 * @throws LabError where the table lacks one of the two arms.
 */
export function judgeSteepen(
  analysis: ExperimentAnalysis,
  organ: TumorOrgan,
  table: PublishedTable,
): ClaimComparison {
  const base = {
    id: "steepen",
    claim: "Synthetic data can steepen the scaling law.",
    sentence: "abstract of arXiv 2510.14831, v1 and v2",
    published: listPoints(table),
    rule: `${organ}, in distribution: with synthetic tumors less real scans alone, in three readings of steepness (${readings.map(({ name }) => name).join(", ")}). Holds where all three lie above 0, does not where all three lie below.`,
  };
  const observed = readPublishedCurves(table, Object.values(published));
  // The first stretch is the steepest, and the one where synthetic tumors add most.
  const printed = [observed[published.real][1].n, undefined]
    .map((to) => compareSteepness({ observed }, published.real, published.mixed, { to }))
    .map(
      (curves) => `Of the published points, ${curves.from} to ${curves.to} scans: ${spellReadings(curves)}.`,
    )
    .join(" ");
  const { realArm, mixedArm, level } = analysis;
  const entry = analysis.organs.find((each) => each.organ === organ);
  const [real, mixed] = [curveName(realArm ?? "", "in"), curveName(mixedArm ?? "", "in")];
  const shared = sizesOfCurve(entry, real).filter((n) => sizesOfCurve(entry, mixed).includes(n));
  if (entry?.bootstrap === undefined || shared.length < 2) {
    const because = ["The experiment did not ask this: the two arms share fewer than two sizes."];
    return { ...base, found: printed, verdict: "not tested here", because };
  }
  const drawn = pairCurves({ table: entry.table!, bootstrap: entry.bootstrap }, [real, mixed]);
  const here = compareSteepness(drawn, real, mixed, { level, method: "t" });
  const answers = readings.map(({ name, of }) => ({ name, answer: answer(of(here).difference) }));
  // Without a floor the exponent above it is the exponent of the error over again, and no reading of its own.
  const hasFloors = [here.floor.first, here.floor.second].every(({ estimate = 0 }) => estimate > leastFloor);
  if (!hasFloors) answers[2].answer = undefined;
  const verdict: Verdict = answers.every((each) => each.answer === true)
    ? "holds"
    : answers.every((each) => each.answer === false)
      ? "does not hold"
      : "cannot be told";
  const measured = here.gainPerDoubling.difference;
  return {
    ...base,
    found: `${printed} Here, ${here.from} to ${here.to} scans: ${spellReadings(here)} (${spellMethod(measured)}; above a floor, ${spellMethod(here.exponentAboveFloor.difference)}).`,
    measured,
    verdict,
    because: explain(answers, hasFloors),
  };
}

function answer({ low, high }: EstimateWithInterval): boolean | undefined {
  return low > 0 ? true : high < 0 ? false : undefined;
}

function explain(
  answers: readonly { name: string; answer: boolean | undefined }[],
  hasFloors: boolean,
): string[] {
  const words = answers.map(
    ({ name, answer: found }, i) =>
      `${name}: ${i === 2 && !hasFloors ? "no reading of its own, since a fitted floor is 0" : found === undefined ? "cannot be told" : found ? "steeper" : "less steep"}`,
  );
  const disagree =
    answers.some((each) => each.answer === true) && answers.some((each) => each.answer === false);
  const shift =
    "A curve that is shifted to fewer scans and ends sooner is less steep per doubling, and has the larger exponent above its floor: the word needs its reading.";
  return [`${words.join("; ")}.`, ...(disagree ? [shift] : [])];
}

function spellReadings(comparison: SteepnessComparison): string {
  return readings.map(({ name, of, scale }) => `${name} ${spellReading(of(comparison), scale)}`).join(", ");
}

/** Such as `5.65 alone, 4.48 with (-1.17 [-2.0, -0.3])`. */
function spellReading({ first, second, difference }: PairReading, scale: number): string {
  const spell = (value: number | undefined): string =>
    value === undefined ? "not determined" : (scale * value).toFixed(2).replace("-", "\u2212");
  const ends = Number.isNaN(difference.low) ? "" : ` [${spell(difference.low)}, ${spell(difference.high)}]`;
  return `${spell(first.estimate)} alone and ${spell(second.estimate)} with synthetic (difference ${spell(difference.estimate)}${ends})`;
}

function listPoints(table: PublishedTable): ClaimedNumber[] {
  const sources = new Map(table.sources.map(({ key, what }) => [key, what]));
  return table.rows.map(({ n, arm, dicePercent, source, estimate }) => ({
    value: dicePercent as number,
    unit: "%",
    what: `Dice of ${String(arm)} at ${String(n)} scans`,
    source: sources.get(source) ?? source,
    estimate,
  }));
}
