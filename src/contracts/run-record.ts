import { compileJsonSchema, type JsonSchemaCheck } from "../core/json-schema.js";
import { type JsonSchema, listOf, openObject, wholeNumber } from "../core/schema.js";

/** How a piece of work ran: what its results do not say because it may differ from run to run. */
export interface RunRecord {
  /** Version of this package; commit where it ran from a checkout, with `+` where files differed from it. */
  version: string;
  commit: string | null;
  /** Name of the engine. */
  engine: string;
  /** The engine with how it rounds products and sums (`simd-fused`, `simd-unfused`); earlier records have none. */
  arithmetic?: string;
  threads: number;
  /** When it ended, ISO 8601 in UTC. */
  finishedAt: string;
  seconds: number;
  /** `null`, as NaN is written in JSON, where a browser does not tell it. */
  peakMemoryMb: number | null;
  nodeVersion: string;
  cores: number;
  /** `null` where a browser does not tell it. */
  memoryGiB: number | null;
}

/** How a trial of an experiment ran. */
export interface TrialRecord extends RunRecord {
  index: number;
  planSha256: string;
  /** sha256 of the result's file, by which a change of it is seen; earlier records have none. */
  resultSha256?: string;
  /** Times it was started until there was a result. */
  attempts: number;
  /** The scans of folders that it used: hosts, training and tests, in the plan's order. Absent where phantoms are drawn. */
  inputs?: ScanInput[];
  /**
   * Where the trial was computed, if for another plan of which it is the same function: that plan's sha256, and there the
   * trial's index and the sha256 of its result's file. Everything above but index and the two sha256 is of that run.
   */
  reused?: ReusedTrial;
}

/** A trial of another plan whose result was taken over. */
export interface ReusedTrial {
  planSha256: string;
  index: number;
  resultSha256: string;
}

/** A scan of a folder by its bytes. */
export interface ScanInput {
  folder: string;
  case: string;
  /** sha256 of the scan's and its labels' files, one after the other; of a series that was asked for its files alone. */
  sha256: string;
  /** Name of the DICOM series that was read, where one was asked for. */
  series?: string;
}

const text: JsonSchema = { type: "string" };
const from0: JsonSchema = { type: "number", minimum: 0 };
const from0OrUntold: JsonSchema = { type: ["number", "null"], minimum: 0 };
const runFields: Readonly<Record<keyof RunRecord, JsonSchema>> = {
  version: text,
  commit: { type: ["string", "null"] },
  engine: text,
  arithmetic: text,
  threads: wholeNumber(1),
  finishedAt: text,
  seconds: from0,
  peakMemoryMb: from0OrUntold,
  nodeVersion: text,
  cores: wholeNumber(1),
  memoryGiB: from0OrUntold,
};

/** The schema of {@link RunRecord}; a run may say more of itself. */
export const runRecordSchema: JsonSchema = {
  $id: "tumorlab:run-record",
  ...openObject(runFields, ["arithmetic"]),
};

/** The schema of {@link TrialRecord}. */
export const trialRecordSchema: JsonSchema = {
  $id: "tumorlab:trial-record",
  ...openObject(
    {
      index: wholeNumber(0),
      planSha256: text,
      resultSha256: text,
      ...runFields,
      attempts: wholeNumber(0),
      inputs: listOf(openObject({ folder: text, case: text, sha256: text, series: text }, ["series"])),
      reused: openObject({ planSha256: text, index: wholeNumber(0), resultSha256: text }),
    },
    ["resultSha256", "arithmetic", "inputs", "reused"],
  ),
};

/** The check of a {@link TrialRecord}. */
export const checkTrialRecord: JsonSchemaCheck = compileJsonSchema(trialRecordSchema);
