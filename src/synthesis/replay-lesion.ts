import { addClassNames } from "../anatomy/classes-file.js";
import { isKind, LabError, requireThat } from "../core/errors.js";
import { readJson } from "../core/files.js";
import { caseNameOf } from "../data/flat-names.js";
import { type HashedFiles, hashScanFiles } from "../data/hash-scan.js";
import { findFileScheme } from "../data/label-scheme.js";
import { stat } from "../platform/files.js";
import { basename, isAbsolute, join, resolve } from "../platform/paths.js";
import { applyPatch } from "../tumor/insert.js";
import { replayRecord } from "../tumor/replay.js";
import type { LesionRecord, TrainedSynthesizer } from "../tumor/synthesizer.js";
import { learnedName } from "../tumor/synthesizers.js";
import { openGenerator } from "./learned/open-generator.js";
import { type PlannedLesion, syntheticCaseName } from "./plan.js";
import {
  describeCase,
  hashOutputs,
  type HostFiles,
  type LesionCaseRecord,
  openHost,
  writeWhole,
  type WrittenLesion,
} from "./synthetic-case.js";

/**
 * Makes the case of a record again, in `folder`: of a case's `lesion.json`, from the files it names, or of a lesion's
 * record alone, as a notebook holds it in `patch.record`, from the files given.
 *
 * @param files of a case's record other places of its files; of a lesion's record CT and labels, and the names of the
 *   labels where nothing beside them tells, and which series the CT is; of either the folder of the generator, where one learned and lies elsewhere.
 * @throws LabError when a file is not the one that was used, the generator has another version, or the result differs.
 */
export async function replayLesion(
  recordPath: string,
  folder: string,
  { generator: given, ...files }: Partial<HostFiles> & { generator?: string } = {},
  signal?: AbortSignal,
): Promise<WrittenLesion> {
  const found = await readAnyRecord(recordPath);
  const isCase = found.format === "tumorlab-lesion-case";
  const host = isCase
    ? await findRecordedFiles(recordPath, found, files)
    : await requireFiles(recordPath, files);
  const record = isCase ? found.record : found;
  const name = hostNameOf(host.ct);
  const plan = isCase
    ? found.plan
    : planOf(record, { name: syntheticCaseName(0), host: name, patient: name });
  const path = join(folder, plan.name);
  requireThat(
    !(await stat(path).catch(() => undefined)),
    path,
    "something there already",
    "nothing",
    "Choose another folder, or remove it",
  );
  const generator = given ?? (isCase ? recordedGenerator(recordPath, found) : undefined);
  const scan = await openHost(host);
  const trained = await openRecorded(recordPath, record, generator);
  const patch = replayRecord(record, scan.ct, scan.labels, signal, trained);
  const made = {
    ...applyPatch(scan.ct, scan.labels, patch, { inPlace: true }),
    name: plan.name,
    patient: plan.patient,
    record: patch.record,
  };
  if (isCase) {
    const hashes = hashOutputs(made);
    requireThat(
      hashes.ctSha256 === found.outputs.ctSha256 && hashes.labelsSha256 === found.outputs.labelsSha256,
      recordPath,
      hashes,
      `the voxels of the record, ${JSON.stringify(found.outputs)}`,
    );
  }
  await addClassNames(folder, made.labels.names);
  await writeWhole(
    folder,
    plan.name,
    made,
    await describeCase(path, { plan, files: host, generator }, made),
    signal,
  );
  return { name: plan.name, state: "made", record: made.record };
}

/** Folder of the generator of a case's record; `undefined` where it names none. */
function recordedGenerator(recordPath: string, { inputs }: LesionCaseRecord): string | undefined {
  const path = inputs.generator?.path;
  if (path === undefined || isAbsolute(path)) return path;
  return join(resolve(recordPath, ".."), path);
}

/** Opens the generator of a lesion that a learned one made, from its folder where that is known. */
async function openRecorded(
  recordPath: string,
  { generator, weightsSha256 }: LesionRecord,
  folder: string | undefined,
): Promise<TrainedSynthesizer | undefined> {
  if (generator !== learnedName) return undefined;
  const wanted = `the generator of the record, sha256 ${weightsSha256}`;
  const advice = "Give the folder where it lies now: --generator DIR in the command, { generator } in code";
  if (folder === undefined) throw new LabError(recordPath, "no generator's folder", wanted, advice);
  return openGenerator(folder, { threads: 1 }).catch((error: unknown) => {
    if (!isKind(error, "missing-file")) throw error;
    throw new LabError(folder, "no generator", wanted, advice, { cause: error, kind: error.kind });
  });
}

/** What a case made in a scan calls that scan, and its patient where nothing else is known: the case or its folder. */
export function hostNameOf(ct: string): string {
  const name = caseNameOf(ct);
  return name === "ct" ? basename(resolve(ct, "..")) : name;
}

/** The plan a lesion's record came from, in a case of that name. */
function planOf(
  { organ, size, generator, key, phase, phaseSource, options }: LesionRecord,
  names: Pick<PlannedLesion, "name" | "host" | "patient">,
): PlannedLesion {
  return {
    ...names,
    organ,
    size,
    method: generator,
    key,
    ...(phaseSource === "given" ? { phase } : {}),
    ...(Object.keys(options ?? {}).length > 0 ? { options } : {}),
  };
}

async function readAnyRecord(path: string): Promise<LesionCaseRecord | LesionRecord> {
  const parsed = (await readJson(path, "a lesion.json that can be read")) as LesionCaseRecord | LesionRecord;
  const formats = ["tumorlab-lesion-case", "tumorlab-lesion"];
  requireThat(
    formats.includes(parsed?.format) && parsed.formatVersion === 1,
    `${path}, format`,
    parsed?.format ?? parsed,
    '"tumorlab-lesion-case" or "tumorlab-lesion", version 1',
  );
  if (parsed.format === "tumorlab-lesion-case") requireParts(path, parsed);
  return parsed;
}

/** A file that was edited or cut short may lack parts of a case. */
function requireParts(path: string, record: LesionCaseRecord): void {
  for (const part of ["plan", "inputs", "outputs", "record"] as const)
    requireThat(
      typeof record[part] === "object" && record[part] !== null,
      `${path}, ${part}`,
      record[part],
      "an object, as it was written",
    );
  const { ct, labels } = record.inputs;
  const files = [ct, ...(Array.isArray(labels) ? labels : [undefined])];
  requireThat(
    files.every((file) => typeof file?.path === "string" && typeof file.sha256 === "string"),
    `${path}, inputs`,
    record.inputs,
    "path and sha256 of the CT and of each file of labels",
  );
}

/** Files of the scan of a lesion's record, which names none itself. */
async function requireFiles(recordPath: string, files: Partial<HostFiles>): Promise<HostFiles> {
  const { ct, labels } = files;
  if (ct === undefined || labels === undefined)
    throw new LabError(
      recordPath,
      "the record of a lesion alone, which names no files",
      `${ct === undefined ? "the CT" : "the labels"} it was made ${ct === undefined ? "in" : "with"}`,
      "Give both: --ct CT --labels SEG in the command, { ct, labels } in code",
    );
  const first = typeof labels === "string" ? labels : labels[0];
  const { reading } = files;
  const names = files.names ?? (await findFileScheme(first)).names;
  return { ct, labels, names, ...(reading === undefined ? {} : { reading }) };
}

/** Files of a case's record, each the one that was used. */
async function findRecordedFiles(
  recordPath: string,
  { inputs, plan, record }: LesionCaseRecord,
  files: Partial<HostFiles>,
): Promise<HostFiles> {
  requireThat(
    files.names === undefined,
    recordPath,
    "the record of a case, which names its labels itself",
    "no other names",
    "Leave the label map out",
  );
  requireThat(
    files.reading === undefined,
    recordPath,
    "the record of a case, which says itself which series or volume its CT is",
    "no other choice",
    "Leave --series, --irregular and --volume out",
  );
  const made = planOf(record, plan);
  const differs = (["organ", "size", "method", "key", "phase", "options"] as const).find(
    // No options and none of them are the same.
    (field) => JSON.stringify(made[field] ?? {}) !== JSON.stringify(plan[field] ?? {}),
  );
  if (differs)
    throw new LabError(
      `${recordPath}, plan.${differs}`,
      plan[differs],
      `${JSON.stringify(made[differs] ?? {})}, as in its record`,
      "Replay the record as it was written",
    );
  const base = resolve(recordPath, "..");
  const placeOf = (path: string): string => (isAbsolute(path) ? path : join(base, path));
  const recorded = inputs.labels.map(({ path }) => placeOf(path));
  const ct = files.ct ?? placeOf(inputs.ct.path);
  const labels = files.labels ?? (recorded.length === 1 ? recorded[0] : recorded);
  const given = typeof labels === "string" ? [labels] : labels;
  requireThat(
    given.length === inputs.labels.length,
    "labels",
    `${given.length} files`,
    `the ${inputs.labels.length} of the record`,
  );
  const { reading } = inputs.ct;
  await requireHash(
    ct,
    { image: ct, reading },
    inputs.ct.sha256,
    "the CT",
    "--ct CT in the command, { ct } in code",
  );
  for (const [i, path] of given.entries())
    await requireHash(
      path,
      { labels: path, reading },
      inputs.labels[i].sha256,
      "labels",
      "--labels SEG in the command, { labels } in code",
    );
  return {
    ct,
    labels: given.length === 1 ? given[0] : given,
    names: inputs.names,
    ...(reading === undefined ? {} : { reading }),
  };
}

async function requireHash(
  path: string,
  files: HashedFiles,
  sha256: string,
  what: string,
  how: string,
): Promise<void> {
  const found = await hashScanFiles(files).catch((error: unknown) => {
    if (!isKind(error, "missing-file")) throw error;
    const expected = `${what} of the record, sha256 ${sha256}`;
    const advice = `Give the place where it lies now: ${how}`;
    throw new LabError(path, "no such file", expected, advice, { cause: error, kind: error.kind });
  });
  requireThat(found === sha256, path, `sha256 ${found}`, `the file of the record, sha256 ${sha256}`);
}
