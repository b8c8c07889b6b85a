/**
 * Data sets and folders of scans: manifests, layouts, downloads, checks, splits by patient, leakage and export.
 * @module
 */

export { findCaseFiles } from "../data/case-files.js";
export type { CaseFiles } from "../data/case-files.js";
export { readCaseLabels } from "../data/combine-masks.js";
export { downloadCohort } from "../data/download-cohort.js";
export type { CohortDownloadOptions } from "../data/download-cohort.js";
export { exportCroissant } from "../data/export-croissant.js";
export type { CroissantDataset, CroissantExport } from "../data/export-croissant.js";
export { exportNnunet } from "../data/export-nnunet.js";
export type { NnunetDataset } from "../data/export-nnunet.js";
export { fingerprintRangeHu, fingerprintScan } from "../data/fingerprint.js";
export type { ScanFingerprint } from "../data/fingerprint.js";
export { findLabelScheme, readSchemeBeside } from "../data/label-scheme.js";
export type { GivenNames, LabelOrigin, LabelScheme } from "../data/label-scheme.js";
export { describeLayout, findCohort, folderLayouts } from "../data/layouts.js";
export type { CohortCase, CohortFiles, FolderLayout } from "../data/layouts.js";
export { auditMetadata } from "../data/leakage/audit-metadata.js";
export type {
  AuditedScans,
  LitsSignature,
  MetadataAudit,
  MetadataAuditOptions,
} from "../data/leakage/audit-metadata.js";
export { findKnownOverlap } from "../data/leakage/known-overlaps.js";
export type { KnownOverlap, NamedSet, OverlapSource } from "../data/leakage/known-overlaps.js";
export { findLeakage, requireOutOfDistribution } from "../data/leakage/out-of-distribution.js";
export type { LeakageReport, OutOfDistributionClaim } from "../data/leakage/out-of-distribution.js";
export { findOverlapChains } from "../data/leakage/overlap-chains.js";
export type { OverlapChain } from "../data/leakage/overlap-chains.js";
export { findSharedScans } from "../data/leakage/shared-scans.js";
export type { FingerprintedSet, Likeness, SharedScan } from "../data/leakage/shared-scans.js";
export type { ScanTableOptions } from "../data/leakage/scan-table.js";
export type { TwinChance } from "../data/leakage/twin-chance.js";
export type { SplitTwins, TwinAgreement, TwinCounts, TwinGroup } from "../data/leakage/twins.js";
export { checkManifest } from "../data/manifest.js";
export type {
  CohortAccess,
  CohortDownload,
  CohortLayout,
  CohortLicence,
  CohortManifest,
  CohortOverlap,
  CohortSplit,
  CohortStructure,
  ContrastPhase,
} from "../data/manifest.js";
export { readCohortMetadata } from "../data/metadata.js";
export type { CaseFacts } from "../data/metadata.js";
export { listCohorts, openAllCohorts, openCohort } from "../data/open-cohort.js";
export { openScan, tellAbsent } from "../data/open-scan.js";
export type { Scan, ScanOptions } from "../data/open-scan.js";
export type { SampleOptions } from "../data/samples.js";
export { toNnunetSplits } from "../data/split/nnunet.js";
export type { NnunetFold } from "../data/split/nnunet.js";
export { scansOfMetadata, scansOfReport } from "../data/split/report-scans.js";
export type { ScansToSplit } from "../data/split/report-scans.js";
export { splitCohort } from "../data/split/split.js";
export type { PatientSplit, SplitOptions, SplitPart, SplitScan } from "../data/split/split.js";
export type { CaseReport } from "../data/verify/case.js";
export type { CaseLesion } from "../data/verify/check-lesions.js";
export { cohortChecks } from "../data/verify/finding.js";
export type { CheckName, Finding, Severity } from "../data/verify/finding.js";
export { verifyCohort } from "../data/verify/verify.js";
export type { CohortReport, VerifyOptions } from "../data/verify/verify.js";
export {
  checkTable,
  cohortTable,
  labelledTumors,
  lesionNameTable,
  realScanTable,
} from "../notebook/cohort-table.js";
export { readHeader } from "../formats/header.js";
export type { ScanHeader } from "../formats/header.js";
export { notesOf } from "../formats/notes.js";
