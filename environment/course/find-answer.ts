import type { LessonExercise } from "tumorlab/internal/lessons/exercises/exercise-spec";
import { compareCode, examineCode, trimCode } from "./cell-code.js";
import type { SentCell, SentNotebook } from "./read-submission.js";

/** The code of an answer in a notebook that came back. */
export interface FoundAnswer {
  /** The answer's cell, and before it the cells that it needs. */
  cells: string[];
  /** Name of the variable that holds the answer. */
  variable: string;
  /** Whether the cell is as it was handed out. */
  isUntouched: boolean;
  /** What was odd about it. */
  notes: string[];
}

/** Less alike than this, a cell is no changed answer's cell. */
const leastAlike = 0.5;

/**
 * Finds an exercise's answer: by the exercise's name in the cells' metadata, else by the released cell's id, else by what a
 * cell declares, be it a text, else by the cell that is most like the released one.
 *
 * @param released the lesson as it was handed out.
 * @returns why there is none, in words, where there is none.
 */
export function findAnswer(
  sent: SentNotebook,
  exercise: LessonExercise,
  released: readonly SentCell[],
): FoundAnswer | { reason: string } {
  const { answer: variable, id } = exercise;
  const original = released.find(
    (cell) => cell.kind === "code" && cell.exercise === id && declares(cell.source, variable),
  );
  // A cell of the lesson itself may declare the same name; as it was handed out, it is nobody's answer.
  const lesson = new Set(
    released
      .filter(({ kind, exercise: of }) => kind === "code" && of !== id)
      .map(({ source }) => trimCode(source)),
  );
  const code = sent.cells.filter(({ kind, source }) => kind === "code" && !lesson.has(trimCode(source)));
  const declaring = code.filter((cell) => declares(cell.source, variable));
  const notes: string[] = [];
  // Of two the later one counts, as it does when a notebook is run from top to bottom.
  const byName = declaring.filter((cell) => cell.exercise === id).at(-1);
  const byId = declaring.find((cell) => original !== undefined && cell.id === original.id);
  let found = byName ?? byId ?? declaring.at(-1);
  let name = variable;
  if (!found) {
    const text = sent.cells
      .filter(({ kind }) => kind === "text")
      .map((cell) => ({ ...cell, source: codeOfText(cell.source) }))
      .filter((cell) => declares(cell.source, variable))
      .at(-1);
    if (text) {
      notes.push("The code was in a text cell; it was graded all the same.");
      found = text;
    }
  }
  if (!found) {
    const renamed = findRenamed(code, id, original);
    if (renamed) {
      found = renamed.cell;
      name = renamed.name;
      notes.push(`The answer is asked for as ${variable}; it was taken from ${name}.`);
    }
  }
  if (!found)
    return {
      reason: `No cell declares ${variable}, and none is like the one that was handed out. Was it deleted?`,
    };
  const isUntouched = original !== undefined && trimCode(found.source) === trimCode(original.source);
  const needed = findNeeded(found, sent.cells, released, notes);
  return { cells: [...needed, found.source], variable: name, isUntouched, notes };
}

function declares(source: string, name: string): boolean {
  return source.includes(name) && examineCode(source).declared.includes(name);
}

/** The code in a text: what stands between fences, or all of it. */
function codeOfText(source: string): string {
  const fenced = [...source.matchAll(/^```[^\n]*\n([\s\S]*?)^```/gm)].map(([, code]) => code);
  return fenced.length > 0 ? fenced.join("\n") : source;
}

function findRenamed(
  code: readonly SentCell[],
  id: string,
  original: SentCell | undefined,
): { cell: SentCell; name: string } | undefined {
  const own = code.filter((cell) => cell.exercise === id || (original && cell.id === original.id));
  const alike = code
    .map((cell) => ({ cell, share: original ? compareCode(cell.source, original.source) : 0 }))
    .filter(({ share }) => share >= leastAlike)
    .sort((a, b) => b.share - a.share)
    .map(({ cell }) => cell);
  for (const cell of [...own, ...alike]) {
    const name = examineCode(cell.source).declared.at(-1);
    if (name !== undefined) return { cell, name };
  }
  return undefined;
}

/** Names that every cell has. */
const given = new Set(["lab", "lessons", "console", "undefined", "NaN", "Infinity"]);

/**
 * Cells that the answer's cell needs, in the notebook's order: those that declare what it uses, and what they use. A cell of
 * the lesson itself is taken only where it costs nothing; only the answers are run, not the lesson.
 */
function findNeeded(
  answer: { source: string },
  cells: readonly SentCell[],
  released: readonly SentCell[],
  notes: string[],
): string[] {
  const handedOut = new Set(released.map(({ source }) => trimCode(source)));
  const code = cells
    .map((cell, at) => ({ ...cell, at }))
    .filter(({ kind, source }) => kind === "code" && source !== answer.source)
    .map((cell) => ({ ...cell, ...examineCode(cell.source) }));
  const taken = new Set<number>();
  const missing = new Set<string>();
  const have = new Set([...given, ...examineCode(answer.source).declared]);
  const open = [...examineCode(answer.source).used];
  while (open.length > 0) {
    const name = open.pop()!;
    if (have.has(name) || name in globalThis) continue;
    have.add(name);
    const cell = code.filter(({ declared }) => declared.includes(name)).at(-1);
    if (!cell) continue;
    const isLesson = handedOut.has(trimCode(cell.source)) && cell.exercise === "";
    if (isLesson && !cell.isLight) {
      missing.add(name);
      continue;
    }
    // A cell that declares the answer once more would clash with it.
    if (cell.declared.some((each) => examineCode(answer.source).declared.includes(each))) continue;
    taken.add(cell.at);
    for (const each of cell.declared) have.add(each);
    open.push(...cell.used);
  }
  if (missing.size > 0)
    notes.push(
      `It uses ${[...missing].join(", ")} of the lesson. Only answers are run, not the lesson: an answer stands by itself.`,
    );
  return code.filter(({ at }) => taken.has(at)).map(({ source }) => source);
}
