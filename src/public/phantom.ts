/**
 * CT of made-up patients: bodies, hospitals, protocols, and how like real CT they are.
 * @module
 */

export { realismSources, realismTable } from "../notebook/cohort-table.js";
export { openPhantomCohort } from "../phantom/cohort.js";
export type { PhantomCohort, PhantomCohortOptions, PhantomScan } from "../phantom/cohort.js";
export { findHospital, hospitals } from "../phantom/hospitals.js";
export type { Hospital, Protocol } from "../phantom/hospitals.js";
export { createPhantomCase, phantomLabels } from "../phantom/make-case.js";
export type {
  LabelSurroundings,
  PhantomCase,
  PhantomMetadata,
  PhantomOptions,
} from "../phantom/make-case.js";
export type { MeasurableScan } from "../phantom/measurable.js";
export { measureNoiseSpectrum } from "../phantom/noise-spectrum.js";
export type { NoiseSpectrum, NoiseSpectrumOptions } from "../phantom/noise-spectrum.js";
export { phantomPhases } from "../phantom/patient.js";
export type { PhantomPhase } from "../phantom/patient.js";
export { publishedAnatomy } from "../phantom/published-anatomy.js";
export type { PublishedMeasure, RealismQuantity } from "../phantom/published-anatomy.js";
export { measureRealism } from "../phantom/realism.js";
export type { RealismOptions, RealismRow } from "../phantom/realism.js";
export { tumorStatistics } from "../phantom/tumor-plan.js";
export type { TumorStatistics } from "../phantom/tumor-plan.js";
export type { PhantomTumor } from "../phantom/tumors.js";
export { makePhantomCohort } from "../phantom/phantom-cohort.js";
export type { PhantomFolderOptions, PhantomFolderReport } from "../phantom/phantom-cohort.js";
export { readPhantomMetadata, writePhantomCase } from "../phantom/write-case.js";
export type { WrittenCase } from "../phantom/write-case.js";
export { createPhantomScans } from "../training/phantom-scans.js";
export type { PhantomScansOptions } from "../training/phantom-scans.js";
