import { LabError } from "../../core/errors.js";
import type { SurveyedFolder, SurveyedScan } from "./survey-scans.js";

/** Scans named in a message at most. */
const maxNamed = 3;

/**
 * What a reader should know of whose the scans of a folder are, a sentence each: scans whose patient nothing tells count as
 * patients of their own, so that two of one patient may be trained on and tested on. None where the table tells of all.
 */
export function describePatients({
  folder,
  table,
  surveyed,
}: Pick<SurveyedFolder, "folder" | "table" | "surveyed">): string[] {
  const notes: string[] = [];
  const named = surveyed.filter(({ patientFrom }) => patientFrom === "name").length;
  if (named > 0)
    notes.push(
      `${folder}: whose ${named} of the ${surveyed.length} scans are is taken from their names, PATIENT_STUDY`,
    );
  const alone = surveyed.filter(({ patientFrom }) => patientFrom === "nothing");
  if (alone.length === 0) return notes;
  const why =
    table === undefined
      ? "there is no table that says whose it is"
      : `${table.path} does not say whose it is, such as ${listNames(alone)}`;
  const which =
    alone.length === surveyed.length
      ? "Each case counts as a patient of its own"
      : `Each of ${alone.length} of the ${surveyed.length} cases counts as a patient of its own`;
  notes.push(
    `${folder}: ${which}: ${why}. Two scans of one patient then count as two patients, also where one is trained on and one tested on: say whose they are in a table with the columns case and patient (metadata.csv, --metadata)`,
  );
  return notes;
}

/** Throws a LabError where a table was named for a folder, and some scans that are used are not in it. */
export function requireListed(
  { folder, table }: Pick<SurveyedFolder, "folder" | "table">,
  used: readonly SurveyedScan[],
): void {
  if (!table?.isGiven) return;
  const lost = used.filter(({ isListed }) => !isListed);
  if (lost.length > 0)
    throw new LabError(
      table.path,
      `no line for ${lost.length} of the ${used.length} scans of ${folder} that are used: ${listNames(lost)}`,
      "every scan with its patient: one that is missing may be another scan of a patient on the other side",
      "Add the missing lines, or take these scans out of the folder",
    );
}

function listNames(scans: readonly SurveyedScan[]): string {
  const names = scans.slice(0, maxNamed).map(({ scan }) => scan.name);
  const more = scans.length - names.length;
  return more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
}
