import type { CourseGrades, StudentGrade } from "./grade.js";
import { type ColumnMeaning, readColumn } from "./student.js";

type Cell = string | number;

/** Tables of grades by the names of their files. */
export function tabulateGrades(grades: CourseGrades): Record<string, string> {
  return {
    "grades.csv": formatTable(general(grades)),
    "grades-exercises.csv": formatTable(byExercise(grades)),
    "grades-canvas.csv": formatTable(canvas(grades)),
    "grades-moodle.csv": formatTable(moodle(grades)),
    "grades-ilias.csv": formatTable(ilias(grades)),
  };
}

function general({ course, students }: CourseGrades): Cell[][] {
  return [
    ["id", "name", "email", ...course.lessons, "points", "of", "percent", "not graded", "not sent"],
    ...students.map((grade) => [
      grade.student.id,
      grade.student.name,
      column(grade, "email"),
      ...lessonPoints(grade),
      grade.earned,
      grade.points,
      percent(grade),
      grade.notebooks
        .filter(({ file, reason }) => file !== "" && reason !== "")
        .map(({ lesson, reason }) => `${lesson}: ${reason}`)
        .join(" "),
      grade.notebooks
        .filter(({ file }) => file === "")
        .map(({ lesson }) => lesson)
        .join(" "),
    ]),
  ];
}

function byExercise({ students }: CourseGrades): Cell[][] {
  return [
    [
      "id",
      "name",
      "lesson",
      "exercise",
      "points",
      "of",
      "outcome",
      "hidden tests",
      "remark",
      "notes",
      "file",
    ],
    ...students.flatMap(({ student, notebooks }) =>
      notebooks.flatMap(({ lesson, exercises, file, notes }) =>
        exercises.map((each) => [
          student.id,
          student.name,
          lesson,
          each.exercise,
          each.earned,
          each.points,
          each.outcome,
          each.hidden ? "run" : "",
          each.remark,
          [...notes, ...each.notes].join(" "),
          file.split(/[\\/]/).slice(-2).join("/"),
        ]),
      ),
    ),
  ];
}

/**
 * As Canvas's gradebook exports and imports it: five columns that say who, one for each assignment, and a second row with
 * what each counts.
 */
function canvas({ course, students }: CourseGrades): Cell[][] {
  const most = course.lessons.map((_, at) =>
    sum(students[0].notebooks[at].exercises.map(({ points }) => points)),
  );
  return [
    [
      "Student",
      "ID",
      "SIS User ID",
      "SIS Login ID",
      "Section",
      ...course.lessons.map((name) => `${course.course} ${name}`),
    ],
    ["    Points Possible", "", "", "", "", ...most],
    ...students.map((grade) => [
      lastFirst(grade),
      column(grade, "canvasId"),
      column(grade, "sisUserId") || column(grade, "idNumber"),
      column(grade, "sisLoginId") || column(grade, "login"),
      column(grade, "section"),
      ...lessonPoints(grade),
    ]),
  ];
}

/** For Moodle's import of grades, which asks which column says who (the address, the ID number) and which is which grade. */
function moodle({ course, students }: CourseGrades): Cell[][] {
  return [
    [
      "First name",
      "Last name",
      "ID number",
      "Username",
      "Email address",
      ...course.lessons,
      "Course total",
      "Feedback comments",
    ],
    ...students.map((grade) => [
      ...splitName(grade),
      column(grade, "idNumber"),
      column(grade, "login"),
      column(grade, "email"),
      ...lessonPoints(grade),
      grade.earned,
      summary(grade),
    ]),
  ];
}

/** The status file of an exercise in ILIAS (status.csv of its multi-feedback): a row counts where `update` is 1. */
function ilias({ students }: CourseGrades): Cell[][] {
  return [
    [
      "update",
      "usr_id",
      "login",
      "lastname",
      "firstname",
      "status",
      "mark",
      "notice",
      "comment",
      "plagiarism",
      "plag_comment",
    ],
    ...students.map((grade) => {
      const [first, last] = splitName(grade);
      const isPassed = 2 * grade.earned >= grade.points;
      const status = isPassed ? "passed" : "failed";
      return [
        1,
        column(grade, "iliasId"),
        column(grade, "login"),
        last,
        first,
        status,
        grade.earned,
        "",
        summary(grade),
        "",
        "",
      ];
    }),
  ];
}

function column({ student }: StudentGrade, meaning: ColumnMeaning): string {
  return readColumn(student.columns, meaning);
}

function lessonPoints({ notebooks }: StudentGrade): number[] {
  return notebooks.map(({ exercises }) => sum(exercises.map(({ earned }) => earned)));
}

function percent({ earned, points }: StudentGrade): Cell {
  return points === 0 ? "" : Math.round((1000 * earned) / points) / 10;
}

function summary({ earned, points }: StudentGrade): string {
  return `${earned} of ${points} points`;
}

function splitName({ student }: StudentGrade): [first: string, last: string] {
  const [first, last] = [readColumn(student.columns, "first"), readColumn(student.columns, "last")];
  if (first !== "" || last !== "") return [first, last];
  if (student.name.includes(",")) {
    const [family, given] = student.name.split(",", 2);
    return [given.trim(), family.trim()];
  }
  const words = student.name.split(" ");
  return [words.slice(0, -1).join(" "), words.at(-1)!];
}

function lastFirst(grade: StudentGrade): string {
  const [first, last] = splitName(grade);
  return first === "" ? last : `${last}, ${first}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** CSV by RFC 4180. Texts that a spreadsheet would reckon as a formula get a mark in front that it takes for text. */
export function formatTable(rows: readonly (readonly Cell[])[]): string {
  return `${rows.map((row) => row.map(formatCell).join(",")).join("\r\n")}\r\n`;
}

function formatCell(cell: Cell): string {
  if (typeof cell === "number") return String(cell);
  const text = /^[=+@\t\r]|^-(?![\d.]+$)/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
