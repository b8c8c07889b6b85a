import { interactMime } from "tumorlab/internal/contracts/interact-payload";
import { volumeMime } from "tumorlab/internal/contracts/volume-payload";
import { type ExerciseKind } from "tumorlab/internal/lessons/exercises/exercise-spec";
import { lessonExercises } from "tumorlab/internal/lessons/exercises/list";
import { tagsOf, type Cell, type CodeCell, type Notebook } from "../runner/notebook.js";

/** A part of a lesson, from one heading of the second level to the next, and what in it takes time. */
export interface LessonSection {
  /** The id of the cell with its heading; a second heading in the same cell has `-2` behind it. */
  id: string;
  title: string;
  /** Of a lesson in parts the one that it belongs to, from 1. */
  part: number;
  /** Words of its texts, code in them included. */
  words: number;
  /** Formulas on a line of their own. */
  formulas: number;
  /** Formulas within a line. */
  inlineFormulas: number;
  /** Lines of code that are not empty, without those of exercises. */
  codeLines: number;
  /** Pictures and tables to look at. */
  outputs: number;
  /** Viewers and panels of sliders to try. */
  panels: number;
  /** The kinds of its exercises. */
  exercises: ExerciseKind[];
  /** Ids of its code cells. */
  cells: string[];
}

/** What stands before the first heading of the second level. */
export const beginning = "Beginning";

/** The line, ahead of a heading, at which a part of a lesson ends. */
const endOfPart = /^\*\*End of part (\d)\.\*\*/m;

/**
 * Cuts a lesson into its sections. Texts of a cell before a heading in it belong to the section before; after a line that begins
 * with `**End of part 1.**` the next heading begins part 2.
 */
export function cutIntoSections(notebook: Notebook): LessonSection[] {
  const sections = [startSection(notebook.cells[0]?.id ?? "head", beginning, 1)];
  const at = { part: 1 };
  for (const cell of notebook.cells) {
    const current = sections.at(-1)!;
    if (cell.cell_type === "code") addCode(current, cell);
    else if (cell.cell_type === "markdown")
      sections.push(...addText(current, cell, new Set(sections.map(({ id }) => id)), at));
  }
  return sections;
}

function startSection(id: string, title: string, part: number): LessonSection {
  return {
    ...{ id, title, part, words: 0, formulas: 0, inlineFormulas: 0, codeLines: 0, outputs: 0, panels: 0 },
    ...{ exercises: [], cells: [] },
  };
}

/** Counts a text; returns the sections that begin in it, and keeps in `at` the part that the next one belongs to. */
function addText(
  current: LessonSection,
  cell: Cell,
  used: ReadonlySet<string>,
  at: { part: number },
): LessonSection[] {
  const begun: LessonSection[] = [];
  for (const part of cell.source.split(/^(?=## )/m)) {
    const heading = /^## +(.+)$/m.exec(part.startsWith("## ") ? part : "")?.[1];
    if (heading !== undefined) {
      const isFirst = begun.length === 0 && !used.has(cell.id);
      const id = isFirst ? cell.id : `${cell.id}-${begun.length + 1}`;
      begun.push(startSection(id, heading.replace(/[*_`]/g, "").trim(), at.part));
    }
    countText(begun.at(-1) ?? current, part);
    const ended = endOfPart.exec(part)?.[1];
    if (ended !== undefined) at.part = Number(ended) + 1;
  }
  return begun;
}

function countText(section: LessonSection, text: string): void {
  const shown = text.replace(/\$\$[\s\S]+?\$\$/g, () => {
    section.formulas++;
    return " ";
  });
  const prose = shown
    // As the pages take formulas: no space inside the dollars, no digit behind.
    .replace(/\$(?!\s)(?:\\.|[^$\\\n])+?(?<!\s)\$(?!\d)/g, () => {
      section.inlineFormulas++;
      return " ";
    })
    .replace(/\]\([^)]*\)/g, "]");
  section.words += prose.match(/[\p{L}\p{N}][\p{L}\p{N}'.-]*/gu)?.length ?? 0;
}

function addCode(section: LessonSection, cell: CodeCell): void {
  section.cells.push(cell.id);
  const tags = tagsOf(cell);
  if (tags.includes("exercise")) {
    const { exercise } = (cell.metadata.tumorlab ?? {}) as { exercise?: unknown };
    const found = lessonExercises.find(({ id }) => id === exercise);
    if (found) section.exercises.push(found.kind);
  }
  if (tags.some((tag) => tag.startsWith("exercise"))) return;
  section.codeLines += cell.source.split("\n").filter((line) => line.trim() !== "").length;
  for (const output of cell.outputs) {
    if (output.output_type !== "display_data" && output.output_type !== "execute_result") continue;
    if (interactMime in output.data || volumeMime in output.data) section.panels++;
    else section.outputs++;
  }
}
