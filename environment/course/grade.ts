import path from "node:path";
import { LabError } from "tumorlab/internal/core/errors";
import { type ClassFile, places, readClassFile } from "./class-file.js";
import { listSubmitted } from "./collect.js";
import { gradeNotebook, type NotebookGrade } from "./grade-notebook.js";
import { startJudge } from "./judge.js";
import { readSubmission, type SentCell } from "./read-submission.js";
import type { StudentLimits } from "./student-process.js";
import type { Student } from "./student.js";

/** How a course is graded. */
export interface GradeOptions {
  /** The project. */
  root: string;
  /** The course's folder. */
  folder: string;
  /** Whether functions are also tried on what no notebook shows. */
  hidden: boolean;
  /** Notebooks at the same time. */
  workers: number;
  limits?: StudentLimits;
  signal?: AbortSignal;
  /** Told after each notebook. */
  progress?: (done: number, total: number) => void;
}

/** A student's grades. */
export interface StudentGrade {
  student: Student;
  notebooks: NotebookGrade[];
  earned: number;
  points: number;
}

/** Grades of a class, in the order of its list. */
export interface CourseGrades {
  course: ClassFile;
  hidden: boolean;
  students: StudentGrade[];
}

/**
 * Grades all that came back. A notebook that can't be graded has its reason and none of the points; it never ends the rest.
 *
 * @throws LabError where the folder is no course's.
 */
export async function gradeCourse(options: GradeOptions): Promise<CourseGrades> {
  const { root, folder, hidden, workers, signal, progress } = options;
  const course = await readClassFile(folder);
  const released = await readReleased(folder, course.lessons);
  const students = course.students.map((student): StudentGrade => ({
    student,
    notebooks: [],
    earned: 0,
    points: 0,
  }));
  const jobs = students.flatMap((grade) => course.lessons.map((lesson, at) => ({ grade, lesson, at })));
  let next = 0;
  let done = 0;
  await Promise.all(
    Array.from({ length: Math.max(1, Math.min(workers, jobs.length)) }, async () => {
      const judge = startJudge();
      try {
        while (next < jobs.length) {
          signal?.throwIfAborted();
          const { grade, lesson, at } = jobs[next++];
          const { student } = grade;
          const file = (await listSubmitted(folder, student.folder, lesson)).at(-1);
          grade.notebooks[at] = await gradeNotebook({
            root,
            lesson,
            file,
            student,
            released: released.get(lesson)!,
            judge,
            ...(options.limits ? { limits: options.limits } : {}),
            ...(hidden ? { hiddenSeed: course.seed } : {}),
          });
          progress?.(++done, jobs.length);
        }
      } finally {
        await judge.close();
      }
    }),
  );
  for (const grade of students) {
    const all = grade.notebooks.flatMap(({ exercises }) => exercises);
    grade.earned = all.reduce((sum, { earned }) => sum + earned, 0);
    grade.points = all.reduce((sum, { points }) => sum + points, 0);
  }
  return { course, hidden, students };
}

async function readReleased(folder: string, lessons: readonly string[]): Promise<Map<string, SentCell[]>> {
  const released = new Map<string, SentCell[]>();
  for (const lesson of lessons) {
    const file = path.join(folder, places.released, `${lesson}.ipynb`);
    const read = await readSubmission(file);
    if ("reason" in read)
      throw new LabError(
        file,
        read.reason,
        "the lesson as it was handed out",
        "tumorlab course release writes it",
        {
          kind: "bad-file",
        },
      );
    released.set(lesson, read.cells);
  }
  return released;
}
