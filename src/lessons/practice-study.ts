import { findLesion, findOrgan, isLesionName, lesions } from "../anatomy/organs.js";
import { requireThat } from "../core/errors.js";
import { fillWith } from "../core/fill-with.js";
import { labelsInUse } from "../core/grid.js";
import { createKey } from "../core/random.js";
import type { Key, RandomStream } from "../core/random.js";
import type { LabelMap, Scale, Volume } from "../core/types.js";
import type { Scan } from "../data/open-scan.js";
import { openSample } from "../data/samples.js";
import type { LabelPairOfCase, Study, StudyCase } from "../evaluation/study.js";
import { downsample, downsampleLabels } from "../volume/downsample.js";
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
  /** A scan with labels to make it from, as `openScan` gives it; default the one that ships. */
  scan?: Pick<Scan, "ct" | "labels" | "title" | "labelsMadeBy">;
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

const mostVoxels = 2e6;

const scansOf: Readonly<Record<Scale, number>> = { tiny: 8, small: 20, paper: 60 };

/**
 * A study to practise on, made from one scan, the CT that ships or one's own: its organ labels, with balls drawn into liver and
 * left kidney as stand-ins for lesions where it has these, are the references; the same maps with seeded faults are the
 * predictions. A scan of other organs lends up to ten of its structures, lesions first. One of more than two million voxels is
 * made coarser.
 *
 * Nothing in it was predicted by a model, and all its scans are one scan of one person: intervals over them show how the
 * method works and say nothing about patients. A scan in three is the second of its pretended patient, whose faults are
 * as large in both; one patient in four has no gall bladder, one scan in five no lesion. Label values are those of the
 * organ table. The same seed gives the same maps.
 *
 * @throws LabError for a scan without any labelled structure.
 */
export async function openPracticeStudy(options: PracticeOptions = {}): Promise<Study> {
  const { scale = "small", seed = 1, folder, scan: given } = options;
  const sample = given
    ? makeCoarser(given)
    : await openSample("abdomen-ct", { scale, ...(folder === undefined ? {} : { folder }) });
  const organs = renumber(sample.labels);
  const own = Object.values(organs.names).some(isLesionName);
  const balls = ["liver", "kidney_left"].some((organ) => organs.data.includes(valueOf(organ)));
  const root = createKey(seed).split("practice study");
  const cases: StudyCase[] = [];
  for (let patient = 0; cases.length < scansOf[scale]; patient++) {
    const number = String(patient + 1).padStart(2, "0");
    const name = `practice-${number}`;
    // What they were called once: the same seed goes on giving the same faults.
    const draw = root.split(`pretend-${number}`);
    const scans = Math.min(patient % 2 === 0 ? 2 : 1, scansOf[scale] - cases.length);
    for (let scan = 0; scan < scans; scan++)
      cases.push({
        case: `${name}${"ab"[scan]}`,
        patient: name,
        open: () => Promise.resolve(makePair(organs, sample.ct, draw, patient, scan)),
      });
  }
  return {
    title: "Practice study",
    about:
      (given
        ? `References: the labels of ${given.title}${own ? ", with its own lesions" : ""}` +
          `${balls ? ", with balls as stand-ins for lesions" : ""}. `
        : "References: the labels of the sample scan, made by a model, with balls as stand-ins for lesions. ") +
      "Predictions: the same maps with seeded faults, not the output of a model. " +
      "All scans are one scan of one person; the patients are made up.",
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
  const [hasLiver, hasKidney] = ["liver", "kidney_left"].map((organ) => organs.data.includes(valueOf(organ)));
  const names = {
    ...organs.names,
    ...(hasLiver ? { [lesionValue("liver")]: "liver_lesion" } : {}),
    ...(hasKidney ? { [lesionValue("kidney")]: "kidney_lesion" } : {}),
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
  const inLiver = radii(stream.integer(1, 3), 3, 30);
  const withLiver = hasLiver ? plant({ ...organs, names }, "liver", "liver", inLiver) : { ...organs, names };
  const inKidney = radii(stream.integer(0, 2), 3, 12);
  return hasKidney ? plant(withLiver, "kidney_left", "kidney", inKidney) : withLiver;
}

/** Structures of a scan that has none of those kept. */
const mostOthers = 10;
/** Values of structures that the tables do not have begin here. */
const firstOther = 101;

/** The kept organs and the lesions with the values of the tables; of a scan without any such organ its largest structures. */
function renumber(labels: LabelMap): LabelMap {
  const inUse = labelsInUse(labels.data);
  const present = Object.entries(labels.names).filter(([value]) => inUse[Number(value)] === 1);
  const isKept = (name: string): boolean => kept.includes(findOrgan(name)?.name ?? "") || isLesionName(name);
  const known = present.filter(([, name]) => isKept(name));
  const hasOrgan = known.some(([, name]) => !isLesionName(name));
  const chosen = hasOrgan ? known : largestFirst(labels, present).slice(0, mostOthers);
  requireThat(
    chosen.length > 0,
    "scan",
    "no labelled structure",
    "a scan with labels, whose faults can be made",
  );
  const become = new Uint8Array(65536);
  const names: Record<number, string> = {};
  for (const [value, name] of chosen) {
    const { labelId, name: canonical } = findLesion(name) ?? findOrgan(name) ?? { labelId: 0, name };
    let at = labelId;
    if (at === 0) for (at = firstOther; at in names;) at++;
    become[Number(value)] = at;
    names[at] = canonical;
  }
  const { shape, spacingMm, affine } = labels;
  return {
    data: fillWith(new Uint8Array(labels.data.length), labels.data, (value) => become[value]),
    shape,
    spacingMm,
    affine,
    names,
  };
}

/** Lesions first, then by size. */
function largestFirst(labels: LabelMap, rows: readonly [string, string][]): [string, string][] {
  const counts = new Float64Array(65536);
  for (let i = 0; i < labels.data.length; i++) counts[labels.data[i]]++;
  return [...rows].sort(
    ([a, first], [b, second]) =>
      Number(isLesionName(second)) - Number(isLesionName(first)) || counts[Number(b)] - counts[Number(a)],
  );
}

/** By whole factors, the finest axes first, to at most two million voxels: each of many scans is scored. */
function makeCoarser({ ct, labels }: Pick<Scan, "ct" | "labels">): { ct: Volume; labels: LabelMap } {
  const factors: [number, number, number] = [1, 1, 1];
  const voxels = (): number => ct.shape.reduce((product, n, axis) => product * (n / factors[axis]), 1);
  while (voxels() > mostVoxels) {
    const sizes = ct.spacingMm.map((mm, axis) => mm * factors[axis]);
    factors[sizes.indexOf(Math.min(...sizes))]++;
  }
  return { ct: downsample(ct, factors, { labels: false }), labels: downsampleLabels(labels, factors) };
}

function valueOf(organ: string): number {
  return findOrgan(organ)!.labelId;
}

function lesionValue(host: "liver" | "kidney"): number {
  return lesions.find(({ tumorOrgan }) => tumorOrgan === host)!.labelId;
}
