export {
  applyAffine,
  axisDirections,
  createAffine,
  invertAffine,
  multiplyAffines,
  orientationOf,
  spacingOfAffine,
} from "./core/affine.js";
export type { AxisDirections } from "./core/affine.js";
export type { CommandIo } from "./cli/command.js";
export { runCommandLine } from "./cli/main.js";
export { caseNameOf, findCaseFiles } from "./data/case-files.js";
export type { CaseFiles } from "./data/case-files.js";
export { readCaseLabels } from "./data/combine-masks.js";
export { addClassNames, readClassesFile, writeModelClasses } from "./anatomy/classes-file.js";
export type { ClassesFile } from "./anatomy/classes-file.js";
export { downloadCohort, findDownloads } from "./data/download-cohort.js";
export type { CohortDownloadOptions } from "./data/download-cohort.js";
export { downloadFile } from "./data/download-file.js";
export type { DownloadedFile, DownloadOptions, DownloadRequest } from "./data/download-file.js";
export { exportCroissant } from "./data/export-croissant.js";
export type { CroissantDataset, CroissantExport } from "./data/export-croissant.js";
export { exportNnunet } from "./data/export-nnunet.js";
export type { NnunetDataset } from "./data/export-nnunet.js";
export { fingerprintRangeHu, fingerprintScan } from "./data/fingerprint.js";
export type { ScanFingerprint } from "./data/fingerprint.js";
export { compileJsonSchema } from "./core/json-schema.js";
export type { JsonSchemaCheck, JsonSchemaFault } from "./core/json-schema.js";
export { toClassPair } from "./anatomy/label-classes.js";
export type { LabelClasses, TargetClass } from "./anatomy/label-classes.js";
export { listLabelMaps, openLabelMap, parseLabels } from "./anatomy/label-maps.js";
export type { NamedLabelMap } from "./anatomy/label-maps.js";
export { describeScheme, findLabelScheme, readSchemeBeside } from "./data/label-scheme.js";
export type { GivenNames, LabelOrigin, LabelScheme } from "./data/label-scheme.js";
export { describeLayout, findCohort, folderLayouts } from "./data/layouts.js";
export type { CohortCase, CohortFiles, FolderLayout } from "./data/layouts.js";
export { findKnownOverlap } from "./data/leakage/known-overlaps.js";
export type { KnownOverlap, NamedSet, OverlapSource } from "./data/leakage/known-overlaps.js";
export {
  describeLeakage,
  findLeakage,
  requireOutOfDistribution,
} from "./data/leakage/out-of-distribution.js";
export type { LeakageReport, OutOfDistributionClaim } from "./data/leakage/out-of-distribution.js";
export { findOverlapChains } from "./data/leakage/overlap-chains.js";
export type { OverlapChain } from "./data/leakage/overlap-chains.js";
export { findSharedScans, histogramDifference } from "./data/leakage/shared-scans.js";
export type { FingerprintedSet, Likeness, SharedScan } from "./data/leakage/shared-scans.js";
export { checkManifest, listDownloads } from "./data/manifest.js";
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
} from "./data/manifest.js";
export { readCohortMetadata } from "./data/metadata.js";
export type { CaseFacts } from "./data/metadata.js";
export { listCohorts, openAllCohorts, openCohort } from "./data/open-cohort.js";
export { pairCases } from "./evaluation/pair-cases.js";
export type { FailedCase, PairedFiles } from "./evaluation/pair-cases.js";
export { perturbLabels } from "./lessons/perturb-labels.js";
export type { PerturbOptions } from "./lessons/perturb-labels.js";
export { plantBalls } from "./lessons/plant-balls.js";
export type { BallOptions, PlantedBall } from "./lessons/plant-balls.js";
export { openPracticeStudy } from "./lessons/practice-study.js";
export type { PracticeOptions } from "./lessons/practice-study.js";
export { openPublished, publishedNumbers } from "./data/published.js";
export type { PublishedColumn, PublishedRow, PublishedSource, PublishedTable } from "./data/published.js";
export { openSample, sampleNames } from "./data/samples.js";
export type { Sample, SampleOptions } from "./data/samples.js";
export { findScanFiles } from "./data/scan-files.js";
export type { ScanFile } from "./data/scan-files.js";
export { orderEvenly } from "./data/split/even-order.js";
export { toNnunetSplits } from "./data/split/nnunet.js";
export type { NnunetFold } from "./data/split/nnunet.js";
export { scansOfMetadata, scansOfReport } from "./data/split/report-scans.js";
export type { ScansToSplit } from "./data/split/report-scans.js";
export { splitCohort } from "./data/split/split.js";
export type { PatientSplit, SplitOptions, SplitPart, SplitScan } from "./data/split/split.js";
export { openCase, openStudy } from "./evaluation/study.js";
export type { LabelPairOfCase, Study, StudyCase, StudyPaths } from "./evaluation/study.js";
export type { CaseReport } from "./data/verify/case.js";
export type { CaseLesion } from "./data/verify/check-lesions.js";
export { cohortChecks } from "./data/verify/finding.js";
export type { CheckName, Finding, Severity } from "./data/verify/finding.js";
export { verifyCohort } from "./data/verify/verify.js";
export type { CohortReport, VerifyOptions } from "./data/verify/verify.js";
export {
  currentTime,
  describeMachine,
  environmentVariable,
  monotonicMs,
  peakMemoryBytes,
} from "./platform/machine.js";
export type { Machine } from "./platform/machine.js";
export { LabError, describeValue, requireThat } from "./core/errors.js";
export { analyzeOrgan } from "./experiment/analyze/analyze-organ.js";
export type {
  AnalysisOptions,
  ArmCurve,
  ArmGain,
  ArmPoint,
  CurveDifference,
  DistributionGap,
  OrganAnalysis,
} from "./experiment/analyze/analyze-organ.js";
export { analyzeExperiment } from "./experiment/analyze/analyze.js";
export type { ExperimentAnalysis } from "./experiment/analyze/analyze.js";
export { mixedArmOf, realArmOf } from "./experiment/plan/arms.js";
export type { BaselineComparison } from "./experiment/run/baselines.js";
export { checkPlan } from "./experiment/plan/check-plan.js";
export { compareWithPaper } from "./paper/claims.js";
export type { ClaimComparison, ClaimedNumber, Verdict } from "./paper/claims.js";
export { runExperimentOnSlurm, submitExperiment } from "./experiment/run/cluster-runner.js";
export type { ClusterRunOptions } from "./experiment/run/cluster-runner.js";
export { collectExperiment, readStatus } from "./experiment/run/collect.js";
export type { ExperimentStatus } from "./experiment/run/collect.js";
export { createPlan } from "./experiment/plan/create-plan.js";
export type { DetectionSummary } from "./experiment/analyze/detection.js";
export { estimatePlan } from "./experiment/plan/estimate-plan.js";
export type { PlanEstimate } from "./experiment/plan/estimate-plan.js";
export { evaluateStudy } from "./evaluation/evaluate-study.js";
export type { StudyOptions, StudyScores } from "./evaluation/evaluate-study.js";
export { distributionNames, distributions } from "./experiment/analyze/experiment-scores.js";
export type {
  Distribution,
  ExperimentScore,
  PatientCount,
  ScoreExclusion,
} from "./experiment/analyze/experiment-scores.js";
export {
  createExperiment,
  experimentPaths,
  openExperiment,
  readPlan,
} from "./experiment/run/experiment-folder.js";
export type { Experiment, TrialFailure } from "./experiment/run/experiment-folder.js";
export { runExperimentTrial } from "./experiment/run/folder-trial.js";
export { findHealthyOrgans, listHosts, surveyHost } from "./synthesis/host-scans.js";
export type { HostCandidate, SurveyedHost } from "./synthesis/host-scans.js";
export { runExperiment } from "./experiment/run/local-runner.js";
export type { LocalRunOptions, RunnerEvent } from "./experiment/run/local-runner.js";
export { observeCurves } from "./experiment/analyze/observed-curves.js";
export type { ObservedCurve } from "./experiment/analyze/observed-curves.js";
export { hashPlan, listTrials, recipeOf } from "./experiment/plan/plan.js";
export type {
  ExperimentPlan,
  PlanArm,
  PlanCohort,
  PlanOrgan,
  PlanRecipe,
  PlanTest,
  TrialSpec,
} from "./experiment/plan/plan.js";
export { readExperimentRecords, readExperimentResults } from "./experiment/run/read-results.js";
export { baselineNames } from "./experiment/run/result.js";
export { prepareExperimentScans } from "./experiment/run/prepare-scans.js";
export type {
  BaselineName,
  CollectedRecords,
  CollectedResults,
  TrialBaseline,
  TrialCase,
  TrialLesion,
  TrialRecord,
  TrialResult,
  TrialTest,
} from "./experiment/run/result.js";
export type { SlurmSettings, SlurmWork } from "./experiment/run/slurm/job-array.js";
export { runOnSlurm } from "./experiment/run/slurm/run-on-slurm.js";
export type { SlurmFailure, SlurmOutcome, SlurmRunOptions } from "./experiment/run/slurm/run-on-slurm.js";
export { submitToSlurm } from "./experiment/run/slurm/submit.js";
export type { ResultCheck, SlurmSubmission } from "./experiment/run/slurm/submit.js";
export { surveyHosts, writeLesionCases } from "./synthesis/synthesis-worker.js";
export type { LesionOutcome } from "./synthesis/synthesis-worker.js";
export { replayLesion } from "./synthesis/replay-lesion.js";
export { openHost, readLesionRecord, writeLesionCase } from "./synthesis/synthetic-case.js";
export type { HostFiles, LesionCaseRecord, LesionTask, WrittenLesion } from "./synthesis/synthetic-case.js";
export { synthesizeCohort } from "./synthesis/synthetic-cohort.js";
export type { SyntheticCohortOptions, SyntheticCohortReport } from "./synthesis/synthetic-cohort.js";
export {
  collectReferenceLesions,
  collectSyntheticLesions,
  compareLooks,
  lookFigures,
} from "./realism/lesion-realism.js";
export type {
  LesionCollection,
  PatientLesion,
  RealismDistance,
  RealismLesion,
} from "./realism/lesion-realism.js";
export { openPublishedLooks, tabulateLooks } from "./realism/published-looks.js";
export type { LookRow, PublishedLook } from "./realism/published-looks.js";
export type { Told } from "./experiment/analyze/told.js";
export { findTrial, runBaselines, runTrial } from "./experiment/run/trial.js";
export type { TrialOptions } from "./experiment/run/trial.js";
export { createTuringTest } from "./realism/turing-test.js";
export type { TuringAnswer, TuringQuestion, TuringScore, TuringTest } from "./realism/turing-test.js";
export { barFigure, organBarFigure } from "./plot/bars.js";
export type { Bar, BarOptions, OrganMeasure } from "./plot/bars.js";
export { curvePanelsFigure } from "./plot/curve-panels.js";
export type { CurvePanel, CurvePanelOptions } from "./plot/curve-panels.js";
export { describeFigure } from "./plot/describe.js";
export { dotFigure } from "./plot/dots.js";
export type { DotOptions, DotRow } from "./plot/dots.js";
export { experimentDesignFigure } from "./plot/experiment-design.js";
export {
  armCurvesFigure,
  baselineFigure,
  curvesOf,
  distributionCurvesFigure,
  gainFigure,
  growingCurvesFigure,
  organCurvesFigure,
} from "./plot/experiment-figures.js";
export { armLawsFigure, worthFigure } from "./plot/experiment-laws.js";
export { checkFigure, escapeMarkup, isLiveOnly } from "./plot/figure.js";
export type { Figure, Trace } from "./plot/figure.js";
export { groupedBarFigure } from "./plot/grouped-bars.js";
export type { BarGroup, GroupedBarOptions } from "./plot/grouped-bars.js";
export { histogramFigure } from "./plot/histogram.js";
export type { HistogramOptions } from "./plot/histogram.js";
export { growthFigure, lesionChangeFigure, lesionStripFigure } from "./plot/lesion-slices.js";
export type {
  GrowthFigureOptions,
  LesionScan,
  LesionPanel,
  LesionSliceOptions,
} from "./plot/lesion-slices.js";
export { learningCurveFigure } from "./plot/learning-curve.js";
export type { LawLine, LearningCurveOptions, MeasuredCurve, MeasuredPoint } from "./plot/learning-curve.js";
export { lineFigure } from "./plot/lines.js";
export type { LineOptions, Series } from "./plot/lines.js";
export { pairSlicesFigure } from "./plot/pair-slices.js";
export type { PairMaps, PairSliceOptions } from "./plot/pair-slices.js";
export type { SliceOptions } from "./plot/picture.js";
export { presenceFigure } from "./plot/presence.js";
export type { PresenceOptions, PresenceRow } from "./plot/presence.js";
export { publishedLines, realismFigure, turingFigure } from "./plot/realism.js";
export type { PublishedLine } from "./plot/realism.js";
export { scansFigure } from "./plot/scans.js";
export type { NamedScan, ScansOptions } from "./plot/scans.js";
export { policyFigure, recallFigure, scoreBySizeFigure, scoreDotFigure } from "./plot/score-dots.js";
export type { ScoreFigureOptions } from "./plot/score-dots.js";
export { sliceFigure, slicesFigure } from "./plot/slices.js";
export type { ManySlicesOptions, OneSliceOptions } from "./plot/slices.js";
export { closeDrawing } from "./plot/static/drawing-process.js";
export { renderPng, renderSvg } from "./plot/static/render.js";
export type { RenderOptions } from "./plot/static/render.js";
export { surfaceFigure } from "./plot/surfaces.js";
export type { SurfaceOptions } from "./plot/surfaces.js";
export { baseLayout, nameAxis, palette, seriesColors, valueAxis } from "./plot/theme.js";
export type { AxisText } from "./plot/theme.js";
export { trainingFigures } from "./plot/training-curves.js";
export { trainingPanelsFigure } from "./plot/training-panels.js";
export { renderVolumePng } from "./viewer/montage.js";
export type { MontageOptions } from "./viewer/montage.js";
export { createVolumePayload } from "./viewer/payload.js";
export type { PayloadLabel, PayloadOptions, VolumePayload } from "./viewer/payload.js";
export {
  countVoxels,
  createVolume,
  requireSameGrid,
  rescaleValue,
  toLabelMap,
  voxelVolumeMl,
  withData,
} from "./core/grid.js";
export type { GridOptions } from "./core/grid.js";
export { compareModels } from "./metrics/compare-models.js";
export type { ModelDifference } from "./metrics/compare-models.js";
export { comparePolicies } from "./metrics/compare-policies.js";
export type { PolicyOptions, PolicySummary } from "./metrics/compare-policies.js";
export { emptyPolicies, emptyReasons, findPolicy, resolveEmpty } from "./metrics/empty.js";
export type { Emptiness, EmptyOutcome, EmptyOutcomes, EmptyPolicy, PolicyName } from "./metrics/empty.js";
export { applyPolicy, evaluateCase } from "./metrics/evaluate.js";
export type { EvaluateOptions, ScoreRow } from "./metrics/evaluate.js";
export { summarizeLesions } from "./metrics/lesion-summary.js";
export type { LesionSummary, Rate } from "./metrics/lesion-summary.js";
export { evaluateLesions } from "./metrics/lesions.js";
export type {
  LesionCase,
  LesionMatch,
  LesionOptions,
  MeasuredLesion,
  PredictedLesion,
  ReferenceLesion,
} from "./metrics/lesions.js";
export { metricInfo } from "./metrics/metric.js";
export type { Metric, MetricInfo } from "./metrics/metric.js";
export { countConfusion, scoreOverlap } from "./metrics/overlap.js";
export type { Confusion, LabelOptions, Overlap } from "./metrics/overlap.js";
export type { Labels } from "./metrics/pair.js";
export { detectPatients } from "./metrics/patients.js";
export type {
  PatientDetection,
  PatientOptions,
  PatientRow,
  PatientRule,
  ScanFinding,
} from "./metrics/patients.js";
export { summarizeCases, summarizeScores } from "./metrics/summary.js";
export type { CaseSummary, Exclusion, SummaryOptions, SummaryRow } from "./metrics/summary.js";
export { surfaceDistances } from "./metrics/surface-distances.js";
export type { SurfaceDistancePair } from "./metrics/surface-distances.js";
export type { DirectedScores, SurfaceDistances, SurfaceScores } from "./metrics/surface.js";
export { createSurfelAreas } from "./metrics/surfel-area.js";
export { worstRows } from "./metrics/worst.js";
export type { WorstOptions } from "./metrics/worst.js";
export { checkEngineGradients, listEngines, openEngine } from "./model/engines.js";
export type { Engine, EngineName, EngineOptions, EngineStatus } from "./model/engines.js";
export type { GradientReport, OpReport } from "./model/gradient-check.js";
export { createNetworkConfig } from "./model/network-config.js";
export type { NetworkConfig } from "./model/network-config.js";
export { estimateCost, listParameters } from "./model/network-plan.js";
export type { NetworkCost, ParameterSpec } from "./model/network-plan.js";
export { addBias, conv3d, convTransposed3d } from "./model/ops/convolution.js";
export type { ConvolutionOptions } from "./model/ops/convolution.js";
export { segmentationLoss } from "./model/ops/loss.js";
export type { LossOptions } from "./model/ops/loss.js";
export { leakyRelu, normLeakyRelu } from "./model/ops/normalize.js";
export type { NormOptions } from "./model/ops/normalize.js";
export { adamWStep, gradientNorm, sgdStep } from "./model/ops/optimizer.js";
export type { AdamWOptions, SgdOptions } from "./model/ops/optimizer.js";
export { averagePool, concatChannels, maxPool, upsampleNearest } from "./model/ops/resolution.js";
export { readSafetensors, writeSafetensors } from "./model/safetensors.js";
export { loadModel, saveModel } from "./model/store.js";
export type { TrainedModel } from "./model/store.js";
export { hashWeights, initializeWeights } from "./model/weights.js";
export type { Weights, WeightTensor } from "./model/weights.js";
export type { NiftiDatatype } from "./nifti/datatype.js";
export { readLabelMap, readNifti, readNiftiHeader, readVolume } from "./nifti/read.js";
export type { NiftiHeader, NiftiImage, ReadLabelOptions, ReadOptions } from "./nifti/read.js";
export { writeVolume } from "./nifti/write.js";
export type { WriteOptions } from "./nifti/write.js";
export { checkEnvironment } from "./notebook/check-environment.js";
export type { EnvironmentLine, EnvironmentReport } from "./notebook/check-environment.js";
export {
  checkTable,
  cohortTable,
  labelledTumors,
  lesionNameTable,
  realismSources,
  realismTable,
  realScanTable,
} from "./notebook/cohort-table.js";
export { toDataFrame } from "./notebook/data-frame.js";
export type { DataFrame, DataFrameGroups, Row } from "./notebook/data-frame.js";
export { checkAnswer, exercise } from "./lessons/exercise.js";
export type { Exercise, ExerciseKey } from "./lessons/exercise.js";
export {
  armLawTable,
  armSaturationTable,
  armWorthTable,
  baselineTable,
  claimsMarkdown,
  detectionTable,
  gainBySizeTable,
  gainTable,
  gapTable,
  patientTable,
} from "./notebook/experiment-table.js";
export { gradeAnswer } from "./lessons/grade.js";
export type { AnswerKey, Grade } from "./lessons/grade.js";
export { measuredCurves, openCurves, openPublishedCurves } from "./notebook/learning-curves.js";
export type { PublishedCurves } from "./notebook/learning-curves.js";
export { checkExercise, exerciseNames } from "./lessons/lesson-exercises.js";
export { escapeMarkdown, markdown } from "./notebook/markdown.js";
export { formatProgress, progress, progressMime } from "./notebook/progress.js";
export type {
  ProgressBar,
  ProgressMaker,
  ProgressOptions,
  ProgressPayload,
  ProgressState,
} from "./notebook/progress.js";
export { lawTable, saturationTable, worthTable } from "./notebook/scaling-table.js";
export { caseTable, policyTable, summaryTable } from "./notebook/score-table.js";
export {
  askReader,
  clearOutput,
  currentSignal,
  displayBundle,
  kernelSessionKey,
} from "./notebook/session.js";
export type { DisplayOptions, KernelSession } from "./notebook/session.js";
export { figureBundle, plotlyMime, show } from "./notebook/show.js";
export type { ShowOptions } from "./notebook/show.js";
export { showTable, tableBundle } from "./notebook/table.js";
export type { TableOptions } from "./notebook/table.js";
export { describeVolume, view, volumeBundle, volumeMime } from "./notebook/view.js";
export type { ViewOptions } from "./notebook/view.js";
export { watchExperiment } from "./notebook/watch-experiment.js";
export type { WatchOptions } from "./notebook/watch-experiment.js";
export { engineTable, trainingTable, watchTraining } from "./notebook/watch-training.js";
export type { WatchedTraining } from "./notebook/watch-training.js";
export {
  canonicalName,
  describeStructure,
  findLesion,
  findOrgan,
  lesionColor,
  lesions,
  organs,
  otherStructureColor,
  tumorOrgans,
} from "./anatomy/organs.js";
export type { Lesion, Organ, TumorOrgan } from "./anatomy/organs.js";
export { openPhantomCohort } from "./phantom/cohort.js";
export type { PhantomCohort, PhantomCohortOptions, PhantomScan } from "./phantom/cohort.js";
export { findHospital, hospitals } from "./phantom/hospitals.js";
export type { Hospital, Protocol } from "./phantom/hospitals.js";
export { createPhantomCase, phantomCaseId, phantomLabels } from "./phantom/make-case.js";
export type { PhantomCase, PhantomMetadata, PhantomOptions } from "./phantom/make-case.js";
export type { MeasurableScan } from "./phantom/measurable.js";
export { measureNoiseSpectrum } from "./phantom/noise-spectrum.js";
export type { NoiseSpectrum, NoiseSpectrumOptions } from "./phantom/noise-spectrum.js";
export { noisePower } from "./phantom/noise.js";
export { phantomPhases } from "./phantom/patient.js";
export type { PhantomPhase } from "./phantom/patient.js";
export { publishedAnatomy } from "./phantom/published-anatomy.js";
export type { PublishedMeasure, RealismQuantity } from "./phantom/published-anatomy.js";
export { measureRealism } from "./phantom/realism.js";
export type { RealismOptions, RealismRow } from "./phantom/realism.js";
export { tumorStatistics } from "./phantom/tumor-plan.js";
export type { TumorStatistics } from "./phantom/tumor-plan.js";
export type { PhantomTumor } from "./phantom/tumors.js";
export { readPhantomMetadata, writePhantomCase } from "./phantom/write-case.js";
export type { WrittenCase } from "./phantom/write-case.js";
export { createEstimator, formatDuration, throwIfAborted } from "./core/progress.js";
export type { ProgressEstimate, ProgressListener, ProgressUpdate, RunOptions } from "./core/progress.js";
export { createKey, restoreKey } from "./core/random.js";
export type { Key, RandomStream } from "./core/random.js";
export { bootstrapCurves } from "./scaling/curve-bootstrap.js";
export type {
  CurveBootstrap,
  CurveBootstrapOptions,
  CurveSet,
  ResampledUnit,
} from "./scaling/curve-bootstrap.js";
export { intervalOfCurves, intervalOverReplicates } from "./scaling/curve-interval.js";
export type { CurveIntervalOptions, EstimateWithInterval } from "./scaling/curve-interval.js";
export { errorOfRow, parseCurveTable, requireGain, selectRows } from "./scaling/curve-table.js";
export type { CurveScore, CurveTable } from "./scaling/curve-table.js";
export { toCurveArrays, errorFromScore } from "./scaling/curve.js";
export type { CurvePoint } from "./scaling/curve.js";
export { areaBetweenCurves, measureDataWorth, scansForError } from "./scaling/efficiency.js";
export type { DataWorth } from "./scaling/efficiency.js";
export { fitLaw, predictError } from "./scaling/fit.js";
export type { FitOptions, FittedLaw, LawFit } from "./scaling/fit.js";
export { profileIntervals } from "./scaling/intervals.js";
export type { ParameterInterval } from "./scaling/intervals.js";
export { drawLawBand, spreadSizes } from "./scaling/law-band.js";
export type { LawBand } from "./scaling/law-band.js";
export type { Centering, LawParameter, ScalingLaw, SeparableForm } from "./scaling/law.js";
export {
  syntheticSurface,
  syntheticSurfaceParameters,
  syntheticSurfaceValue,
  syntheticSurfaceGradient,
} from "./scaling/laws/synthetic-surface.js";
export { findLaw, scalingLaws } from "./scaling/laws/table.js";
export { planForScore, rankPurchases } from "./scaling/planner.js";
export type { PurchaseOption } from "./scaling/planner.js";
export { makePracticeCurves, practiceTruth } from "./lessons/practice-curves.js";
export { refitLaw } from "./scaling/refit.js";
export { reportEfficiency } from "./scaling/report.js";
export type { EfficiencyReport } from "./scaling/report.js";
export { casesForIntervalWidth, intervalWidthForCases } from "./scaling/sample-size.js";
export { findSaturation, saturationDefinitions } from "./scaling/saturation.js";
export type { SaturationAnswer, SaturationDefinition, SaturationOptions } from "./scaling/saturation.js";
export type { ResidualKind } from "./scaling/search.js";
export { selectLaw } from "./scaling/select.js";
export type { LawComparison, LawSelection } from "./scaling/select.js";
export { fitSyntheticSurface, predictSurface } from "./scaling/surface-fit.js";
export type { SurfaceFit, SurfacePoint } from "./scaling/surface-fit.js";
export { equivalentRadiusMm, sizeClassOf, sizeClasses } from "./anatomy/size-class.js";
export type { SizeClass, SizeClassInfo } from "./anatomy/size-class.js";
export { bootstrapInterval, correctedQuantiles } from "./stats/bootstrap.js";
export type { BootstrapMethod, BootstrapOptions, Interval, WeightedStatistic } from "./stats/bootstrap.js";
export { groupClusters } from "./stats/clusters.js";
export type { Clusters } from "./stats/clusters.js";
export { describeNumbers, mean, median, quantile, standardDeviation } from "./stats/describe.js";
export type { Description } from "./stats/describe.js";
export { incompleteBeta, logGamma, studentTwoSided } from "./stats/distributions.js";
export { findRoot, minimizeBracketed } from "./stats/minimize.js";
export { normalCdf, normalQuantile } from "./stats/normal.js";
export { proportionInterval } from "./stats/proportion.js";
export type { Proportion } from "./stats/proportion.js";
export { compareSamples, kolmogorovDistance, wassersteinDistance } from "./stats/two-sample.js";
export type { ClusteredSample, SampleDistance } from "./stats/two-sample.js";
export { canonicalNames, describeLabels } from "./anatomy/structures.js";
export type { LabelledStructure } from "./anatomy/structures.js";
export { defaultAugmentation, noAugmentation } from "./training/augmentation.js";
export type { Augmentation } from "./training/augmentation.js";
export { makeBatch } from "./training/batch.js";
export type { Batch, BatchRecipe, CaseSynthesizer } from "./training/batch.js";
export type { SynthesisModule } from "./training/batch-worker.js";
export type { CaseBank, CaseReader } from "./training/case-bank.js";
export { checkRecipe } from "./training/check-recipe.js";
export type { LossPoint, TrainingHistory, ValidationPoint } from "./training/checkpoint.js";
export { cleanLabels } from "./training/clean-labels.js";
export type { CleaningOptions } from "./training/clean-labels.js";
export {
  findLabelledScans,
  holdOutPatients,
  prepareScans,
  readCohortScan,
  toCaseBank,
} from "./training/cohort-scan.js";
export type { CohortScan, PreparedScan, PrepareOptions } from "./training/cohort-scan.js";
export { applyHuBand, fitHuBand } from "./training/hu-band-baseline.js";
export type { FitHuBandOptions, HuBand } from "./training/hu-band-baseline.js";
export type { StepReport } from "./training/learner.js";
export { classesOf } from "./training/model-classes.js";
export { createPhantomScans } from "./training/phantom-scans.js";
export type { PhantomScansOptions } from "./training/phantom-scans.js";
export { openPredictor } from "./training/predict-scan.js";
export type { PredictOptions, Predictor } from "./training/predict-scan.js";
export { prepareCase } from "./training/prepared-case.js";
export type { LabelledScan, Preparation, PreparedCase } from "./training/prepared-case.js";
export { changeRecipe, readRecipe } from "./training/read-recipe.js";
export type { RecipeChanges } from "./training/read-recipe.js";
export { learningRateAt, presets } from "./training/recipe.js";
export type { OptimizerSettings, TrainingRecipe } from "./training/recipe.js";
export type { WindowOptions } from "./training/sliding-window.js";
export { keepTargets, scoreClasses } from "./training/target-labels.js";
export type { ClassScore } from "./training/target-labels.js";
export { applyThreshold, fitThreshold } from "./training/threshold-baseline.js";
export type { FitThresholdOptions, OrganThreshold, ThresholdModel } from "./training/threshold-baseline.js";
export { trainNetwork } from "./training/train-network.js";
export type { TrainingEvent, TrainingOptions, TrainingResult } from "./training/train-network.js";
export { createTumorCases } from "./training/tumor-cases.js";
export type { TumorMix } from "./training/tumor-cases.js";
export { lesionKinds } from "./tumor/contrast.js";
export type { DrawnContrast, LesionKind } from "./tumor/contrast.js";
export { measureLesions } from "./tumor/find-lesions.js";
export type { FindLesionsOptions, FoundLesion } from "./tumor/find-lesions.js";
export { finishLesion } from "./tumor/finish.js";
export type { DrawnLesion } from "./tumor/finish.js";
export { closedCell, fullCell, runAutomaton } from "./tumor/growth/automaton.js";
export type { AutomatonOptions, AutomatonRun, NecrosisRule } from "./tumor/growth/automaton.js";
export { growLesion } from "./tumor/growth/grow.js";
export type { GrowthRequest } from "./tumor/growth/grow.js";
export type { GrowthLook } from "./tumor/growth/look.js";
export { lesionAtStep } from "./tumor/growth/series.js";
export type { GrowthSeries } from "./tumor/growth/series.js";
export { growth, growTumor, tumorAtStep } from "./tumor/growth/synthesizer.js";
export type { GrownTumor, GrowthOptions } from "./tumor/growth/synthesizer.js";
export { handcrafted } from "./tumor/handcrafted.js";
export type { HandcraftedOptions } from "./tumor/handcrafted.js";
export { hashPatch } from "./tumor/hash-patch.js";
export { applyPatch, synthesizeLesion } from "./tumor/insert.js";
export type { ApplyOptions } from "./tumor/insert.js";
export { measureLesion } from "./tumor/measure-lesion.js";
export type { LesionLook } from "./tumor/measure-lesion.js";
export type { OuterSite } from "./tumor/outer.js";
export { judgePhase, scanPhases } from "./tumor/phase.js";
export type { Place } from "./tumor/place.js";
export {
  createCaseSource,
  drawPatches,
  drawPlannedLesion,
  makePlannedCase,
  planMix,
  syntheticCaseName,
} from "./synthesis/plan.js";
export type { HostScan, MixRecipe, OpenScan, PlannedLesion, SyntheticCase } from "./synthesis/plan.js";
export { replayRecord } from "./tumor/replay.js";
export { openSite } from "./tumor/site.js";
export type { LesionSite, SiteOptions } from "./tumor/site.js";
export { capSize, nominalRadiusMm } from "./tumor/size.js";
export { synthesizeStrip } from "./tumor/strip.js";
export type { StripLesion } from "./tumor/strip.js";
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
} from "./tumor/synthesizer.js";
export { findSynthesizer, synthesizers } from "./tumor/synthesizers.js";
export type { Affine, LabelMap, Mask, Rescale, Scale, Vec3, Volume, VoxelArray } from "./core/types.js";
export { findComponents, keepComponents, paintComponents } from "./volume/components.js";
export type { Component, ComponentOptions, ComponentTable, Connectivity } from "./volume/components.js";
export { boundingBox, crop, cropAround, pad, paste } from "./volume/crop.js";
export type { VoxelBox } from "./volume/crop.js";
export { deeperThan, distanceToBackground, distanceToMask, withinOfMask } from "./volume/distance.js";
export type { MaskLike } from "./volume/distance.js";
export { downsample, downsampleLabels } from "./volume/downsample.js";
export { deformNearest } from "./volume/elastic.js";
export type { ControlGrid } from "./volume/elastic.js";
export { gaussianFilter } from "./volume/gaussian.js";
export type { GaussianOptions } from "./volume/gaussian.js";
export { closeMask, dilateMask, erodeMask, openMask } from "./volume/morphology.js";
export type { EdgeOptions } from "./volume/morphology.js";
export { orientationOfVolume, reorient, toRas } from "./volume/orientation.js";
export { measureRegions } from "./volume/regions.js";
export type { Region } from "./volume/regions.js";
export { resample, resampleOnto } from "./volume/resample.js";
export type { Interpolation, ResampleOntoOptions, ResampleOptions } from "./volume/resample.js";
export { countSlices, extractSlice } from "./volume/slice.js";
export type { Plane, Slice, SliceEdges } from "./volume/slice.js";
export { extractSurface } from "./volume/surface-net.js";
export type { TriangleMesh } from "./volume/surface-net.js";
export { applyWindow, findWindow, huWindows, toGreyLevels, windowRange } from "./volume/window.js";
export type { HuWindow } from "./volume/window.js";
