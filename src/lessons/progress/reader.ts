import { type CourseCard, courseCardName, readCourseCard } from "../../contracts/course-card.js";
import { LabError, requireThat } from "../../core/errors.js";
import { isThere, readJson, writeFileWhole } from "../../core/files.js";
import { createKey, type Key } from "../../core/random.js";
import { markdown } from "../../notebook/markdown.js";
import { sha256 } from "../../platform/hash.js";
import { locateCache } from "../../platform/locations.js";
import { environmentVariable } from "../../platform/machine.js";
import { join, resolve } from "../../platform/paths.js";

/** Who does the exercises. */
export interface Reader {
  /** Empty for one who gave none. */
  name: string;
  /** Where the reader's values come from; `undefined`: the usual ones. */
  key: Key | undefined;
  /** Where the reader's progress is kept. */
  progressFile: string;
  /** Present in a folder that a course handed out. */
  course?: CourseCard;
}

/** The folder of names and progress; a run that must find none, and leave none, names another. */
export function readersFolder(): string {
  return environmentVariable("TUMORLAB_READERS") ?? locateCache("readers");
}

/** Seed of a reader by name; spaces around it and capital letters make no difference. */
export function seedOfName(name: string): number {
  // 52 bits, which a number holds exactly.
  return Number.parseInt(sha256(name.trim().toLowerCase()).slice(0, 13), 16);
}

/**
 * The reader: of the `course.json` beside the notebook or a folder above it, else the one whom {@link setReader} named, else
 * one without a name.
 *
 * @throws LabError for a `course.json` that is damaged: a wrong seed would ask for wrong answers.
 */
export async function findReader(): Promise<Reader> {
  for (const folder of [".", ".."]) {
    const path = resolve(folder, courseCardName);
    if (!(await isThere(path).catch(() => false))) continue;
    const course = await readCourseCard(path);
    const { id, name } = course.student;
    return {
      name,
      key: createKey(course.seed),
      progressFile: progressFileOf(`${course.course}/${id}`),
      course,
    };
  }
  const name = await readName();
  return {
    name,
    key: name === "" ? undefined : createKey(seedOfName(name)),
    progressFile: progressFileOf(name.trim().toLowerCase()),
  };
}

/**
 * Keeps the reader's name: from now on exercises have values of this reader's own, and progress is kept under it. In a
 * folder that a course handed out the course's `course.json` decides, and this only says so.
 *
 * @throws LabError for a name of nothing but spaces or of more than 80 characters, and where it cannot be kept.
 */
export async function setReader(name: string): Promise<void> {
  requireThat(
    typeof name === "string" && name.trim() !== "" && name.length <= 80,
    "setReader",
    name,
    "a name of 1 to 80 characters",
  );
  const { course } = await findReader();
  if (course) {
    markdown(
      `This folder belongs to a course and to one student: the values come from its ${courseCardName}.`,
    );
    return;
  }
  const text = JSON.stringify({ format: "tumorlab-reader", version: 1, name: name.trim() }, null, 2);
  await writeFileWhole(nameFile(), [new TextEncoder().encode(`${text}\n`)]);
  markdown(
    "The exercises now have values of your own. Your progress is kept on this computer, under your name.",
  );
}

function nameFile(): string {
  return join(readersFolder(), "reader.json");
}

/** The name that was kept; empty where none was, and where the file is damaged: a new name mends it. */
async function readName(): Promise<string> {
  try {
    const found = (await readJson(nameFile(), "the reader's name")) as { name?: unknown } | null;
    return typeof found?.name === "string" ? found.name.trim() : "";
  } catch (error) {
    if (error instanceof LabError) return "";
    throw error;
  }
}

/** One file a reader, whatever signs a name has. */
function progressFileOf(reader: string): string {
  const letters = reader.replaceAll(/[^\p{L}\p{N}]+/gu, "-").slice(0, 40);
  return join(readersFolder(), `progress-${letters || "reader"}-${sha256(reader).slice(0, 8)}.json`);
}
