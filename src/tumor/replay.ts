import { applyAffine } from "../core/affine.js";
import { LabError, locateErrors, requireThat } from "../core/errors.js";
import { nameField } from "../core/json-schema.js";
import { restoreKey } from "../core/random.js";
import type { LabelMap, Volume } from "../core/types.js";
import { checkLesionRecord } from "./lesion-record-schema.js";
import { radiusOfSize } from "./size.js";
import type { LesionPatch, LesionRecord, Synthesizer, TrainedSynthesizer } from "./synthesizer.js";
import { findSynthesizer, learnedName } from "./synthesizers.js";

/**
 * Makes a lesion again from its record, in memory: the same voxels bit for bit, which is checked.
 *
 * @param record as a patch holds it, or as `JSON.parse` gives it back; not changed.
 * @param ct the scan it was made in, without the lesion; not changed.
 * @param labels those it was made with; not changed.
 * @param trained the generator it was made with, where that is one that learned.
 * @throws LabError for a damaged record, a generator there is none of or of another version, another scan or other labels:
 *   it names the first field of the record that comes out otherwise.
 */
export function replayRecord(
  record: LesionRecord,
  ct: Volume,
  labels: LabelMap,
  signal?: AbortSignal,
  trained?: TrainedSynthesizer,
): LesionPatch {
  const synthesizer = requireRecord(record, trained);
  requireGrid(record, ct);
  const { organ, size, phase, phaseSource, options } = record;
  const patch = synthesizer.synthesize({
    ct,
    labels,
    organ,
    size,
    key: restoreKey(record.key),
    options,
    // A phase that was judged is judged again: it came from the scan.
    ...(phaseSource === "given" ? { phase } : {}),
    ...(signal ? { signal } : {}),
  });
  requireThat(!(patch instanceof Promise), "generator", record.generator, "one that answers at once");
  const other = findDifference(patch.record, record, "");
  if (other)
    throw new LabError(
      `lesion record, ${other.field}`,
      other.made,
      `${JSON.stringify(other.recorded)} as recorded`,
      "Give the CT and the labels the lesion was made with, without the lesion, and the record as it was written",
    );
  return patch;
}

/** Checks all that a lesion is made from, and gives its generator. */
function requireRecord(record: LesionRecord, trained: TrainedSynthesizer | undefined): Synthesizer {
  const place = (input: string): string => (input ? `lesion record, ${input}` : "lesion record");
  const { format } = (record ?? {}) as { format?: unknown };
  const advice = format === "tumorlab-lesion-case" ? "Of a case's record give the field `record`" : "";
  const [fault] = checkLesionRecord(record);
  if (fault) throw new LabError(place(nameField(fault.where)), fault.found, fault.expected, advice);
  if (record.generator === learnedName) requireTrained(record, trained);
  const synthesizer = findSynthesizer(record.generator, trained);
  requireThat(
    record.generatorVersion === synthesizer.version,
    place("generatorVersion"),
    record.generatorVersion,
    `${JSON.stringify(synthesizer.version)}, that of this ${record.generator}`,
    "Replay it with the version of Tumorlab that made it",
  );
  locateErrors(place, () => [restoreKey(record.key), radiusOfSize(record.size)]);
  return synthesizer;
}

/** Throws a LabError unless the generator that learned is the one of the record, on the same arithmetic. */
function requireTrained(
  { weightsSha256, parameters }: LesionRecord,
  trained: TrainedSynthesizer | undefined,
): void {
  const wanted = `the generator of sha256 ${weightsSha256}, with which it was made`;
  const open = "Give its folder: --generator DIR in the command, openGenerator(DIR) in code";
  const input = "lesion record, generator";
  if (!trained) throw new LabError(input, "learned, and no trained generator", wanted, open);
  requireThat(
    trained.weightsSha256 === weightsSha256,
    input,
    `sha256 ${trained.weightsSha256}`,
    wanted,
    open,
  );
  const arithmetic = parameters?.arithmetic;
  requireThat(
    trained.arithmetic === arithmetic,
    "lesion record, parameters.arithmetic",
    trained.arithmetic,
    `${JSON.stringify(arithmetic)}, with which it was made`,
    "Its last bits depend on it: open the generator on the same engine, on a processor that rounds alike",
  );
}

/** A scan of another grid is another scan; that is known before anything is made. */
function requireGrid({ shape, spacingMm, centerVoxel, centerMm }: LesionRecord, ct: Volume): void {
  const require = (field: string, found: readonly number[], recorded: readonly number[], where = ""): void =>
    requireThat(
      found.every((each, axis) => each === recorded[axis]),
      `ct, ${field}`,
      [...found],
      `${JSON.stringify(recorded)}${where}, as in the lesion's record`,
      "Give the scan the lesion was made in, not resampled, turned or cropped",
    );
  require("shape", ct.shape, shape);
  require("spacingMm", ct.spacingMm, spacingMm);
  const where = ` mm at voxel [${centerVoxel.join(", ")}]`;
  require("affine", applyAffine(ct.affine, centerVoxel), centerMm, where);
}

/**
 * The first field that does not come out as recorded. What a record lacks is not asked for: those of an earlier build
 * may have fewer fields.
 */
function findDifference(
  made: unknown,
  recorded: unknown,
  field: string,
): { field: string; made: unknown; recorded: unknown } | undefined {
  if (typeof made === "object" && made !== null && typeof recorded === "object" && recorded !== null) {
    for (const [name, value] of Object.entries(made)) {
      const kept = (recorded as Record<string, unknown>)[name];
      const other = kept === undefined ? undefined : findDifference(value, kept, `${field}.${name}`);
      if (other) return other;
    }
    return undefined;
  }
  // JSON writes -0 as 0 and what is not finite as null.
  const same = JSON.stringify(made) === JSON.stringify(recorded);
  return same ? undefined : { field: field.slice(1), made, recorded };
}
