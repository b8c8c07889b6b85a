import type { Certificate } from "./certificate.js";
import { factsOf, spell, spellPhantoms, spellSplit } from "./spell-facts.js";

/** The card of the scans of a certificate, from the phantoms' own records, the lesions' and the training's. */
export function formatDataCard(certificate: Certificate): string {
  const { set, environment, records } = certificate;
  const { phantoms, lesions, ledger } = factsOf(certificate);
  const { training } = factsOf(certificate);
  const held = new Set(training.heldOut.map((scan) => scan.case));
  const rows = phantoms.map(
    ({ caseId, patientId, sex, ageYears, phase, shape, tumors }) =>
      `| ${caseId} | ${patientId} | ${sex} | ${ageYears} | ${phase} | ${shape.join(" x ")} | ${tumors.map(({ structure, radiusMm }) => `${structure} ${spell(radiusMm, 1)} mm`).join(", ") || "none"} | ${held.has(caseId) ? "held out" : "training"} |`,
  );
  const made = lesions.map(
    (lesion) =>
      `| ${lesion.organ} | ${spell(lesion.requestedRadiusMm, 1)} mm | ${spell(lesion.achievedRadiusMm, 1)} mm | ${spell(lesion.volumeMl, 1)} ml | ${spell(lesion.contrastHu)} HU | ${lesion.phase} (${lesion.phaseSource}) |`,
  );
  const reads = new Set(records.flatMap((record) => record.reads.map(({ name }) => name)));
  const { version, commit } = environment;
  return `# Data card: phantoms, set ${set.name}

Made from \`outputs/phantoms/*/phantom.json\`, \`outputs/lesions/*/lesion.json\` and \`outputs/training/data.json\`.

| | |
| --- | --- |
| what | CT of phantom abdomens with labels, ${phantoms[0].spacingMm.join(" x ")} mm, in HU |
| how many | ${spellPhantoms(certificate)} |
| made by | Tumorlab ${version}${commit === null ? "" : `, commit ${commit}`}: \`${records[0].call}\` |
| parts | ${spellSplit(certificate)}; by patient |
| labels | what the phantom was drawn from; \`classes.json\` says what each value means |
| licence | MIT, as the code |
| patients | none: nothing here is of a person |

## Scans

| case | patient | sex | age | phase | voxels | tumors (radius) | part |
| ---- | ------- | --- | --- | ----- | ------ | --------------- | ---- |
${rows.join("\n")}

## Lesions put into a scan without any

Each was made again from its record, and every voxel was the same.

| organ | radius asked for | radius | volume | contrast | phase |
| ----- | ---------------- | ------ | ------ | -------- | ----- |
${made.join("\n")}

## Published numbers

The ledger's ${ledger.claims} claims read ${reads.size} files of the project, each with its sha256 in \`hashes.json\`; each number names its source in \`ledger.json\`.

## Limits

- Phantoms follow rules, not a population: sexes, ages, phases and tumors tell nothing of how often they are seen.
- Tissue is smoother and organs are more alike than in patients; a network that does well here may fail on a scan of a person.
- ${phantoms.length} scans are enough to show equal bytes, and too few to tell of performance.
`;
}
