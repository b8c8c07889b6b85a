import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createKey } from "tumorlab/internal/core/random";
import { valuesOf } from "tumorlab/internal/lessons/exercises/exercise-spec";
import { lessonExercises } from "tumorlab/internal/lessons/exercises/list";
import { type Damage, damages, type RawCell, type RawNotebook } from "./damage.js";
import { type ClassFile, places } from "#environment/course/class-file.js";
import { releaseCourse } from "#environment/course/release.js";

export const root: string = path.resolve(__dirname, "../../../..");

/** Which damage a student's notebook of a lesson has. */
export type Plan = (student: number, lesson: number) => Damage;

export const lessonCount: number = readdirSync(path.join(root, "notebooks")).filter((name) =>
  name.endsWith(".ipynb"),
).length;

/** Each notebook is damaged in the next way; after the last one a lesson meets others than before. */
export const nextDamage: Plan = (student, lesson) => {
  const at = lessonCount * student + lesson;
  return damages[(at + Math.floor(at / damages.length)) % damages.length];
};

/** Makes a course in a folder, and what its students send into `folder/sent`, one file a notebook with a platform's name. */
export async function makeCourse(folder: string, students: number, plan: Plan): Promise<ClassFile> {
  const rows = Array.from(
    { length: students },
    (_, i) => `s${100 + i},Given${i} Family${i},s${100 + i}@example.org`,
  );
  writeFileSync(path.join(folder, "class.csv"), ["id,name,email", ...rows, ""].join("\n"));
  const course = await releaseCourse({
    root,
    folder: path.join(folder, "course"),
    classList: path.join(folder, "class.csv"),
    course: "Test",
    seed: 3,
    solutions: false,
  });
  course.students.forEach((student, at) => {
    const inner = path.join(folder, "sent", `${student.name}_${5000 + at}_assignsubmission_file_`);
    mkdirSync(inner, { recursive: true });
    course.lessons.forEach((lesson, number) => {
      const file = path.join(folder, "course", places.release, student.folder, `${lesson}.ipynb`);
      const notebook = JSON.parse(readFileSync(file, "utf8")) as RawNotebook;
      const answers = solve(notebook, lesson, student.seed);
      writeFileSync(path.join(inner, `${lesson}.ipynb`), plan(at, number).apply(notebook, answers[0]));
    });
  });
  return course;
}

/** Puts solutions into a notebook that was handed out; answers the cells they are in. */
function solve(notebook: RawNotebook, lesson: string, seed: number): RawCell[] {
  const solutions = JSON.parse(
    readFileSync(path.join(root, "notebooks", "exercises", `${lesson}-solutions.ipynb`), "utf8"),
  ) as RawNotebook;
  const exerciseOf = (cell: RawCell): unknown =>
    (cell.metadata?.tumorlab as { exercise?: string } | undefined)?.exercise;
  return lessonExercises
    .filter((each) => each.lesson === lesson)
    .flatMap((exercise) => {
      const cells = notebook.cells.filter((cell) => exerciseOf(cell) === exercise.id);
      const answer = cells.find((cell) =>
        new RegExp(`\\bconst ${exercise.answer}\\b`).test([cell.source].flat().join("")),
      );
      if (!answer) return [];
      const solution = solutions.cells.find((cell) => exerciseOf(cell) === exercise.id)!;
      const code = [solution.source]
        .flat()
        .join("")
        .replaceAll(/^await lessons\.checkExercise.*$/gm, "");
      answer.source = code.replace(
        /^const (\{.*\}) = \(await lessons.openExercise.*$/gm,
        (_, names: string) => `const ${names} = ${JSON.stringify(valuesOf(exercise, createKey(seed)))};`,
      );
      return [answer];
    });
}

/** A link in place of what a student sent. */
export function plantLink(folder: string, lesson: string): void {
  symlinkSync("/etc/passwd", path.join(folder, `${lesson}-link.ipynb`));
}
