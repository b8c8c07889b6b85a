import { describeValue } from "../../core/errors.js";

/** The answer to a question with choices. */
export interface Choice {
  choice: string;
  reason: string;
}

const shortestReason = 15;

/**
 * Judges a choice. The reason is for whoever reads it: here it only has to be there.
 *
 * @param right the letter of the right choice.
 * @param remarks what to say to each wrong one.
 */
export function testChoice(
  answer: unknown,
  right: string,
  remarks: Readonly<Record<string, string>>,
): true | string {
  const form = '{ choice: "a", reason: "because ..." } is asked for';
  if (typeof answer !== "object" || answer === null) return `This is ${describeValue(answer)}; ${form}.`;
  const { choice, reason } = answer as Partial<Choice>;
  const letters = [right, ...Object.keys(remarks)].sort();
  if (typeof choice !== "string" || !letters.includes(choice.trim().toLowerCase()))
    return `The choice is ${describeValue(choice)}; one of ${letters.join(", ")} is asked for.`;
  if (typeof reason !== "string" || reason.trim().length < shortestReason)
    return "The reason is missing: say in a sentence why.";
  const letter = choice.trim().toLowerCase();
  return letter === right ? true : remarks[letter];
}
