import { writeFileWhole } from "../../core/files.js";
import { compileJsonSchema } from "../../core/json-schema.js";
import { readChecked } from "../../core/read-checked.js";
import { closedObject, wholeNumber } from "../../core/schema.js";
import { encodeText } from "../../platform/bytes.js";
import { listShipped } from "../../platform/files.js";
import { locateManifests, locateResults } from "../../platform/locations.js";
import { join } from "../../platform/paths.js";
import { listPlannedModels, locateModel } from "../../training/shipped/model-plan.js";
import { readExperimentResults } from "./read-results.js";
import { describeTrialModel } from "./trial-card.js";
import { makeTrialModel, type TrialModelRecord } from "./trial-model.js";
import type { TrialOptions } from "./trial.js";

/** A network that ships and is that of a trial of an experiment whose results ship too. */
export interface ShippedTrial {
  name: string;
  /** What it finds, in a line. */
  title: string;
  /** Name of the results, without `.json`. */
  results: string;
  index: number;
}

const check = compileJsonSchema({
  $id: "tumorlab:shipped-trial",
  ...closedObject({
    name: { type: "string" },
    title: { type: "string" },
    results: { type: "string" },
    index: wholeNumber(0),
  }),
});
const checkRecord = compileJsonSchema({ type: "object", required: ["format", "tests", "weightsSha256"] });

/** Whether a network that ships, or is to, is that of a trial, and not one with a plan of its own. */
export function isShippedTrial(name: string): boolean {
  return (
    listPlannedModels().includes(name) && listShipped(locateManifests("models", name)).includes("trial.json")
  );
}

/** Which trial a network that ships is of. Throws a LabError for a name there is none of. */
export async function readShippedTrial(name: string): Promise<ShippedTrial> {
  return readChecked(join(locateModel(name), "trial.json"), check, "the trial of a network");
}

/** How a network of a trial came about that ships, and what its result says. Throws a LabError for a name there is none of. */
export async function readTrialModelRecord(name: string): Promise<TrialModelRecord> {
  return readChecked(join(locateModel(name), "record.json"), checkRecord, "the record of a network");
}

/**
 * Makes a network of a trial again that ships: `trial.json`, `model/`, `record.json`, `card.md` and, not needed afterwards,
 * `scans/`, from which a run that was killed goes on.
 *
 * @throws as `makeTrialModel`.
 */
export async function makeShippedTrial(
  shipped: ShippedTrial,
  out: string,
  options: Omit<TrialOptions, "scans">,
): Promise<TrialModelRecord> {
  const results = await readExperimentResults(join(locateResults(), `${shipped.results}.json`));
  const call = `tumorlab models make ${shipped.name} --out DIR`;
  const scans = join(out, "scans");
  const record = await makeTrialModel(results, shipped.index, out, { ...options, scans, call });
  const files = {
    "trial.json": `${JSON.stringify(shipped, null, 2)}\n`,
    "card.md": describeTrialModel(shipped, record, results.plan),
  };
  for (const [file, text] of Object.entries(files)) await writeFileWhole(join(out, file), [encodeText(text)]);
  return record;
}
