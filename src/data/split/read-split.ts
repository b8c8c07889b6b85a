import { requireThat } from "../../core/errors.js";
import { readJson } from "../../core/files.js";

/** Which patients are learned from and which are tested on; those of neither are left out. */
export interface GivenSplit {
  training: string[];
  test: string[];
}

/**
 * Reads a division of patients, such as the `split.json` of `tumorlab cohort split`: `training.patients` and
 * `test.patients`. What else the file holds is passed over.
 *
 * @throws LabError naming the file and the field: a list that is missing or empty, a name that is none, a patient in both.
 */
export async function readSplit(path: string): Promise<GivenSplit> {
  const form = "a division of patients as JSON";
  const found = (await readJson(path, form, "tumorlab cohort split --out writes one")) as Record<
    string,
    { patients?: unknown } | undefined
  > | null;
  const [training, test] = ["training", "test"].map((part) => {
    const patients = found?.[part]?.patients;
    requireThat(
      Array.isArray(patients) &&
        patients.length > 0 &&
        patients.every((each) => typeof each === "string" && each !== ""),
      `${path}, ${part}.patients`,
      patients,
      "names of patients, at least one",
    );
    return patients as string[];
  });
  const both = test.find((patient) => training.includes(patient));
  requireThat(both === undefined, `${path}, test.patients`, both, "no patient of training.patients");
  return { training, test };
}
