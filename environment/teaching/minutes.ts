import type { LessonSection } from "./sections.js";

/**
 * The rule by which minutes are reckoned. Only the running time is measured; the rest are assumptions for a reader in a
 * second language who reads code, stated in the guide so that a teacher can put their own in their place.
 */
export const rule = {
  wordsPerMinute: 150,
  secondsPerFormula: 30,
  secondsPerInlineFormula: 5,
  secondsPerCodeLine: 4,
  secondsPerOutput: 20,
  minutesPerPanel: 1.5,
  minutesPerExercise: { predict: 4, change: 6, function: 8 },
} as const;

/** Seconds of the clock and of the processors that a cell took; processors are `null` where the system does not tell. */
export type CellSeconds = readonly [clock: number, processor: number | null];

/** What a section takes. */
export interface SectionMinutes {
  id: string;
  title: string;
  /** Of a lesson in parts the one that it belongs to, from 1. */
  part: number;
  readingMin: number;
  /** Panels and exercises. */
  doingMin: number;
  /** Running time of its cells. */
  tinyS: number;
  smallS: number;
}

/**
 * What a cell takes on a machine with nothing else to do, as far as a run beside other work can tell: on a busy machine the
 * clock runs on while the cell waits, so processor time is the better measure; where a cell uses several cores, the clock is.
 * The smaller of the two is never too large by other programs' work.
 */
export function secondsOf([clock, processor]: CellSeconds): number {
  return processor === null ? clock : Math.min(clock, processor);
}

/** What a section takes to read, to do and to run. Cells without a time count as nothing. */
export function reckonSection(
  section: LessonSection,
  tiny: Readonly<Record<string, CellSeconds>>,
  small: Readonly<Record<string, CellSeconds>>,
): SectionMinutes {
  const seconds =
    rule.secondsPerFormula * section.formulas +
    rule.secondsPerInlineFormula * section.inlineFormulas +
    rule.secondsPerCodeLine * section.codeLines +
    rule.secondsPerOutput * section.outputs;
  const exercises = section.exercises.map((kind) => rule.minutesPerExercise[kind]);
  const run = (times: Readonly<Record<string, CellSeconds>>): number =>
    section.cells.reduce((sum, id) => sum + (times[id] ? secondsOf(times[id]) : 0), 0);
  return {
    id: section.id,
    title: section.title,
    part: section.part,
    readingMin: section.words / rule.wordsPerMinute + seconds / 60,
    doingMin: exercises.reduce((a, b) => a + b, rule.minutesPerPanel * section.panels),
    tinyS: run(tiny),
    smallS: run(small),
  };
}

/** Minutes of a section at scale `small`, on a machine that runs at a part of this one's speed. */
export function totalMinutes({ readingMin, doingMin, smallS }: SectionMinutes, speed = 1): number {
  return readingMin + doingMin + smallS / 60 / speed;
}

/** The parts of a lesson, each as one; a lesson that has one part alone has none to tell apart. */
export function addParts(sections: readonly SectionMinutes[]): SectionMinutes[] {
  const parts = [...new Set(sections.map(({ part }) => part))];
  if (parts.length < 2) return [];
  return parts.map((part) => ({
    ...addMinutes(
      sections.filter((each) => each.part === part),
      `part-${part}`,
      `**part ${part}**`,
    ),
    part,
  }));
}

/** Several sections as one. */
export function addMinutes(sections: readonly SectionMinutes[], id: string, title: string): SectionMinutes {
  const sum = (pick: (section: SectionMinutes) => number): number =>
    sections.reduce((total, section) => total + pick(section), 0);
  return {
    ...{
      id,
      title,
      part: 1,
      readingMin: sum((each) => each.readingMin),
      doingMin: sum((each) => each.doingMin),
    },
    ...{ tinyS: sum((each) => each.tinyS), smallS: sum((each) => each.smallS) },
  };
}
