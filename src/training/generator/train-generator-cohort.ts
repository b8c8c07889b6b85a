import type { TumorOrgan } from "../../anatomy/organs.js";
import type { RunRecord, ScanInput } from "../../contracts/run-record.js";
import { describeCode } from "../../core/code-version.js";
import { requireThat } from "../../core/errors.js";
import { isThere, writeFileWhole } from "../../core/files.js";
import { toJson } from "../../core/missing.js";
import { type ProgressListener, type RunOptions, throwIfAborted } from "../../core/progress.js";
import { requireOwnFolder } from "../../core/require-free.js";
import type { ReadingChoice } from "../../formats/read.js";
import type { EngineOptions } from "../../model/engines.js";
import { saveModel } from "../../model/store.js";
import { hashWeights } from "../../model/weights.js";
import { encodeText } from "../../platform/bytes.js";
import { currentTime, describeMachine, monotonicMs, peakMemoryBytes } from "../../platform/machine.js";
import { join } from "../../platform/paths.js";
import type { GeneratorFacts } from "../../tumor/learned/generator-facts.js";
import { findLabelledScans, hashCohortScan, readCohortScan } from "../cohort-scan.js";
import type { PreparedCase } from "../prepared-case.js";
import type { GeneratorSettings } from "./generator-config.js";
import { prepareTumorScan } from "./prepare-tumor-scan.js";
import { trainGenerator } from "./train-generator.js";

/** How a generator is trained on a cohort. */
export interface CohortGeneratorOptions extends RunOptions {
  organ: TumorOrgan;
  /** Folder of a cohort, in any layout that `findCohort` knows; scans without a tumor of the organ are passed over. */
  data: string;
  /** Folder of the generator, for `openGenerator`; nothing may be there. */
  out: string;
  config: GeneratorSettings;
  /** Default 0. */
  seed?: number;
  /** Names of the label values, see `findLabelledScans`; default what the folder says of them. */
  labelMap?: string;
  /** How each scan is read: which DICOM series, which volume, and what becomes of irregular slices. */
  reading?: ReadingChoice;
  engine?: EngineOptions["engine"];
  threads?: number;
  /** Told while scans are read, before `progress` tells of the steps. */
  readProgress?: ProgressListener;
  /** Told of each scan whose numbers cannot be HU, in a sentence. */
  onDoubt?: (doubt: string) => void;
}

/** How a generator was trained, as `run.json` in its folder says. */
export interface GeneratorRecord extends RunRecord {
  format: "tumorlab-generator-run";
  generator: GeneratorFacts;
  weightsSha256: string;
  /** Mean loss of the last tenth of the steps; 1 is about what a network gives that says nothing. */
  lastLoss: number;
  /** How the scans were read, as it was asked for; absent where nothing was. */
  reading?: ReadingChoice;
  /** The scans whose tumors it learned from. */
  inputs: ScanInput[];
}

/**
 * Trains a generator on the tumors of a cohort and writes it as a model's folder, with `run.json` beside the weights.
 *
 * @throws LabError where something is at `out` or it lies among the scans, for a scan that cannot be read, and as
 *   `trainGenerator`.
 */
export async function trainGeneratorCohort(options: CohortGeneratorOptions): Promise<GeneratorRecord> {
  const { organ, data, out, config, seed = 0, engine, threads, signal, progress } = options;
  await requireOwnFolder(out, [data]);
  requireThat(!(await isThere(out)), out, "something there already", "nothing", "Choose another folder");
  const startMs = monotonicMs();
  const { cases, inputs } = await readTumorCases(options);
  const losses: number[] = [];
  const model = await trainGenerator({
    ...{ organ, cases, config, seed, engine, threads, signal, progress },
    onStep: ({ loss }) => losses.push(loss),
  });
  const generator = model.training!.generator as GeneratorFacts;
  const last = losses.slice(-Math.ceil(losses.length / 10));
  const record: GeneratorRecord = {
    format: "tumorlab-generator-run",
    ...(await describeCode()),
    finishedAt: currentTime(),
    ...describeMachine(),
    engine: generator.arithmetic.replace(/-.*/, ""),
    arithmetic: generator.arithmetic,
    threads: threads ?? describeMachine().cores,
    seconds: (monotonicMs() - startMs) / 1000,
    peakMemoryMb: peakMemoryBytes() / 1e6,
    generator,
    weightsSha256: hashWeights(model.weights),
    lastLoss: last.reduce((sum, loss) => sum + loss, 0) / last.length,
    ...(Object.keys(options.reading ?? {}).length > 0 ? { reading: options.reading } : {}),
    inputs,
  };
  await saveModel(out, model);
  await writeFileWhole(join(out, "run.json"), [encodeText(`${toJson(record, 2)}\n`)]);
  return record;
}

/** The scans of a cohort that show a tumor of the organ, prepared. */
async function readTumorCases({
  organ,
  data,
  config,
  labelMap,
  reading,
  signal,
  readProgress,
  onDoubt,
}: CohortGeneratorOptions): Promise<{ cases: PreparedCase[]; inputs: ScanInput[] }> {
  const scans = await findLabelledScans(data, labelMap, reading);
  const cases: PreparedCase[] = [];
  const inputs: ScanInput[] = [];
  for (const [at, scan] of scans.entries()) {
    throwIfAborted(signal);
    const { doubt, ...labelled } = await readCohortScan(scan);
    if (doubt !== undefined) onDoubt?.(doubt);
    const prepared = prepareTumorScan(labelled, organ, config);
    if (prepared) {
      cases.push(prepared);
      const { name, series } = scan;
      const sha256 = await hashCohortScan(scan);
      inputs.push({ folder: data, case: name, sha256, ...(series === undefined ? {} : { series }) });
    }
    readProgress?.({ done: at + 1, total: scans.length, label: scan.name });
  }
  return { cases, inputs };
}
