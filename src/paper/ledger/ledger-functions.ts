import { LabError } from "../../core/errors.js";
import { ownValue } from "../../core/own-value.js";
import { listCohorts, openCohort } from "../../data/open-cohort.js";
import { analyzeExperiment } from "../../experiment/analyze/analyze.js";
import { answerQuestions } from "../../experiment/analyze/answer-questions.js";
import type { QuestionAnswer } from "../../experiment/analyze/answer-questions.js";
import { createPlan } from "../../experiment/plan/create-plan.js";
import { readExperimentResults } from "../../experiment/run/read-results.js";
import { locateResults } from "../../platform/locations.js";
import { join } from "../../platform/paths.js";
import { findPreset } from "../../training/training-config.js";
import { arithmeticFunctions, takeText } from "./arithmetic.js";
import { createCurveFunctions } from "./curve-functions.js";
import type { LedgerFunction, LedgerValue } from "./expression.js";
import { findPublishedCells } from "./published-cells.js";

/** Where the ledger's functions read; default what comes with the project. */
export interface LedgerFolders {
  /** Of the published tables. */
  published?: string;
  /** Of results of experiments. */
  results?: string;
}

/**
 * The functions that the ledger's expressions may call: those of {@link arithmeticFunctions} and {@link createCurveFunctions}, and
 * - `cell(selector)`, `cells(selector)`: published numbers, one or a list, by a selector of `findPublishedCells`;
 * - `cohort(name, path)`, `preset(path)`, `plan(path)`: a number of a data set's manifest, of the training preset `paper`, of the
 *   experiment's plan `paper`; `setsWithTumors(organ)`: how many manifests of real data sets label them. A path such as `splits.test.patients` goes into lists by position or by `name`;
 * - `answer(results, question, part)`: `estimate`, `low` or `high` in Dice points of a preregistered question, or its adjusted `p`.
 */
export function createLedgerFunctions(folders: LedgerFolders = {}): Readonly<Record<string, LedgerFunction>> {
  const answers = new Map<string, Promise<QuestionAnswer[]>>();
  const find = (name: string, selector: LedgerValue): ReturnType<typeof findPublishedCells> =>
    findPublishedCells(takeText(name, selector), folders.published);
  return {
    ...arithmeticFunctions,
    ...createCurveFunctions(folders.published),
    cell: async (selector) => {
      const cells = await find("cell", selector);
      if (cells.length > 1)
        throw new LabError("cell() in the ledger", selector, "one number; cells() takes several");
      return cells[0].value;
    },
    cells: async (selector) => (await find("cells", selector)).map(({ value }) => value),
    cohort: async (name, path) => walk(`cohort ${name}`, await openCohort(takeText("cohort", name)), path),
    setsWithTumors: (organ) => countSets(takeText("setsWithTumors", organ)),
    preset: (path) => walk("the preset paper", findPreset("paper"), path),
    plan: (path) => walk("the plan paper", createPlan("paper"), path),
    answer: async (results, question, part) => {
      const name = takeText("answer", results);
      if (!answers.has(name))
        answers.set(name, answerAll(join(folders.results ?? locateResults(), `${name}.json`)));
      return readAnswer(await answers.get(name)!, question, part);
    },
  };
}

async function countSets(organ: string): Promise<number> {
  const manifests = await Promise.all(listCohorts().map((name) => openCohort(name)));
  const real = manifests.filter(({ name }) => name !== "phantom");
  return real.filter(({ structures }) =>
    structures.some((each) => each.kind === "lesion" && each.organ === organ),
  ).length;
}

function walk(what: string, from: unknown, path: LedgerValue): number {
  const steps = takeText(what, path).split(".");
  const found = steps.reduce<unknown>((at, step) => {
    if (Array.isArray(at) && !/^\d+$/u.test(step))
      return at.find((each: unknown) => (each as { name?: unknown } | null)?.name === step);
    return at !== null && typeof at === "object" ? ownValue(at as Record<string, unknown>, step) : undefined;
  }, from);
  if (typeof found !== "number") throw new LabError(`${what}, ${steps.join(".")}`, found, "a number");
  return found;
}

async function answerAll(path: string): Promise<QuestionAnswer[]> {
  return answerQuestions(analyzeExperiment(await readExperimentResults(path)));
}

function readAnswer(answers: readonly QuestionAnswer[], id: LedgerValue, part: LedgerValue): number {
  const answer = answers.find(({ question }) => question.id === id);
  if (!answer?.measured)
    throw new LabError(
      "answer() in the ledger",
      id,
      answers
        .filter(({ measured }) => measured)
        .map(({ question }) => question.id)
        .join(", "),
    );
  const { estimate = NaN, low, high } = answer.measured;
  const parts = {
    estimate: 100 * estimate,
    low: 100 * low,
    high: 100 * high,
    p: answer.adjustedPValue ?? NaN,
  };
  const found = ownValue<number>(parts, takeText("answer", part));
  if (found === undefined) throw new LabError("answer() in the ledger", part, Object.keys(parts).join(", "));
  return found;
}
