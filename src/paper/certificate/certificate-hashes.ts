import { compileJsonSchema } from "../../core/json-schema.js";
import { readChecked } from "../../core/read-checked.js";
import { listOf, openObject } from "../../core/schema.js";
import type { JsonSchema } from "../../core/schema.js";
import { join } from "../../platform/paths.js";
import type { StepRecord } from "./certificate-step.js";

/** A step by its hashes alone: nothing in it may differ between two machines with the same arithmetic. */
export type HashedStep = Pick<StepRecord, "id" | "arithmetic" | "after" | "reads" | "outputs">;

/** `hashes.json`: the same bytes wherever code, inputs and arithmetic are the same. */
export interface CertificateHashes {
  format: "tumorlab-certificate-hashes";
  formatVersion: 1;
  set: string;
  steps: readonly HashedStep[];
}

/** Name of the file in a certificate's folder. */
export const hashesFile = "hashes.json";

const text: JsonSchema = { type: "string" };
const files = listOf(openObject({ name: text, sha256: { type: "string", pattern: "^[0-9a-f]{64}$" } }));

/** The schema of a {@link HashedStep}. */
export const hashedStepSchema: JsonSchema = openObject({
  id: text,
  arithmetic: text,
  after: listOf(text),
  reads: files,
  outputs: files,
});

/** The schema of {@link CertificateHashes}. */
export const certificateHashesSchema: JsonSchema = openObject({
  format: { const: "tumorlab-certificate-hashes" },
  formatVersion: { const: 1 },
  set: text,
  steps: listOf(hashedStepSchema),
});

const check = compileJsonSchema(certificateHashesSchema);

/** The hashes of steps that ran. */
export function hashesOf(set: string, records: readonly StepRecord[]): CertificateHashes {
  const steps = records.map(({ id, arithmetic, after, reads, outputs }): HashedStep => ({
    id,
    arithmetic,
    after,
    reads,
    outputs,
  }));
  return { format: "tumorlab-certificate-hashes", formatVersion: 1, set, steps };
}

/** Reads the hashes in a certificate's folder. Throws a LabError naming the file and what is wrong with it. */
export async function readHashes(folder: string): Promise<CertificateHashes> {
  return readChecked<CertificateHashes>(
    join(folder, hashesFile),
    check,
    "the hashes of a certificate",
    "Name the folder that tumorlab certify wrote",
  );
}
