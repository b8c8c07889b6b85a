import { LabError, requireThat } from "../../core/errors.js";
import { lockFile } from "../../core/file-lock.js";
import { identifyFile } from "../../platform/files.js";
import { sha256 } from "../../platform/hash.js";
import {
  describeBaselineInputs,
  describeTrialInputs,
  findDifferences,
  hashInputs,
  type TrialInputs,
} from "../plan/describe-inputs.js";
import { listTrials, type TrialSpec } from "../plan/plan.js";
import {
  type Experiment,
  experimentPaths,
  formatJson,
  readBaselines,
  writeJson,
} from "./experiment-folder.js";
import { parseResult, readTrialFiles } from "./inspect-trial.js";
import { linkScans } from "./link-scans.js";
import { openTrialIndex } from "./trial-index.js";

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
  trial: TrialSpec;
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
  const own = hashTrials(experiment);
  const theirs = sources.map(hashTrials);
  const offers = new Map<string, Offer[]>();
  for (const [at, source] of sources.entries())
    for (const { trial, hash } of theirs[at])
      offers.set(hash, [...(offers.get(hash) ?? []), { source, trial }]);
  const taken: { trial: TrialSpec; offer: Offer }[] = [];
  const computed: { place: string; arithmetic: string }[] = [];
  /** Whether a trial has a result, whose arithmetic is noted. */
  const note = async (of: Experiment, trial: TrialSpec): Promise<boolean> => {
    const { hasResult, arithmetic = "" } = await openTrialIndex(of).look(trial);
    if (hasResult) computed.push({ place: experimentPaths.result(of.folder, trial.index), arithmetic });
    return hasResult;
  };
  for (const { trial, hash } of own) {
    if (await note(experiment, trial)) continue;
    for (const offer of offers.get(hash) ?? [])
      if (await note(offer.source, offer.trial)) {
        taken.push({ trial, offer });
        break;
      }
  }
  requireAlike(computed);
  const reports = sources.map(({ folder, planSha256 }): ReusedTrials => {
    return { folder, planSha256, trials: [], baselines: [], scans: 0, differences: [] };
  });
  for (const { trial, offer } of taken)
    if (await takeOver(experiment, trial, offer)) reports[sources.indexOf(offer.source)].trials.push(trial);
  for (const [at, source] of sources.entries()) {
    const report = reports[at];
    report.baselines = await takeBaselines(experiment, source);
    report.scans = await linkScans(source.folder, experiment.folder);
    const known = new Set(theirs[at].map(({ hash }) => hash));
    if (own.some(({ hash }) => known.has(hash))) continue;
    const [some, others] = [own, theirs[at]].map((list) => list.map(({ inputs }) => inputs));
    report.differences = findDifferences(some, others);
  }
  return reports;
}

/** What each trial of an experiment is a function of. */
function hashTrials(experiment: Experiment): { trial: TrialSpec; inputs: TrialInputs; hash: string }[] {
  return openTrialIndex(experiment).trials.map((trial) => {
    const inputs = describeTrialInputs(experiment.plan, trial);
    return { trial, inputs, hash: hashInputs(inputs) };
  });
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

/** Writes a trial's result as its own plan asks; `false` where another process has just made it. */
async function takeOver(
  experiment: Experiment,
  trial: TrialSpec,
  { source, trial: theirs }: Offer,
): Promise<boolean> {
  const { folder, planSha256 } = experiment;
  const lock = await lockFile(experimentPaths.lock(folder, trial.index));
  try {
    if ((await openTrialIndex(experiment).look(trial)).hasResult) return false;
    const { text, record } = await readTrialFiles(source, theirs);
    if (text === undefined || !record) return false;
    const own = { ...parseResult(text), planSha256, trial };
    const reused = record.reused ?? {
      planSha256: source.planSha256,
      index: theirs.index,
      resultSha256: sha256(text),
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
