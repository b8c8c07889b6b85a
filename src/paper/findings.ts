import type { TumorOrgan } from "../anatomy/organs.js";
import { errorAt, sizesOfCurve } from "../experiment/analyze/analyze-organ.js";
import type { ExperimentAnalysis } from "../experiment/analyze/analyze.js";
import { curveName } from "../experiment/analyze/experiment-scores.js";
import { meanOfOrgans } from "../experiment/analyze/mean-of-organs.js";
import { intervalOfCurves } from "../scaling/curve-interval.js";
import type { EstimateWithInterval } from "../scaling/curve-interval.js";
import { adjustHolm } from "../stats/holm.js";
import { explainVerdict } from "./claim-reasons.js";
import { judgeRise, spellDifference, spellMethod } from "./claim.js";
import type { Verdict } from "./claim.js";
import { gainDifferencesOf, organGainsOf } from "./organ-gains.js";

/** What an experiment says of itself: a finding of its own, on its own patients and networks. */
export interface Finding {
  id: string;
  /** The statement that is judged, in one sentence. */
  statement: string;
  rule: string;
  found: string;
  measured: EstimateWithInterval;
  /** Questions that are asked together, and share one chance of being wrong. */
  family: string;
  /** Two-sided, of no difference; adjusted for the family by Holm (1979). */
  pValue: number;
  adjustedPValue: number;
  verdict: Exclude<Verdict, "not tested here">;
  because: string[];
}

type Question = Omit<Finding, "adjustedPValue" | "verdict" | "because">;

/**
 * What an experiment found, apart from what the paper claims: whether synthetic tumors add to the same real scans, in and
 * out of distribution (one family), whether they add more outside, and for each organ that was trained with several seeds
 * whether Dice still rises at the largest size. A statement holds when the interval lies above 0 *and* the p value, adjusted
 * by Holm for its family, stays below `1 - level`; it does not hold when the interval lies below the margin; otherwise it
 * cannot be told. Questions that the experiment did not ask are left out; none at all give an empty list.
 */
export function listFindings(analysis: ExperimentAnalysis): Finding[] {
  const questions = [...askGains(analysis), ...askDifference(analysis), ...askRise(analysis)];
  const families = [...new Set(questions.map(({ family }) => family))];
  return families.flatMap((family) => {
    const asked = questions.filter((question) => question.family === family);
    // By place: two organs ask the same question.
    const adjusted = adjustHolm(asked.map(({ pValue }, i) => ({ name: String(i), pValue }))).map(
      (each) => each.adjusted,
    );
    return asked.map((question, i) => {
      const alone = Number.isNaN(question.pValue)
        ? "cannot be told"
        : (judgeRise(question.measured, analysis.margin) as Finding["verdict"]);
      const verdict = alone === "holds" && !(adjusted[i] < 1 - analysis.level) ? "cannot be told" : alone;
      const because = [
        ...(verdict === alone
          ? []
          : [
              `It is one of ${asked.length} questions of a family: ${spellP(question.pValue)} becomes ${spellP(adjusted[i])} by Holm.`,
            ]),
        ...explainVerdict(question.id, verdict, question.measured),
      ];
      return { ...question, adjustedPValue: adjusted[i], verdict, because };
    });
  });
}

function askGains(analysis: ExperimentAnalysis): Question[] {
  return (["in", "out"] as const).flatMap((distribution) => {
    const gains = organGainsOf(analysis, distribution);
    if (gains.length === 0) return [];
    const where = distribution === "in" ? "in distribution" : "out of distribution";
    return ask(meanOfOrgans(analysis, gains), {
      id: `synthetic-gain-${distribution}`,
      statement: `Synthetic tumors beside the same real scans raise tumor Dice ${where}.`,
      rule: `Mean gain of ${analysis.mixedArm!} over ${analysis.realArm!} over log n${overOrgans(gains.length)}.`,
      family: "what synthetic tumors add",
    });
  });
}

function askDifference(analysis: ExperimentAnalysis): Question[] {
  const both = gainDifferencesOf(analysis);
  if (both.length === 0) return [];
  return ask(meanOfOrgans(analysis, both), {
    id: "gain-larger-outside",
    statement: "Synthetic tumors add more out of distribution than in distribution.",
    rule: `Gain out of distribution less gain in distribution${overOrgans(both.length)}.`,
    family: "where they add it",
  });
}

function askRise(analysis: ExperimentAnalysis): Question[] {
  const { realArm, level } = analysis;
  if (realArm === undefined) return [];
  const name = curveName(realArm, "in");
  return analysis.organs.flatMap((entry) => {
    const [before, last] = sizesOfCurve(entry, name).slice(-2);
    const seeds = entry.curves.find((curve) => curve.arm === realArm && curve.distribution === "in");
    if (last === undefined || (seeds?.points.at(-1)?.seeds ?? 0) < 2) return [];
    const measured = intervalOfCurves(
      entry.bootstrap!,
      (curves) => errorAt(curves, name, before) - errorAt(curves, name, last),
      { level, method: "t" },
    );
    return ask(measured, {
      id: "still-rising",
      statement: `${nameOrgan(entry.organ)}: Dice with real scans alone still rises from ${before} to ${last} scans.`,
      rule: `In distribution, Dice at the largest size less Dice at the size before it.${saySharedPatients(entry.notes)}`,
      family: "whether the curve is done",
    });
  });
}

/** How organs are taken together; one organ has the interval of its own patients and seeds. */
function overOrgans(count: number): string {
  return count === 1 ? "" : ", mean over the organs, each an independent draw";
}

/** A number without an interval of Student's t (no second unit to leave out) was asked all the same, and counts in its family. */
function ask(
  measured: EstimateWithInterval,
  question: Pick<Question, "id" | "statement" | "rule" | "family">,
): Question[] {
  const pValue = measured.pValue ?? NaN;
  const p = Number.isNaN(pValue) ? "no interval over patients and seeds" : spellP(pValue);
  const found = `${spellDifference(measured)} (${spellMethod(measured)}; ${p})`;
  return [{ ...question, found, measured, pValue }];
}

/** What the notes of an organ say where all seeds learn from the same patients at the largest size. */
function saySharedPatients(notes: readonly string[]): string {
  const note = notes.find((each) => each.includes("all seeds learn from the same"));
  return note === undefined ? "" : ` Mind: ${note}.`;
}

function spellP(p: number): string {
  return p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(3)}`;
}

function nameOrgan(organ: TumorOrgan): string {
  return `${organ[0].toUpperCase()}${organ.slice(1)}`;
}
