/**
 * Figures as Plotly JSON, one function each, with static pictures and texts of them.
 * @module
 */

export { barFigure, organBarFigure } from "../plot/bars.js";
export type { Bar, BarOptions, OrganMeasure } from "../plot/bars.js";
export { curvePanelsFigure } from "../plot/curve-panels.js";
export type { CurvePanel, CurvePanelOptions } from "../plot/curve-panels.js";
export { dotFigure } from "../plot/dots.js";
export type { DotOptions, DotRow } from "../plot/dots.js";
export { experimentDesignFigure } from "../plot/experiment-design.js";
export {
  baselineFigure,
  distributionCurvesFigure,
  growingCurvesFigure,
  organCurvesFigure,
} from "../plot/experiment-figures.js";
export { armLawsFigure, multiplierFigure } from "../plot/experiment-laws.js";
export type { Trace } from "../plot/figure.js";
export { gainCurvesFigure, gainFigure } from "../plot/gain-figures.js";
export { frocFigure } from "../plot/froc.js";
export type { FrocFigureOptions, NamedFroc } from "../plot/froc.js";
export { groupedBarFigure } from "../plot/grouped-bars.js";
export type { BarGroup, GroupedBarOptions } from "../plot/grouped-bars.js";
export { histogramFigure } from "../plot/histogram.js";
export type { HistogramOptions } from "../plot/histogram.js";
export { learningCurveFigure } from "../plot/learning-curve.js";
export type { LawLine, LearningCurveOptions, MeasuredCurve, MeasuredPoint } from "../plot/learning-curve.js";
export { growthFigure, lesionChangeFigure, lesionStripFigure } from "../plot/lesion-slices.js";
export type {
  GrowthFigureOptions,
  LesionPanel,
  LesionScan,
  LesionSliceOptions,
} from "../plot/lesion-slices.js";
export { lineFigure } from "../plot/lines.js";
export type { LineOptions, Series } from "../plot/lines.js";
export { pairSlicesFigure } from "../plot/pair-slices.js";
export type { PairMaps, PairSliceOptions } from "../plot/pair-slices.js";
export type { SliceOptions } from "../plot/picture.js";
export { presenceFigure } from "../plot/presence.js";
export type { PresenceOptions, PresenceRow } from "../plot/presence.js";
export { realismFigure, turingFigure } from "../plot/realism.js";
export { reliabilityFigure } from "../plot/reliability.js";
export type { NamedCalibration, ReliabilityFigureOptions } from "../plot/reliability.js";
export { scansFigure } from "../plot/scans.js";
export type { NamedScan, ScansOptions } from "../plot/scans.js";
export { policyFigure, recallFigure, scoreBySizeFigure, scoreDotFigure } from "../plot/score-dots.js";
export type { ScoreFigureOptions } from "../plot/score-dots.js";
export { sliderFigure } from "../plot/slider.js";
export type { SliderOptions, SliderStop } from "../plot/slider.js";
export { sliceFigure, slicesFigure } from "../plot/slices.js";
export type { ManySlicesOptions, OneSliceOptions } from "../plot/slices.js";
export { renderPng, renderSvg } from "../plot/static/render.js";
export type { RenderOptions } from "../plot/static/render.js";
export { surfaceFigure } from "../plot/surfaces.js";
export type { SurfaceOptions } from "../plot/surfaces.js";
export { seriesColors } from "../plot/theme.js";
export type { AxisText } from "../plot/theme.js";
export { trainingFigures } from "../plot/training-curves.js";
export { trainingPanelsFigure } from "../plot/training-panels.js";
