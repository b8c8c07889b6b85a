import type { Key } from "../core/random.js";
import type { Vec3 } from "../core/types.js";

/** When after the injection of contrast agent a scan was taken. */
export type PhantomPhase = "plain" | "arterial" | "venous";

/** The three phases. */
export const phantomPhases: readonly PhantomPhase[] = ["plain", "arterial", "venous"];

/** What makes one body different from the next; the anatomy is a function of it and of its key. */
export interface Patient {
  /** Number of the patient within the cohort, from 0. */
  index: number;
  sex: "female" | "male";
  ageYears: number;
  /** Size of the skeleton and organs against the reference body, along x, y, z. */
  scale: Vec3;
  /** 0 lean to 1 obese: sets fat under the skin and round the organs. */
  fatness: number;
  /** Thickness of the fat under the skin at the side, in mm. */
  subcutaneousFatMm: number;
  /** Turn about the long axis and tilt sideways on the couch, in radians. */
  poseRad: readonly [number, number];
  /** Fat in the liver: lowers its attenuation by this many HU. */
  liverFatHu: number;
  /** Phases of this patient's scans, one or two, in order. */
  phases: readonly PhantomPhase[];
  /** Source of everything else about this body. */
  key: Key;
}

/** Draws patient number `index` of a cohort. */
export function samplePatient(cohort: Key, index: number): Patient {
  const key = cohort.split("patient").split(index);
  const draw = key.split("traits").stream();
  const sex = draw.uniform() < 0.5 ? "female" : "male";
  const size = (sex === "male" ? 1.02 : 0.94) + 0.035 * clamp(draw.normal(), 2);
  const scale: Vec3 = [
    size * (1 + 0.025 * clamp(draw.normal(), 2)),
    size * (1 + 0.025 * clamp(draw.normal(), 2)),
    size * (1 + 0.025 * clamp(draw.normal(), 2)),
  ];
  const fatness = Math.min(1, Math.max(0, 0.4 + 0.22 * draw.normal()));
  const subcutaneousFatMm = 5 + (sex === "female" ? 32 : 24) * fatness * draw.uniformBetween(0.8, 1.2);
  const poseRad = [0.04 * clamp(draw.normal(), 2), 0.02 * clamp(draw.normal(), 2)] as const;
  const liverFatHu = draw.uniform() < 0.2 ? draw.uniformBetween(8, 30) : 0;
  const ageYears = draw.integer(25, 85);
  return {
    index,
    sex,
    ageYears,
    scale,
    fatness,
    subcutaneousFatMm,
    poseRad,
    liverFatHu,
    phases: samplePhases(key),
    key,
  };
}

/** Which patient a case is of and which of the patient's scans; the same for a case however many there are. */
export function findScan(cohort: Key, caseIndex: number): { patient: number; scan: number } {
  let first = 0;
  for (let patient = 0; ; patient++) {
    const scans = samplePhases(cohort.split("patient").split(patient)).length;
    if (caseIndex < first + scans) return { patient, scan: caseIndex - first };
    first += scans;
  }
}

/** One patient in five has two scans, arterial and venous, as pancreas protocols do. */
function samplePhases(key: Key): PhantomPhase[] {
  const draw = key.split("phases").stream();
  if (draw.uniform() < 0.2) return ["arterial", "venous"];
  const share = draw.uniform();
  return [share < 0.2 ? "plain" : share < 0.5 ? "arterial" : "venous"];
}

/** Keeps a draw within `limit` standard deviations, so that nobody has an impossible body. */
function clamp(value: number, limit: number): number {
  return Math.min(limit, Math.max(-limit, value));
}
