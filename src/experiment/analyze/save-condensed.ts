import { requireThat } from "../../core/errors.js";
import { extentOf } from "../plan/tests.js";
import { type CollectedFiles, writeCollected } from "../run/collect.js";
import { condenseResults } from "../run/condensed-results.js";
import { type Experiment, writeJson } from "../run/experiment-folder.js";
import { recordsPath } from "../run/read-results.js";
import type { ArmFroc, CollectedRecords, CollectedResults, TrialResult } from "../run/result.js";
import { frocOfArms } from "./arm-froc.js";
import { distributions } from "./experiment-scores.js";

/**
 * Writes results in a small part of their size (a fiftieth for a hundred trials of a thousand scans), as `readExperimentResults` opens them, and beside them, as `NAME.run.json`, how each
 * trial ran: what curves, gains, counts of lesions and free-response curves need, and the sha256 of each trial's own result.
 *
 * @throws LabError for results that are condensed already, and where two trials were tested on different cases of one set.
 */
export async function saveCondensed(
  path: string,
  results: CollectedResults,
  records: CollectedRecords,
): Promise<void> {
  requireThat(results.froc === undefined, path, "condensed results", "results as they were collected");
  const extents = [...new Set(results.plan.tests.map(extentOf))];
  const froc = results.plan.organs.flatMap(({ organ }) =>
    extents.flatMap((scan) =>
      distributions.flatMap((distribution): ArmFroc[] => frocOfArms(results, organ, { distribution, scan })),
    ),
  );
  await writeJson(recordsPath(path), records);
  await writeJson(path, condenseResults(results, froc));
}

/**
 * Brings the results of an experiment together, as `writeCollected`, and writes them condensed besides; all are in memory then.
 *
 * @throws LabError as {@link saveCondensed} and `writeCollected`.
 */
export async function collectCondensed(experiment: Experiment, path: string): Promise<CollectedFiles> {
  const { plan, planSha256 } = experiment;
  const trials: TrialResult[] = [];
  const written = await writeCollected(experiment, (result) => trials.push(result));
  const { baselines, missing, records } = written;
  await saveCondensed(path, { version: 1, plan, planSha256, trials, baselines, missing }, records);
  return written;
}
