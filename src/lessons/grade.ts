import { LabError } from "../core/errors.js";

/** What a right answer is. Give `expected` or `test`. */
export interface AnswerKey<T = unknown> {
  /** The right value: a number, a text, a truth value, or lists and objects of them. It is never shown. */
  expected?: unknown;
  /** How far numbers may lie from the expected ones, as a share of them; default 0.01. */
  tolerance?: number;
  /** A test of your own: true for right, false for wrong, or words on what is wrong. */
  test?: (answer: T) => boolean | string | Promise<boolean | string>;
  /** From a nudge to nearly the way; each wrong answer opens the next one. */
  hints?: readonly string[];
}

/** How an answer was judged. */
export interface Grade {
  /** `"open"` while there is no answer yet. */
  outcome: "right" | "wrong" | "open";
  /** What can be said of the answer without giving the right one away; empty when right. */
  remark: string;
  /** The hint for this attempt; empty when right, open or without hints. */
  hint: string;
}

/**
 * Judges an answer. Neither the remark nor the hint holds the expected value; an error thrown by the test is not
 * passed on either, since assertions print what they expect.
 *
 * @param attempt which wrong answer this would be, from 1: it decides how far the hints go.
 * @throws LabError when the key has neither `expected` nor `test`, or both.
 */
export async function gradeAnswer<T>(answer: T, key: AnswerKey<T>, attempt = 1): Promise<Grade> {
  if ((key.test === undefined) === !("expected" in key))
    throw new LabError("key", Object.keys(key), "either expected or test");
  if (answer === undefined || answer === null)
    return {
      outcome: "open",
      remark: "There is no answer yet: put yours in and run the cell again.",
      hint: "",
    };
  const remark = await findFault(answer, key);
  if (remark === undefined) return { outcome: "right", remark: "", hint: "" };
  const { hints = [] } = key;
  return { outcome: "wrong", remark, hint: hints[Math.min(attempt, hints.length) - 1] ?? "" };
}

async function findFault<T>(answer: T, key: AnswerKey<T>): Promise<string | undefined> {
  if (typeof (answer as { then?: unknown }).then === "function")
    return "This is a promise, not yet a value: put await before it.";
  if (!key.test) return compareAnswer(answer, key.expected, key.tolerance ?? 0.01);
  try {
    const verdict = await key.test(answer);
    if (verdict === true) return undefined;
    return typeof verdict === "string" ? verdict : "This is not it yet.";
  } catch {
    return "The check could not use this answer: it does not have the form that is asked for.";
  }
}

/** The first difference in words, or `undefined` when there is none. `place` is empty or ends in a colon and space. */
export function compareAnswer(
  answer: unknown,
  expected: unknown,
  tolerance: number,
  place = "",
): string | undefined {
  if (isList(expected)) {
    if (!isList(answer)) return `${place}A list is asked for, this is ${kindOf(answer)}.`;
    if (answer.length !== expected.length)
      return `${place}The list has ${answer.length > expected.length ? "too many" : "too few"} entries.`;
    return firstOf(
      Array.from(expected, (value, i) => compareAnswer(answer[i], value, tolerance, `Entry ${i}: `)),
    );
  }
  const [asked, given] = [kindOf(expected), kindOf(answer)];
  if (asked !== given) return `${place}${capitalize(asked)} is asked for, this is ${given}.`;
  if (typeof expected === "number") return compareNumbers(answer as number, expected, tolerance, place);
  if (typeof expected === "string") return compareTexts(answer as string, expected, place);
  if (typeof expected !== "object" || expected === null)
    return Object.is(answer, expected) ? undefined : `${place}This is not it yet.`;
  const fields = answer as Record<string, unknown>;
  return firstOf(
    Object.entries(expected).map(([name, value]) =>
      name in fields
        ? compareAnswer(fields[name], value, tolerance, `${name}: `)
        : `${place}The field ${name} is missing.`,
    ),
  );
}

function compareNumbers(
  answer: number,
  expected: number,
  tolerance: number,
  place: string,
): string | undefined {
  if (Object.is(answer, expected) || Math.abs(answer - expected) <= tolerance * Math.abs(expected))
    return undefined;
  if (Number.isNaN(answer)) return `${place}This is not a number (NaN): a step before it went wrong.`;
  if (!Number.isFinite(answer)) return `${place}This is infinite: was something divided by 0?`;
  const ratio = answer / expected;
  const near = (factor: number) => Math.abs(ratio / factor - 1) <= Math.max(tolerance, 0.02);
  if (near(-1)) return `${place}The size is right, the sign is not.`;
  if ([10, 100, 1000, 1e6, 0.1, 0.01, 1e-3, 1e-6].some(near))
    return `${place}This is off by a power of ten: look at the units.`;
  if (Math.abs(ratio - 1) <= 10 * tolerance)
    return `${place}Very close: look at rounding and at what is counted.`;
  return `${place}This is too ${answer > expected ? "large" : "small"}.`;
}

function compareTexts(answer: string, expected: string, place: string): string | undefined {
  if (answer === expected) return undefined;
  const same = answer.trim().toLowerCase() === expected.trim().toLowerCase();
  return `${place}${same ? "Only spaces or capital letters differ." : "This is not it yet."}`;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (isList(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "string"
    ? "a text"
    : typeof value === "boolean"
      ? "true or false"
      : `a ${typeof value}`;
}

function firstOf(faults: readonly (string | undefined)[]): string | undefined {
  return faults.find((fault) => fault !== undefined);
}

function capitalize(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
