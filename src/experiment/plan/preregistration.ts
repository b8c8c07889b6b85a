import { tumorOrgans, type TumorOrgan } from "../../anatomy/organs.js";
import { locateErrors, requireThat } from "../../core/errors.js";
import { compileJsonSchema, requireSchema } from "../../core/json-schema.js";
import { closedObject, type JsonSchema, listOf, wholeNumber } from "../../core/schema.js";
import { sha256 } from "../../platform/hash.js";
import { type PlanArm, sizesOfArm } from "./arms.js";
import type { ExperimentPlan } from "./plan.js";

/** What a plan holds of a preregistration: the file itself, so that whoever has plan or results has it. */
export interface PlanPreregistration {
  /** Of the file's bytes, as `sha256sum` prints it: of the text as UTF-8. */
  sha256: string;
  /** The file as it was, with its ends of lines and its byte order mark if it has one; see {@link Preregistration}. */
  text: string;
}

/**
 * What a question looks at, always mean tumor Dice of `arm` less that of `against`:
 *
 * - `area`: mean over log n, between the sizes that both have
 * - `difference`: at `size`, against `againstSize` (default the same)
 * - `slope`: gain a doubling of n
 * - `gain-gap`: the gain out of distribution less that in distribution, patient by patient, as a mean over log n
 */
export const measures = ["area", "difference", "slope", "gain-gap"] as const;

/** What must be shown: above `margin`, above `-margin`, within `margin` of 0, or nothing but the estimate. */
export const rules = ["superior", "not-worse", "equivalent", "estimate"] as const;

/** A question that was asked before the experiment was run. */
export interface PreregisteredQuestion {
  /** A short name, no other's. */
  id: string;
  /** In words. */
  question: string;
  measure: (typeof measures)[number];
  rule: (typeof rules)[number];
  /** In Dice, from 0, of `equivalent` above 0; for `slope` a doubling. */
  margin: number;
  /** One, or `all` of the plan: the mean of their numbers, organs being draws. */
  organ: TumorOrgan | "all";
  /** Default `in`. */
  distribution?: "in" | "out";
  arm: string;
  /** Another arm; of a `difference` of two sizes it may be the same. */
  against: string;
  /** Of `difference`: real scans of `arm` and of `against`. */
  size?: number;
  againstSize?: number;
}

/** Questions fixed before an experiment is run, as `prereg.json` has them. */
export interface Preregistration {
  version: 1;
  title: string;
  /** ISO date, such as `2026-01-31`. */
  date: string;
  primary: PreregisteredQuestion[];
  secondary: PreregisteredQuestion[];
  /** How the error over several questions is kept: `holm` over all that have a rule, or `none`. */
  family: "holm" | "none";
  /** Of intervals, such as 0.95. */
  level: number;
  /** Anything else a reader should know, such as what was piloted on which seeds. */
  notes?: string;
}

const words: JsonSchema = { type: "string", pattern: String.raw`\S`, expected: "some words" };
const question = closedObject(
  {
    id: {
      type: "string",
      pattern: "^[a-z0-9]+(-[a-z0-9]+)*$",
      expected: "a short name such as people-or-tumors",
    },
    question: words,
    measure: { enum: measures },
    rule: { enum: rules },
    margin: { type: "number", minimum: 0, maximum: 1, expected: "a difference of Dice from 0 to 1" },
    organ: { enum: [...tumorOrgans, "all"] },
    distribution: { enum: ["in", "out"] },
    arm: words,
    against: words,
    size: wholeNumber(1),
    againstSize: wholeNumber(1),
  },
  ["distribution", "size", "againstSize"],
);
const checkSchema = compileJsonSchema(
  closedObject(
    {
      version: { const: 1 },
      title: words,
      date: { type: "string", pattern: String.raw`^\d{4}-\d\d-\d\d$`, expected: "a date such as 2026-01-31" },
      primary: listOf(question, 1),
      secondary: listOf(question),
      family: { enum: ["holm", "none"] },
      level: { type: "number", exclusiveMinimum: 0.5, exclusiveMaximum: 1, expected: "a level such as 0.95" },
      notes: words,
    },
    ["notes"],
  ),
);

/**
 * Reads the text of a preregistration; a byte order mark before it does not matter.
 *
 * @throws LabError naming the field that cannot be, such as `primary[0].margin`, or an id that comes twice.
 */
export function parsePreregistration(text: string): Preregistration {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    requireThat(false, "preregistration", text, "JSON with the questions, primary and secondary");
  }
  const found = requireSchema<Preregistration>(checkSchema, value, "preregistration");
  const ids = [...found.primary, ...found.secondary].map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  requireThat(twice === undefined, "id", twice, "each id once");
  requireThat(isDay(found.date), "date", found.date, "a day of the calendar");
  found.primary.forEach((each, at) => requireAnswerable(`primary[${at}]`, each));
  found.secondary.forEach((each, at) => requireAnswerable(`secondary[${at}]`, each));
  return found;
}

/** Whether a date such as `2026-01-31` is one: months have their days, and February 29 in leap years. */
function isDay(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  // What is past the end of a month is read as a day of the next one.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}

/** Refuses a question whose answer stands beforehand, whatever the plan. */
function requireAnswerable(field: string, question: PreregisteredQuestion): void {
  const { measure, rule, margin, arm, against, size, againstSize = size } = question;
  requireThat(
    rule !== "equivalent" || margin > 0,
    `${field}.margin`,
    margin,
    "a number above 0 for the rule equivalent",
    "An interval is never within 0 of 0",
  );
  requireThat(
    arm !== against || (measure === "difference" && size !== againstSize),
    `${field}.against`,
    against,
    measure === "difference" ? "another arm, or another size in againstSize" : `another arm than ${arm}`,
    "An arm less itself is 0",
  );
}

/** The preregistration of a plan; `undefined` where it has none. */
export function preregistrationOf({
  preregistration,
}: Pick<ExperimentPlan, "preregistration">): Preregistration | undefined {
  return preregistration && parsePreregistration(preregistration.text);
}

/**
 * A plan with a preregistration, of version 2.
 *
 * @param text the file's, UTF-8, with everything in it: what is left out or changed changes the sha256.
 * @throws LabError where its questions cannot be asked of the plan.
 */
export function preregister<Plan extends ExperimentPlan>(plan: Plan, text: string): Plan {
  const found = { ...plan, version: 2 as const, preregistration: { sha256: sha256(text), text } };
  checkPreregistration(found);
  return found;
}

/** Refuses a preregistration that was changed, or whose questions name what the plan does not have. */
export function checkPreregistration(plan: ExperimentPlan): void {
  const { preregistration } = plan;
  if (preregistration === undefined) return;
  const { sha256: said, text } = preregistration;
  requireThat(
    said === sha256(text),
    "preregistration.sha256",
    said,
    `${sha256(text)}, the sha256 of preregistration.text`,
    "It was changed after it was put into the plan",
  );
  locateErrors(
    (field) => `preregistration.text, ${field}`,
    () => {
      const { primary, secondary } = parsePreregistration(text);
      primary.forEach((each, at) => checkQuestion(plan, `primary[${at}]`, each));
      secondary.forEach((each, at) => checkQuestion(plan, `secondary[${at}]`, each));
    },
  );
}

function checkQuestion(plan: ExperimentPlan, field: string, question: PreregisteredQuestion): void {
  const { measure, organ: asked, distribution = "in" } = question;
  const organs = plan.organs.filter(({ organ }) => asked === "all" || organ === asked);
  requireThat(
    organs.length > (asked === "all" ? 1 : 0),
    `${field}.organ`,
    asked,
    asked === "all"
      ? `one of the plan's, which has ${plan.organs.map(({ organ }) => organ).join(", ")} alone`
      : `an organ of the plan: ${plan.organs.map(({ organ }) => organ).join(", ")}, or all`,
  );
  const wanted = measure === "gain-gap" ? (["in", "out"] as const) : [distribution];
  for (const each of wanted)
    requireThat(
      plan.tests.some((test) => test.distribution === each),
      `${field}.distribution`,
      each,
      `a distribution of the plan's tests: ${[...new Set(plan.tests.map((test) => test.distribution))].join(", ")}`,
    );
  const find = (name: "arm" | "against"): PlanArm => {
    const found = plan.arms.find((arm) => arm.name === question[name]);
    const known = plan.arms.map((arm) => arm.name).join(", ");
    requireThat(found !== undefined, `${field}.${name}`, question[name], `an arm of the plan: ${known}`);
    return found;
  };
  const arms = [find("arm"), find("against")];
  for (const organ of organs)
    checkSizes(
      field,
      question,
      arms.map((each) => sizesOfArm(organ, each)),
    );
}

/** Refuses a question of sizes that an organ's two arms do not have. */
function checkSizes(
  field: string,
  { measure, size, againstSize = size }: PreregisteredQuestion,
  [arm, against]: readonly number[][],
): void {
  if (measure !== "difference") {
    requireThat(size === undefined, `${field}.size`, size, `none: ${measure} is over all sizes`);
    const shared = arm.filter((each) => against.includes(each));
    const least = measure === "slope" ? 2 : 1;
    requireThat(
      shared.length >= least,
      field,
      `${shared.length} sizes that both arms have`,
      `at least ${least}`,
    );
    return;
  }
  requireThat(size !== undefined && arm.includes(size), `${field}.size`, size, `one of ${arm.join(", ")}`);
  requireThat(
    againstSize !== undefined && against.includes(againstSize),
    `${field}.againstSize`,
    againstSize,
    `one of ${against.join(", ")}`,
  );
}
