import type { Certificate } from "./certificate.js";
import { factsOf, spell, spellInterval, spellSplit } from "./spell-facts.js";

/** The card of the network that was trained, from the record of its training and its scores. */
export function formatModelCard(certificate: Certificate): string {
  const { set } = certificate;
  const { training: run, scores, engines } = factsOf(certificate);
  const { recipe } = run;
  const { network, optimizer } = recipe;
  const rows = scores.summary
    .filter(({ scope, metric }) => scope === "label" && ["dice", "nsd", "hd95"].includes(metric))
    .map(
      (row) =>
        `| ${row.name} | ${row.metric} | ${spell(row.mean, 3)} | ${spell(row.min, 3)} to ${spell(row.max, 3)} | ${spellInterval(row)} | ${row.excluded.map(({ n, reason }) => `${n}: ${reason}`).join("; ") || "none"} |`,
    );
  const passed = engines.reports.map(({ engine, ops }) => `${engine} (${ops.length} operations)`).join(", ");
  return `# Model card: ${recipe.name}, set ${set.name}

Made from \`outputs/training/run.json\` and \`outputs/scores.csv\`; nothing is typed by hand but the words.

| | |
| --- | --- |
| what | 3D U-Net that labels ${recipe.targets.map(({ name, structures }) => `${name} (${structures.join(", ")})`).join(", ")} in CT |
| made with | Tumorlab ${run.version}${run.commit === null ? "" : `, commit ${run.commit}`} |
| network | ${network.encoder} encoder, widths ${network.widths.join(", ")}, patch ${network.patch.join(" x ")}, ${run.parameters} weights |
| input | CT in HU at ${recipe.spacingMm.join(" x ")} mm, ${recipe.windowHu[0]} to ${recipe.windowHu[1]} HU as 0 to 1 |
| training | ${recipe.steps} steps of ${recipe.batch} patches, ${optimizer.kind}, learning rate ${optimizer.learningRate}, seed ${run.seed} |
| data | ${spellSplit(certificate)}; see data-card.md |
| engine | ${run.engine}, arithmetic ${run.arithmetic ?? "not said"} |
| weights | \`outputs/training/last\`, sha256 ${run.weightsSha256} |
| time | ${spell(run.seconds)} s on ${run.cores} cores, ${run.peakMemoryMb === null ? "memory not told" : `${spell(run.peakMemoryMb)} MB at most`} |
| gradients | checked against finite differences: ${passed}; after ${engines.steps} equal steps of a small network the weights of both differ by at most ${engines.largestDifference.toExponential(1)} of the largest |

## Scores on the patients held out

| class | measure | mean | from to | interval over patients | left out |
| ----- | ------- | ---- | ------- | ---------------------- | -------- |
${rows.join("\n")}

NSD at 2 mm; HD95 in mm. The last weights were scored, not those chosen on the same scans.

## What it is for

To show that this code trains a network to the same bytes on another machine. It is for nobody's care.

## Limits

- It has seen ${run.training.length} phantoms and no patient. Nothing follows for patients from its scores.
- It is trained for ${recipe.steps} steps: small structures are found late or not at all, and scores near 0 are no fault of the run.
- ${scores.cases} scans were scored: intervals are wide or not there. One seed: the spread over trainings is not known.
`;
}
