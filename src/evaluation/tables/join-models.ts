import { requireThat } from "../../core/errors.js";
import type { ScoreRow } from "../../metrics/evaluate.js";

/** Rows of several models under one numbering of labels, with one patient per case. */
export interface JoinedModels {
  models: Record<string, ScoreRow[]>;
  notes: string[];
}

/**
 * Numbers labels of several models alike, by the names of the structures in the order in which they are first met, and gives a
 * case the same patient in all: the one that `patientOf` says, else the one of a table that has patients, else the case.
 *
 * @throws LabError where two tables give a case different patients.
 */
export function joinModels(
  models: Readonly<Record<string, readonly ScoreRow[]>>,
  patientOf: (name: string) => string | undefined = () => undefined,
): JoinedModels {
  const labels = new Map<string, number>();
  const patients = new Map<string, { patient: string; model: string }>();
  for (const [model, rows] of Object.entries(models))
    for (const row of rows) {
      if (!labels.has(row.name)) labels.set(row.name, labels.size + 1);
      const given = patientOf(row.case);
      if (given !== undefined) patients.set(row.case, { patient: given, model });
      else if (row.patient !== row.case) {
        const before = patients.get(row.case);
        requireThat(
          before === undefined || before.patient === row.patient,
          `${model}, case ${row.case}`,
          `patient ${row.patient}`,
          `patient ${before?.patient}, as in ${before?.model}`,
        );
        patients.set(row.case, { patient: row.patient, model });
      }
    }
  const joined = Object.fromEntries(
    Object.entries(models).map(([model, rows]) => [
      model,
      rows.map((row) => {
        const label = labels.get(row.name)!;
        const patient = patients.get(row.case)?.patient ?? row.case;
        // Most rows are right as they are, and there may be many.
        return row.label === label && row.patient === patient ? row : { ...row, label, patient };
      }),
    ]),
  );
  const cases = new Set(Object.values(models).flatMap((rows) => rows.map((row) => row.case)));
  const alone = [...cases].filter((name) => !patients.has(name)).length;
  const notes =
    alone === 0
      ? []
      : alone === cases.size
        ? ["no table says whose the cases are: each counts as a patient of its own"]
        : [`${alone} of ${cases.size} cases, whose patient nothing says, count as one each`];
  return { models: joined, notes };
}
