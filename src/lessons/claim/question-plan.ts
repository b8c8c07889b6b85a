import { describeValue, LabError } from "../../core/errors.js";
import { sha256 } from "../../platform/hash.js";

/** What has to be shown of a difference: above the margin, above minus the margin, or within the margin of 0. */
export interface DecisionRule {
  kind: "superior" | "not-worse" | "equivalent";
  /** From 0, in the unit of the outcome; of `equivalent` and `not-worse` above 0. */
  margin: number;
}

/** A question and what would answer it, written down before anything is measured. */
export interface QuestionPlan {
  /** One sentence that ends with a question mark. */
  question: string;
  /** What counts as one, such as "patient". */
  unit: string;
  /** How many units the answer will rest on, those that may be left out included; at least 2. */
  n: number;
  /** What is measured on each unit, with its unit, such as "Dice of the liver, from 0 to 1". */
  outcome: string;
  /** Which two things are compared, such as "4 real scans against 1". */
  comparison: string;
  /** Which units are left out, a rule each; ["nobody"] where none is. */
  exclusions: string[];
  rule: DecisionRule;
}

/** A plan that can no longer be changed without being noticed. */
export interface SealedPlan extends QuestionPlan {
  /** Of all other fields. */
  sha256: string;
}

const ruleKinds = ["superior", "not-worse", "equivalent"];
const isText = (value: unknown, shortest: number): boolean =>
  typeof value === "string" && value.trim().length >= shortest;

/**
 * What a plan lacks, a sentence each, in the order of its fields; an empty list where nothing is missing. That a question is
 * a good one nobody but people can tell.
 */
export function reviewPlan(plan: unknown): string[] {
  if (typeof plan !== "object" || plan === null)
    return [
      `This is ${describeValue(plan)}; { question, unit, n, outcome, comparison, exclusions, rule } is asked for.`,
    ];
  const { question, unit, n, outcome, comparison, exclusions, rule } = plan as Partial<QuestionPlan>;
  return [...reviewQuestion(question), ...reviewUnits(unit, n), ...reviewMeasure(outcome, comparison)].concat(
    reviewExclusions(exclusions),
    reviewRule(rule),
  );
}

function reviewQuestion(question: unknown): string[] {
  if (!isText(question, 1)) return ["question: there is none yet."];
  const words = (question as string).trim().split(/\s+/);
  if (!(question as string).trim().endsWith("?")) return ["question: it does not end with a question mark."];
  return words.length < 6 ? ["question: it is too short to say what is compared, on whom, by what."] : [];
}

function reviewUnits(unit: unknown, n: unknown): string[] {
  const gaps: string[] = [];
  if (!isText(unit, 3)) gaps.push('unit: say what counts as one, such as "patient".');
  else if (/^(voxel|slice|patch)s?$/i.test((unit as string).trim()))
    gaps.push(`unit: a ${String(unit)} is no independent piece of evidence. Whose are they?`);
  else if (/^scans?$/i.test((unit as string).trim()))
    gaps.push("unit: two scans of one person are not two people. Is it the patient?");
  if (typeof n !== "number" || !Number.isInteger(n) || n < 2)
    gaps.push("n: a whole number of units is asked for, 2 at least.");
  return gaps;
}

function reviewMeasure(outcome: unknown, comparison: unknown): string[] {
  const gaps: string[] = [];
  if (!isText(outcome, 8)) gaps.push("outcome: say what is measured on each unit, and in which unit.");
  if (!isText(comparison, 8)) gaps.push("comparison: say which two things are compared.");
  return gaps;
}

function reviewExclusions(exclusions: unknown): string[] {
  const isList = Array.isArray(exclusions) && exclusions.length > 0;
  return isList && exclusions.every((each) => isText(each, 3))
    ? []
    : ['exclusions: say who is left out, a rule each, or ["nobody"].'];
}

function reviewRule(rule: unknown): string[] {
  const { kind, margin } = (rule ?? {}) as Partial<DecisionRule>;
  if (kind === undefined || !ruleKinds.includes(kind))
    return [`rule: its kind is ${describeValue(kind)}; one of ${ruleKinds.join(", ")} is asked for.`];
  if (typeof margin !== "number" || !Number.isFinite(margin) || margin < 0)
    return ["rule: its margin is a number from 0, in the unit of the outcome."];
  if (kind !== "superior" && margin === 0)
    return [`rule: with a margin of 0 nothing is ever shown to be ${kind}.`];
  return [];
}

/**
 * Seals a plan: its sha256 goes into the claim, so that everybody can see that the plan came first and is the same.
 *
 * @throws LabError with all that {@link reviewPlan} finds missing.
 */
export function sealPlan(plan: QuestionPlan): SealedPlan {
  const gaps = reviewPlan(plan);
  if (gaps.length > 0)
    throw new LabError("plan", `${gaps.length} gaps`, "a plan without gaps", gaps.join(" "));
  const { question, unit, n, outcome, comparison, exclusions, rule } = plan;
  const kept: QuestionPlan = {
    ...{ question, unit, n, outcome, comparison, exclusions: [...exclusions] },
    rule: { kind: rule.kind, margin: rule.margin },
  };
  return { ...kept, sha256: sha256(JSON.stringify(kept)) };
}

/** Whether a plan still is what was sealed. */
export function isSealed(plan: SealedPlan): boolean {
  return reviewPlan(plan).length === 0 && sealPlan(plan).sha256 === plan.sha256;
}
