import { isLesionName } from "../../anatomy/organs.js";
import { equivalentRadiusMm, sizeClasses, sizeClassOf } from "../../anatomy/size-class.js";
import type { ScoreRow } from "../../metrics/evaluate.js";
import type { Metric } from "../../metrics/metric.js";
import { intervalOverPatients } from "../../metrics/patient-interval.js";
import type { PatientIntervalOptions } from "../../metrics/patient-interval.js";
import { mean, quantile } from "../../stats/describe.js";
import type { MeanInterval } from "../../stats/mean-interval.js";

/** One structure of one range of sizes, model by model. */
export interface SizeStratum {
  label: number;
  name: string;
  /** The class of a lesion's size, or a third of an organ's volumes. */
  stratum: string;
  /** Least and largest volume of the reference in it, in `unit`. */
  from: number;
  to: number;
  /** `voxels` where the table counts them and does not say how large they are. */
  unit: "ml" | "voxels";
  /** Rows in which every model has a value, and their patients. */
  n: number;
  patients: number;
  /** In the order of the models given. */
  models: { model: string; mean: number; interval: MeanInterval }[];
}

/**
 * Means by size of the reference, where tables give volumes or voxels: lesions by the classes of `sizeClasses` (radius of the
 * ball of their volume), other structures, and volumes in voxels, by thirds of the sizes found. Rows without a size, and
 * structures with fewer than six rows that have one, give none.
 *
 * @param models rows of the same cases and labels in the same order, see `findCommonRows`.
 */
export function stratifyBySize(
  models: Readonly<Record<string, readonly ScoreRow[]>>,
  metric: Metric,
  interval?: PatientIntervalOptions,
): SizeStratum[] {
  const names = Object.keys(models);
  const [first] = Object.values(models);
  const sized = first.flatMap((row, at) => {
    const all = names.map((name) => models[name][at]);
    if (all.some((each) => Number.isNaN(each[metric]))) return [];
    const ml = all.map(({ referenceMl }) => referenceMl).find((value) => value > 0);
    const voxels = all.map(({ tp, fn }) => tp + fn).find((value) => value > 0);
    return [{ all, label: row.label, name: row.name, patient: row.patient, ml, voxels }];
  });
  return [...new Set(sized.map(({ label }) => label))].flatMap((label) => {
    const ofLabel = sized.filter((row) => row.label === label);
    const unit = ofLabel.some(({ ml }) => ml !== undefined) ? ("ml" as const) : ("voxels" as const);
    const rows = ofLabel.flatMap(({ ml, voxels, ...row }) => {
      const size = unit === "ml" ? ml : voxels;
      return size === undefined ? [] : [{ ...row, size }];
    });
    if (rows.length < 6) return [];
    const { name } = rows[0];
    const strata =
      unit === "ml" && isLesionName(name)
        ? sizeClasses.map((each) => ({
            stratum: each.displayName,
            holds: (size: number) => sizeClassOf(equivalentRadiusMm(size)) === each.name,
          }))
        : thirdsOf(rows.map(({ size }) => size));
    return strata.flatMap(({ stratum, holds }): SizeStratum[] => {
      const members = rows.filter(({ size }) => holds(size));
      if (members.length === 0) return [];
      const sizes = members.map(({ size }) => size);
      const of = (k: number) => members.map(({ patient, all }) => ({ patient, value: all[k][metric] }));
      return [
        {
          ...{ label, name, stratum, unit },
          from: Math.min(...sizes),
          to: Math.max(...sizes),
          n: members.length,
          patients: new Set(members.map(({ patient }) => patient)).size,
          models: names.map((model, k) => ({
            model,
            mean: mean(of(k).map(({ value }) => value)),
            interval: intervalOverPatients(of(k), metric, "mean", interval),
          })),
        },
      ];
    });
  });
}

function thirdsOf(sizes: readonly number[]): { stratum: string; holds: (size: number) => boolean }[] {
  const [low, high] = [quantile(sizes, 1 / 3), quantile(sizes, 2 / 3)];
  return [
    { stratum: "smallest third", holds: (size) => size <= low },
    { stratum: "middle third", holds: (size) => size > low && size <= high },
    { stratum: "largest third", holds: (size) => size > high },
  ];
}
