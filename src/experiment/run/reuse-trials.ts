import { LabError, requireThat } from "../../core/errors.js";
import { lockFile } from "../../core/file-lock.js";
import { identifyFile } from "../../platform/files.js";
import {
  describeBaselineInputs,
  describeTrialInputs,
  findDifferences,
  hashInputs,
} from "../plan/describe-inputs.js";
import { listTrials, type TrialSpec } from "../plan/plan.js";
import {
  type Experiment,
  experimentPaths,
  formatJson,
  readBaselines,
  readRecord,
  writeJson,
} from "./experiment-folder.js";
import { inspectResult, readResult } from "./inspect-trial.js";
import { linkScans } from "./link-scans.js";
import { recordedArithmetic } from "./one-arithmetic.js";

/** What was taken over from an experiment's folder. */
export interface ReusedTrials {
  folder: string;
  planSha256: string;
  /** Trials, of the plan that is run, whose results were taken over. */
  trials: TrialSpec[];
  /** Organs whose baselines were. */
  baselines: string[];
  /** Scans that need not be made again. */
  scans: number;
  /** Inputs of trials in which none of the two plans' are alike, such as `recipe`; empty where some are the same function. */
  differences: string[];
}

/** A finished trial of another experiment that a trial is the same function as. */
interface Offer {
  source: Experiment;
  index: number;
}

/**
 * Takes over, into an experiment, the results of other experiments' finished trials that are the same function as its own (see
 * `describeTrialInputs`) and that it has no result of. What is written is what computing would have written: the result with
 * this plan's sha256 and the trial's own place. Its record stays that of the run that computed it, and says so. Baselines
 * and scans that are the same are taken over likewise. Of several folders the first that has a trial gives it. The other folders are only
 * read; a result that is damaged or was changed since it was written is passed over.
 *
 * @throws LabError for the experiment's own folder, and for trials of different arithmetic; nothing is written then.
 */
export async function reuseTrials(
  experiment: Experiment,
  sources: readonly Experiment[],
): Promise<ReusedTrials[]> {
  await requireOthers(experiment, sources);
  const { plan } = experiment;
  const offers = new Map<string, Offer[]>();
  for (const source of sources)
    for (const trial of listTrials(source.plan)) {
      const key = hashInputs(describeTrialInputs(source.plan, trial));
      offers.set(key, [...(offers.get(key) ?? []), { source, index: trial.index }]);
    }
  const taken: { trial: TrialSpec; offer: Offer }[] = [];
  const reports = sources.map(({ folder, planSha256 }): ReusedTrials => {
    return { folder, planSha256, trials: [], baselines: [], scans: 0, differences: [] };
  });
  const computed: { place: string; arithmetic: string }[] = [];
  for (const trial of listTrials(plan)) {
    const found = offers.get(hashInputs(describeTrialInputs(plan, trial))) ?? [];
    if (await readResult(experiment, trial.index)) {
      await noteArithmetic(computed, experiment, trial.index);
      continue;
    }
    for (const offer of found) {
      if (!(await readResult(offer.source, offer.index))) continue;
      await noteArithmetic(computed, offer.source, offer.index);
      taken.push({ trial, offer });
      break;
    }
  }
  requireAlike(computed);
  for (const { trial, offer } of taken)
    if (await takeOver(experiment, trial, offer)) reports[sources.indexOf(offer.source)].trials.push(trial);
  for (const [at, source] of sources.entries()) {
    const report = reports[at];
    report.baselines = await takeBaselines(experiment, source);
    report.scans = await linkScans(source.folder, experiment.folder);
    const [own, theirs] = [plan, source.plan].map((each) =>
      listTrials(each).map((trial) => describeTrialInputs(each, trial)),
    );
    const known = new Set(theirs.map(hashInputs));
    if (!own.some((inputs) => known.has(hashInputs(inputs))))
      report.differences = findDifferences(own, theirs);
  }
  return reports;
}

async function requireOthers(experiment: Experiment, sources: readonly Experiment[]): Promise<void> {
  const own = await identifyFile(experiment.folder);
  for (const { folder } of sources)
    requireThat(
      own === undefined || (await identifyFile(folder)) !== own,
      "reuse",
      folder,
      "the folder of another experiment: this one keeps its results anyway",
    );
}

async function noteArithmetic(
  computed: { place: string; arithmetic: string }[],
  experiment: Experiment,
  index: number,
): Promise<void> {
  const record = await readRecord(experiment, index);
  const place = experimentPaths.result(experiment.folder, index);
  computed.push({ place, arithmetic: recordedArithmetic({}, record) });
}

function requireAlike(computed: readonly { place: string; arithmetic: string }[]): void {
  const other = computed.find(({ arithmetic }) => arithmetic !== computed[0].arithmetic);
  if (other === undefined) return;
  throw new LabError(
    other.place,
    `a trial by ${other.arithmetic}`,
    `one by ${computed[0].arithmetic}, as ${computed[0].place}: processors that round products and sums differently train other networks`,
    "Reuse folders of one arithmetic alone",
  );
}

/** Writes a trial's result as its own plan has it; `false` where another process has just made it. */
async function takeOver(
  experiment: Experiment,
  trial: TrialSpec,
  { source, index }: Offer,
): Promise<boolean> {
  const { folder, planSha256 } = experiment;
  const lock = await lockFile(experimentPaths.lock(folder, trial.index));
  try {
    if (await readResult(experiment, trial.index)) return false;
    const { result } = await inspectResult(source, index);
    const record = await readRecord(source, index);
    if (!result || !record) return false;
    const own = { ...result, planSha256, trial };
    const reused = record.reused ?? {
      planSha256: source.planSha256,
      index,
      resultSha256: formatJson(result).sha256,
    };
    const resultSha256 = formatJson(own).sha256;
    // The record first: a result has always one.
    await writeJson(
      experimentPaths.record(folder, trial.index),
      { ...record, index: trial.index, planSha256, resultSha256, reused },
      2,
    );
    await writeJson(experimentPaths.result(folder, trial.index), own);
    return true;
  } finally {
    await lock.release();
  }
}

/** Takes over baselines that the experiment has none of; returns the organs. */
async function takeBaselines(experiment: Experiment, source: Experiment): Promise<string[]> {
  const { folder, plan, planSha256 } = experiment;
  const taken: string[] = [];
  for (const { organ } of plan.organs) {
    const isTheirs = listTrials(source.plan).some((trial) => trial.organ === organ);
    if (!isTheirs || (await readBaselines(experiment, organ))) continue;
    const [own, theirs] = [plan, source.plan].map((each) => hashInputs(describeBaselineInputs(each, organ)));
    const baselines = own === theirs ? await readBaselines(source, organ) : undefined;
    if (!baselines) continue;
    await writeJson(experimentPaths.baselines(folder, organ), { planSha256, baselines });
    taken.push(organ);
  }
  return taken;
}
