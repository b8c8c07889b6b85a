import { estimateCost } from "../../model/network-plan.js";
import type { TrainingConfig } from "../training-config.js";
import type { ModelRecord } from "./make-model.js";
import type { PhantomDraw } from "./model-plan.js";
import type { TestedLesion } from "./test-model.js";

/** Ends of the radii that the card tells apart, in mm. */
const radiiMm = [0, 5, 10, 15, 25, Infinity];

/** The card of a shipped network in Markdown: what it is, what it learned from, what it finds and misses, what it is not for. */
export function describeModel(
  record: Pick<ModelRecord, "plan" | "test" | "bestStep" | "weightsSha256" | "call" | "arithmetic">,
  config: TrainingConfig,
): string {
  const { plan, test, bestStep, weightsSha256, call, arithmetic } = record;
  const { parameters } = estimateCost(config.network, { batch: config.batch });
  const classes = [...new Set(test.lesions.map((lesion) => lesion.class))];
  const rows = classes.flatMap((name) =>
    radiiMm.slice(1).flatMap((to, at) => {
      const lesions = test.lesions.filter(
        ({ class: own, radiusMm }) => own === name && radiusMm >= radiiMm[at] && radiusMm < to,
      );
      return lesions.length === 0 ? [] : [describeLesions(name, radiiMm[at], to, lesions)];
    }),
  );
  return `# ${plan.title}

A 3D U-Net of ${parameters.toLocaleString("en-US")} weights (levels of ${config.network.widths.join(", ")} channels) for scans at
${plan.spacingMm.join(" x ")} mm. Classes: ${config.targets.map(({ name }) => name).join(", ")}.

**It has seen phantoms alone, drawn by this project: it is for lessons, and finds nothing that could be relied on in a patient.**

## What it learned from

${describeDraw(plan.training)}; validated on ${describeDraw(plan.validation)}. Patients of training, validation and test are
different ones. ${config.steps.toLocaleString("en-US")} steps of ${config.batch} patches; the network of step ${bestStep.toLocaleString("en-US")} is the
best by the Dice of validation.

## What it finds

Tried on ${describeDraw(plan.test)}: ${test.cases} scans, ${test.controls} of them without a tumor.

| class | mean Dice |
| ----- | --------: |
${Object.entries(test.dice)
  .map(([name, dice]) => `| ${name} | ${Number.isNaN(dice) ? "none" : dice.toFixed(3)} |`)
  .join("\n")}

A tumor counts as found where some predicted voxel of its class overlaps it.

| tumors | radius (mm) | found | median Dice |
| ------ | ----------- | ----: | ----------: |
${rows.join("\n")}

${test.falsePositivesPerScan.toFixed(2)} false alarms per scan; ${test.controlsWithFalsePositives} of ${test.controls} scans without a tumor have at least one.

## How it is made again

\`${call}\` gives the weights with the sha256 \`${weightsSha256}\` on every machine with the arithmetic ${arithmetic}.
`;
}

function describeDraw({ hospitals, casesPerHospital, controlShare, seed }: PhantomDraw): string {
  const count = hospitals.length * casesPerHospital;
  const scans = `${count} phantom${count === 1 ? "" : "s"}`;
  const places = `hospital${hospitals.length === 1 ? "" : "s"} ${hospitals.join(" and ")}`;
  return `${scans} of the ${places} (seed ${seed}, a share of ${controlShare} without a tumor)`;
}

function describeLesions(name: string, from: number, to: number, lesions: readonly TestedLesion[]): string {
  const range = to === Infinity ? `${from} and more` : `${from} to ${to}`;
  const sorted = lesions.map(({ dice }) => dice).sort((a, b) => a - b);
  const middle = (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
  const found = lesions.filter((lesion) => lesion.found).length;
  return `| ${name} | ${range} | ${found} of ${lesions.length} | ${middle.toFixed(2)} |`;
}
