/** The numbers that compare one label of a prediction with its reference. */
export type Metric =
  | "dice"
  | "iou"
  | "sensitivity"
  | "precision"
  | "volumeErrorMl"
  | "volumeErrorPercent"
  | "nsd"
  | "hd95"
  | "hd"
  | "assd";

/** What a metric is called, measured in and worth. */
export interface MetricInfo {
  name: Metric;
  /** As people write it. */
  displayName: string;
  /** `""` for a share from 0 to 1. */
  unit: "" | "mm" | "ml" | "%";
  /** Which way is better; `zero` for signed errors. */
  better: "higher" | "lower" | "zero";
  /** The least and the largest value there can be; infinite where there is none, as of a distance. */
  bounds: readonly [number, number];
  /** Formula or definition in one line; TP, FP, FN are voxel counts of the label. */
  definition: string;
}

/** All metrics in the order in which they are reported. */
export const metricInfo: Readonly<Record<Metric, MetricInfo>> = {
  dice: {
    name: "dice",
    displayName: "Dice",
    unit: "",
    better: "higher",
    bounds: [0, 1],
    definition: "2 TP / (2 TP + FP + FN)",
  },
  iou: {
    name: "iou",
    displayName: "IoU",
    unit: "",
    better: "higher",
    bounds: [0, 1],
    definition: "TP / (TP + FP + FN)",
  },
  sensitivity: {
    name: "sensitivity",
    displayName: "Sensitivity",
    unit: "",
    better: "higher",
    bounds: [0, 1],
    definition: "TP / (TP + FN), over voxels",
  },
  precision: {
    name: "precision",
    displayName: "Precision",
    unit: "",
    better: "higher",
    bounds: [0, 1],
    definition: "TP / (TP + FP), over voxels",
  },
  volumeErrorMl: {
    name: "volumeErrorMl",
    displayName: "Volume error",
    unit: "ml",
    better: "zero",
    bounds: [-Infinity, Infinity],
    definition: "predicted volume minus reference volume",
  },
  volumeErrorPercent: {
    name: "volumeErrorPercent",
    displayName: "Relative volume error",
    unit: "%",
    better: "zero",
    bounds: [-100, Infinity],
    definition: "100 (predicted - reference) / reference volume",
  },
  nsd: {
    name: "nsd",
    displayName: "NSD",
    unit: "",
    better: "higher",
    bounds: [0, 1],
    definition: "share of both surfaces, by area, within the tolerance of the other",
  },
  hd95: {
    name: "hd95",
    displayName: "HD95",
    unit: "mm",
    better: "lower",
    bounds: [0, Infinity],
    definition: "larger of the two distances that cover 95 % of a surface's area",
  },
  hd: {
    name: "hd",
    displayName: "Hausdorff distance",
    unit: "mm",
    better: "lower",
    bounds: [0, Infinity],
    definition: "largest distance from one surface to the other",
  },
  assd: {
    name: "assd",
    displayName: "ASSD",
    unit: "mm",
    better: "lower",
    bounds: [0, Infinity],
    definition: "mean distance over the area of both surfaces together",
  },
};
