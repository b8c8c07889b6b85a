import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { LabError } from "tumorlab/internal/core/errors";
import { parseNotebook } from "../runner/notebook.js";
import type { RunTimes } from "../runner/write-times.js";
import { type CellSeconds, reckonSection, type SectionMinutes } from "./minutes.js";
import { cutIntoSections, type LessonSection } from "./sections.js";

/** A run of the lessons at one scale. */
export interface MeasuredRun {
  /** Days on which it was measured, the earliest first. */
  dates: string[];
  machine: { cores: number; node: string };
  /** By lesson, by the cell's id. */
  cells: Record<string, Record<string, CellSeconds>>;
}

/** What the minutes of the guide are made of, as it is committed beside them. */
export interface TeachingRecord {
  about: string;
  /** By lesson, such as `01-one-scan`. */
  lessons: Record<string, LessonSection[]>;
  runs: { tiny: MeasuredRun; small: MeasuredRun };
}

const about =
  "Words, lines and outputs are counted in the notebooks. Times of cells are measured by npm run notebooks -- --times: [seconds of the clock, seconds of the processors]. Written by npm run teaching.";

/** The sections of all lessons as they are now. */
export async function countLessons(notebooks: string): Promise<Record<string, LessonSection[]>> {
  const names = (await readdir(notebooks)).filter((name) => /^\d\d-.*\.ipynb$/.test(name)).sort();
  const lessons = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(path.join(notebooks, name), "utf8");
      return [name.replace(/\.ipynb$/, ""), cutIntoSections(parseNotebook(text, name))] as const;
    }),
  );
  return Object.fromEntries(lessons);
}

/** An empty run, for lessons that have not been measured. */
export function emptyRun(): MeasuredRun {
  return { dates: [], machine: { cores: 0, node: "" }, cells: {} };
}

/**
 * A run with what another one measured in the place of the lessons that it has too.
 *
 * @throws LabError where the two were measured on machines with another number of cores.
 */
export function mergeRun(run: MeasuredRun, { date, machine, notebooks }: RunTimes): MeasuredRun {
  if (run.dates.length > 0 && run.machine.cores !== machine.cores)
    throw new LabError("--times", `${machine.cores} cores`, `${run.machine.cores} cores, as in the record`);
  const cells = Object.entries(notebooks).map(([name, times]) => [
    path.posix.basename(name, ".ipynb"),
    Object.fromEntries(
      Object.entries(times).map(([id, { seconds, processorSeconds }]) => [id, [seconds, processorSeconds]]),
    ),
  ]);
  return {
    dates: [...new Set([...run.dates, date])].sort(),
    machine,
    cells: { ...run.cells, ...(Object.fromEntries(cells) as MeasuredRun["cells"]) },
  };
}

/** What each section of each lesson takes. */
export function reckonLessons({ lessons, runs }: TeachingRecord): Record<string, SectionMinutes[]> {
  return Object.fromEntries(
    Object.entries(lessons).map(([name, sections]) => [
      name,
      sections.map((section) =>
        reckonSection(section, runs.tiny.cells[name] ?? {}, runs.small.cells[name] ?? {}),
      ),
    ]),
  );
}

/** The record as its file holds it: a line for each section and each cell. */
export function writeRecord({ lessons, runs }: TeachingRecord): string {
  const text = JSON.stringify({ about, lessons, runs }, null, 1);
  // Lists that hold no list or object, and objects of plain values, go on one line.
  return `${text.replace(/\[[^[\]{}]*\]/g, (list) => list.replace(/\s+/g, " "))}\n`;
}

export async function readRecord(file: string): Promise<TeachingRecord> {
  return JSON.parse(await readFile(file, "utf8")) as TeachingRecord;
}
