import { tumorTargets } from "../../anatomy/label-classes.js";
import type { TumorOrgan } from "../../anatomy/organs.js";
import { spellNumber } from "../../core/missing.js";
import type { Scale, Vec3 } from "../../core/types.js";
import type { PolicyName } from "../../metrics/empty.js";
import { sha256 } from "../../platform/hash.js";
import type { TrainingConfig } from "../../training/training-config.js";
import { type PlanArm, seedsOfArm, sizesOfArm } from "./arms.js";
import { type FolderCohort, type FolderTest, isFolderSet } from "./folder-scans.js";
import type { PlanSynthesis } from "./plan-synthesis.js";
import type { PlanPreregistration } from "./preregistration.js";
import type { PlanStage } from "./stages.js";
import type { TestExtent } from "./tests.js";

/** Phantom patients of one hospital, whose scans a plan trains on. */
export interface PhantomCohort {
  /** A preset of the phantom's hospitals. */
  hospital: string;
  seed: number;
  /**
   * The pool: patients with a tumor that each organ's subsets are taken from, in an order of each seed; an organ may have a
   * smaller one of its own. Where the largest
   * size is the whole pool, all seeds learn from the same patients there; of a pool of N two seeds share about n / N of
   * their n.
   */
  patients: number;
  /** Patients without any tumor, whose scans synthetic tumors are put into. */
  healthy: number;
  /** Voxels along x, y, z of every scan, training and test. */
  shape: Vec3;
  spacingMm: Vec3;
  /** Scans are cut to the box of the organ with its tumors and this margin, the same in every arm and test. */
  marginMm: number;
}

/** An organ and the sizes of its nested training subsets. */
export interface PlanOrgan {
  organ: TumorOrgan;
  /** Patients with a tumor, rising. Each subset holds the smaller ones of its seed. */
  sizes: number[];
  /** Default the plan's. */
  seeds?: number[];
  /** Patients of the cohort that this organ's subsets are taken from; default all. From version 2 on. */
  pool?: number;
}

/** Phantom patients that no network is trained on. */
export interface PhantomTest extends TestExtent {
  name: string;
  /** Whether they are of the training's distribution. */
  distribution: "in" | "out";
  hospital: string;
  seed: number;
  /** Patients with a tumor, for each organ. */
  patients: number;
  /** Patients without any tumor, on whom every find is false; default 0. */
  controls?: number;
}

/** Where a plan's training scans come from: phantom patients, or a folder of scans. */
export type PlanCohort = PhantomCohort | FolderCohort;

/** Scans that no network is trained on: of phantom patients, or of a folder. */
export type PlanTest = PhantomTest | FolderTest;

/**
 * What the plan says of training: a recipe but for its classes, which are those of the organ (background, organ, lesion),
 * and its share of synthetic patches, which follows from the arm.
 */
export type PlanTraining = Omit<TrainingConfig, "targets" | "ignore" | "syntheticShare">;

/** Whose recipe and grid a plan has, roughly: a scale of the project, or the experiment to its plateau, of one organ or of all. */
export type PlanScale = Scale | "medium" | "organs";

/**
 * An experiment before it is run: plain JSON. A trial is a pure function of it and an index.
 *
 * Version 2 has everything that version 1 has and means the same by it, but for the numbering of phantom patients: in version
 * 1 those without a tumor are numbers 5,000 and up, in version 2 every second one, so that there may be any number.
 */
export interface ExperimentPlan {
  version: 1 | 2;
  name: string;
  scale: PlanScale;
  cohort: PlanCohort;
  organs: PlanOrgan[];
  arms: PlanArm[];
  synthesis: PlanSynthesis;
  /** Each names a subset order, synthetic cases, first weights and patches. */
  seeds: number[];
  /** The same steps whatever the size. */
  recipe: PlanTraining;
  tests: PlanTest[];
  metrics: { toleranceMm: number; policy: PolicyName };
  /** What was asked before the experiment was run. From version 2 on. */
  preregistration?: PlanPreregistration;
  /** What was added after a first look, where anything was: the first stage, then each later one. From version 2 on. */
  stages?: PlanStage[];
}

/** A plan on phantom patients throughout, as the presets are. */
export interface PhantomPlan extends ExperimentPlan {
  cohort: PhantomCohort;
  tests: PhantomTest[];
}

/** A plan on folders of scans throughout. */
export interface FolderPlan extends ExperimentPlan {
  cohort: FolderCohort;
  tests: FolderTest[];
}

/** One network to be trained and tested. */
export interface TrialSpec {
  /** Place in {@link listTrials}, from 0. */
  index: number;
  organ: TumorOrgan;
  /** Name of the arm. */
  arm: string;
  size: number;
  seed: number;
}

/** The trials of a plan: organ by organ, seed by seed, size by size, arm by arm; an arm may leave sizes and seeds out. */
export function listTrials(plan: ExperimentPlan): TrialSpec[] {
  const trials: TrialSpec[] = [];
  for (const organ of plan.organs)
    for (const seed of organ.seeds ?? plan.seeds)
      for (const size of organ.sizes)
        for (const arm of plan.arms)
          if (sizesOfArm(organ, arm).includes(size) && seedsOfArm(plan, organ, arm).includes(seed))
            trials.push({ index: trials.length, organ: organ.organ, arm: arm.name, size, seed });
  return trials;
}

/**
 * sha256 of a plan, whatever the order its fields were written in. Where a folder of scans lies takes no part: the scans are
 * known by their own sha256, and a cohort that was moved is the same cohort.
 */
export function hashPlan({ cohort, tests, ...plan }: ExperimentPlan): string {
  return sha256(canonicalJson({ ...plan, cohort: withoutPlace(cohort), tests: tests.map(withoutPlace) }));
}

/** A set of a plan without the folder that its scans lie in. */
export function withoutPlace<Set extends PlanCohort | PlanTest>(set: Set): Omit<Set, "folder"> {
  if (!isFolderSet(set)) return set;
  const { folder: _folder, ...rest } = set as Set & { folder: string };
  return rest;
}

/** The recipe an organ's networks are trained by: the plan's, with the organ and its lesion as classes. */
export function trainingConfigOf({ recipe }: ExperimentPlan, organ: TumorOrgan): TrainingConfig {
  return { ...recipe, targets: tumorTargets(organ), ignore: [], syntheticShare: 0 };
}

/**
 * JSON with the fields of every object in alphabetical order; fields that are `undefined` are left out, numbers as
 * {@link spellNumber} spells them.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    each !== null && typeof each === "object" && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : spellNumber(each),
  );
}
