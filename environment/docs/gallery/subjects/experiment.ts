import * as lab from "tumorlab";

/**
 * The experiment on phantoms
 *
 * From the 66 trainings that ship in `notebooks/results/`.
 */
export async function given() {
  const results = await lab.experiment.readExperimentResults("results/jhh-in-small.json");
  const analysis = lab.experiment.analyzeExperiment(results);
  return { results, analysis };
}

type Given = Awaited<ReturnType<typeof given>>;

/** A plan as a diagram, before anything is trained. */
export function experimentDesignFigure() {
  const plan = lab.experiment.createPlan("small");
  return lab.plot.experimentDesignFigure(plan);
}

/** Curves of an experiment under way: here after the first eight of its trainings, over the sizes that are planned. */
export function growingCurvesFigure({ results }: Given) {
  const trials = results.trials.slice(0, 8);
  return lab.plot.growingCurvesFigure({ ...results, trials }, "pancreas");
}

/** A panel an organ, with intervals. */
export function organCurvesFigure({ analysis }: Given) {
  return lab.plot.organCurvesFigure(analysis, "in");
}

/** One organ in and out of distribution, on one axis of scores. */
export function distributionCurvesFigure({ analysis }: Given) {
  return lab.plot.distributionCurvesFigure(analysis, "pancreas");
}

/** What synthetic tumors add to each organ's Dice, with intervals over what was drawn. */
export function gainFigure({ analysis }: Given) {
  return lab.plot.gainFigure(analysis);
}

/** What other arms gain over the real scans alone, size by size. */
export function gainCurvesFigure({ analysis }: Given) {
  return lab.plot.gainCurvesFigure(analysis, "pancreas");
}

/** The largest real training of each organ beside what needs no training. */
export function baselineFigure({ analysis }: Given) {
  return lab.plot.baselineFigure(analysis);
}

/** The law chosen for each arm, to five times the largest size, with the band of its refits. */
export function armLawsFigure({ analysis }: Given) {
  return lab.plot.armLawsFigure(analysis, "pancreas");
}

/** What a real scan becomes with synthetic tumors, size by size. */
export function multiplierFigure({ analysis }: Given) {
  return lab.plot.multiplierFigure(analysis, "pancreas");
}
