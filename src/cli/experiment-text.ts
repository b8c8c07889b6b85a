import { groupThousands } from "../core/group-thousands.js";
import { formatDuration } from "../core/progress.js";
import { describeCrop, describeDesign } from "../experiment/plan/describe-plan.js";
import { estimatePlan } from "../experiment/plan/estimate-plan.js";
import { isFolderSet } from "../experiment/plan/folder-scans.js";
import { type ExperimentPlan, hashPlan, listTrials, type TrialSpec } from "../experiment/plan/plan.js";
import { stageOf } from "../experiment/plan/stages.js";
import type { ExperimentStatus } from "../experiment/run/collect.js";
import { describeDamage } from "../experiment/run/inspect-trial.js";
import type { ReusedTrials } from "../experiment/run/reuse-trials.js";

/** A trial in words: `pancreas, real+synthetic, 16 patients, seed 2`. */
export function describeTrial({ organ, arm, size, seed }: TrialSpec): string {
  return `${organ}, ${arm}, ${size} ${size === 1 ? "patient" : "patients"}, seed ${seed}`;
}

/** What a plan will take, on one line. */
export function describePlan(plan: ExperimentPlan, workers: number): string {
  const { trials, scans, coreHours, hours, memoryMb, diskGb } = estimatePlan(plan, workers);
  const kind = isFolderSet(plan.cohort) ? "" : "phantom ";
  return (
    `plan ${plan.name} ${hashPlan(plan).slice(0, 12)}: ${trials} trials on ${scans} ${kind}scans, roughly ` +
    `${formatDuration(hours * 3600)} with ${workers} ${workers === 1 ? "worker" : "workers"} of ${memoryMb} MB ` +
    `(${describeAmount(coreHours)} core-hours, ${describeAmount(diskGb)} GB of disk)`
  );
}

/** Two digits, as much as an estimate is worth. */
function describeAmount(value: number): string {
  return groupThousands(String(Number(value.toPrecision(2))));
}

/** What must be known of a plan, a line each. */
export function formatDesign(plan: ExperimentPlan): string {
  return describeDesign(plan)
    .map((note) => `  ${note}\n`)
    .join("");
}

/** An experiment's state in a few lines, with what its tests show the networks. */
export function formatStatus(status: ExperimentStatus, plan: ExperimentPlan): string {
  const {
    name,
    planSha256,
    total,
    done,
    failed,
    started,
    waiting,
    secondsPerTrial,
    damaged = [],
    reused = 0,
  } = status;
  const counts = [
    `${done.length} of ${total} trials done${reused > 0 ? `, ${reused} of them reused` : ""}`,
    `${failed.length} failed`,
    ...(damaged.length > 0 ? [`${damaged.length} damaged`] : []),
    `${started.length} started`,
    `${waiting.length} waiting`,
  ];
  const mean = secondsPerTrial === undefined ? "" : `; ${formatDuration(secondsPerTrial)} each`;
  const lines = [`${name} ${planSha256.slice(0, 12)}: ${counts.join(", ")}${mean}`];
  for (const { trial, reason } of failed)
    lines.push(`  failed: trial ${trial.index}, ${describeTrial(trial)}: ${reason}`);
  for (const { trial, ...file } of damaged)
    lines.push(`  damaged: trial ${trial.index}, ${describeTrial(trial)}: ${describeDamage(file)}`);
  lines.push(...describeStageCounts(plan, done).map((line) => `  ${line}`));
  lines.push(`  ${describeCrop(plan)}`);
  return `${lines.join("\n")}\n`;
}

/** How many trials of each stage are done, on one line; none for a plan without stages. */
export function describeStageCounts(plan: ExperimentPlan, done: readonly TrialSpec[]): string[] {
  const { stages } = plan;
  if (stages === undefined) return [];
  const count = (trials: readonly TrialSpec[], at: number): number =>
    trials.filter((trial) => stageOf(plan, trial) === at).length;
  const all = listTrials(plan);
  const parts = stages.map(({ name }, at) => `${name} ${count(done, at)} of ${count(all, at)}`);
  return [`stages, each added after a look at those before: ${parts.join(", ")}`];
}

/** What was taken over from other folders, a line each. */
export function formatReused(reused: readonly ReusedTrials[], total: number): string {
  return reused
    .map(({ folder, planSha256, trials, baselines, scans, differences }) => {
      const plan = `${folder} (plan ${planSha256.slice(0, 12)})`;
      const why =
        differences.length > 0
          ? `: no trial of the two plans is the same, they differ in ${differences.join(", ")}`
          : "";
      const more = [
        ...(baselines.length > 0 ? [`baselines of ${baselines.join(", ")}`] : []),
        ...(scans > 0 ? [`${groupThousands(scans)} files of scans`] : []),
      ];
      return `reused ${trials.length} of ${total} trials${more.map((each) => `, ${each}`).join("")} from ${plan}${why}\n`;
    })
    .join("");
}
