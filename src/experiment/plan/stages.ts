import type { TumorOrgan } from "../../anatomy/organs.js";
import { requireThat } from "../../core/errors.js";
import { type ExperimentPlan, listTrials, type TrialSpec } from "./plan.js";

/**
 * A stage of a plan that has grown: what was added to it after the stage before had been looked at. The first adds nothing and
 * holds every trial that no later one has; a later one holds the trials of an organ, arm, size or seed that it adds.
 */
export interface PlanStage {
  name: string;
  /** Why it was added, such as the interval that straddled its margin. */
  why?: string;
  organs?: TumorOrgan[];
  /** Names of arms. */
  arms?: string[];
  sizes?: number[];
  seeds?: number[];
}

/** What a stage may add, with the field of a trial that tells it. */
const kinds = [
  ["organs", "organ"],
  ["arms", "arm"],
  ["sizes", "size"],
  ["seeds", "seed"],
] as const;

/** Place of a trial's stage in the plan's: of all that add something of it the last; 0 in a plan without stages. */
export function stageOf({ stages = [] }: Pick<ExperimentPlan, "stages">, trial: TrialSpec): number {
  const adds = (stage: PlanStage): boolean =>
    kinds.some(([list, field]) => (stage[list] as (string | number)[] | undefined)?.includes(trial[field]));
  return stages.reduce((last, stage, at) => (adds(stage) ? at : last), 0);
}

/**
 * Place of a stage by its name.
 *
 * @throws LabError for a name that the plan does not have.
 */
export function findStage({ stages = [] }: Pick<ExperimentPlan, "stages">, name: string): number {
  const at = stages.findIndex((stage) => stage.name === name);
  const known = stages.map((stage) => stage.name).join(", ");
  requireThat(at >= 0, "stage", name, stages.length === 0 ? "none: the plan has no stages" : known);
  return at;
}

/** Refuses stages that cannot be, naming the field: that add nothing, what is not in the plan or what is there already. */
export function checkStages(plan: ExperimentPlan): void {
  const { stages } = plan;
  if (stages === undefined) return;
  const trials = listTrials(plan);
  const added = new Set<string>();
  stages.forEach((stage, at) => {
    const field = `stages[${at}]`;
    requireThat(
      stages.findIndex(({ name }) => name === stage.name) === at,
      `${field}.name`,
      stage.name,
      "each name once",
    );
    for (const [list, one] of kinds) {
      const given: readonly (string | number)[] | undefined = stage[list];
      requireThat(
        at > 0 || given === undefined,
        `${field}.${list}`,
        given,
        "none in the first stage: it has all that no later one adds",
      );
      const known = [...new Set<string | number>(trials.map((trial) => trial[one]))];
      for (const each of given ?? []) {
        const expected = `some of the plan's ${list}: ${known.join(", ")}`;
        requireThat(known.includes(each), `${field}.${list}`, each, expected);
        requireThat(
          !added.has(`${list} ${each}`),
          `${field}.${list}`,
          each,
          "what no stage above it has added",
        );
        added.add(`${list} ${each}`);
      }
    }
  });
  stages.forEach(({ name }, at) =>
    requireThat(
      trials.some((trial) => stageOf(plan, trial) === at),
      `stages[${at}]`,
      name,
      at === 0 ? "a trial that no later stage adds" : "organs, arms, sizes or seeds that add a trial",
    ),
  );
}

/**
 * The stages of a plan, a sentence each but for the first; none for a plan without. It must stand wherever their results do.
 *
 * @param last name of the last stage that is spoken of; default all.
 * @throws LabError for a name that the plan does not have.
 */
export function describeStages(plan: Pick<ExperimentPlan, "stages">, last?: string): string[] {
  const { stages = [] } = plan;
  const end = last === undefined ? stages.length : findStage(plan, last) + 1;
  return stages.slice(1, end).map((stage) => {
    const added = kinds.flatMap(([list]) => (stage[list] ? [`${list} ${stage[list].join(", ")}`] : []));
    const why = stage.why === undefined ? "" : ` (${stage.why})`;
    return `stage ${stage.name} was added after a look at what was there: ${added.join("; ")}${why}. Intervals and p values over it do not know of that look; those of stage ${stages[0].name} alone need not`;
  });
}
