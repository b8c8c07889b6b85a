import { estimateCost } from "../../model/network-plan.js";
import { armOf, stepsOfArm } from "../plan/arms.js";
import { type ExperimentPlan, trainingConfigOf } from "../plan/plan.js";
import type { ShippedTrial } from "./shipped-trial.js";
import type { TrialModelRecord } from "./trial-model.js";

/** The card of a trial's network in Markdown: what it is, what it learned from, what it finds, what it is not for. */
export function describeTrialModel(
  { title, results, index }: ShippedTrial,
  { trial, tests, weightsSha256, call, arithmetic }: TrialModelRecord,
  plan: ExperimentPlan,
): string {
  const config = trainingConfigOf(plan, trial.organ);
  const { parameters } = estimateCost(config.network, { batch: config.batch });
  const steps = stepsOfArm(plan, armOf(plan, trial)).toLocaleString("en-US");
  const spacing = config.spacingMm ?? ("spacingMm" in plan.cohort ? plan.cohort.spacingMm : []);
  const rows = tests.map(
    ({ name, cases, controls, tumorDice, lesions, found, falsePositivesPerScan: alarms }) =>
      `| ${name} | ${cases} | ${controls} | ${tumorDice.toFixed(3)} | ${found} of ${lesions} | ${alarms.toFixed(2)} |`,
  );
  return `# ${title}

A 3D U-Net of ${parameters.toLocaleString("en-US")} weights (levels of ${config.network.widths.join(", ")} channels) for scans at
${spacing.join(" x ")} mm. Classes: ${config.targets.map(({ name }) => name).join(", ")}.

It is the network of trial ${index} of \`notebooks/results/${results}.json\`: ${trial.size} scans, arm ${trial.arm}, seed ${trial.seed}, ${steps} steps.

**It has seen phantoms alone, drawn by this project: it is for lessons, and finds nothing that could be relied on in a patient.**
It learned from scans cut to the ${trial.organ} and ${plan.cohort.marginMm} mm around it. On a whole scan it raises many false alarms.

## What it finds

From the trial's result. A tumor counts as found where some voxel of it was called tumor; the Dice is the mean over patients with a
tumor.

| test | scans | without a tumor | mean Dice | found | false alarms per scan |
| ---- | ----: | --------------: | --------: | ----: | ------------------: |
${rows.join("\n")}

## How it is made again

\`${call}\` gives the weights with the sha256 \`${weightsSha256}\`, those of the trial, on every machine with the
arithmetic ${arithmetic}.
`;
}
