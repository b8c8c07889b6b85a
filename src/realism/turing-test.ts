import { LabError, requireThat } from "../core/errors.js";
import type { Key } from "../core/random.js";
import type { LabelMap, Volume } from "../core/types.js";
import type { RealismLesion } from "./lesion-realism.js";

/** A picture to judge: the scan round a lesion. Where the lesion comes from is not in it. */
export interface TuringQuestion {
  /** From 1. */
  number: number;
  ct: Volume;
  lesion: LabelMap;
}

/** What the answer to a question was. */
export interface TuringAnswer {
  number: number;
  guess: "synthetic" | "reference";
  truth: "synthetic" | "reference";
  right: boolean;
  /** `"reference"` or the generator's name, and the scan. */
  source: string;
  case: string;
}

/** One round of guesses. */
export interface TuringScore {
  /** From 1. */
  attempt: number;
  right: number;
  n: number;
  /** Chance to be right at least as often by tossing a coin. */
  pValue: number;
  answers: readonly TuringAnswer[];
}

/** A blinded test of whether synthetic lesions can be told from the references. */
export interface TuringTest {
  readonly questions: readonly TuringQuestion[];
  /** Every round so far, oldest first. */
  readonly scores: readonly TuringScore[];
  /**
   * Judges a round of guesses and keeps its score: of each picture whether it is taken for synthetic, or a letter a
   * picture, `S` for synthetic, `R` for reference; spaces and case do not matter.
   *
   * @throws LabError for other letters or another number of guesses.
   */
  judge(guesses: string | readonly boolean[]): TuringScore;
}

/**
 * Sets up a visual Turing test: as many lesions of both kinds as there are of the rarer, or `count` in all, drawn and
 * shuffled by the key. The answers are out of sight: printing the test shows none of them.
 *
 * @throws LabError when one kind is missing.
 */
export function createTuringTest(
  reference: readonly RealismLesion[],
  synthetic: readonly RealismLesion[],
  { key, count }: { key: Key; count?: number },
): TuringTest {
  const most = Math.min(reference.length, synthetic.length);
  requireThat(
    most > 0,
    "lesions",
    `${reference.length} references, ${synthetic.length} synthetic`,
    "some of both",
  );
  requireThat(
    count === undefined || (Number.isInteger(count) && count >= 2),
    "count",
    count,
    "a whole number from 2",
  );
  const each = Math.min(most, Math.ceil((count ?? 2 * most) / 2));
  const draw = key.split("turing").stream();
  const chosen = draw.shuffle([
    ...draw
      .shuffle(reference)
      .slice(0, each)
      .map((lesion) => ({ lesion, truth: "reference" as const })),
    ...draw
      .shuffle(synthetic)
      .slice(0, each)
      .map((lesion) => ({ lesion, truth: "synthetic" as const })),
  ]);
  const scores: TuringScore[] = [];
  return {
    questions: chosen.map(({ lesion }, i) => ({ number: i + 1, ct: lesion.ct, lesion: lesion.lesion })),
    scores,
    judge(guesses) {
      const written = typeof guesses === "string" ? guesses : guesses.map((is) => (is ? "S" : "R")).join("");
      const letters = written.replaceAll(/\s/g, "").toUpperCase();
      if (!/^[SR]*$/.test(letters) || letters.length !== chosen.length)
        throw new LabError(
          "guesses",
          guesses,
          `${chosen.length} letters, S for synthetic or R for reference`,
          "One for each picture, in order, or true or false for each",
        );
      const answers = chosen.map(({ lesion, truth }, i): TuringAnswer => {
        const guess = letters[i] === "S" ? "synthetic" : "reference";
        return {
          number: i + 1,
          guess,
          truth,
          right: guess === truth,
          source: lesion.source,
          case: lesion.case,
        };
      });
      const right = answers.filter((answer) => answer.right).length;
      const n = answers.length;
      const score = { attempt: scores.length + 1, right, n, pValue: chanceOf(right, n), answers };
      scores.push(score);
      return score;
    },
  };
}

/** Probability of at least `right` heads in `n` tosses. */
function chanceOf(right: number, n: number): number {
  let sum = 0;
  for (let heads = n, share = 0.5 ** n; heads >= right; heads--) {
    sum += share;
    share *= heads / (n - heads + 1);
  }
  return Math.min(1, sum);
}
