import { isThere, writeFileWhole } from "../../core/files.js";
import { compileJsonSchema } from "../../core/json-schema.js";
import { readChecked } from "../../core/read-checked.js";
import { listOf, openObject } from "../../core/schema.js";
import { encodeText } from "../../platform/bytes.js";
import { locateManifests } from "../../platform/locations.js";
import { hashedStepSchema } from "./certificate-hashes.js";
import type { CertificateHashes, HashedStep } from "./certificate-hashes.js";
import { certificateSteps } from "./steps.js";

/** `data-manifests/certificate.json`: what the stated sets give, by arithmetic. */
export interface ExpectedHashes {
  format: "tumorlab-certificate-expected";
  formatVersion: 1;
  /** By the set's name: each step once for each arithmetic. */
  sets: Readonly<Record<string, readonly HashedStep[]>>;
}

const check = compileJsonSchema(
  openObject({
    format: { const: "tumorlab-certificate-expected" },
    formatVersion: { const: 1 },
    sets: { type: "object", additionalProperties: listOf(hashedStepSchema) },
  }),
);

/** The expected hashes that come with the project. */
export function locateExpected(): string {
  return locateManifests("certificate.json");
}

/** Expected hashes of a set, none where none are known. Throws a LabError naming a file that is not of this form. */
export async function readExpected(path: string, set: string): Promise<readonly HashedStep[]> {
  const { sets } = await openExpected(path);
  return Object.hasOwn(sets, set) ? sets[set] : [];
}

/**
 * Puts the hashes of a run where expected ones are kept: those of its set with its arithmetic are replaced, others stay.
 * The file is made where there is none.
 */
export async function updateExpected(path: string, { set, steps }: CertificateHashes): Promise<void> {
  const before: ExpectedHashes = (await isThere(path))
    ? await openExpected(path)
    : { format: "tumorlab-certificate-expected", formatVersion: 1, sets: {} };
  const known = Object.hasOwn(before.sets, set) ? before.sets[set] : [];
  const kept = known.filter(
    (old) =>
      certificateSteps.some(({ id }) => id === old.id) &&
      !steps.some(({ id, arithmetic }) => id === old.id && arithmetic === old.arithmetic),
  );
  const order = certificateSteps.map(({ id }) => id);
  const merged = [...kept, ...steps].sort(
    (a, b) => order.indexOf(a.id) - order.indexOf(b.id) || (a.arithmetic < b.arithmetic ? -1 : 1),
  );
  const after: ExpectedHashes = { ...before, sets: { ...before.sets, [set]: merged } };
  await writeFileWhole(path, [encodeText(`${JSON.stringify(after, null, 2)}\n`)]);
}

async function openExpected(path: string): Promise<ExpectedHashes> {
  return readChecked<ExpectedHashes>(path, check, "the expected hashes of certificates");
}
