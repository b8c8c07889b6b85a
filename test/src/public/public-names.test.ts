import assert from "node:assert/strict";
import * as lab from "tumorlab";
import * as lessons from "tumorlab/lessons";

/** What a reader may build on. A name that goes or changes is a change for everybody: say it in CHANGELOG.md. */
const verbs =
  "LabError askReader checkEnvironment clearOutput createKey currentSignal interact markdown openSample progress readLabelMap readVolume sampleNames show showTable toDataFrame view writeVolume";

const namespaces: Readonly<Record<string, string>> = {
  anatomy:
    "canonicalName canonicalNames describeLabels describeStructure equivalentRadiusMm findLesion findOrgan findRegions lesionColor lesions listLabelMaps measurePhase openLabelMap organs parseLabels readClassesFile sizeClassOf sizeClasses tumorOrgans",
  data: "auditMetadata checkManifest checkTable cohortChecks cohortTable describeLayout downloadCohort exportCroissant exportNnunet findCaseFiles findCohort findKnownOverlap findLabelScheme findLeakage findOverlapChains findSharedScans fingerprintRangeHu fingerprintScan folderLayouts labelledTumors lesionNameTable listCohorts notesOf openAllCohorts openCohort openScan readCaseLabels readCohortMetadata readHeader readSchemeBeside realScanTable requireOutOfDistribution scansOfMetadata scansOfReport splitCohort tellAbsent toNnunetSplits verifyCohort",
  evaluation:
    "caseTable compareScores compareTables comparisonTable detectionRows evaluateProbabilities evaluateStudy judgeMeans judgeScores judgeTables judgmentFigure judgmentTable lesionScoreTable libraryTable openCase openStudy pairCases patientScoreTable policyTable rankedPairTable rankingTable readMeans readScores summaryTable",
  experiment:
    "analyzeExperiment analyzeOrgan answerQuestions armLawTable armMultiplierTable armSaturationTable baselineTable checkPlan collectExperiment compareArms createFolderPlan createPlan describeDesign detectionTable estimatePlan explainGain forecastBySeeds frocOfArms gainBySizeTable gainPartsTable gainTable gapTable hashPlan keptProbabilities listTrials observeCurves openExperiment patientTable preregister preregistrationOf questionTable readExperimentRecords readExperimentResults readStatus runExperiment runExperimentOnSlurm submitExperiment trainingConfigOf watchExperiment",
  metrics:
    "applyPolicy areaUnderRoc calibrate compareLibraries compareModels comparePolicies costAnnotation countConfusion countProbabilities detectPatients emptyPolicies evaluateCase evaluateLesions findCandidates findPolicy frocCurve libraryDefinitions measureProbabilities measureVolumeAgreement metricInfo parseLesionMatch patientsAtSensitivity rankModels rocCurve scoreDetection scoreOverlap scorePatients summarizeCases summarizeLesions summarizePatients summarizeProbabilities summarizeScores surfaceDistances worstRows",
  paper:
    "claimMarkdown claimsMarkdown compareWithPaper computeLedger countVerdicts figuresMarkdown filterLedger findingsMarkdown judgePublished ledgerPage ledgerTable ledgerVerdicts listFindings listUncovered openLedger openPublished openPublishedCurves publishedColumn publishedLines",
  phantom:
    "createPhantomCase createPhantomScans findHospital hospitals makePhantomCohort measureNoiseSpectrum measureRealism openPhantomCohort phantomLabels phantomPhases publishedAnatomy readPhantomMetadata realismSources realismTable tumorStatistics writePhantomCase",
  plot: "armLawsFigure barFigure baselineFigure curvePanelsFigure distributionCurvesFigure dotFigure experimentDesignFigure frocFigure gainCurvesFigure gainFigure groupedBarFigure growingCurvesFigure growthFigure histogramFigure learningCurveFigure lesionChangeFigure lesionStripFigure lineFigure multiplierFigure organBarFigure organCurvesFigure pairSlicesFigure policyFigure presenceFigure realismFigure recallFigure reliabilityFigure renderPng renderSvg scansFigure scoreBySizeFigure scoreDotFigure seriesColors sliceFigure slicesFigure sliderFigure surfaceFigure trainingFigures trainingPanelsFigure turingFigure",
  scaling:
    "averageLimits bootstrapCurves bootstrapLawBand casesForIntervalWidth compareSteepness findLaw findSaturation fitLaw fitSurface forecastCurve intervalOfCurves intervalOverReplicates intervalWidthForCases judgeLaws lawTable logSpacedSizes measureMultiplier measuredCurves multiplierTable noiseOfFit openCurves pairedPower parseCurveTable patientsForPairedDifference planForScore predictError predictSurface profileIntervals rankPurchases redrawAround refitLaw reportEfficiency saturationDefinitions saturationTable scalingLaws scansForError selectLaw steepnessTable surfaceLaws syntheticSurface",
  stats:
    "adjustHolm bootstrapInterval chooseMeanInterval compareSamples correctedQuantiles coverageTable describeInterval describeNumbers diceSpread equivalencePower expectedDiceSd falseClaimProbability gaffkeInterval kolmogorovDistance mean meanInterval measuredCoverageAt median normalCdf normalQuantile patientsForEquivalence proportionInterval quantile standardDeviation testEquivalence testKendallTau testMean testSignFlips testSignedRanks wassersteinDistance",
  training:
    "applyHuBand applyThreshold changeTrainingConfig checkEngineGradients chooseTargets classesOf cleanLabels createNetworkConfig defaultAugmentation drawTestPhantom engineTable estimateCost fitHuBand fitThreshold hashWeights keepTargets learningRateAt listEngines listModels noAugmentation openEngine openModel openPredictor predictCohort prepareCase presets readModelRecord saveModel scoreClasses testModel toClassLabels trainCohort trainNetwork trainingTable watchTraining",
  tumor:
    "appearanceMeasures applyPatch capSize chooseHost collectReferenceLesions collectSyntheticLesions compareAppearance compareTumorKinds compareTumorLooks createTumorCases createTuringTest findHealthyOrgans findSynthesizer growTumor growth handcrafted hashPatch judgePhase lesionKinds listHosts measureLesion measureLesions nominalRadiusMm openGenerator openPublishedAppearance readLesionRecord replayLesion replayRecord scanPhases synthesizeCohort synthesizeLesion synthesizeScan synthesizeStrip synthesizers tabulateAppearance tellLesionsApart trainGenerator trainGeneratorCohort tumorAtStep turingPictures",
  volume:
    "applyAffine applyWindow boundingBox closeMask countSlices countVoxels createAffine createVolume crop cropAround dilateMask distanceToBackground distanceToMask downsample downsampleLabels erodeMask extractSlice extractSurface findComponents findWindow gaussianFilter huWindows invertAffine keepComponents measureRegions openMask orientationOf orientationOfVolume pad paste readNiftiHeader reorient requireSameGrid resample resampleOnto spacingOfAffine toLabelMap toRas voxelVolumeMl withData",
};

const ofLessons =
  "checkAnswer checkExercise decideByRule exercise exerciseNames gradeAnswer makePracticeCurves openExercise openPracticeStudy perturbLabels plantBalls practiceTruth reviewClaim reviewPlan sealPlan setReader showProgress writeClaim";

const sorted = (module: object): string[] => Object.keys(module).sort();

describe("the public names", () => {
  it("are some 35 at the first level: verbs of a first lesson, and namespaces", () => {
    assert.deepEqual(sorted(lab), [...verbs.split(" "), ...Object.keys(namespaces)].sort());
    assert.ok(sorted(lab).length <= 40);
  });

  for (const [name, members] of Object.entries(namespaces))
    it(`of lab.${name} are those of this list, at most 40`, () => {
      assert.deepEqual(sorted(lab[name as keyof typeof lab]), members.split(" "));
      assert.ok(members.split(" ").length <= 40);
    });

  it("of the lessons are those of this list", () => assert.deepEqual(sorted(lessons), ofLessons.split(" ")));

  it("stand in one place each", () => {
    const all = [verbs, ...Object.values(namespaces), ofLessons].flatMap((names) => names.split(" "));
    assert.deepEqual(
      all.filter((name, i) => all.indexOf(name) !== i),
      [],
    );
  });
});
