import { randomInt } from "node:crypto";
import { access } from "node:fs/promises";
import path from "node:path";
import { describeError, LabError } from "tumorlab/internal/core/errors";
import { places } from "./class-file.js";
import { collectCourse, type CollectReport } from "./collect.js";
import { type CourseGrades, gradeCourse } from "./grade.js";
import { releaseCourse } from "./release.js";
import { writeGrades } from "./write-grades.js";

/**
 * The workflow of a course, started by `tumorlab course`, which reads the words of the command line. It is told what to do as
 * JSON in its one argument.
 */
export type CourseTask =
  | {
      do: "release";
      folder: string;
      classList: string;
      course: string;
      lessons?: string[];
      seed?: number;
      solutions: boolean;
    }
  | { do: "collect"; folder: string; from: string[]; json: boolean }
  | {
      do: "grade";
      folder: string;
      hidden: boolean;
      workers: number;
      force: boolean;
      json: boolean;
      isTerminal: boolean;
    };

const root = path.resolve(__dirname, "../../..");
const out = (text: string): void => void process.stdout.write(`${text}\n`);
const err = (text: string): void => void process.stderr.write(`${text}\n`);
const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;

async function main(task: CourseTask): Promise<number> {
  if (task.do === "release") return release(task);
  if (task.do === "collect") return collect(task);
  return grade(task);
}

async function release(task: CourseTask & { do: "release" }): Promise<number> {
  // 47 random bits, which nobody guesses.
  const seed = task.seed ?? randomInt(2 ** 47);
  const { students, lessons } = await releaseCourse({ ...task, root, seed });
  const folder = path.join(task.folder, places.release);
  out(
    `${count(students.length, "student")}, ${count(lessons.length, "lesson")}: hand out the folders in ${folder}`,
  );
  out(`${path.join(task.folder, places.classFile)} holds the seeds: keep it to yourself`);
  return 0;
}

async function collect({ folder, from, json }: CourseTask & { do: "collect" }): Promise<number> {
  const report = await collectCourse(folder, from);
  if (json) out(JSON.stringify(report, null, 2));
  else printCollected(report);
  return report.left.length > 0 ? 1 : 0;
}

function printCollected({ placed, known, left, missing }: CollectReport): void {
  for (const { student, lesson, from, note } of placed)
    out(`${student}  ${lesson}  from ${from}${note === "" ? "" : ` (${note})`}`);
  out(
    `${count(placed.length, "notebook")} placed${known.length > 0 ? `, ${known.length} were there already` : ""}`,
  );
  for (const { from, reason } of left) err(`left where it is: ${from}: ${reason}`);
  for (const { student, lessons } of missing) out(`nothing so far from ${student}: ${lessons.join(", ")}`);
}

async function grade(task: CourseTask & { do: "grade" }): Promise<number> {
  const { folder, hidden, workers, force, json, isTerminal } = task;
  const table = path.join(folder, "grades.csv");
  const isGraded = await access(table).then(
    () => true,
    () => false,
  );
  if (isGraded && !force)
    throw new LabError(table, "grades of a former run", "a name that is free", "Grade anew with --force");
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.on(name, () => stop.abort(new Error("interrupted; nothing was written")));
  const progress = (done: number, total: number): void => {
    if (isTerminal) process.stderr.write(`\r${done} of ${total} notebooks${done === total ? "\n" : ""}`);
  };
  const grades = await gradeCourse({ root, folder, hidden, workers, signal: stop.signal, progress });
  await writeGrades(folder, grades);
  if (json) out(JSON.stringify(summarize(grades), null, 2));
  else printGrades(folder, grades);
  return 0;
}

function summarize({ students, hidden }: CourseGrades): object {
  return {
    hidden,
    students: students.map(({ student, earned, points, notebooks }) => ({
      id: student.id,
      earned,
      points,
      notebooks: notebooks.map(({ lesson, file, reason, exercises }) => ({
        lesson,
        file,
        reason,
        exercises: exercises.map(({ exercise, earned: got, outcome, remark }) => ({
          exercise,
          earned: got,
          outcome,
          remark,
        })),
      })),
    })),
  };
}

function printGrades(folder: string, { students, hidden }: CourseGrades): void {
  const all = students.flatMap(({ student, notebooks }) =>
    notebooks.map((each) => ({ ...each, id: student.id })),
  );
  const sent = all.filter(({ file }) => file !== "");
  for (const { id, lesson, reason } of sent)
    if (reason !== "") err(`not graded: ${id}, ${lesson}: ${reason}`);
  const read = sent.filter(({ reason }) => reason === "").length;
  out(
    `${read} of ${count(sent.length, "notebook")} graded, ${sent.length - read} named with the reason, ${all.length - sent.length} not sent`,
  );
  out(
    hidden
      ? "with the notebooks' tests and hidden ones"
      : "with the notebooks' tests; --hidden tries functions on others too",
  );
  out(
    `${path.join(folder, "grades.csv")}, a table each for Canvas, Moodle and ILIAS, and ${path.join(folder, places.feedback)}`,
  );
}

main(JSON.parse(process.argv[2] ?? "null") as CourseTask).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    err(`tumorlab course: ${describeError(error)}`);
    process.exitCode = 1;
  },
);
