import { addMinutes, addParts, rule, type SectionMinutes, totalMinutes } from "./minutes.js";

/** A Markdown table whose columns are padded as the formatter does it. The first column holds words, the others numbers. */
export function writeTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(3, title.length, ...rows.map((row) => row[i].length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(" | ")} |`;
  const ruler = widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(head), `| ${ruler.join(" | ")} |`, ...rows.map(line)].join("\n");
}

const columns = ["read", "do", "cells, tiny", "cells, small", "together", "at half the speed"];

function numbersOf(section: SectionMinutes): string[] {
  return [
    section.readingMin.toFixed(1),
    section.doingMin === 0 ? "" : section.doingMin.toFixed(1),
    `${section.tinyS.toFixed(0)} s`,
    `${section.smallS.toFixed(0)} s`,
    totalMinutes(section).toFixed(1),
    totalMinutes(section, 0.5).toFixed(1),
  ];
}

/** The minutes of each section of a lesson, of its parts where it has several, and of all. */
export function writeLessonTable(sections: readonly SectionMinutes[]): string {
  const all = addMinutes(sections, "", "**all**");
  return writeTable(
    ["section", ...columns],
    [...sections, ...addParts(sections), all].map((section) => [
      section.title.replaceAll("|", "\\|"),
      ...numbersOf(section),
    ]),
  );
}

/** The minutes of each lesson. */
export function writeCourseTable(lessons: Readonly<Record<string, readonly SectionMinutes[]>>): string {
  const rows = Object.entries(lessons).map(([name, sections]) =>
    addMinutes(sections, name, `[${name}](${name}.md)`),
  );
  return writeTable(
    ["lesson", ...columns],
    [...rows, addMinutes(rows, "", "**all**")].map((row) => [row.title, ...numbersOf(row)]),
  );
}

/** The rule in words. */
export function writeRule(): string {
  const { minutesPerExercise: exercise } = rule;
  return [
    `- **Reading**: ${rule.wordsPerMinute} words a minute, ${rule.secondsPerFormula} s for a formula on a line of its own, ${rule.secondsPerInlineFormula} s for one within a line, ${rule.secondsPerCodeLine} s for a line of code, ${rule.secondsPerOutput} s for a picture or a table.`,
    `- **Doing**: ${rule.minutesPerPanel} minutes for each viewer or panel of sliders; ${exercise.predict} minutes for an exercise in which a number or a choice is asked for, ${exercise.change} for a plan that is to be changed, ${exercise.function} for a function.`,
    "- **Cells**: measured, cell by cell. Of the time on the clock and the processor time of the kernel the smaller one is taken: other work on the machine doesn't count then, and a cell that uses both cores counts as long as it takes.",
    "- **Together**: reading, doing and the cells at scale `small`. At half the speed the cells take twice as long; people do not.",
  ].join("\n");
}
