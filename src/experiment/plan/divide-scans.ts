import type { TumorOrgan } from "../../anatomy/organs.js";
import { LabError, requireThat } from "../../core/errors.js";
import type { GivenSplit } from "../../data/split/read-split.js";
import { splitCohort } from "../../data/split/split.js";
import { healthyScansOf, tumorScansOf } from "./folder-scans.js";
import type { PlanOrgan } from "./plan.js";
import type { SurveyedFolder, SurveyedScan } from "./survey-scans.js";

/** Scans of a folder to train on, and those that are held back. */
export interface DividedScans {
  training: SurveyedScan[];
  test: SurveyedScan[];
}

/**
 * Divides the scans of a folder by patient: as given, else a share of the patients is held back, the same of those with
 * tumors of each organ and of those without.
 *
 * @throws LabError for a share that cannot be, and a given patient that the folder does not have.
 */
export function divideScans(
  { folder, surveyed }: SurveyedFolder,
  organs: readonly PlanOrgan[],
  { split, testShare = 0.2, seed = 0 }: { split?: GivenSplit; testShare?: number; seed?: number },
  notes: string[],
): DividedScans {
  const patients = new Set(surveyed.map(({ scan }) => scan.patient));
  const { training, test } = split ?? splitByShare(surveyed, organs, testShare, seed);
  const stranger = [...training, ...test].find((patient) => !patients.has(patient));
  requireThat(
    stranger === undefined,
    `${folder}, patient of the division`,
    stranger,
    `one of its ${patients.size} patients, such as ${[...patients][0]}`,
    "Patients are those of the metadata, else each case is one",
  );
  const left = [...patients].filter((patient) => !training.includes(patient) && !test.includes(patient));
  if (left.length > 0)
    notes.push(`${folder}: ${left.length} patients are left out, as the division has them in neither part`);
  const of = (names: readonly string[]): SurveyedScan[] => {
    const wanted = new Set(names);
    return surveyed.filter(({ scan }) => wanted.has(scan.patient));
  };
  return { training: of(training), test: of(test) };
}

function splitByShare(
  surveyed: readonly SurveyedScan[],
  organs: readonly PlanOrgan[],
  testShare: number,
  seed: number,
): GivenSplit {
  requireThat(testShare > 0 && testShare < 1, "testShare", testShare, "a share above 0 and below 1");
  const wanted = organs.map(({ organ }) => organ);
  const tumors = new Map<string, Set<TumorOrgan>>();
  for (const { scan } of surveyed) {
    const tumorsOfPatient = tumors.get(scan.patient) ?? new Set();
    for (const organ of scan.tumors) if (wanted.includes(organ)) tumorsOfPatient.add(organ);
    tumors.set(scan.patient, tumorsOfPatient);
  }
  const scans = surveyed.map(({ scan: { name, patient } }) => ({
    scan: name,
    patient,
    stratum: [...tumors.get(patient)!].sort().join(" and ") || "control",
  }));
  const { training, test } = splitCohort(scans, { seed, testShare });
  return { training: training.patients, test: test.patients };
}

/** Throws a LabError unless there are patients with a tumor of each organ for its largest subset, and hosts where needed. */
export function requireTrainingPatients(
  { folder, surveyed }: SurveyedFolder,
  training: readonly SurveyedScan[],
  organs: readonly PlanOrgan[],
  needsHosts: boolean,
): void {
  for (const { organ, sizes } of organs) {
    const [found, all] = [training, surveyed].map((scans) => countPatients(scans, organ));
    const largest = Math.max(...sizes);
    if (found < largest)
      throw new LabError(
        `${folder}, patients with a tumor of the ${organ}`,
        all === found ? found : `${all}, of whom ${all - found} are held back`,
        `at least ${largest} to train on, the largest subset`,
        `Ask for smaller subsets (--sizes), hold fewer back (--test-share), or add patients. ${describeTumors(surveyed)}`,
      );
    const hosts = healthyScansOf({ scans: training.map(({ scan }) => scan) }, organ).length;
    requireThat(
      !needsHosts || hosts > 0,
      `${folder}, patients with a healthy ${organ} to train on`,
      hosts,
      "at least 1: synthetic tumors are put into healthy organs",
      "Add scans that show the organ without a tumor, or leave the arms with synthetic tumors out (--arms real)",
    );
  }
}

/** Throws a LabError unless some patient of a test has a tumor of each organ. */
export function requireTestPatients(
  { folder, surveyed }: SurveyedFolder,
  test: readonly SurveyedScan[],
  organs: readonly PlanOrgan[],
): void {
  for (const { organ } of organs)
    requireThat(
      countPatients(test, organ) > 0,
      `${folder}, patients with a tumor of the ${organ} to test on`,
      0,
      "at least 1",
      `Hold more patients back (--test-share, --seed, --split), or name other --organs. ${describeTumors(surveyed)}`,
    );
}

function countPatients(surveyed: readonly SurveyedScan[], organ: TumorOrgan): number {
  return tumorScansOf({ scans: surveyed.map(({ scan }) => scan) }, organ).length;
}

/** Which tumors the scans show, in a sentence. */
function describeTumors(surveyed: readonly SurveyedScan[]): string {
  const organs = [...new Set(surveyed.flatMap(({ scan }) => scan.tumors))];
  if (organs.length === 0) return "Its labels show no tumor at all";
  const counts = organs.map((organ) => `${organ} of ${countPatients(surveyed, organ)}`);
  return `Its labels show tumors of the ${counts.join(", ")} patients`;
}
