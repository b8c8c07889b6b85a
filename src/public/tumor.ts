/**
 * Synthetic tumors: shapes, growth, insertion into a scan, records that replay, cohorts and how real they look.
 * @module
 */

export { scanPhases } from "../anatomy/phase.js";
export {
  collectReferenceLesions,
  collectSyntheticLesions,
  compareAppearance,
  appearanceMeasures,
} from "../realism/lesion-realism.js";
export type {
  LesionCollection,
  PatientLesion,
  RealismDistance,
  RealismLesion,
} from "../realism/lesion-realism.js";
export { openPublishedAppearance, tabulateAppearance } from "../realism/published-appearance.js";
export type { AppearanceRow, PublishedAppearance } from "../realism/published-appearance.js";
export { tellLesionsApart } from "../realism/tell-apart.js";
export type { TellApart, TellApartOptions } from "../realism/tell-apart.js";
export { turingPictures } from "../plot/realism.js";
export { createTuringTest } from "../realism/turing-test.js";
export type { TuringAnswer, TuringQuestion, TuringScore, TuringTest } from "../realism/turing-test.js";
export { compareTumorKinds } from "../synthesis/tumor-kinds.js";
export type { TumorKindComparison } from "../synthesis/tumor-kinds.js";
export { compareTumorLooks } from "../synthesis/tumor-looks.js";
export type { LookAgreement, TumorLookComparison } from "../synthesis/tumor-looks.js";
export { chooseHost, findHealthyOrgans, listHosts } from "../synthesis/host-scans.js";
export type { HostCandidate, SurveyedHost } from "../synthesis/host-scans.js";
export type { HostScan, MixSettings, OpenScan, PlannedLesion, SyntheticCase } from "../synthesis/plan.js";
export { openGenerator } from "../synthesis/learned/open-generator.js";
export { replayLesion } from "../synthesis/replay-lesion.js";
export type { LesionOutcome } from "../synthesis/synthesis-worker.js";
export { readLesionRecord } from "../synthesis/synthetic-case.js";
export type { HostFiles, LesionCaseRecord, LesionTask, WrittenLesion } from "../synthesis/synthetic-case.js";
export { synthesizeScan } from "../synthesis/synthesize-scan.js";
export type { ScanSynthesis } from "../synthesis/synthesize-scan.js";
export { synthesizeCohort } from "../synthesis/synthetic-cohort.js";
export type { SyntheticCohortOptions, SyntheticCohortReport } from "../synthesis/synthetic-cohort.js";
export type { GeneratorSettings } from "../training/generator/generator-config.js";
export { trainGeneratorCohort } from "../training/generator/train-generator-cohort.js";
export type {
  CohortGeneratorOptions,
  GeneratorRecord,
} from "../training/generator/train-generator-cohort.js";
export { trainGenerator } from "../training/generator/train-generator.js";
export type { GeneratorTraining } from "../training/generator/train-generator.js";
export { createTumorCases } from "../training/tumor-cases.js";
export type { TumorMix } from "../training/tumor-cases.js";
export { lesionKinds } from "../tumor/contrast.js";
export type { SampledContrast, LesionKind } from "../tumor/contrast.js";
export { measureLesions } from "../tumor/find-lesions.js";
export type { FindLesionsOptions, FoundLesion } from "../tumor/find-lesions.js";
export type { AutomatonOptions, AutomatonRun, NecrosisRule } from "../tumor/growth/automaton.js";
export type { GrowthRequest } from "../tumor/growth/grow.js";
export type { GrowthAppearance } from "../tumor/growth/appearance.js";
export type { GrowthSeries } from "../tumor/growth/series.js";
export { growTumor, growth, tumorAtStep } from "../tumor/growth/synthesizer.js";
export type { GrownTumor, GrowthOptions } from "../tumor/growth/synthesizer.js";
export { handcrafted } from "../tumor/handcrafted.js";
export type { HandcraftedOptions } from "../tumor/handcrafted.js";
export { hashPatch } from "../tumor/hash-patch.js";
export { applyPatch, synthesizeLesion } from "../tumor/insert.js";
export type { ApplyOptions } from "../tumor/insert.js";
export { measureLesion } from "../tumor/measure-lesion.js";
export type { LesionAppearance } from "../tumor/measure-lesion.js";
export type { OuterSite } from "../tumor/outer.js";
export { judgePhase } from "../tumor/phase.js";
export type { Place } from "../tumor/place.js";
export { replayRecord } from "../tumor/replay.js";
export { capSize, nominalRadiusMm } from "../tumor/size.js";
export { synthesizeStrip } from "../tumor/strip.js";
export type { StripLesion } from "../tumor/strip.js";
export type {
  JsonValue,
  LesionPatch,
  LesionRecord,
  LesionSize,
  ScanPhase,
  SizeCap,
  SynthesisOptions,
  SynthesisRequest,
  SynthesisResult,
  Synthesizer,
  TrainedSynthesizer,
} from "../tumor/synthesizer.js";
export { findSynthesizer, synthesizers } from "../tumor/synthesizers.js";
