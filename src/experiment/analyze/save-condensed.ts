import { requireThat } from "../../core/errors.js";
import { listTrials } from "../plan/plan.js";
import { extentOf } from "../plan/tests.js";
import { type CollectedFiles, writeCollected } from "../run/collect.js";
import { type CondensedResults, condenseResults } from "../run/condensed-results.js";
import { type Experiment, writeJson } from "../run/experiment-folder.js";
import { mergeCondensed, mergeRecords } from "../run/merge-condensed.js";
import { readCondensed, readExperimentRecords, recordsPath } from "../run/read-results.js";
import type { ArmFroc, CollectedRecords, CollectedResults, TrialResult } from "../run/result.js";
import { frocOfArms } from "./arm-froc.js";
import { distributions } from "./experiment-scores.js";

/**
 * Writes results in a small part of their size (a fiftieth for a hundred trials of a thousand scans), as `readExperimentResults` opens them, and beside them, as `NAME.run.json`, how each
 * trial ran: what curves, gains, counts of lesions and free-response curves need, and the sha256 of each trial's own result.
 *
 * @param earlier condensed results of the same plan, with their records beside them, whose trials are taken in.
 * @returns what was written.
 * @throws LabError for results that are condensed already, where two trials were tested on different cases of one set, and for earlier
 *   results that do not fit: see `mergeCondensed`.
 */
export async function saveCondensed(
  path: string,
  results: CollectedResults,
  records: CollectedRecords,
  earlier?: string,
): Promise<CondensedResults> {
  requireThat(results.froc === undefined, path, "condensed results", "results as they were collected");
  const extents = [...new Set(results.plan.tests.map(extentOf))];
  const froc = results.plan.organs.flatMap(({ organ }) =>
    extents.flatMap((scan) =>
      distributions.flatMap((distribution): ArmFroc[] => frocOfArms(results, organ, { distribution, scan })),
    ),
  );
  const own = condenseResults(results, froc);
  const all =
    earlier === undefined ? own : mergeCondensed([own, await readCondensed(earlier)], [path, earlier]);
  const ran =
    earlier === undefined ? records : mergeRecords(records, await readExperimentRecords(earlier, results));
  await writeJson(recordsPath(path), ran);
  await writeJson(path, all);
  return all;
}

/**
 * Brings the results of an experiment together, as `writeCollected`, and writes them condensed besides, with those of an earlier file if
 * one is named; all are in memory then.
 *
 * @returns as `writeCollected`, with the trials of the condensed file.
 * @throws LabError as {@link saveCondensed} and `writeCollected`.
 */
export async function collectCondensed(
  experiment: Experiment,
  path: string,
  earlier?: string,
): Promise<CollectedFiles> {
  const { plan, planSha256 } = experiment;
  const trials: TrialResult[] = [];
  const written = await writeCollected(experiment, (result) => trials.push(result));
  const { baselines, missing, records } = written;
  const results: CollectedResults = { version: 1, plan, planSha256, trials, baselines, missing };
  const all = await saveCondensed(path, results, records, earlier);
  const planned = listTrials(plan);
  return { ...written, trials: all.trials.map(({ index }) => planned[index]), missing: all.missing };
}
