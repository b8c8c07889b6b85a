import type { CurveSet } from "../../scaling/curve-bootstrap.js";
import { intervalOfCurves } from "../../scaling/curve-interval.js";
import type { EstimateWithInterval } from "../../scaling/curve-interval.js";
import { slopePerDoubling } from "../../scaling/steepness.js";
import { studentTail } from "../../stats/distributions.js";
import { adjustHolm } from "../../stats/holm.js";
import type { PreregisteredQuestion } from "../plan/preregistration.js";
import { errorAt, meanDifference, sizesOfCurve } from "./analyze-organ.js";
import type { OrganAnalysis } from "./analyze-organ.js";
import type { ExperimentAnalysis } from "./analyze.js";
import { curveName } from "./experiment-scores.js";
import type { Distribution } from "./experiment-scores.js";
import { meanOfOrgans } from "./mean-of-organs.js";
import type { OrganGain } from "./mean-of-organs.js";
import { pairCurves } from "./paired-curves.js";

/** What an experiment answers to a question that was asked before it was run. */
export interface QuestionAnswer {
  question: PreregisteredQuestion;
  role: "primary" | "secondary";
  /** Dice of `arm` less that of `against`, as the question's measure says; `undefined` where trials are missing. */
  measured?: EstimateWithInterval;
  /** Two-sided, of the rule's nearest value that would not do; adjusted over all questions with a rule where the family is Holm's. */
  pValue?: number;
  adjustedPValue?: number;
  /**
   * *Holds*: the whole interval lies where the rule asks, and so does the adjusted p value below 1 - level. *Does not hold*:
   * the whole interval lies outside. *Estimate*: the question has no rule. *Not answered*: trials are missing.
   */
  verdict: "holds" | "does not hold" | "cannot be told" | "estimate" | "not answered";
  /** Why there is no answer. */
  why?: string;
}

/**
 * Answers the preregistered questions of an experiment by the rules that stand in its plan: intervals of Student's t over
 * patients and seeds at the preregistration's level, two-sided for every rule, and Holm over all questions that have a
 * rule, primary and secondary, where the preregistration says so; a question that trials are missing for counts as one of the
 * family. A question of all organs takes them as draws: Student's t over one number an organ, and no answer where one has none.
 * A plan without a preregistration gives an empty list.
 */
export function answerQuestions(analysis: ExperimentAnalysis): QuestionAnswer[] {
  const { preregistration } = analysis;
  if (preregistration === undefined) return [];
  const { primary, secondary, family, level } = preregistration;
  const asked = [
    ...primary.map((question) => ({ question, role: "primary" as const })),
    ...secondary.map((question) => ({ question, role: "secondary" as const })),
  ];
  const found = asked.map(({ question, role }) => ({
    question,
    role,
    ...measure(analysis, question, level),
  }));
  const ruled = found.filter(({ question }) => question.rule !== "estimate");
  const tests = ruled.map(({ question, measured }) => ({
    name: question.id,
    pValue: measured ? pValueOf(measured, question) : NaN,
  }));
  const adjusted = new Map(
    (family === "holm" ? adjustHolm(tests) : tests.map((test) => ({ ...test, adjusted: test.pValue }))).map(
      (test) => [test.name, test],
    ),
  );
  return found.map(({ measured, why, ...rest }): QuestionAnswer => {
    if (!measured) return { ...rest, verdict: "not answered", why };
    const test = adjusted.get(rest.question.id);
    if (!test) return { ...rest, measured, verdict: "estimate" };
    const numbers = { measured, pValue: test.pValue, adjustedPValue: test.adjusted };
    const isClear = test.adjusted < 1 - level;
    return { ...rest, ...numbers, verdict: judge(measured, rest.question, isClear) };
  });
}

function measure(
  analysis: ExperimentAnalysis,
  question: PreregisteredQuestion,
  level: number,
): { measured?: EstimateWithInterval; why?: string } {
  if (question.organ !== "all") {
    const entry = analysis.organs.find(({ organ }) => organ === question.organ);
    return entry
      ? measureOrgan(entry, question, level)
      : { why: `no trial of ${question.organ} has a score` };
  }
  const gains: OrganGain[] = [];
  for (const entry of analysis.organs) {
    const { measured, why } = measureOrgan(entry, question, level);
    if (measured?.estimate === undefined) return { why: `${entry.organ}: ${why ?? "no number"}` };
    gains.push({ organ: entry.organ, measured: { ...measured, estimate: measured.estimate } });
  }
  return { measured: meanOfOrgans({ level }, gains) };
}

function measureOrgan(
  entry: OrganAnalysis,
  question: PreregisteredQuestion,
  level: number,
): { measured?: EstimateWithInterval; why?: string } {
  const { arm, against, distribution = "in", measure: asked } = question;
  const wanted: Distribution[] = asked === "gain-gap" ? ["in", "out"] : [distribution];
  const pairs = wanted.map((each) => [curveName(against, each), curveName(arm, each)] as const);
  const missing = pairs.flat().find((name) => sizesOfCurve(entry, name).length === 0);
  if (!entry.bootstrap || missing !== undefined)
    return { why: `no trial of ${missing ?? entry.organ} has a score` };
  const shared = pairs.map(([first, second]) =>
    sizesOfCurve(entry, first).filter((n) => sizesOfCurve(entry, second).includes(n)),
  );
  const [first, second] = pairs[0];
  const { size, againstSize = size } = question;
  const lacks =
    asked === "difference"
      ? !sizesOfCurve(entry, second).includes(size!) || !sizesOfCurve(entry, first).includes(againstSize!)
      : shared.some((sizes) => sizes.length < (asked === "slope" ? 2 : 1));
  if (lacks) return { why: "trials of the sizes that it asks of are missing" };
  const statistic = (curves: CurveSet): number | undefined => {
    if (asked === "difference") return errorAt(curves, first, againstSize!) - errorAt(curves, second, size!);
    if (asked === "slope") return slopeOfGain(curves, first, second, shared[0]);
    const gains = pairs.map(([real, other], i) => meanDifference(curves, real, other, shared[i]) ?? NaN);
    return asked === "area" ? gains[0] : gains[1] - gains[0];
  };
  const cells =
    asked === "difference"
      ? [
          [
            { arm: first, n: againstSize! },
            { arm: second, n: size! },
          ],
        ]
      : pairs.flatMap((pair, i) => shared[i].map((n) => pair.map((name) => ({ arm: name, n }))));
  const drawn = pairCurves({ table: entry.table!, bootstrap: entry.bootstrap }, cells);
  const measured = intervalOfCurves(drawn, statistic, { level, method: "t" });
  return measured.method === "t"
    ? { measured }
    : { why: "no interval over patients and seeds: there are not two of either" };
}

/** Slope of `error(first) - error(second)` over log2 n by least squares: what each doubling adds to the gain. */
function slopeOfGain(
  curves: CurveSet,
  first: string,
  second: string,
  sizes: readonly number[],
): number | undefined {
  const gains = sizes.map((n) => ({ n, error: errorAt(curves, first, n) - errorAt(curves, second, n) }));
  return slopePerDoubling(gains, ({ error }) => error);
}

/** Values between which a rule holds. */
function rangeOf({ rule, margin }: PreregisteredQuestion): [number, number] {
  if (rule === "superior") return [margin, Infinity];
  if (rule === "not-worse") return [-margin, Infinity];
  return [-margin, margin];
}

function judge(
  { low, high }: EstimateWithInterval,
  question: PreregisteredQuestion,
  isClear: boolean,
): QuestionAnswer["verdict"] {
  const [least, most] = rangeOf(question);
  if (low > least && high < most && isClear) return "holds";
  return high < least || low > most ? "does not hold" : "cannot be told";
}

/** Of the two ends of the rule's range the one that is harder to exclude; two-sided, so that it agrees with the interval. */
function pValueOf(measured: EstimateWithInterval, question: PreregisteredQuestion): number {
  const { estimate = NaN, standardError = NaN, degrees = NaN } = measured;
  const [least, most] = rangeOf(question);
  const beyond = (end: number, sign: 1 | -1): number => {
    if (!Number.isFinite(end)) return 0;
    const distance = sign * (estimate - end);
    return standardError === 0 ? Number(distance <= 0) : studentTail(distance / standardError, degrees);
  };
  return Math.min(1, 2 * Math.max(beyond(least, 1), beyond(most, -1)));
}
