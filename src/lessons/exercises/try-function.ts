import { describeValue } from "../../core/errors.js";

/** A wrong way that an answer may have taken, and what to say to it. */
export interface Slip<Input extends readonly unknown[]> {
  compute: (...input: Input) => number;
  remark: string;
}

/** What a function is tried on, and what it should do. */
export interface FunctionTrial<Input extends readonly unknown[]> {
  /** Name of the function, for remarks. */
  name: string;
  inputs: readonly Input[];
  right: (...input: Input) => number;
  /** Looked at in this order; the first that gives what the answer gives, on all inputs, is told. */
  slips: readonly Slip<Input>[];
  /** How far numbers may lie from the right ones, as a share of them; default 1e-9. */
  tolerance?: number;
}

/** Tries a function that gives a number; true, or what kind of slip it is, and never a right number. */
export function tryFunction<Input extends readonly unknown[]>(
  answer: unknown,
  { name, inputs, right, slips, tolerance = 1e-9 }: FunctionTrial<Input>,
): true | string {
  if (typeof answer !== "function") return askForFunction(name);
  const call = answer as (...input: unknown[]) => unknown;
  const found = inputs.map((input) => call(...structuredClone(input)));
  const odd = found.find((each) => typeof each !== "number");
  if (found.some((each) => typeof each !== "number"))
    return `It returns ${describeValue(odd)}; a number is asked for.`;
  const numbers = found as number[];
  if (numbers.some((each) => Number.isNaN(each))) return "It returns NaN: a step on the way is not a number.";
  const isAsked = (compute: (...input: Input) => number): boolean =>
    inputs.every((input, i) => isNear(numbers[i], compute(...input), tolerance));
  if (isAsked(right)) return true;
  const slip = slips.find(({ compute }) => isAsked(compute));
  if (slip) return slip.remark;
  const at = inputs.findIndex((input, i) => !isNear(numbers[i], right(...input), tolerance));
  return `For some inputs it is too ${numbers[at] > right(...inputs[at]) ? "large" : "small"}.`;
}

/** What to say to an answer that is no function. */
export function askForFunction(name: string): string {
  return `A function is asked for: ${name} itself, without brackets behind it.`;
}

function isNear(found: number, expected: number, tolerance: number): boolean {
  return (
    Object.is(found, expected) || Math.abs(found - expected) <= tolerance * Math.max(1e-3, Math.abs(expected))
  );
}
