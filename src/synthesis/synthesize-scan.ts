import { addClassNames } from "../anatomy/classes-file.js";
import type { TumorOrgan } from "../anatomy/organs.js";
import { requireThat } from "../core/errors.js";
import type { RunOptions } from "../core/progress.js";
import { createKey } from "../core/random.js";
import { findFileScheme, type GivenNames } from "../data/label-scheme.js";
import type { ReadingChoice } from "../formats/read.js";
import { exophyticShareOf } from "../tumor/exophytic.js";
import { radiusOfSize } from "../tumor/size.js";
import type { LesionSize, ScanPhase, SynthesisOptions } from "../tumor/synthesizer.js";
import { findSynthesizer, learnedName } from "../tumor/synthesizers.js";
import { openGenerator } from "./learned/open-generator.js";
import { syntheticCaseName } from "./plan.js";
import { hostNameOf } from "./replay-lesion.js";
import { type LesionOutcome, writeLesionCases, writeLesionNames } from "./synthesis-worker.js";
import type { LesionTask } from "./synthetic-case.js";

/** Which lesions are put into one scan, and where the cases go. */
export interface ScanSynthesis extends RunOptions {
  /** Files of the scan and of its label map. */
  ct: string;
  labels: string;
  /** Which series or volume of `ct` is meant, and what becomes of irregular slices. */
  reading?: ReadingChoice;
  /** Names of the label values; default what the files beside the map say, see `findFileScheme`. */
  given?: GivenNames;
  organ: TumorOrgan;
  size: LesionSize;
  /** A generator by name; default `"handcrafted"`. */
  method?: string;
  /** Folder of the generator that the method `learned` means. */
  generator?: string;
  /** Cases with one lesion each, from keys of their own; default 1. */
  count?: number;
  seed: number;
  /** Default judged by the scan. */
  phase?: ScanPhase;
  options?: SynthesisOptions;
  /** The organ may have lesions already, from which the new one keeps 5 mm away; default it may not. */
  besideLesions?: boolean;
  /** Threads; default 1, this one. */
  workers?: number;
}

/**
 * Makes cases of one scan in `folder`, each with one lesion, in the layout of AbdomenAtlas with its record. The same seed gives
 * the same bytes whatever the number of threads; a complete case is kept, and one that fails leaves the others be.
 *
 * @returns outcomes in the order of the cases.
 * @throws LabError for a size that cannot be, where nothing says what the label values mean, or exophytic growth of a wall is asked for; the signal's
 *   reason when aborted.
 */
export async function synthesizeScan(folder: string, synthesis: ScanSynthesis): Promise<LesionOutcome[]> {
  const { ct, labels, given, organ, size, method = "handcrafted", count = 1, seed, reading } = synthesis;
  const { phase, options = {}, workers = 1, progress, signal, generator, besideLesions } = synthesis;
  signal?.throwIfAborted();
  radiusOfSize(size);
  requireThat(Number.isInteger(count) && count >= 1, "count", count, "a whole number from 1");
  exophyticShareOf({ organ, options });
  // Before any case: a folder without a generator would be told once a case.
  if (method === learnedName)
    findSynthesizer(
      method,
      generator === undefined ? undefined : await openGenerator(generator, { threads: 1 }),
    );
  const { names } = await findFileScheme(labels, given);
  const root = createKey(seed).split("one scan").split(organ);
  const host = hostNameOf(ct);
  const tasks = Array.from({ length: count }, (_, index): LesionTask => {
    const plan = {
      ...{ name: syntheticCaseName(index), host, patient: host, organ, size, method },
      key: root.split(index).words,
      ...(phase === undefined ? {} : { phase }),
      ...(Object.keys(options).length > 0 ? { options } : {}),
      ...(besideLesions ? { besideLesions: true as const } : {}),
    };
    const files = { ct, labels, names, ...(reading === undefined ? {} : { reading }) };
    return { plan, files, ...(generator === undefined ? {} : { generator }) };
  });
  await addClassNames(folder, names);
  const outcomes = await writeLesionCases(folder, tasks, workers, { progress, signal });
  await writeLesionNames(folder, outcomes);
  return outcomes;
}
