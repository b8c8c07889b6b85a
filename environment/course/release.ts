import { cp, mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { type CourseCard, courseCardName } from "tumorlab/internal/contracts/course-card";
import { LabError, requireThat } from "tumorlab/internal/core/errors";
import { parseNotebook, tagsOf, type Notebook } from "../runner/notebook.js";
import { serializeNotebook } from "../runner/serialize.js";
import { type ClassFile, places } from "./class-file.js";
import { readClassList } from "./class-list.js";
import type { Student } from "./student.js";

/** What is handed out. */
export interface ReleaseOptions {
  /** The project, whose lessons are handed out. */
  root: string;
  /** The course's folder; must not be there, or be empty. */
  folder: string;
  classList: string;
  course: string;
  /** Names or numbers of lessons; default all. */
  lessons?: readonly string[];
  /** Seed of the course. */
  seed: number;
  /** Whether the notebooks may show the solutions that ship with the project. */
  solutions: boolean;
}

/**
 * Makes a course's folder: `class.json` for the teacher, and a folder for each student with the lessons without outputs, the
 * files they read and a `course.json` with the student's seed. Whole or not at all.
 *
 * @throws LabError for a folder that holds something, a class list or a lesson that cannot be read.
 */
export async function releaseCourse(options: ReleaseOptions): Promise<ClassFile> {
  const { root, folder, course, seed, solutions } = options;
  const held = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new LabError(folder, error.code, "a folder that is empty or not there yet", "", { cause: error });
  });
  requireThat(
    held.length === 0,
    folder,
    `a folder with ${held[0]} in it`,
    "a folder that is empty or not there yet",
    "Nothing is overwritten: choose another name",
  );
  const students = await readClassList(options.classList, seed);
  const lessons = await chooseLessons(root, options.lessons);
  const classFile: ClassFile = {
    format: "tumorlab-class",
    version: 1,
    course,
    seed,
    lessons: lessons.map(({ name }) => name),
    students,
  };
  const files = await findFilesRead(root, lessons);
  const made = `${path.resolve(folder)}.part-${process.pid}`;
  try {
    await mkdir(path.join(made, places.released), { recursive: true });
    for (const { name, notebook } of lessons)
      await writeFile(path.join(made, places.released, `${name}.ipynb`), serializeNotebook(notebook));
    for (const student of students) await releaseTo(student);
    await writeFile(path.join(made, places.classFile), `${JSON.stringify(classFile, null, 2)}\n`);
    await rmdir(folder).catch(() => undefined);
    await rename(made, folder);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    throw error;
  }
  return classFile;

  async function releaseTo({ id, name, seed: own, folder: inner }: Student): Promise<void> {
    const place = path.join(made, places.release, inner);
    await mkdir(place, { recursive: true });
    const card: CourseCard = {
      format: "tumorlab-course",
      version: 1,
      course,
      student: { id, name },
      seed: own,
      lessons: classFile.lessons,
      solutions,
    };
    await writeFile(path.join(place, courseCardName), `${JSON.stringify(card, null, 2)}\n`);
    for (const { name: lesson, notebook } of lessons) {
      const tumorlab = { ...(notebook.metadata.tumorlab as object | undefined), lesson, student: id };
      const stamped = { ...notebook, metadata: { ...notebook.metadata, tumorlab } };
      await writeFile(path.join(place, `${lesson}.ipynb`), serializeNotebook(stamped));
    }
    for (const file of files)
      await cp(path.join(root, "notebooks", file), path.join(place, file), { recursive: true });
  }
}

interface Lesson {
  name: string;
  notebook: Notebook;
}

async function chooseLessons(root: string, wanted: readonly string[] | undefined): Promise<Lesson[]> {
  const folder = path.join(root, "notebooks");
  const names = (await readdir(folder))
    .filter((name) => /^\d\d-.*\.ipynb$/.test(name))
    .map((name) => name.replace(/\.ipynb$/, ""))
    .sort();
  const chosen = wanted?.map((word) => {
    const plain = word.trim().replace(/\.ipynb$/, "");
    const found = names.find((name) => name === plain || name.startsWith(`${plain}-`));
    requireThat(found !== undefined, "--lessons", word, names.join(", "));
    return found;
  });
  const list = [...new Set(chosen ?? names)];
  return Promise.all(
    list.map(async (name) => {
      const file = path.join(folder, `${name}.ipynb`);
      return { name, notebook: strip(parseNotebook(await readFile(file, "utf8"), file), list) };
    }),
  );
}

/**
 * A lesson as it is handed out: no outputs, no word of where the solutions are, and no link to a lesson that stays behind.
 *
 * @param lessons names of those that are handed out.
 */
export function strip(notebook: Notebook, lessons: readonly string[]): Notebook {
  const cells = notebook.cells
    .filter((cell) => !tagsOf(cell).includes("teacher"))
    .map((cell) => {
      if (cell.cell_type === "code") return { ...cell, outputs: [], execution_count: null };
      const source = cell.source
        .replaceAll(/^[^\n]*\]\(exercises\/[^\n]*$/gm, (line) =>
          // The sentence that links to a solution, and not the rest of its paragraph.
          line.replaceAll(/[^.]*\[[^\]]*\]\(exercises\/[^)]*\)[^.]*\.?\s*/g, "").trim(),
        )
        .replaceAll(/\[([^\]]+)\]\((\d\d-[\w-]+)\.ipynb[^)]*\)/g, (link, words: string, lesson: string) =>
          lessons.includes(lesson) ? link : words,
        )
        .replace(/^\n+/, "");
      return { ...cell, source };
    });
  return { ...notebook, cells };
}

/** Files beside the lessons that their code names, such as `results/jhh-in-small.json`. */
async function findFilesRead(root: string, lessons: readonly Lesson[]): Promise<string[]> {
  const named = new Set<string>();
  for (const { notebook } of lessons)
    for (const cell of notebook.cells)
      if (cell.cell_type === "code")
        for (const [, file] of cell.source.matchAll(/["'`](results\/[\w./-]+)["'`]/g)) named.add(file);
  const all = await readdir(path.join(root, "notebooks", "results")).catch((): string[] => []);
  // With a result go the record of its run and its questions, which reading it holds it against.
  const files = [...named].flatMap((file) => {
    const stem = path.basename(file).split(".")[0];
    return all.filter((name) => name.split(".")[0] === stem).map((name) => `results/${name}`);
  });
  return [...new Set(files)].sort();
}
