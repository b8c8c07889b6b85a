import { metricInfo } from "../../metrics/metric.js";
import type { Metric } from "../../metrics/metric.js";
import type { ScoreField } from "./table-entry.js";

/** Which number of a row a name stands for, and what its values are multiplied by to have its unit. */
export interface FieldName {
  field: ScoreField;
  factor: number;
}

/** Names that tools and people give these numbers, without blanks, signs and capitals. */
const names: Readonly<Record<ScoreField, readonly string[]>> = {
  dice: [
    "dice",
    "dsc",
    "dicescore",
    "dicecoefficient",
    "dicesimilaritycoefficient",
    "meandice",
    "globalbindsc",
  ],
  iou: ["iou", "jaccard", "jaccardindex", "meaniou", "globalbiniou"],
  sensitivity: ["sensitivity", "recall", "truepositiverate", "tpr"],
  precision: ["precision", "positivepredictivevalue", "ppv"],
  nsd: [
    "nsd",
    "surfacedice",
    "meansurfacedice",
    "normalizedsurfacedice",
    "normalisedsurfacedice",
    "globalbinnsd",
  ],
  hd95: ["hd95", "95hd", "hausdorff95", "hausdorffdistance95", "95hausdorffdistance", "globalbinhd95"],
  hd: ["hd", "hausdorff", "hausdorffdistance", "globalbinhd"],
  assd: ["assd", "averagesymmetricsurfacedistance", "avgsymmetricsurfacedistance", "globalbinassd"],
  volumeErrorMl: ["volumeerrorml", "volumedifferenceml"],
  volumeErrorPercent: ["volumeerrorpercent", "relativevolumeerrorpercent"],
  tp: ["tp"],
  fp: ["fp"],
  fn: ["fn"],
  tn: ["tn"],
  referenceMl: ["referenceml", "referencevolumeml", "refvolumeml", "gtvolumeml", "gtml", "volumeml"],
  predictionMl: ["predictionml", "predictionvolumeml", "predictedvolumeml", "predvolumeml", "predml"],
  diagonalMm: ["diagonalmm"],
};

const byName: ReadonlyMap<string, FieldName> = new Map<string, FieldName>([
  ...Object.entries(names).flatMap(([field, spellings]) =>
    spellings.map((name): [string, FieldName] => [name, { field: field as ScoreField, factor: 1 }]),
  ),
  // Relative volume difference as a share.
  ["globalbinrvd", { field: "volumeErrorPercent", factor: 100 }],
  ["referencevolumemm3", { field: "referenceMl", factor: 0.001 }],
  ["predictionvolumemm3", { field: "predictionMl", factor: 0.001 }],
]);

/** Numbers of voxels, which in most tables of others are something else under the same name, such as counts of lesions. */
export const countFields: readonly ScoreField[] = ["tp", "fp", "fn", "tn"];

/** What a column is by its name, in any spelling and with or without its unit; `undefined` for another. */
export function findField(name: string): FieldName | undefined {
  const plain = plainName(name);
  return byName.get(plain) ?? byName.get(plain.replace(/(mm|percent)$/, ""));
}

/** Likewise, of metrics alone. */
export function findMetric(name: string): Metric | undefined {
  const found = findField(name);
  return found && isMetric(found.field) ? found.field : undefined;
}

/**
 * Takes a name such as `liver_dice`, `DSC (liver)` or `kidney_left-hd95` apart into structure and field; `undefined` where
 * neither its first nor its last words name a field, or nothing is left beside.
 */
export function splitColumn(name: string): (FieldName & { structure: string }) | undefined {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  for (let count = words.length - 1; count >= 1; count--) {
    const last = findField(words.slice(-count).join(""));
    if (last) return { ...last, structure: words.slice(0, -count).join("_") };
    const first = findField(words.slice(0, count).join(""));
    if (first) return { ...first, structure: words.slice(count).join("_") };
  }
  return undefined;
}

/** The metric that a file's name says it holds: `dsc`, `mean_dice_raw`, `liver-hd95`. The longest name in it counts. */
export function metricOfFile(stem: string): Metric | undefined {
  const words = stem.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  for (let count = words.length; count >= 1; count--)
    for (let at = 0; at + count <= words.length; at++) {
      const metric = findMetric(words.slice(at, at + count).join(""));
      if (metric) return metric;
    }
  return undefined;
}

/** Whether a field is a metric. */
export function isMetric(field: ScoreField): field is Metric {
  return field in metricInfo;
}

function plainName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll("%", "percent")
    .replaceAll(/[^\p{L}\p{N}]+/gu, "");
}
