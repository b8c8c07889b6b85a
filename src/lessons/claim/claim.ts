import { describeValue, LabError } from "../../core/errors.js";
import { isSealed, type QuestionPlan, type SealedPlan } from "./question-plan.js";

/** What an interval says by the rule of a plan. */
export type ClaimVerdict = "holds" | "does not hold" | "cannot be told";

/** An answer to a sealed question, with all that one needs to judge it. */
export interface Claim {
  /** The plan as `sealPlan` gave it. */
  plan: SealedPlan;
  /** Units that the numbers rest on. */
  n: number;
  /** Units of the plan that they do not rest on, with the reason of each group. */
  excluded: { count: number; reason: string }[];
  /** The difference, and its 95 % interval, in the unit of the outcome. */
  estimate: number;
  interval: [low: number, high: number];
  verdict: ClaimVerdict;
  /** What the claim does not say, in a sentence. */
  limits: string;
}

/** What the interval of a difference says, by a rule: nothing counts but on which side of the margin the whole of it lies. */
export function decideByRule(
  [low, high]: readonly [number, number],
  { kind, margin }: QuestionPlan["rule"],
): ClaimVerdict {
  if (kind === "equivalent") {
    if (low > -margin && high < margin) return "holds";
    return low > margin || high < -margin ? "does not hold" : "cannot be told";
  }
  const bound = kind === "superior" ? margin : -margin;
  if (low > bound) return "holds";
  return high < bound ? "does not hold" : "cannot be told";
}

/** What a claim lacks or has wrong, a sentence each; an empty list where all is there and fits together. */
export function reviewClaim(claim: unknown): string[] {
  if (typeof claim !== "object" || claim === null)
    return [
      `This is ${describeValue(claim)}; { plan, n, excluded, estimate, interval, verdict, limits } is asked for.`,
    ];
  const { plan, ...rest } = claim as Partial<Claim>;
  if (typeof plan !== "object" || plan === null || typeof plan.sha256 !== "string")
    return ["plan: a sealed plan is asked for, as lessons.sealPlan gives it."];
  if (!isSealed(plan))
    return [
      "plan: it is not what was sealed. A plan that is changed later is another plan: say so, and seal it anew.",
    ];
  return [...reviewUnits(rest, plan), ...reviewNumbers(rest, plan), ...reviewLimits(rest)];
}

function reviewUnits({ n, excluded }: Partial<Claim>, plan: SealedPlan): string[] {
  if (typeof n !== "number" || !Number.isInteger(n) || n < 2)
    return [`n: the number of units that the claim rests on is asked for.`];
  if (
    !Array.isArray(excluded) ||
    !excluded.every(
      (each) => Number.isInteger(each?.count) && each.count > 0 && String(each.reason ?? "").trim() !== "",
    )
  )
    return ["excluded: a list of { count, reason } is asked for, an empty one where nobody is left out."];
  const out = excluded.reduce((sum, { count }) => sum + count, 0);
  if (n + out === plan.n) return [];
  return [
    `n: ${n} and ${out} left out are ${n + out} of the ${plan.n} that were planned. Where are the others? Say each group with its reason.`,
  ];
}

function reviewNumbers({ estimate, interval, verdict }: Partial<Claim>, plan: SealedPlan): string[] {
  if (typeof estimate !== "number" || !Number.isFinite(estimate))
    return ["estimate: the difference itself is asked for, a number."];
  if (
    !Array.isArray(interval) ||
    interval.length !== 2 ||
    !interval.every((end) => typeof end === "number" && !Number.isNaN(end))
  )
    return [
      "interval: two numbers are asked for, [low, high]. Without them nobody knows how sure the estimate is.",
    ];
  const [low, high] = interval;
  if (!(low <= estimate && estimate <= high)) return ["interval: the estimate does not lie in it."];
  if (verdict !== decideByRule([low, high], plan.rule))
    return [
      `verdict: it is ${describeValue(verdict)}, and that is not what the rule (${plan.rule.kind}, margin ${plan.rule.margin}) says of this interval.`,
    ];
  return [];
}

function reviewLimits({ limits }: Partial<Claim>): string[] {
  return typeof limits === "string" && limits.trim().length >= 20
    ? []
    : ["limits: say in a sentence what the claim does not say."];
}

/**
 * A claim as a text in Markdown that can stand in a report: the answer with its interval and n, who was left out, the rule
 * and the seal of the plan, and the limits.
 *
 * @param digits behind the point of the numbers; default 3.
 * @throws LabError with all that {@link reviewClaim} finds.
 */
export function writeClaim(claim: Claim, digits = 3): string {
  const gaps = reviewClaim(claim);
  if (gaps.length > 0)
    throw new LabError("claim", `${gaps.length} gaps`, "a claim without gaps", gaps.join(" "));
  const { plan, n, excluded, estimate, interval, verdict, limits } = claim;
  const show = (value: number): string => value.toFixed(digits).replace("-", "−");
  const left =
    excluded.length === 0
      ? "Nobody was left out."
      : `Left out: ${excluded.map(({ count, reason }) => `${count} (${reason})`).join(", ")}.`;
  return [
    `**${plan.question}** By the rule that was fixed beforehand this **${verdict}**: ${plan.comparison}, ${show(estimate)} (95 % ${show(interval[0])} to ${show(interval[1])}), n = ${n}, unit: ${plan.unit}.`,
    `Measured: ${plan.outcome}. ${left}`,
    `Rule: ${plan.rule.kind}, margin ${plan.rule.margin}. Plan sealed as \`${plan.sha256.slice(0, 12)}\`, for n = ${plan.n}; to be left out: ${plan.exclusions.join("; ")}.`,
    `What this does not say: ${limits.trim()}`,
  ].join("\n\n");
}
