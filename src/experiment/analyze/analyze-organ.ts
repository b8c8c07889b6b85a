import type { TumorOrgan } from "../../anatomy/organs.js";
import { createKey } from "../../core/random.js";
import { bootstrapCurves } from "../../scaling/curve-bootstrap.js";
import type { CurveBootstrap, CurveSet } from "../../scaling/curve-bootstrap.js";
import { intervalOfCurves } from "../../scaling/curve-interval.js";
import type { EstimateWithInterval } from "../../scaling/curve-interval.js";
import type { CurveTable } from "../../scaling/curve-table.js";
import type { CurvePoint } from "../../scaling/curve.js";
import { areaBetweenCurves } from "../../scaling/efficiency.js";
import { powerFloorLaw } from "../../scaling/laws/power-floor.js";
import { scalingLaws } from "../../scaling/laws/table.js";
import { reportEfficiency } from "../../scaling/report.js";
import type { EfficiencyReport } from "../../scaling/report.js";
import { findSaturation } from "../../scaling/saturation.js";
import type { SaturationAnswer } from "../../scaling/saturation.js";
import { selectLaw } from "../../scaling/select.js";
import type { LawSelection } from "../../scaling/select.js";
import { mean } from "../../stats/describe.js";
import { realArmOf } from "../plan/arms.js";
import { describeCrop, describeOverlap } from "../plan/describe-plan.js";
import { describeStages } from "../plan/stages.js";
import { extentOf, type ScanExtent } from "../plan/tests.js";
import { compareBaselines } from "../run/baselines.js";
import type { BaselineComparison } from "../run/baselines.js";
import type { CollectedResults } from "../run/result.js";
import { summarizeDetection } from "./detection.js";
import type { DetectionSummary } from "./detection.js";
import {
  curveName,
  distributionNames,
  distributions,
  tabulateScores,
  testSetOf,
} from "./experiment-scores.js";
import type { Distribution, PatientCount, ScoreExclusion } from "./experiment-scores.js";
import { resultOr } from "./outcome.js";
import type { Result } from "./outcome.js";
import { pairCurves } from "./paired-curves.js";
import type { DrawnCurves } from "./paired-curves.js";
import { selectStage } from "./select-stage.js";
import { selectTests, usualExtent } from "./select-tests.js";

/** Mean tumor Dice at one size. */
export interface ArmPoint extends EstimateWithInterval {
  n: number;
  /** Trainings at this size. */
  seeds: number;
}

/** One arm's learning curve on one distribution, all trainings and patients together. */
export interface ArmCurve {
  arm: string;
  distribution: Distribution;
  points: ArmPoint[];
  /** Laws compared on this curve. */
  laws: Result<LawSelection>;
  /** The five answers under the chosen law. */
  saturation: Result<SaturationAnswer[]>;
}

/** A difference of two curves at the sizes that both have, and its mean over log n. */
export interface CurveDifference {
  points: ({ n: number } & EstimateWithInterval)[];
  mean: Result<EstimateWithInterval>;
}

/** What an arm reaches beyond the real scans alone, size by size, and how many real scans its results stand for. */
export interface ArmGain extends CurveDifference {
  arm: string;
  distribution: Distribution;
  multipliers: Result<EfficiencyReport>;
}

/** How much an arm loses on other hospitals: in distribution less out of distribution. */
export interface DistributionGap extends CurveDifference {
  arm: string;
}

/** One organ of an experiment. */
export interface OrganAnalysis {
  organ: TumorOrgan;
  patients: PatientCount[];
  excluded: ScoreExclusion[];
  curves: ArmCurve[];
  gains: ArmGain[];
  gaps: DistributionGap[];
  detection: DetectionSummary[];
  baselines: BaselineComparison[];
  /** What a reader must know before believing an interval. */
  notes: string[];
  /** The curves as drawn, by `curveName`, and the scores they are drawn from; `undefined` without any score. */
  bootstrap?: CurveBootstrap;
  table?: CurveTable;
}

/** How an experiment is analysed. */
export interface AnalysisOptions {
  /** Draws of the bootstrap, for what is not nearly linear in the scores; default 2,000. */
  resamples?: number;
  /** Between 0 and 1; default 0.95. */
  level?: number;
  /** Largest difference of Dice that still counts as none; default 0.01. */
  margin?: number;
  /** Tests that are looked at: those of scans cut to the organ (default, where there are any), or of whole scans. */
  scan?: ScanExtent;
  /** Of a plan with stages the last that is looked at, by its name; default all of them, together. */
  stage?: string;
}

/** {@link analyzeExperiment} for one organ. */
export function analyzeOrgan(
  whole: CollectedResults,
  organ: TumorOrgan,
  options: AnalysisOptions = {},
): OrganAnalysis {
  const { resamples = 2000, level = 0.95 } = options;
  const all = selectStage(whole, options.stage);
  const results = selectTests(all, options.scan);
  const { table, patients, excluded } = tabulateScores(results, organ);
  const base = { organ, patients, excluded };
  if (table.rows.length === 0) {
    const notes = ["no trial of this organ has a score: nothing is said of it"];
    return { ...base, curves: [], gains: [], gaps: [], detection: [], baselines: [], notes };
  }
  const key = createKey(0).split("experiment").split(organ);
  const draw = { resamples, key, stratumOf: testSetOf };
  const bootstrap = bootstrapCurves(table, draw);
  const arms = results.plan.arms.map(({ name }) => name);
  const has = (arm: string, distribution: Distribution): boolean =>
    Object.hasOwn(bootstrap.observed, curveName(arm, distribution));
  const pairs = arms.flatMap((arm) =>
    distributions
      .filter((distribution) => has(arm, distribution))
      .map((distribution) => ({ arm, distribution })),
  );
  const real = realArmOf(results.plan);

  const gains = pairs
    .filter(({ arm }) => arm !== real)
    .map(({ arm, distribution }): ArmGain => {
      const [first, second] = [curveName(real ?? "", distribution), curveName(arm, distribution)];
      const absent =
        real === undefined
          ? "the plan has no arm of real scans alone"
          : has(real, distribution)
            ? undefined
            : `no trial of ${real} ${distributionNames[distribution]} has a score`;
      if (absent !== undefined)
        return { arm, distribution, points: [], mean: { why: absent }, multipliers: { why: absent } };
      return {
        arm,
        distribution,
        ...compareCurves({ table, bootstrap }, first, second, level),
        multipliers: resultOr(whyNoLaw(bootstrap.observed[first]), () =>
          reportEfficiency(table, first, second, powerFloorLaw, { ...draw, level }),
        ),
      };
    });
  return {
    ...base,
    curves: pairs.map(({ arm, distribution }) => describeCurve(bootstrap, arm, distribution, options)),
    gains,
    gaps: arms
      .filter((arm) => distributions.every((distribution) => has(arm, distribution)))
      .map((arm) => ({
        arm,
        // The worse curve first: what is lost counts up.
        ...compareCurves({ table, bootstrap }, curveName(arm, "out"), curveName(arm, "in"), level),
      })),
    detection: summarizeDetection(results, organ, options),
    baselines: compareBaselines(results, organ, bootstrap, level),
    notes: [...listNotes(bootstrap, patients, arms), ...describeConditions(all, organ, options)],
    bootstrap,
    table,
  };
}

function describeCurve(
  bootstrap: CurveBootstrap,
  arm: string,
  distribution: Distribution,
  { level = 0.95, margin = 0.01 }: AnalysisOptions,
): ArmCurve {
  const name = curveName(arm, distribution);
  const points = bootstrap.observed[name];
  const why = whyNoLaw(points);
  // A law with more parameters than there are sizes goes through every curve.
  const candidates = scalingLaws.filter((law) => law.parameters.length <= points.length);
  const laws = resultOr(why, () => selectLaw(points, candidates));
  return {
    arm,
    distribution,
    points: points.map(({ n, weight = 1 }, i) => ({
      n,
      seeds: weight,
      ...intervalOfCurves(bootstrap, (curves) => 1 - curves[name][i].error, {
        level,
        method: "t",
        bounds: [0, 1],
      }),
    })),
    laws,
    saturation: resultOr(why, () =>
      findSaturation(points, laws.value!.chosen, {
        margin,
        gainPerDoubling: margin,
        level,
        replicates: bootstrap.replicates.map((curves) => curves[name].map(({ error }) => error)),
      }),
    ),
  };
}

/** Why no law is fitted to a curve; `undefined` where one can be. */
function whyNoLaw(points: readonly CurvePoint[]): string | undefined {
  if (points.length < 3)
    return `${points.length === 1 ? "one size" : `${points.length} sizes`}: a law needs at least three`;
  if (points.every(({ error }) => error >= 1)) return "every score is 0: no network found a tumor";
  if (!points.some(({ error }) => error < points[0].error))
    return `no size is better than the smallest, n = ${points[0].n}: there is no rise to fit`;
  return undefined;
}

/** `error(first) - error(second)` where both have a size, over the seeds that both have: what the second curve has gained. */
export function compareCurves(
  drawn: DrawnCurves,
  first: string,
  second: string,
  level: number,
): CurveDifference {
  const bootstrap = pairCurves(drawn, [first, second]);
  const shared = bootstrap.observed[first]
    .map(({ n }) => n)
    .filter((n) => bootstrap.observed[second].some((point) => point.n === n));
  const why = shared.length === 0 ? "the two have no size in common" : undefined;
  return {
    points: shared.map((n) => ({
      n,
      ...intervalOfCurves(bootstrap, (curves) => errorAt(curves, first, n) - errorAt(curves, second, n), {
        level,
        method: "t",
        bounds: [-1, 1],
      }),
    })),
    mean: resultOr(why, () =>
      intervalOfCurves(bootstrap, (curves) => meanDifference(curves, first, second, shared), {
        level,
        method: "t",
        bounds: [-1, 1],
      }),
    ),
  };
}

/** Mean of `error(first) - error(second)` over log n between the sizes that both have; at the only one they share. */
export function meanDifference(
  curves: CurveSet,
  first: string,
  second: string,
  shared: readonly number[],
): number | undefined {
  const at = (name: string): CurvePoint[] => curves[name].filter(({ n }) => shared.includes(n));
  if (shared.length === 1) return at(first)[0].error - at(second)[0].error;
  return areaBetweenCurves(at(first), at(second));
}

/** Sizes of a curve of an organ; none where it has no such curve. */
export function sizesOfCurve(organ: OrganAnalysis | undefined, name: string): number[] {
  return (organ?.bootstrap?.observed[name] ?? []).map(({ n }) => n);
}

/** Error of a curve at a size that it has. */
export function errorAt(curves: CurveSet, name: string, n: number): number {
  return curves[name].find((point) => point.n === n)!.error;
}

/** What the tests show a network, and which patients seeds share: of the plan, not of the scores. */
function describeConditions(
  results: CollectedResults,
  organ: TumorOrgan,
  { scan, stage }: AnalysisOptions,
): string[] {
  const { plan } = results;
  const extent = scan ?? usualExtent(plan);
  const tests = plan.tests.filter((test) => extentOf(test) === extent);
  const shares = results.trials
    .filter((each) => each.trial.organ === organ)
    .flatMap((each) => each.tests)
    .filter(({ name }) => tests.some((test) => test.name === name))
    .flatMap(({ seenShare }) => seenShare ?? []);
  const overlap = describeOverlap(
    plan,
    plan.organs.find((each) => each.organ === organ)!,
  );
  return [
    describeCrop({ ...plan, tests }, organ, shares.length > 0 ? mean(shares) : undefined),
    ...(overlap === undefined ? [] : [overlap]),
    // What a later stage adds is no part of an analysis that ends before it.
    ...describeStages(plan, stage),
  ];
}

function listNotes(
  bootstrap: CurveBootstrap,
  patients: readonly PatientCount[],
  arms: readonly string[],
): string[] {
  const curves = Object.entries(bootstrap.observed).filter(([name]) =>
    arms.some((arm) => distributions.some((distribution) => name === curveName(arm, distribution))),
  );
  const few = patients.filter(({ withTumor }) => withTumor < 2);
  return [
    ...(bootstrap.seedCount < 2
      ? ["one training per size: the intervals do not know how another training would have come out"]
      : []),
    ...few.map(
      ({ distribution, withTumor }) =>
        `${distributionNames[distribution]}: ${withTumor === 1 ? "one test patient has" : "no test patient has"} a tumor, so that the intervals know nothing of patients`,
    ),
    ...(curves.length > 0 && curves.every(([, points]) => points.every(({ error }) => error >= 1))
      ? ["every score is 0: no network found a tumor"]
      : []),
  ];
}
