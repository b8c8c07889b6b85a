import { LabError, requireThat } from "../../core/errors.js";
import { compileJsonSchema, type JsonSchemaCheck } from "../../core/json-schema.js";
import { type JsonSchema, listOf, openObject, wholeNumber } from "../../core/schema.js";
import type { FrocCurve } from "../../metrics/froc.js";
import type { ExperimentPlan } from "../plan/plan.js";
import { listTrials } from "../plan/plan.js";
import { formatJson } from "./experiment-folder.js";
import type {
  ArmFroc,
  BaselineName,
  CollectedResults,
  TrialBaseline,
  TrialCase,
  TrialTest,
} from "./result.js";

/** What the file says it is. */
export const condensedFormat = "tumorlab-condensed-results";

/** A test set of an organ: its cases, which all networks share. */
interface CondensedSet {
  organ: TrialBaseline["organ"];
  /** Of the test. */
  name: string;
  cases: {
    case: string;
    patient: string;
    tumorVoxels: number;
    /** Of each lesion, in mm, to two digits after the point. */
    radiiMm: number[];
  }[];
}

/** What a network, or a baseline, did on a test set: one number a case, or a lesion, in the order of the set. */
interface CondensedTest {
  name: string;
  seenShare?: number;
  /** Tumor Dice in ten-thousandths; -1 where the plan's rule leaves it out. */
  dice: number[];
  /** Dice of each lesion in hundredths, rounded down; -1 for one that was not found, -2 for found with no Dice. */
  lesions: number[];
  falsePositives: number[];
}

interface CondensedTrial {
  index: number;
  /** Of the result's own file, by which a trial that was made again is known to be the same. */
  sha256: string;
  syntheticCases: number;
  healthyCases?: number;
  hosts?: number;
  generatorSha256?: string;
  weightsSha256: string;
  arithmetic?: string;
  tests: CondensedTest[];
}

/**
 * Collected results as far as curves, gains and counts of lesions need them, a small part of the size: no Dice of organs, no surface
 * Dice, no candidates but the curves made of them, no names of training scans, no losses; Dice to four digits.
 */
export interface CondensedResults {
  format: typeof condensedFormat;
  formatVersion: 1;
  plan: ExperimentPlan;
  planSha256: string;
  sets: CondensedSet[];
  trials: CondensedTrial[];
  baselines: { organ: TrialBaseline["organ"]; name: BaselineName; tests: CondensedTest[] }[];
  missing: CollectedResults["missing"];
  froc: ArmFroc[];
}

/**
 * Leaves out of results what the analysis of an experiment does not read.
 *
 * @param froc curves that are kept in place of the candidates they are made of.
 * @throws LabError where two trials were tested on different cases of one set.
 */
export function condenseResults(results: CollectedResults, froc: ArmFroc[]): CondensedResults {
  const { plan, planSha256, trials, baselines, missing } = results;
  const sets: CondensedSet[] = [];
  const condense = (organ: TrialBaseline["organ"], { name, seenShare, cases }: TrialTest): CondensedTest => {
    const own = cases.map((each) => ({
      case: each.case,
      patient: each.patient,
      tumorVoxels: each.tumorVoxels,
      radiiMm: each.lesions.map(({ radiusMm }) => Number(radiusMm.toFixed(2))),
    }));
    const known = sets.find((set) => set.organ === organ && set.name === name);
    if (!known) sets.push({ organ, name, cases: own });
    requireThat(
      !known || JSON.stringify(known.cases) === JSON.stringify(own),
      `cases of ${name}, ${organ}`,
      own.map((each) => each.case).slice(0, 3),
      "the cases that the other trials were tested on",
    );
    return {
      name,
      ...(seenShare === undefined ? {} : { seenShare }),
      dice: cases.map(({ tumorDice }) => (tumorDice === null ? -1 : Math.round(1e4 * tumorDice))),
      lesions: cases.flatMap(({ lesions }) => lesions.map(condenseLesion)),
      falsePositives: cases.map(({ falsePositives }) => falsePositives),
    };
  };
  return {
    format: condensedFormat,
    formatVersion: 1,
    plan,
    planSha256,
    sets,
    trials: trials.map((result) => {
      const { trial, syntheticCases, healthyCases, hosts, weightsSha256, arithmetic, tests } = result;
      const { generatorSha256 } = result;
      return {
        index: trial.index,
        sha256: formatJson(result).sha256,
        syntheticCases,
        ...(healthyCases === undefined ? {} : { healthyCases }),
        ...(hosts === undefined ? {} : { hosts }),
        ...(generatorSha256 === undefined ? {} : { generatorSha256 }),
        weightsSha256,
        ...(arithmetic === undefined ? {} : { arithmetic }),
        tests: tests.map((test) => condense(trial.organ, test)),
      };
    }),
    baselines: baselines.map(({ organ, name, tests }) => ({
      organ,
      name,
      tests: tests.map((test) => condense(organ, test)),
    })),
    missing,
    froc,
  };
}

function condenseLesion({ found, dice }: TrialCase["lesions"][number]): number {
  if (!found) return -1;
  // A sum of binary fractions such as 0.29 must not fall below its hundredth.
  return dice === undefined ? -2 : Math.floor(100 * dice + 1e-9);
}

/**
 * Results as they were, without what was left out: `organDice` and `tumorNsd` are `null`, `foundVoxels` is 1 where anything was
 * called tumor, lists of training cases and losses are empty.
 *
 * @param path what messages call it.
 * @throws LabError for lists that do not fit each other, and trials and tests that the plan does not have.
 */
export function expandResults(path: string, condensed: CondensedResults): CollectedResults {
  const { plan, planSha256, sets, trials, baselines, missing, froc } = condensed;
  const planned = listTrials(plan);
  const expand = (field: string, organ: string, test: CondensedTest): TrialTest => {
    const { name, seenShare, dice, lesions, falsePositives } = test;
    const set = sets.find((each) => each.organ === organ && each.name === name);
    const distribution = plan.tests.find((each) => each.name === name)?.distribution;
    if (!set || !distribution)
      throw new LabError(`${path}, ${field}`, name, "a test of the plan and of the sets of the file", "", {
        kind: "bad-file",
      });
    const counts = { dice: dice.length, falsePositives: falsePositives.length, lesions: lesions.length };
    const all = set.cases.reduce((sum, { radiiMm }) => sum + radiiMm.length, 0);
    const expected = { dice: set.cases.length, falsePositives: set.cases.length, lesions: all };
    for (const column of ["dice", "falsePositives", "lesions"] as const)
      requireThat(
        counts[column] === expected[column],
        `${path}, ${field}, ${name}.${column}`,
        `${counts[column]} numbers`,
        `${expected[column]}, as the set has`,
      );
    let lesion = 0;
    const cases = set.cases.map(({ radiiMm, ...each }, at): TrialCase => {
      const own = radiiMm.map((radiusMm) => expandLesion(radiusMm, lesions[lesion++]));
      const isFound = falsePositives[at] > 0 || own.some(({ found }) => found);
      return {
        ...each,
        organDice: null,
        tumorDice: dice[at] < 0 ? null : dice[at] / 1e4,
        tumorNsd: null,
        foundVoxels: isFound ? 1 : 0,
        lesions: own,
        falsePositives: falsePositives[at],
      };
    });
    return { name, distribution, ...(seenShare === undefined ? {} : { seenShare }), cases };
  };
  return {
    version: 1,
    plan,
    planSha256,
    trials: trials.map(({ index, sha256: _sha256, tests, ...rest }, at) => {
      requireThat(
        index in planned,
        `${path}, trials[${at}].index`,
        index,
        `a trial from 0 to ${planned.length - 1}`,
      );
      const trial = planned[index];
      return {
        version: 1,
        planSha256,
        trial,
        realCases: [],
        ...rest,
        history: { losses: [] },
        tests: tests.map((test) => expand(`trials[${at}]`, trial.organ, test)),
      };
    }),
    baselines: baselines.map(({ organ, name, tests }, at) => ({
      organ,
      name,
      tests: tests.map((test) => expand(`baselines[${at}]`, organ, test)),
    })),
    missing,
    froc: froc.map((each) => ({ ...each, curve: reviveCurve(each.curve) })),
  };
}

/** JSON has no `NaN` (no lesions, no such threshold) and no `Infinity` (a rate of false alarms that may not be had): it writes both as `null`. */
function reviveCurve(curve: FrocCurve): FrocCurve {
  const revive = <T>(value: T, instead: number): T => {
    if (value === null) return instead as T;
    if (Array.isArray(value)) return value.map((each: unknown) => revive(each, instead)) as T;
    if (typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value as object).map(([name, each]: [string, unknown]) => [name, revive(each, instead)]),
    ) as T;
  };
  const { wanted, ...rest } = curve;
  return {
    ...revive(rest, NaN),
    wanted: {
      ...revive({ ...wanted, interval: undefined }, NaN),
      interval: revive(wanted.interval, Infinity),
    },
  };
}

function expandLesion(radiusMm: number, code: number): TrialCase["lesions"][number] {
  if (code === -1) return { radiusMm, found: false };
  return code === -2 ? { radiusMm, found: true } : { radiusMm, found: true, dice: code / 100 };
}

const text: JsonSchema = { type: "string" };
const sha256: JsonSchema = { type: "string", pattern: "^[0-9a-f]{64}$", expected: "64 hexadecimal digits" };
const count = wholeNumber(0);
const tests = listOf(
  openObject(
    {
      name: text,
      seenShare: { type: "number", minimum: 0, maximum: 1 },
      dice: listOf({ type: "integer", minimum: -1, maximum: 10_000 }),
      lesions: listOf({ type: "integer", minimum: -2, maximum: 100 }),
      falsePositives: listOf(count),
    },
    ["seenShare"],
  ),
);

/** The schema of {@link CondensedResults}; their plan has one of its own. */
export const condensedResultsSchema: JsonSchema = openObject({
  format: { const: condensedFormat },
  formatVersion: { const: 1 },
  plan: { type: "object" },
  planSha256: sha256,
  sets: listOf(
    openObject({
      organ: text,
      name: text,
      cases: listOf(
        openObject({
          case: text,
          patient: text,
          tumorVoxels: count,
          radiiMm: listOf({ type: "number", minimum: 0 }),
        }),
      ),
    }),
  ),
  trials: listOf(
    openObject(
      { index: count, sha256, generatorSha256: sha256, weightsSha256: sha256, arithmetic: text, tests },
      ["arithmetic", "generatorSha256"],
    ),
  ),
  baselines: listOf(openObject({ organ: text, name: text, tests })),
  missing: listOf(openObject({ index: count, reason: text })),
  froc: listOf({ type: "object" }),
});

/** The check of it. */
export const checkCondensed: JsonSchemaCheck = compileJsonSchema(condensedResultsSchema);
