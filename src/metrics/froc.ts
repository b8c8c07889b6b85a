import { requireThat } from "../core/errors.js";
import {
  bootstrapInterval,
  type BootstrapOptions,
  type Interval,
  type WeightedStatistic,
} from "../stats/bootstrap.js";
import { groupClusters } from "../stats/clusters.js";
import type { CandidateCase } from "./candidates.js";

/** What a free-response curve counts. */
export interface FrocOptions {
  /** IoU from which a candidate is the lesion it shares voxels with, 0 to 1; default 0.1. With 0 any shared voxel will do. */
  minimumIou?: number;
  /** Only lesions with a smaller radius, in mm; candidates on others are neither finds nor false alarms. Default all. */
  belowRadiusMm?: number;
  /** False alarms a scan at which the sensitivity is told; default 1/8 to 8, doubling, as LUNA16 has them. */
  rates?: readonly number[];
  /** Sensitivity that a threshold is sought for, above 0 and at most 1; default 0.9. */
  sensitivity?: number;
  /** Of the intervals, which draw patients. */
  bootstrap?: BootstrapOptions;
}

/** What calling every candidate of at least a probability gives. */
export interface FrocPoint {
  threshold: number;
  /** Lesions found, and their share. */
  found: number;
  sensitivity: number;
  falsePositives: number;
  falsePositivesPerScan: number;
}

/** The sensitivity that so many false alarms a scan buy. */
export interface SensitivityAtRate {
  falsePositivesPerScan: number;
  /** The largest of any threshold with no more false alarms. */
  sensitivity: number;
  interval: Interval;
}

/** The highest threshold with the sensitivity wanted. */
export interface OperatingPoint {
  wanted: number;
  /** `NaN`, as the next two, where no threshold has it: lesions without a candidate are found by none. */
  threshold: number;
  sensitivity: number;
  falsePositivesPerScan: number;
  /** Of the false alarms a scan, the threshold chosen anew in each resample; `Infinity` where it may not be had. */
  interval: Interval;
}

/** A free-response curve. */
export interface FrocCurve {
  /** The rule in words, to be printed beside the numbers. */
  rule: string;
  scans: number;
  patients: number;
  lesions: number;
  /** From the highest threshold to the lowest; without candidates none. */
  points: FrocPoint[];
  atRates: SensitivityAtRate[];
  /** Mean of the sensitivities at the rates: the score of LUNA16 (Setio et al. 2017). */
  meanSensitivity: number;
  meanInterval: Interval;
  wanted: OperatingPoint;
}

/** A probability at which a patient gains a find or a false alarm. */
interface Event {
  probability: number;
  patient: number;
  finds: boolean;
}

/** Stands for "no threshold reaches it" among false alarms a scan, so that quantiles stay numbers. */
const unreachable = 1e12;

/**
 * Sensitivity by lesion against false alarms a scan, over all thresholds (Bunch et al. 1978). A lesion counts once, with its
 * likeliest candidate; a candidate that is no lesion by the rule is a false alarm, in scans with and without lesions alike.
 * Intervals draw patients with all their scans; how often such bootstraps of a curve hold the true value was not measured, and over
 * few patients they are likely too narrow. Without lesions sensitivities are `NaN`, without scans all rates.
 *
 * @throws LabError for options that cannot be, a probability that is none (`NaN`), and a candidate of a lesion that its case does
 *   not list.
 */
export function frocCurve(cases: readonly CandidateCase[], options: FrocOptions = {}): FrocCurve {
  const { minimumIou = 0.1, belowRadiusMm = Infinity, sensitivity = 0.9, bootstrap } = options;
  const { rates = [1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8] } = options;
  requireThat(minimumIou >= 0 && minimumIou <= 1, "minimumIou", minimumIou, "a number from 0 to 1");
  requireThat(belowRadiusMm > 0, "belowRadiusMm", belowRadiusMm, "a radius above 0 mm");
  requireThat(sensitivity > 0 && sensitivity <= 1, "sensitivity", sensitivity, "above 0 and at most 1");
  for (const rate of rates) requireThat(rate >= 0, "rates", rate, "numbers from 0");
  const { names, indexOfRow } = groupClusters(cases.map(({ patient }) => patient));
  const [scansOf, lesionsOf] = [0, 1].map(() => new Float64Array(names.length));
  const events: Event[] = [];
  cases.forEach((each, row) => {
    const patient = indexOfRow[row];
    scansOf[patient]++;
    lesionsOf[patient] += each.lesions.filter(({ radiusMm }) => radiusMm < belowRadiusMm).length;
    events.push(...listEvents(each, patient, minimumIou, belowRadiusMm));
  });
  events.sort((a, b) => b.probability - a.probability);
  const curve: PatientCurve = { events, scansOf, lesionsOf };
  const ones = new Uint32Array(names.length).fill(1);
  const interval = (statistic: WeightedStatistic): Interval =>
    bootstrapInterval(names.length, statistic, bootstrap);
  const meanAt = (weights: ArrayLike<number>): number =>
    rates.reduce((total, rate) => total + sensitivityAt(curve, weights, rate), 0) / rates.length;
  return {
    rule: describeRule(minimumIou, belowRadiusMm),
    scans: cases.length,
    patients: names.length,
    lesions: weighted(lesionsOf, ones),
    points: listPoints(curve, ones),
    atRates: rates.map((rate) => ({
      falsePositivesPerScan: rate,
      sensitivity: sensitivityAt(curve, ones, rate),
      interval: interval((weights) => sensitivityAt(curve, weights, rate)),
    })),
    meanSensitivity: meanAt(ones),
    meanInterval: interval(meanAt),
    wanted: operatingPoint(curve, ones, sensitivity, interval),
  };
}

/** What a curve is counted from: events from the likeliest, and scans and lesions of each patient. */
interface PatientCurve {
  events: readonly Event[];
  scansOf: Float64Array;
  lesionsOf: Float64Array;
}

/** Each lesion with its likeliest candidate, and each candidate that is none. */
function listEvents(
  { case: name, lesions, candidates }: CandidateCase,
  patient: number,
  minimumIou: number,
  belowRadiusMm: number,
): Event[] {
  const best = lesions.map(() => -1);
  const events: Event[] = [];
  for (const { probability, overlaps } of candidates) {
    // NaN has no place among thresholds, and sums of 32-bit shares may pass 1 by their last bits.
    requireThat(
      probability >= 0 && probability <= 1.0001,
      `case ${name}, probability`,
      probability,
      "a number from 0 to 1",
      "See whether the model's map holds NaN",
    );
    const hits = overlaps.filter(({ iou }) => iou >= minimumIou);
    for (const { lesion } of hits) {
      requireThat(
        lesion in lesions,
        `case ${name}, overlaps`,
        lesion,
        `a lesion from 0 to ${lesions.length - 1}`,
      );
      best[lesion] = Math.max(best[lesion], probability);
    }
    if (hits.length === 0) events.push({ probability, patient, finds: false });
  }
  lesions.forEach(({ radiusMm }, lesion) => {
    if (radiusMm < belowRadiusMm && best[lesion] >= 0)
      events.push({ probability: best[lesion], patient, finds: true });
  });
  return events;
}

/**
 * Goes through the thresholds from the highest, for patients who count `weights` times; equal probabilities are called
 * together. Stops where `visit` answers true.
 */
function walkThresholds(
  events: readonly Event[],
  weights: ArrayLike<number>,
  visit: (threshold: number, found: number, falsePositives: number) => boolean | void,
): void {
  let [found, falsePositives] = [0, 0];
  for (let i = 0; i < events.length; i++) {
    const { probability, patient, finds } = events[i];
    if (finds) found += weights[patient];
    else falsePositives += weights[patient];
    if (i + 1 < events.length && events[i + 1].probability === probability) continue;
    if (visit(probability, found, falsePositives) === true) return;
  }
}

function listPoints({ events, scansOf, lesionsOf }: PatientCurve, weights: ArrayLike<number>): FrocPoint[] {
  const [scans, lesions] = [weighted(scansOf, weights), weighted(lesionsOf, weights)];
  const points: FrocPoint[] = [];
  walkThresholds(events, weights, (threshold, found, falsePositives) => {
    const sensitivity = lesions === 0 ? NaN : found / lesions;
    const falsePositivesPerScan = falsePositives / scans;
    points.push({ threshold, found, sensitivity, falsePositives, falsePositivesPerScan });
  });
  return points;
}

function sensitivityAt(
  { events, scansOf, lesionsOf }: PatientCurve,
  weights: ArrayLike<number>,
  rate: number,
): number {
  const [scans, lesions] = [weighted(scansOf, weights), weighted(lesionsOf, weights)];
  if (lesions === 0) return NaN;
  let best = 0;
  walkThresholds(events, weights, (_, found, falsePositives) => {
    if (falsePositives > rate * scans) return true;
    best = found / lesions;
  });
  return best;
}

function operatingPoint(
  curve: PatientCurve,
  ones: ArrayLike<number>,
  wanted: number,
  intervalOf: (statistic: WeightedStatistic) => Interval,
): OperatingPoint {
  const { events, scansOf, lesionsOf } = curve;
  const reached = listPoints(curve, ones).find(({ sensitivity }) => sensitivity >= wanted);
  const interval = intervalOf((weights) => {
    const [scans, lesions] = [weighted(scansOf, weights), weighted(lesionsOf, weights)];
    if (lesions === 0) return NaN;
    let rate = unreachable;
    walkThresholds(events, weights, (_, found, falsePositives) => {
      if (found / lesions < wanted) return false;
      rate = falsePositives / scans;
      return true;
    });
    return rate;
  });
  const end = (value: number): number => (value > unreachable / 1e6 ? Infinity : value);
  return {
    wanted,
    threshold: reached?.threshold ?? NaN,
    sensitivity: reached?.sensitivity ?? NaN,
    falsePositivesPerScan: reached?.falsePositivesPerScan ?? NaN,
    interval: { ...interval, low: end(interval.low), high: end(interval.high) },
  };
}

function describeRule(minimumIou: number, belowRadiusMm: number): string {
  const rule = minimumIou > 0 ? `its IoU with it is at least ${minimumIou}` : "it shares a voxel with it";
  const which = Number.isFinite(belowRadiusMm) ? ` Lesions of a radius below ${belowRadiusMm} mm alone.` : "";
  return `A candidate finds a lesion when ${rule}; any other is a false alarm.${which}`;
}

function weighted(values: Float64Array, weights: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] * weights[i];
  return total;
}
