import path from "node:path";
import { writeFileWhole } from "tumorlab/internal/core/files";
import { places } from "./class-file.js";
import { feedbackPage } from "./feedback-page.js";
import type { CourseGrades } from "./grade.js";
import { tabulateGrades } from "./tables.js";

/** Files that grading writes, from the course's folder. */
export function gradeFiles(grades: CourseGrades): Map<string, string> {
  const files = new Map<string, string>();
  for (const each of grades.students)
    files.set(
      path.join(places.feedback, `${each.student.folder}.html`),
      feedbackPage(grades.course.course, grades.hidden, each),
    );
  for (const [name, text] of Object.entries(tabulateGrades(grades))) files.set(name, text);
  return files;
}

/** Writes tables and pages, each whole; the tables last, so that they tell of pages that are there. */
export async function writeGrades(folder: string, grades: CourseGrades): Promise<void> {
  for (const [name, text] of gradeFiles(grades))
    await writeFileWhole(path.join(folder, name), [new TextEncoder().encode(text)]);
}
