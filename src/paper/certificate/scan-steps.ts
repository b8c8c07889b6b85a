import { LabError, requireThat } from "../../core/errors.js";
import { makePhantomCohort } from "../../phantom/phantom-cohort.js";
import { readPhantomMetadata } from "../../phantom/write-case.js";
import { rm } from "../../platform/files.js";
import { join } from "../../platform/paths.js";
import { replayLesion } from "../../synthesis/replay-lesion.js";
import { synthesizeScan } from "../../synthesis/synthesize-scan.js";
import type { CertificateFacts } from "./certificate-facts.js";
import type { CertificateStep } from "./certificate-step.js";

const phantoms = "outputs/phantoms";
const lesions = "outputs/lesions";

/** Phantom scans with their labels and the table over them. */
export const phantomsStep: CertificateStep = {
  id: "phantoms",
  what: "makes phantom scans with their labels",
  call: ({ phantoms: { cases, seed, spacingMm, organs } }) =>
    `tumorlab phantom --cases ${cases} --seed ${seed} --spacing-mm ${spacingMm} --tumor-organs ${organs.join(",")} --out ${phantoms}`,
  seed: (set) => set.phantoms.seed,
  engine: "javascript",
  after: [],
  reads: [],
  async run({ folder, set, workers, progress, signal }) {
    const { cases, seed, spacingMm, organs } = set.phantoms;
    const out = join(folder, phantoms);
    const made = await makePhantomCohort({
      folder: out,
      phantoms: { seed, spacingMm, tumorOrgans: organs },
      cases,
      workers,
      progress,
      signal,
    });
    if (made.failed.length > 0)
      throw new LabError(`case ${made.failed[0].case}`, made.failed[0].reason, "a phantom");
    const found = await readPhantomMetadata(out);
    // The same labels once more, a file a structure.
    for (const { caseId } of found)
      await rm(join(out, caseId, "segmentations"), { recursive: true, force: true });
    const files = found.flatMap(({ caseId }) =>
      ["ct.nii.gz", "combined_labels.nii.gz", "phantom.json"].map((name) => `${phantoms}/${caseId}/${name}`),
    );
    return { outputs: [...files, `${phantoms}/metadata.csv`], facts: { phantoms: found } };
  },
};

/** Lesions put into a scan without any, and made again from their records. */
export const lesionsStep: CertificateStep = {
  id: "lesions",
  what: "puts lesions into a scan without any, and makes each again from its record",
  call: ({ lesions: { organ, radiusMm, count, seed } }, facts) =>
    `tumorlab synthesize --ct ${phantoms}/${findHost(facts)}/ct.nii.gz --labels ${phantoms}/${findHost(facts)}/combined_labels.nii.gz --organ ${organ} --radius-mm ${radiusMm} --count ${count} --seed ${seed} --out ${lesions}`,
  seed: (set) => set.lesions.seed,
  engine: "javascript",
  after: ["phantoms"],
  reads: [],
  async run({ folder, set, workers, facts, progress, signal }) {
    const { organ, radiusMm, count, seed } = set.lesions;
    const host = join(folder, phantoms, findHost(facts));
    const outcomes = await synthesizeScan(join(folder, lesions), {
      ct: join(host, "ct.nii.gz"),
      labels: join(host, "combined_labels.nii.gz"),
      organ,
      size: { radiusMm },
      count,
      seed,
      workers,
      progress,
      signal,
    });
    const written = outcomes.map((outcome) => {
      if ("reason" in outcome) throw new LabError(outcome.name, outcome.reason, "a case with a lesion");
      return outcome;
    });
    for (const { name } of written) {
      await rm(join(folder, lesions, name, "segmentations"), { recursive: true, force: true });
      const again = join(folder, "replay");
      await replayLesion(join(folder, lesions, name, "lesion.json"), again, {}, signal);
      await rm(again, { recursive: true, force: true });
    }
    const files = written.flatMap(({ name }) =>
      ["ct.nii.gz", "combined_labels.nii.gz"].map((file) => `${lesions}/${name}/${file}`),
    );
    return { outputs: files, facts: { lesions: written.map(({ record }) => record) } };
  },
};

function findHost({ phantoms: scans }: Partial<CertificateFacts>): string {
  const host = scans?.find(({ tumors }) => tumors.length === 0);
  requireThat(host !== undefined, "phantoms", "a tumor in each", "one without");
  return host.caseId;
}
