/**
 * Tumorlab's shared module: what a first lesson needs by name, and the rest in one namespace for each subject.
 *
 * @example
 * import * as lab from "tumorlab";
 * const scan = await lab.openSample("liver");
 * await lab.view(scan.image, { labels: scan.labels });
 *
 * @module tumorlab
 */

export { LabError } from "./core/errors.js";
export type { ProgressUpdate, RunOptions } from "./core/progress.js";
export { createKey } from "./core/random.js";
export type { Key, RandomStream } from "./core/random.js";
export type { Affine, LabelMap, Mask, Scale, Vec3, Volume } from "./core/types.js";
export { openSample, sampleNames } from "./data/samples.js";
export type { Sample } from "./data/samples.js";
export { readLabelMap, readVolume } from "./formats/read.js";
export { writeVolume } from "./formats/write.js";
export { checkEnvironment } from "./notebook/check-environment.js";
export { toDataFrame } from "./notebook/data-frame.js";
export type { DataFrame, Row } from "./notebook/data-frame.js";
export type { Control, Controls, ControlValues } from "./notebook/controls.js";
export { interact } from "./notebook/interact.js";
export type { Drawn } from "./notebook/interact.js";
export { markdown } from "./notebook/markdown.js";
export { progress } from "./notebook/progress.js";
export { askReader, clearOutput, currentSignal } from "./notebook/session.js";
export { show } from "./notebook/show.js";
export { showTable } from "./notebook/table.js";
export { view } from "./notebook/view.js";
export type { Figure } from "./plot/figure.js";

/** Organs, lesions, size classes and the names of labels: the words that every label map is read with. */
export * as anatomy from "./public/anatomy.js";
/** Volumes on a grid: affines, orientation, resampling, cropping, filters, morphology, distances, components and surfaces. */
export * as volume from "./public/volume.js";
/** Data sets and folders of scans: manifests, layouts, downloads, checks, splits by patient, leakage and export. */
export * as data from "./public/data.js";
/** CT of made-up patients: bodies, hospitals, protocols, and how like real CT they are. */
export * as phantom from "./public/phantom.js";
/** Synthetic tumors: shapes, growth, insertion into a scan, records that replay, cohorts and how real they look. */
export * as tumor from "./public/tumor.js";
/** Engines, networks, training, prediction, and baselines that need no network. */
export * as training from "./public/training.js";
/** Folders of references and predictions scored case by case, as `tumorlab evaluate` scores them, and the tables of it. */
export * as evaluation from "./public/evaluation.js";
/** Overlap, surface distances, lesion detection and rules for empty masks, on two label maps. */
export * as metrics from "./public/metrics.js";
/** Means, quantiles, intervals and distances between samples. */
export * as stats from "./public/stats.js";
/** Learning curves: laws, fits, saturation, multipliers of real data, and plans for a score to reach. */
export * as scaling from "./public/scaling.js";
/** The scaling experiment: plan, run, collect, analyze, and the tables of it. */
export * as experiment from "./public/experiment.js";
/** What the paper published: its tables, curves and claims, beside what is computed here. */
export * as paper from "./public/paper.js";
/** Figures as Plotly JSON, one function each, with static pictures and texts of them. */
export * as plot from "./public/plot.js";
