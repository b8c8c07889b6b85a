import { describeLabels } from "tumorlab/internal/anatomy/structures";
import { voxelVolumeMl } from "tumorlab/internal/core/grid";
import { bootstrapInterval } from "tumorlab/internal/stats/bootstrap";
import { mean, standardDeviation } from "tumorlab/internal/stats/describe";
import { type LabelledScan, prepareCase } from "tumorlab/internal/training/prepared-case";
import type { TrainingConfig } from "tumorlab/internal/training/training-config";

/** The organs learned. */
export const learnedOrgans = ["liver", "kidney"] as const;
/** Tumor of a patient in ml by which patients are told apart; both ends but the first belong to the lower part. */
const volumesMl = [0, 5, 25, Infinity] as const;

/** Voxels of a class, or of several together, in one scan. */
interface Counts {
  voxels: number;
  found: number;
  /** Both in the answer and found. */
  both: number;
}

/** One held-out scan under one finder. */
export interface ScanCounts {
  patient: string;
  voxelMl: number;
  /** The organ its tumors are in, where it has any: phantoms have them in one organ. */
  organ?: string;
  /** By class; tumors of whatever organ together under "tumor", an organ with its tumors under "... and tumors". */
  counts: Readonly<Record<string, Counts>>;
}

/** What is told of a finder: a training under a seed, or a threshold. */
export interface LearnSummary {
  name: string;
  /** Dice of each class it is asked for, voxels of all held-out scans together. */
  pooled: Record<string, number>;
  /** The same of tumors, over the scans with tumors in one organ. */
  byOrgan: Record<string, number>;
  /** Dice of the tumors of each patient with one; a patient's scans count as one, their mean. */
  patients: { patient: string; dice: number; volumeMl: number }[];
  /** Tumor voxels found in a scan without tumor, on average. */
  falseVoxels: number;
  wallSeconds?: number;
  processorSeconds?: number;
}

/** Counts a finder's classes on a scan's own grid. */
export function countClasses(
  scan: LabelledScan,
  found: ArrayLike<number>,
  recipe: TrainingConfig,
): ScanCounts {
  const answer = prepareCase(scan, { ...recipe, spacingMm: scan.ct.spacingMm });
  const counts = Object.fromEntries(
    listMeasures(recipe).map(({ name, has }) => {
      const count: Counts = { voxels: 0, found: 0, both: 0 };
      answer.labels.forEach((label, i) => {
        const [inAnswer, inFound] = [has[label], has[found[i]]];
        if (inAnswer) count.voxels++;
        if (inFound) count.found++;
        if (inAnswer && inFound) count.both++;
      });
      return [name, count];
    }),
  );
  const there = new Set(scan.labels.data);
  const organ = learnedOrgans.find((each) =>
    describeLabels(scan.labels.names).some(({ value, lesionOf }) => lesionOf === each && there.has(value)),
  );
  const { patient } = answer;
  return { patient, ...(organ ? { organ } : {}), voxelMl: voxelVolumeMl(scan.ct), counts };
}

/** What is scored under a recipe, and by class whether it belongs to it. */
function listMeasures({ targets }: TrainingConfig): { name: string; has: boolean[] }[] {
  const known = targets.map(({ structures }) => describeLabels({ ...structures }));
  // For each class the organs whose tumors are in it, and those whose healthy part is.
  const tumorsOf = known.map((all) => all.flatMap(({ lesionOf }) => lesionOf ?? []));
  const healthyOf = known.map((all) => all.flatMap(({ organ }) => organ ?? []));
  const measure = (name: string, isIn: (at: number) => boolean) => ({
    name,
    has: [false, ...targets.map((_, at) => isIn(at))],
  });
  return [
    ...targets.map(({ name }, own) => measure(name, (at) => at === own)),
    measure("tumor", (at) => tumorsOf[at].length > 0),
    ...learnedOrgans.flatMap((organ) => {
      const isOf = (at: number): boolean =>
        [...tumorsOf[at], ...healthyOf[at]].every((each) => each === organ) &&
        tumorsOf[at].length + healthyOf[at].length > 0;
      const hasOwnTumors = targets.some((_, at) => isOf(at) && tumorsOf[at].length > 0);
      return hasOwnTumors ? [measure(`${organ} and tumors`, isOf)] : [];
    }),
  ].filter(({ name }, at, all) => all.findIndex((each) => each.name === name) === at);
}

/** Sums up the counts of a finder, for the classes it is asked for. */
export function summarizeCounts(
  name: string,
  scans: readonly ScanCounts[],
  classes: readonly string[] = Object.keys(scans[0].counts),
): LearnSummary {
  const healthy = scans.filter(({ counts }) => counts.tumor.voxels === 0);
  const sick = scans.filter(({ counts }) => counts.tumor.voxels > 0);
  return {
    name,
    pooled: Object.fromEntries(classes.map((each) => [each, diceOf(each, scans)])),
    byOrgan: Object.fromEntries(
      learnedOrgans.map((each) => [
        each,
        diceOf(
          "tumor",
          scans.filter(({ organ }) => organ === each),
        ),
      ]),
    ),
    patients: [...new Set(sick.map(({ patient }) => patient))].map((patient) => {
      const own = sick.filter((scan) => scan.patient === patient);
      return {
        patient,
        dice: mean(own.map((scan) => diceOf("tumor", [scan]))),
        volumeMl: mean(own.map(({ counts, voxelMl }) => counts.tumor.voxels * voxelMl)),
      };
    }),
    falseVoxels: mean(healthy.map(({ counts }) => counts.tumor.found)),
  };
}

function diceOf(name: string, scans: readonly ScanCounts[]): number {
  const total = (of: keyof Counts): number => scans.reduce((sum, { counts }) => sum + counts[name][of], 0);
  return (2 * total("both")) / (total("voxels") + total("found"));
}

/** A summary as text, and beside each of the others how much better its tumors are, paired by patient. */
export function describeSummary(summary: LearnSummary, others: readonly LearnSummary[] = []): string {
  const { name, pooled, byOrgan, patients, falseVoxels, wallSeconds, processorSeconds } = summary;
  const dice = (values: Record<string, number>, before = ""): string =>
    Object.entries(values)
      .map(([each, value]) => `${before}${each} ${value.toFixed(3)}`)
      .join(", ");
  const sizes = volumesMl.slice(1).map((toMl, i) => {
    const fromMl = volumesMl[i];
    const those = patients.filter(({ volumeMl }) => volumeMl > fromMl && volumeMl <= toMl);
    const range = toMl === Infinity ? `over ${fromMl}` : `${fromMl} to ${toMl}`;
    return `${range} ml ${mean(those.map((each) => each.dice)).toFixed(3)} (${those.length} patients)`;
  });
  const lines = [
    name,
    `all voxels together: ${dice(pooled)} (${dice(byOrgan, "tumors of the ")})`,
    `tumor by patient ${spellMean(patients.map((each) => each.dice))}: ${sizes.join(", ")}; ` +
      `${falseVoxels.toFixed(0)} voxels in a scan without tumor`,
    ...others.map((other) => {
      const theirs = new Map(other.patients.map((each) => [each.patient, each.dice]));
      const gains = patients.map((each) => each.dice - theirs.get(each.patient)!);
      return `against "${other.name}", by patient ${spellMean(gains)}`;
    }),
  ];
  if (wallSeconds !== undefined)
    lines.push(`${wallSeconds.toFixed(0)} s, of the processor ${processorSeconds?.toFixed(0)} s`);
  return lines.join("\n  ");
}

function spellMean(values: readonly number[]): string {
  const { low, high } = bootstrapInterval(values.length, (weights) => {
    let sum = 0;
    values.forEach((value, i) => (sum += weights[i] * value));
    return sum / values.length;
  });
  return `${mean(values).toFixed(3)} (95 % ${low.toFixed(3)} to ${high.toFixed(3)}, n = ${values.length})`;
}

/** Means and spreads over the seeds. */
export function describeSpread(summaries: readonly LearnSummary[]): string {
  const trained = summaries.filter(({ wallSeconds }) => wallSeconds !== undefined);
  const spread = (name: string, values: number[]): string =>
    `${name} ${mean(values).toFixed(3)} (${Math.min(...values).toFixed(3)} to ${Math.max(...values).toFixed(3)}, ` +
    `standard deviation ${values.length > 1 ? standardDeviation(values).toFixed(3) : "none"})`;
  const lines = Object.keys(trained[0].pooled).map((name) =>
    spread(
      name,
      trained.map(({ pooled }) => pooled[name]),
    ),
  );
  const byPatient = trained.map(({ patients }) => mean(patients.map(({ dice }) => dice)));
  lines.push(spread("tumor by patient", byPatient));
  return `${trained.length} seeds, Dice: ${lines.join("; ")}`;
}
