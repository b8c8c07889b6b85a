import type { RunRecord } from "../contracts/run-record.js";
import { describeCode } from "../core/code-version.js";
import { LabError } from "../core/errors.js";
import { type FileLock, tryLock, watchLocks } from "../core/file-lock.js";
import { requireWritable, writeFileWhole } from "../core/files.js";
import { toJson } from "../core/missing.js";
import type { ProgressListener, RunOptions } from "../core/progress.js";
import { requireOwnFolder } from "../core/require-free.js";
import type { ReadingChoice } from "../formats/read.js";
import { type EngineOptions, openEngine } from "../model/engines.js";
import type { TrainedModel } from "../model/store.js";
import { encodeText } from "../platform/bytes.js";
import {
  currentTime,
  describeMachine,
  monotonicMs,
  peakMemoryBytes,
  processorSeconds,
} from "../platform/machine.js";
import { join } from "../platform/paths.js";
import type { ValidationPoint } from "./checkpoint.js";
import {
  type CohortScan,
  findLabelledScans,
  holdOutPatients,
  type PreparedScan,
  prepareScans,
  requireLearnable,
  toCaseBank,
} from "./cohort-scan.js";
import { checkpointFile, findCheckpoint } from "./find-checkpoint.js";
import { memoryLimitOf, requireTrainingMemory } from "./require-memory.js";
import { type TrainingEvent, type TrainingResult, trainNetwork } from "./train-network.js";
import type { TrainingConfig } from "./training-config.js";
import { keepToData, toInput, type TrainingData } from "./training-data.js";
import { openTrainingLog } from "./training-log.js";
import { tumorModule } from "./tumor-module.js";

/** What happens while a cohort is trained on: its scans are found, then prepared, then learned from. */
export type CohortTrainingEvent =
  | { kind: "resume"; step: number }
  | { kind: "found"; training: readonly CohortScan[]; heldOut: readonly CohortScan[] }
  /** Numbers of a scan that cannot be HU, in a sentence that names the file. */
  | { kind: "doubt"; case: string; doubt: string }
  | { kind: "prepared" }
  | TrainingEvent;

/** How a cohort is trained on. */
export interface CohortTrainingOptions extends RunOptions {
  recipe: TrainingConfig;
  /** Folder of a cohort, in any layout that `findCohort` knows. */
  data: string;
  /** Where the model goes, with the scans prepared for it, a log and the record. */
  out: string;
  /** Default 0. */
  seed?: number;
  /** Share of the patients that are validated on and not learned from, 0 to below 1; default 0.2. */
  holdout?: number;
  /** Default `seed`. */
  holdoutSeed?: number;
  /** Names of the label values, see `findLabelledScans`; default what the folder says of them. */
  labelMap?: string;
  /** How each scan is read: which DICOM series, which volume, and what becomes of irregular slices. */
  reading?: ReadingChoice;
  engine?: EngineOptions["engine"];
  /** Default one per core. */
  threads?: number;
  /** Goes on from the folder's checkpoint where there is one; default false: then one that is there is refused. */
  resume?: boolean;
  /** Told while scans are prepared, before `progress` tells of the steps. */
  prepareProgress?: ProgressListener;
  /** Called as things happen, and awaited; `snapshot`, of events of the training itself, gives the model as it stands. */
  onEvent?: (event: CohortTrainingEvent, snapshot?: () => Promise<TrainedModel>) => void | Promise<void>;
}

/** How a cohort was trained on, as `run.json` says. */
export interface CohortTrainingRecord extends RunRecord, TrainingData {
  format: "tumorlab-training-run";
  recipe: TrainingConfig;
  seed: number;
  /** The step of the checkpoint that it went on from, 0 for none; time and memory are those of the steps since then. */
  fromStep: number;
  processorSeconds: number;
  weightsSha256: string;
  /** The last validation; `null` without any. */
  validation: ValidationPoint | null;
  /** The folder as it was given. */
  data: string;
  /** How its scans were read, as it was asked for; absent where nothing was. */
  reading?: ReadingChoice;
}

/** What training on a cohort gave. */
export interface CohortTraining extends TrainingResult {
  record: CohortTrainingRecord;
}

/**
 * Trains a network on the scans of a folder: holds some patients out, prepares all scans, trains, and writes models,
 * checkpoint, `log.jsonl` with a line for each event, `data.json` with the scans, and `run.json`, the record. Aborted, it
 * leaves a model that works and goes on with `resume`, on the same scans, to the same weights; see `trainNetwork`.
 *
 * @throws LabError before any scan is prepared where the folder of the model lies among the scans, cannot be written, holds
 *   another training, its lock, or a checkpoint that was not asked for, where the config does not fit in memory, or a case
 *   lacks scan or labels;
 *   then for scans that cannot be prepared, and as `trainNetwork`.
 */
export async function trainCohort(options: CohortTrainingOptions): Promise<CohortTraining> {
  const { recipe, data, out, seed = 0, holdout = 0.2, holdoutSeed = seed, engine, threads } = options;
  const { resume = false, onEvent } = options;
  await requireOwnFolder(out, [data]);
  await requireWritable(join(out, checkpointFile));
  const former = await findCheckpoint(out, { recipe, seed, resume });
  if (former) await onEvent?.({ kind: "resume", step: former.step });
  const { name } = await openEngine({ engine, threads });
  requireTrainingMemory(recipe, memoryLimitOf(name));
  const scans = await findLabelledScans(data, options.labelMap, options.reading);
  const split = holdOutPatients(scans, holdout, holdoutSeed);
  const lock = await lockFolder(out);
  try {
    await onEvent?.({ kind: "found", ...split });
    const prepared = await prepareCohort([...split.training, ...split.heldOut], options);
    const count = split.training.length;
    const [learned, validated] = [prepared.slice(0, count), prepared.slice(count)];
    requireLearnable(learned, recipe);
    const inputs = { training: learned.map(toInput), heldOut: validated.map(toInput) };
    await keepToData(out, inputs, former !== undefined);
    await onEvent?.({ kind: "prepared" });
    return await trainAndRecord(options, learned, validated, inputs, former?.step ?? 0);
  } finally {
    await lock.release();
  }
}

async function lockFolder(out: string): Promise<FileLock> {
  const path = join(out, "train.lock");
  const lock = await tryLock(path, watchLocks());
  if (typeof lock !== "string") return lock;
  throw new LabError(
    path,
    `the lock of ${lock}`,
    "no other training in this folder",
    "Wait for it or choose another --out; where that process is gone, remove the file",
  );
}

function prepareCohort(
  scans: readonly CohortScan[],
  { recipe, out, prepareProgress, onEvent, signal }: CohortTrainingOptions,
): Promise<PreparedScan[]> {
  return prepareScans(scans, recipe, join(out, "prepared"), {
    progress: prepareProgress,
    onDoubt: (name, doubt) => void onEvent?.({ kind: "doubt", case: name, doubt }),
    signal,
  });
}

async function trainAndRecord(
  options: CohortTrainingOptions,
  learned: readonly PreparedScan[],
  validated: readonly PreparedScan[],
  inputs: TrainingData,
  fromStep: number,
): Promise<CohortTraining> {
  const { recipe, data, out, seed = 0, engine, threads, resume, signal, progress, onEvent } = options;
  const [startMs, startProcessor] = [monotonicMs(), processorSeconds()];
  const log = openTrainingLog(join(out, "log.jsonl"));
  const result = await trainNetwork({
    recipe,
    seed,
    cases: toCaseBank(learned),
    validation: toCaseBank(validated),
    ...(recipe.syntheticShare > 0 ? { synthesis: tumorModule(learned, recipe) } : {}),
    engine,
    threads,
    folder: out,
    resume,
    signal,
    progress,
    async onEvent(event, snapshot) {
      await log(event);
      await onEvent?.(event, snapshot);
    },
  });
  const record: CohortTrainingRecord = {
    format: "tumorlab-training-run",
    ...(await describeCode()),
    finishedAt: currentTime(),
    ...describeMachine(),
    recipe,
    seed,
    engine: result.engine,
    arithmetic: result.arithmetic,
    threads: threads ?? describeMachine().cores,
    fromStep,
    seconds: (monotonicMs() - startMs) / 1000,
    processorSeconds: processorSeconds() - startProcessor,
    peakMemoryMb: peakMemoryBytes() / 1e6,
    weightsSha256: result.weightsSha256,
    validation: result.history.validations.at(-1) ?? null,
    data,
    ...(Object.keys(options.reading ?? {}).length > 0 ? { reading: options.reading } : {}),
    ...inputs,
  };
  await writeFileWhole(join(out, "run.json"), [encodeText(`${toJson(record, 2)}\n`)]);
  return { ...result, record };
}
