import type { LesionCase } from "./lesions.js";
import { detectPatients } from "./patients.js";
import type { PatientDetection, PatientOptions } from "./patients.js";

/** Detection patient by patient, for the lesions of one label or for all. */
export interface PatientSummary extends PatientDetection {
  scope: "label" | "overall";
  label?: number;
  name: string;
  /** Scans of all patients. */
  scans: number;
}

/**
 * Judges every patient from the lesions of all cases: per label in the order they are met, then overall, where any lesion of
 * any label counts. Every case counts as a scan for every label, so that the specificity holds the healthy ones. A
 * lesion is hit as the cases' own rule says. No cases give an empty list.
 *
 * @throws what `detectPatients` throws.
 */
export function summarizePatients(
  cases: readonly LesionCase[],
  options: PatientOptions = {},
): PatientSummary[] {
  if (cases.length === 0) return [];
  const names = new Map<number, string>();
  for (const { reference, predicted } of cases)
    for (const { label, name } of [...reference, ...predicted]) if (!names.has(label)) names.set(label, name);
  const detect = (belongs: (lesion: { label: number }) => boolean): PatientDetection =>
    detectPatients(
      cases.map(({ case: name, patient, reference, predicted }) => {
        const [lesions, guesses] = [reference.filter(belongs), predicted.filter(belongs)];
        return {
          case: name,
          patient,
          referenceMl: lesions.reduce((sum, { volumeMl }) => sum + volumeMl, 0),
          predictionMl: guesses.reduce((sum, { volumeMl }) => sum + volumeMl, 0),
          detectedLesions: lesions.filter(({ detected }) => detected).length,
        };
      }),
      options,
    );
  const scans = cases.length;
  return [
    ...[...names].map(([label, name]): PatientSummary => ({
      scope: "label",
      label,
      name,
      scans,
      ...detect((lesion) => lesion.label === label),
    })),
    { scope: "overall", name: "all lesions", scans, ...detect(() => true) },
  ];
}
