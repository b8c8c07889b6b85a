import { findOrgan, lesions } from "../anatomy/organs.js";
import { createKey } from "../core/random.js";
import type { Key, RandomStream } from "../core/random.js";
import type { LabelMap, Scale, Volume } from "../core/types.js";
import { openSample } from "../data/samples.js";
import type { LabelPairOfCase, Study, StudyCase } from "../evaluation/study.js";
import { perturbLabels } from "./perturb-labels.js";
import { plantBalls } from "./plant-balls.js";

/** How the practice study is made. */
export interface PracticeOptions {
  /** `tiny`: 8 scans at half the resolution; `small` (default): 20 scans; `paper`: 60. */
  scale?: Scale;
  /** Another seed gives other lesions and other faults; default 1. */
  seed?: number;
  /** Folder of the samples; defaults to the one that comes with the project. */
  folder?: string;
}

/** Structures of the sample that are kept, by their names in the organ table. */
const kept = [
  "liver",
  "spleen",
  "stomach",
  "kidney_right",
  "kidney_left",
  "pancreas",
  "gall_bladder",
  "duodenum",
  "aorta",
  "adrenal_gland_left",
];

const scansOf: Readonly<Record<Scale, number>> = { tiny: 8, small: 20, paper: 60 };

/**
 * A study to practise on, made from the one CT that ships: its organ labels, with balls drawn into liver and kidneys as
 * stand-ins for lesions, are the references; the same maps with seeded faults are the predictions.
 *
 * Nothing in it was predicted by a model, and all its scans are one scan of one person: intervals over them show how the
 * method works and say nothing about patients. A scan in three is the second of its pretended patient, whose faults are
 * as large in both; one patient in four has no gall bladder, one scan in five no lesion. Label values are those of the
 * organ table. The same seed gives the same maps.
 */
export async function openPracticeStudy(options: PracticeOptions = {}): Promise<Study> {
  const { scale = "small", seed = 1, folder } = options;
  const sample = await openSample("abdomen-ct", { scale, ...(folder === undefined ? {} : { folder }) });
  const organs = renumber(sample.labels);
  const root = createKey(seed).split("practice study");
  const cases: StudyCase[] = [];
  for (let patient = 0; cases.length < scansOf[scale]; patient++) {
    const name = `pretend-${String(patient + 1).padStart(2, "0")}`;
    const scans = Math.min(patient % 2 === 0 ? 2 : 1, scansOf[scale] - cases.length);
    for (let scan = 0; scan < scans; scan++)
      cases.push({
        case: `${name}${"ab"[scan]}`,
        patient: name,
        open: () => Promise.resolve(makePair(organs, sample.ct, root.split(name), patient, scan)),
      });
  }
  return {
    title: "Practice study",
    about:
      "References: the labels of the sample scan, made by a model, with balls as stand-ins for lesions. " +
      "Predictions: the same maps with seeded faults, not the output of a model. " +
      "All scans are one scan of one person; the patients are pretended.",
    cases,
    failed: [],
  };
}

function makePair(
  organs: LabelMap,
  ct: Volume,
  patientKey: Key,
  patient: number,
  scan: number,
): LabelPairOfCase {
  const patientStream = patientKey.split("faults").stream();
  const wobbleMm = patientStream.uniformBetween(1, 3.5);
  const offsetMm = patientStream.uniformBetween(-1, 1);
  const key = patientKey.split(`scan/${scan}`);
  const stream = key.split("choices").stream();
  const gallBladder = valueOf("gall_bladder");
  const adrenal = valueOf("adrenal_gland_left");

  const hasGallBladder = patient % 4 !== 1;
  const present = hasGallBladder
    ? organs
    : { ...organs, data: organs.data.map((v) => (v === gallBladder ? 0 : v)) };
  const isHealthy = stream.uniform() < 0.2;
  const reference = plantLesions(present, isHealthy ? undefined : key.split("lesions"), stream);
  const missing = [
    ...(stream.uniform() < 0.25 ? [adrenal] : []),
    ...(hasGallBladder && stream.uniform() < 0.1 ? [gallBladder] : []),
  ];
  const falseBalls = [
    ...(stream.uniform() < 0.35
      ? [{ inside: valueOf("liver"), label: lesionValue("liver"), radiusMm: stream.uniformBetween(4, 9) }]
      : []),
    // Half of those who have lost their gall bladder are given one.
    ...(!hasGallBladder && stream.uniform() < 0.5
      ? [{ inside: valueOf("duodenum"), label: gallBladder, radiusMm: 8 }]
      : []),
  ];
  const prediction = perturbLabels(reference, {
    key: key.split("prediction"),
    wobbleMm,
    offsetMm,
    missing,
    missRadiusMm: 4,
    falseBalls,
  });
  return { reference, prediction, ct };
}

/** One to three lesions of 3 to 30 mm in the liver, up to two of 3 to 12 mm in the left kidney; no key, no lesions. */
function plantLesions(organs: LabelMap, key: Key | undefined, stream: RandomStream): LabelMap {
  const names = {
    ...organs.names,
    [lesionValue("liver")]: "liver_lesion",
    [lesionValue("kidney")]: "kidney_lesion",
  };
  if (!key) return { ...organs, names };
  const radii = (count: number, low: number, high: number): number[] =>
    Array.from({ length: count }, () => low * (high / low) ** stream.uniform()).sort((a, b) => b - a);
  const plant = (labels: LabelMap, organ: string, host: "liver" | "kidney", radiiMm: number[]): LabelMap =>
    plantBalls(labels, {
      key: key.split(organ),
      inside: valueOf(organ),
      label: lesionValue(host),
      name: `${host}_lesion`,
      radiiMm,
    }).labels;
  const withLiver = plant({ ...organs, names }, "liver", "liver", radii(stream.integer(1, 3), 3, 30));
  return plant(withLiver, "kidney_left", "kidney", radii(stream.integer(0, 2), 3, 12));
}

/** The kept organs with the values of the organ table. */
function renumber(labels: LabelMap): LabelMap {
  const become = new Uint8Array(65536);
  const names: Record<number, string> = {};
  for (const [value, name] of Object.entries(labels.names)) {
    const organ = findOrgan(name);
    if (!organ || !kept.includes(organ.name)) continue;
    become[Number(value)] = organ.labelId;
    names[organ.labelId] = organ.name;
  }
  const { shape, spacingMm, affine } = labels;
  return { data: Uint8Array.from(labels.data, (value) => become[value]), shape, spacingMm, affine, names };
}

function valueOf(organ: string): number {
  return findOrgan(organ)!.labelId;
}

function lesionValue(host: "liver" | "kidney"): number {
  return lesions.find(({ tumorOrgan }) => tumorOrgan === host)!.labelId;
}
