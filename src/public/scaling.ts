/**
 * Learning curves: laws, fits, saturation, multipliers of real data, and plans for a score to reach.
 * @module
 */

export { measuredCurves, openCurves } from "../notebook/learning-curves.js";
export { lawTable, multiplierTable, saturationTable, steepnessTable } from "../notebook/scaling-table.js";
export { bootstrapCurves, redrawAround } from "../scaling/curve-bootstrap.js";
export type {
  CurveBootstrap,
  CurveBootstrapOptions,
  CurveSet,
  ResidualDraws,
  ResampledUnit,
} from "../scaling/curve-bootstrap.js";
export { intervalOfCurves, intervalOverReplicates } from "../scaling/curve-interval.js";
export type { CurveIntervalOptions, EstimateWithInterval } from "../scaling/curve-interval.js";
export { parseCurveTable } from "../scaling/curve-table.js";
export type { CurveScore, CurveTable } from "../scaling/curve-table.js";
export type { CurvePoint } from "../scaling/curve.js";
export { measureMultiplier, scansForError } from "../scaling/efficiency.js";
export type { DataMultiplier, MultiplierReading } from "../scaling/efficiency.js";
export { fitLaw, predictError } from "../scaling/fit.js";
export type { FitOptions, FittedLaw, LawFit } from "../scaling/fit.js";
export { forecastCurve } from "../scaling/forecast.js";
export type { Forecast, ForecastOfLaw, ForecastOptions } from "../scaling/forecast.js";
export { profileIntervals } from "../scaling/intervals.js";
export type { ParameterInterval } from "../scaling/intervals.js";
export { judgeLaws, noiseOfFit } from "../scaling/judge.js";
export type { JudgedDesign, JudgeOptions, StudyDesign } from "../scaling/judge.js";
export { bootstrapLawBand, logSpacedSizes } from "../scaling/law-band.js";
export type { LawBand } from "../scaling/law-band.js";
export type { Centering, LawParameter, ScalingLaw, SeparableForm } from "../scaling/law.js";
export { findLaw, scalingLaws } from "../scaling/laws/table.js";
export { averageLimits } from "../scaling/limits.js";
export type { AveragedLimit, LimitOfLaw } from "../scaling/limits.js";
export { pairedPower, patientsForPairedDifference } from "../scaling/paired-power.js";
export { planForScore, rankPurchases } from "../scaling/planner.js";
export type { PurchaseOption } from "../scaling/planner.js";
export { refitLaw } from "../scaling/refit.js";
export { reportEfficiency } from "../scaling/report.js";
export type { EfficiencyOptions, EfficiencyReport, EfficiencyRow } from "../scaling/report.js";
export { casesForIntervalWidth, intervalWidthForCases } from "../scaling/sample-size.js";
export { findSaturation, saturationDefinitions } from "../scaling/saturation.js";
export type { SaturationAnswer, SaturationDefinition, SaturationOptions } from "../scaling/saturation.js";
export type { ResidualKind } from "../scaling/search.js";
export { selectLaw } from "../scaling/select.js";
export type { LawComparison, LawSelection } from "../scaling/select.js";
export { compareSteepness } from "../scaling/steepness.js";
export type { PairReading, SteepnessComparison, SteepnessOptions } from "../scaling/steepness.js";
export { fitSurface, predictSurface } from "../scaling/surface-fit.js";
export type { SurfaceFit, SurfaceFitOptions } from "../scaling/surface-fit.js";
export type { SurfaceLaw, SurfacePoint } from "../scaling/surface-law.js";
export { syntheticSurface } from "../scaling/surfaces/synthetic-surface.js";
export { surfaceLaws } from "../scaling/surfaces/table.js";
