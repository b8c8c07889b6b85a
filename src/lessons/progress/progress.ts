import { isKind, type LabError } from "../../core/errors.js";
import { lockFile } from "../../core/file-lock.js";
import { writeFileWhole } from "../../core/files.js";
import { compileJsonSchema } from "../../core/json-schema.js";
import { readChecked } from "../../core/read-checked.js";
import { closedObject, type JsonSchema, wholeNumber } from "../../core/schema.js";
import { markdown } from "../../notebook/markdown.js";
import { rename } from "../../platform/files.js";
import { currentTime } from "../../platform/machine.js";
import { basename, join } from "../../platform/paths.js";
import { type Reader, readersFolder } from "./reader.js";

/** How far a reader is with an exercise. */
export interface ExerciseProgress {
  /** Answers that were judged, right ones too. */
  tries: number;
  /** Wrong answers since the last right one: they open one hint after the other. */
  wrong: number;
  /** Whether an answer was right, at any time. */
  solved: boolean;
  /** Hints that were asked for. */
  hints: number;
  /** Whether the solution was looked at, and whether before the first right answer. */
  solution: "no" | "after" | "before";
  /** When the last answer was judged, ISO 8601; empty before. */
  lastTry: string;
}

/** A reader's progress by the exercises' ids. */
export type Progress = Record<string, ExerciseProgress>;

/** Where nothing was tried. */
export const untouched: ExerciseProgress = {
  tries: 0,
  wrong: 0,
  solved: false,
  hints: 0,
  solution: "no",
  lastTry: "",
};

interface ProgressFile {
  format: "tumorlab-progress";
  version: 1;
  reader: string;
  exercises: Progress;
}

/** The JSON Schema of the file. */
export const progressSchema: JsonSchema = closedObject({
  format: { enum: ["tumorlab-progress"] },
  version: { enum: [1] },
  reader: { type: "string" },
  exercises: {
    type: "object",
    additionalProperties: closedObject({
      tries: wholeNumber(0),
      wrong: wholeNumber(0),
      solved: { type: "boolean" },
      hints: wholeNumber(0),
      solution: { enum: ["no", "after", "before"] },
      lastTry: { type: "string" },
    }),
  },
});

const check = compileJsonSchema(progressSchema);

/** What could not be written, so that hints go on in this kernel all the same. */
const unsaved = new Map<string, Progress>();

/** The reader's progress. A damaged file is set aside under another name, and that is said. */
export async function readProgress(reader: Reader): Promise<Progress> {
  return { ...(await readFileOf(reader)), ...unsaved.get(reader.progressFile) };
}

/**
 * Changes what is known of one exercise, whole or not at all, and after those who change it at the same time. Where the
 * disk takes nothing it is kept in memory, and that is said once.
 *
 * @returns what is known now.
 */
export async function changeProgress(
  reader: Reader,
  exercise: string,
  change: (before: ExerciseProgress) => ExerciseProgress,
): Promise<ExerciseProgress> {
  try {
    const lock = await lockFile(join(readersFolder(), "progress.lock"));
    try {
      const exercises = await readProgress(reader);
      const after = change(exercises[exercise] ?? untouched);
      const content: ProgressFile = {
        format: "tumorlab-progress",
        version: 1,
        reader: reader.name,
        exercises: { ...exercises, [exercise]: after },
      };
      const text = `${JSON.stringify(content, null, 2)}\n`;
      await writeFileWhole(reader.progressFile, [new TextEncoder().encode(text)]);
      unsaved.delete(reader.progressFile);
      return after;
    } finally {
      await lock.release();
    }
  } catch (error) {
    if (!isKind(error, "file-access")) throw error;
    return keepInMemory(reader, exercise, change, error);
  }
}

/** The progress after an answer was judged. */
export function countTry(before: ExerciseProgress, isRight: boolean): ExerciseProgress {
  return {
    ...before,
    tries: before.tries + 1,
    wrong: isRight ? 0 : before.wrong + 1,
    solved: before.solved || isRight,
    lastTry: currentTime(),
  };
}

function keepInMemory(
  reader: Reader,
  exercise: string,
  change: (before: ExerciseProgress) => ExerciseProgress,
  error: LabError,
): ExerciseProgress {
  const kept = unsaved.get(reader.progressFile);
  if (!kept) markdown(`Your progress can't be saved, and lasts as long as this kernel: ${error.message}`);
  const after = change(kept?.[exercise] ?? untouched);
  unsaved.set(reader.progressFile, { ...kept, [exercise]: after });
  return after;
}

async function readFileOf({ progressFile }: Reader): Promise<Progress> {
  try {
    const file = await readChecked<ProgressFile>(progressFile, check, "the progress of a reader");
    return file.exercises;
  } catch (error) {
    if (isKind(error, "missing-file")) return {};
    if (!isKind(error, "bad-file")) throw error;
    const aside = progressFile.replace(/\.json$/, `.damaged-${currentTime().replaceAll(/[^\d]/g, "")}.json`);
    await rename(progressFile, aside).catch(() => undefined);
    markdown(
      `The file of your progress was damaged. It is kept as \`${basename(aside)}\`, and counting begins anew. ${error.message}`,
    );
    return {};
  }
}
