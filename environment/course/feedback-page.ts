import { escapeXml } from "tumorlab/internal/core/escape";
import type { ExerciseGrade, NotebookGrade, Outcome } from "./grade-notebook.js";
import type { StudentGrade } from "./grade.js";

const signs: Readonly<Record<Outcome, string>> = {
  right: "\u2714 Right",
  wrong: "\u2718 Not yet",
  open: "\u270e Not begun",
  failed: "\u26a0 Could not be run",
  missing: "\u25cb Not found",
};

/** A student's feedback as one page that needs nothing else. */
export function feedbackPage(course: string, hidden: boolean, grade: StudentGrade): string {
  const { student, notebooks, earned, points } = grade;
  const title = `${course}: ${student.name}`;
  const rows = notebooks.map(
    ({ lesson, file, exercises, reason }) =>
      `<tr><th scope="row">${file === "" ? escapeXml(lesson) : `<a href="#${escapeXml(lesson)}">${escapeXml(lesson)}</a>`}</th><td>${total(exercises, "earned")} of ${total(exercises, "points")}</td><td>${escapeXml(reason)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeXml(title)}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
table { border-collapse: collapse; } th, td { text-align: left; padding: 0.2rem 1rem 0.2rem 0; vertical-align: top; }
section { border-top: 1px solid #bbb; margin-top: 1.5rem; }
pre { background: #f4f4f4; padding: 0.6rem; overflow-x: auto; max-height: 24rem; }
.right { color: #0072b2; } .wrong, .failed { color: #a33b00; } .open, .missing { color: #555; }
</style>
</head>
<body>
<h1>${escapeXml(title)}</h1>
<p><strong>${earned} of ${points} points</strong></p>
<p>${
    hidden
      ? "There are hidden tests: functions were also tried on values that no notebook shows. An exercise counts where both are passed."
      : "The tests are those of the notebooks. No hidden tests were run."
  }</p>
<table>
<thead><tr><th scope="col">lesson</th><th scope="col">points</th><th scope="col">remark</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>
${notebooks
  .filter(({ file }) => file !== "")
  .map(notebookSection)
  .join("\n")}
</body>
</html>
`;
}

function notebookSection({ lesson, exercises, reason, notes }: NotebookGrade): string {
  const said = [reason === "" ? "" : `This notebook could not be graded. ${reason}`, ...notes].filter(
    Boolean,
  );
  return [
    `<section id="${escapeXml(lesson)}">`,
    `<h2>${escapeXml(lesson)}</h2>`,
    ...said.map((line) => `<p>${escapeXml(line)}</p>`),
    ...(reason === "" ? exercises.map(exerciseBlock) : []),
    "</section>",
  ].join("\n");
}

function exerciseBlock({
  title,
  points,
  earned,
  outcome,
  remark,
  notes,
  hidden,
  code,
}: ExerciseGrade): string {
  return [
    `<h3>${escapeXml(title)}</h3>`,
    `<p><strong class="${outcome}">${signs[outcome]}</strong>, ${earned} of ${points} ${points === 1 ? "point" : "points"}${hidden ? ", hidden tests too" : ""}</p>`,
    ...[remark, ...notes].filter(Boolean).map((line) => `<p>${escapeXml(line)}</p>`),
    code === ""
      ? ""
      : `<details><summary>Your code</summary><pre>${escapeXml(code.slice(0, 20_000))}</pre></details>`,
  ]
    .filter(Boolean)
    .join("\n");
}

function total(exercises: readonly ExerciseGrade[], field: "earned" | "points"): number {
  return exercises.reduce((sum, each) => sum + each[field], 0);
}
