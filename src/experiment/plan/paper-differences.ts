import { groupThousands } from "../../core/group-thousands.js";
import type { NetworkConfig } from "../../model/network-config.js";
import { findPreset } from "../../training/training-config.js";
import type { ExperimentPlan, PlanTraining } from "./plan.js";

const spellMm = (mm: readonly number[]): string =>
  mm.every((each) => each === mm[0]) ? `${mm[0]}` : mm.join(" x ");
const spellNetwork = ({ encoder, widths }: NetworkConfig): string =>
  `${encoder} encoder of widths ${widths[0]} to ${Math.max(...widths)} in ${widths.length} levels`;
const spellPatch = ({ network: { patch }, spacingMm }: Pick<PlanTraining, "network" | "spacingMm">): string =>
  `${patch.join(" x ")} (${spellMm(patch.map((n, axis) => n * spacingMm[axis]))} mm)`;

/** What a training may do differently from another, in words that are alike where it is. */
const traits: readonly [string, (recipe: PlanTraining) => string][] = [
  ["voxels of", ({ spacingMm }) => `${spellMm(spacingMm)} mm`],
  ["a patch of", spellPatch],
  ["a", ({ network }) => spellNetwork(network)],
  ["deep supervision", ({ network }) => (network.deepSupervision ? "on" : "off")],
  ["the optimizer", ({ optimizer }) => optimizer.kind],
  ["a batch of", ({ batch }) => `${batch}`],
  ["steps:", ({ steps }) => groupThousands(steps)],
];

/**
 * How the training of a plan of the scale `paper` differs from what is known of the publication's, and how often it looks at a scan of
 * its largest size, in a sentence each; none for other plans.
 */
export function describePaperDifferences({ scale, recipe, organs }: ExperimentPlan): string[] {
  if (scale !== "paper") return [];
  const published = findPreset("paper");
  const differences = traits.flatMap(([name, spell]) => {
    const [own, theirs] = [recipe, published].map(spell);
    return own === theirs ? [] : [`${name} ${own} in place of ${theirs}`];
  });
  const largest = Math.max(...organs.flatMap(({ sizes }) => sizes));
  const views = Math.round((recipe.steps * recipe.batch) / largest);
  return [
    ...(differences.length > 0
      ? [`trained as far as is known of the publication but for ${differences.join(", ")}`]
      : []),
    `${groupThousands(recipe.steps)} steps of ${recipe.batch} patches look at each of ${groupThousands(largest)} scans ${groupThousands(views)} times`,
  ];
}
