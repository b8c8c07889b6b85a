import { lstat, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { LabError, describeError } from "tumorlab/internal/core/errors";
import { listZip } from "tumorlab/internal/dicom/zip";
import { lessonExercises } from "tumorlab/internal/lessons/exercises/list";
import { type ClassFile, places, readClassFile } from "./class-file.js";
import { identifyLesson, identifyStudent } from "./identify.js";
import { parseSubmission } from "./read-submission.js";

/** What came of taking in what students sent. */
export interface CollectReport {
  /** Files that were put where they belong. */
  placed: { from: string; student: string; lesson: string; to: string; note: string }[];
  /** Files that were there already, with the same bytes. */
  known: string[];
  /** Files that belong nowhere that is known, each with its reason. */
  left: { from: string; reason: string }[];
  /** Students and lessons of which nothing has come so far. */
  missing: { student: string; lessons: string[] }[];
}

interface SentFile {
  /** Path for people: within an archive after the archive's own. */
  name: string;
  /** Parts of the path below what was given, from the outermost. */
  parts: string[];
  mtimeMs: number;
  read(): Promise<Uint8Array> | Uint8Array;
}

const largestBytes = 400 * 2 ** 20;

/**
 * Takes in what students sent, in whatever folders and under whatever names. A file that came earlier stays beside the later
 * one, which is taken from then on. What can't be placed is listed, and stays where it is.
 *
 * @param folder of the course.
 * @param from files, folders and zip archives.
 * @throws LabError where the folder is no course's, or something given is not there.
 */
export async function collectCourse(folder: string, from: readonly string[]): Promise<CollectReport> {
  const course = await readClassFile(folder);
  const report: CollectReport = { placed: [], known: [], left: [], missing: [] };
  const files: SentFile[] = [];
  for (const each of from) {
    const found = await lstat(each).catch((error: unknown) => {
      throw new LabError(each, "nothing there", "a file, a folder or a zip archive", "", { cause: error });
    });
    const parts = found.isDirectory() ? [] : [path.basename(each)];
    await listSent(each, parts, files, report);
  }
  // The later of two is placed later, and so is the one that counts.
  files.sort((a, b) => a.mtimeMs - b.mtimeMs || a.name.localeCompare(b.name, "en", { numeric: true }));
  for (const file of files) {
    try {
      await place(file, course, folder, report);
    } catch (error) {
      report.left.push({ from: file.name, reason: describeError(error) });
    }
  }
  for (const { folder: inner, id } of course.students) {
    const lessons: string[] = [];
    for (const lesson of course.lessons)
      if ((await listSubmitted(folder, inner, lesson)).length === 0) lessons.push(lesson);
    if (lessons.length > 0) report.missing.push({ student: id, lessons });
  }
  return report;
}

/** Files that a student sent of a lesson, the one that counts last. */
export async function listSubmitted(folder: string, student: string, lesson: string): Promise<string[]> {
  const inner = path.join(folder, places.submitted, student);
  const names = await readdir(inner).catch((): string[] => []);
  const numbers = names.flatMap((name) => {
    if (!name.startsWith(`${lesson}.`)) return [];
    const match = /^(?:(\d+)\.)?ipynb$/.exec(name.slice(lesson.length + 1));
    return match ? [{ name, number: Number(match[1] ?? 1) }] : [];
  });
  return numbers.sort((a, b) => a.number - b.number).map(({ name }) => path.join(inner, name));
}

async function place(
  file: SentFile,
  course: ClassFile,
  folder: string,
  report: CollectReport,
): Promise<void> {
  const bytes = await file.read();
  const sent = parseSubmission(bytes);
  const stamp =
    "reason" in sent
      ? { lesson: "", student: "", exercises: [] }
      : {
          lesson: sent.lesson,
          student: sent.student,
          exercises: sent.cells.map(({ exercise }) => exercise).filter(Boolean),
        };
  const whose = identifyStudent(file.parts, stamp.student, course.students);
  if ("reason" in whose) return void report.left.push({ from: file.name, reason: whose.reason });
  const lessonOf = (id: string): string | undefined => lessonExercises.find((each) => each.id === id)?.lesson;
  const lesson = identifyLesson(file.parts.at(-1)!, stamp, course.lessons, lessonOf);
  if (lesson === undefined)
    return void report.left.push({
      from: file.name,
      reason: "it is no lesson of this course that its name or cells tell",
    });
  const { student } = whose;
  const earlier = await listSubmitted(folder, student.folder, lesson);
  for (const other of earlier)
    if (Buffer.from(bytes).equals(await readFile(other))) return void report.known.push(file.name);
  const inner = path.join(folder, places.submitted, student.folder);
  await mkdir(inner, { recursive: true });
  const number = earlier.length === 0 ? 1 : Number(/\.(\d+)\.ipynb$/.exec(earlier.at(-1)!)?.[1] ?? 1) + 1;
  const to = path.join(inner, number === 1 ? `${lesson}.ipynb` : `${lesson}.${number}.ipynb`);
  await writeFile(to, bytes, { flag: "wx" });
  const notes = [
    number === 1 ? "" : `submission ${number}, which is taken from now on`,
    "reason" in sent ? `can't be read: ${sent.reason}` : "",
    stamp.student !== "" && stamp.student !== student.id ? `was handed out to ${stamp.student}` : "",
  ];
  report.placed.push({
    from: file.name,
    student: student.id,
    lesson,
    to,
    note: notes.filter(Boolean).join("; "),
  });
}

async function listSent(
  at: string,
  parts: string[],
  files: SentFile[],
  report: CollectReport,
): Promise<void> {
  const found = await lstat(at);
  if (found.isSymbolicLink())
    return void report.left.push({ from: at, reason: "it is a link, which is not followed" });
  if (found.isDirectory()) {
    for (const name of (await readdir(at)).sort()) {
      if (name === ".ipynb_checkpoints" || name === "__MACOSX" || name === ".git") continue;
      await listSent(path.join(at, name), [...parts, name], files, report);
    }
    return;
  }
  if (!found.isFile()) return void report.left.push({ from: at, reason: "it is no file" });
  if (!/\.(ipynb|zip)$/i.test(at)) {
    // What was handed out beside the lessons comes back with them.
    if (!/(^|[\\/])(course\.json|results[\\/][^\\/]*|\.DS_Store)$/.test(at))
      report.left.push({ from: at, reason: "it is no notebook and no zip archive" });
    return;
  }
  if (found.size > largestBytes)
    return void report.left.push({ from: at, reason: `it has ${found.size} bytes, more than is read` });
  const { mtimeMs } = await stat(at);
  const bytes = await readFile(at);
  if (!bytes.subarray(0, 4).equals(Buffer.from("PK\x03\x04", "latin1"))) {
    if (/\.zip$/i.test(at)) report.left.push({ from: at, reason: "it is no zip archive that can be read" });
    else files.push({ name: at, parts, mtimeMs, read: () => readFile(at) });
    return;
  }
  listArchive(bytes, at, { parts, mtimeMs, depth: 0 }, files, report);
}

/** Notebooks in a zip archive, and in archives within it. */
function listArchive(
  bytes: Uint8Array,
  name: string,
  { parts, mtimeMs, depth }: { parts: string[]; mtimeMs: number; depth: number },
  files: SentFile[],
  report: CollectReport,
): void {
  let found = 0;
  try {
    for (const entry of listZip(bytes, name)) {
      // Names in archives are UTF-8 mostly; the library reads them byte by byte.
      const inner = Buffer.from(entry.name, "latin1").toString("utf8");
      const within = [...parts, ...inner.split(/[\\/]/)];
      if (/(^|\/)(__MACOSX|\.ipynb_checkpoints)\//.test(inner)) continue;
      if (/\.(ipynb|zip)$/i.test(inner) && entry.size > largestBytes) {
        found++;
        report.left.push({
          from: `${name}, ${inner}`,
          reason: `it has ${entry.size} bytes, more than is read`,
        });
      } else if (/\.ipynb$/i.test(inner)) {
        found++;
        files.push({ name: `${name}, ${inner}`, parts: within, mtimeMs, read: () => entry.read() });
      } else if (/\.zip$/i.test(inner) && depth < 2) {
        found++;
        listArchive(
          entry.read(),
          `${name}, ${inner}`,
          { parts: within, mtimeMs, depth: depth + 1 },
          files,
          report,
        );
      }
    }
    if (found === 0) report.left.push({ from: name, reason: "no notebook is in this archive" });
  } catch (error) {
    report.left.push({ from: name, reason: describeError(error) });
  }
}
