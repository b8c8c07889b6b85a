import type { Figure } from "tumorlab";

/** What a file of `subjects/` exports: `given`, and one function for each figure function of `lab.plot`, under its name. */
export type SubjectModule = Readonly<Record<string, (given: never) => unknown>>;

/** A group of examples that share what they are drawn from. */
export interface Subject {
  /** Name of its file in `subjects/`, without `.ts`. */
  name: string;
  module: SubjectModule;
}

/** An example drawn: one figure, or the few that its function returns. */
export interface DrawnExample {
  /** Name of the figure function, and so of the example. */
  name: string;
  figures: readonly Figure[];
}

/** The figure functions that a subject has examples of, in the order of its file. */
export function listExamples({ module }: Subject): string[] {
  return Object.keys(module).filter((name) => name !== "given");
}

/** Runs the examples of a subject, one after the other. Paths in them are relative to `notebooks/`, as in a cell. */
export async function* drawExamples(subject: Subject): AsyncGenerator<DrawnExample> {
  const call = (name: string, given?: unknown): unknown => subject.module[name](given as never);
  const given = await call("given");
  for (const name of listExamples(subject)) {
    const figures = (await call(name, given)) as Figure | readonly Figure[];
    yield { name, figures: "data" in figures ? [figures] : figures };
  }
}
