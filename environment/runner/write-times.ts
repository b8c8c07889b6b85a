import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import { writeFileAtomically } from "./atomic-write.js";
import type { RunnerOptions } from "./options.js";
import type { NotebookResult } from "./run.js";

/** What the cells of notebooks took on one machine, as `--times` writes it. */
export interface RunTimes {
  /** The day of the run, as `2026-01-31`. */
  date: string;
  /** What can be said of a machine without naming it. */
  machine: { cores: number; node: string };
  /** As `--scale` gave it; `null` where each notebook kept its own. */
  scale: string | null;
  /** By path from the project's root; by the cell's id. Seconds to the millisecond. */
  notebooks: Record<string, Record<string, { seconds: number; processorSeconds: number | null }>>;
}

/** Writes what the cells of the notebooks that passed took. */
export async function writeTimes(
  file: string,
  results: readonly NotebookResult[],
  { parameters }: Pick<RunnerOptions, "parameters">,
): Promise<void> {
  const round = (seconds: number): number => Number(seconds.toFixed(3));
  const times: RunTimes = {
    date: new Date().toISOString().slice(0, 10),
    machine: { cores: availableParallelism(), node: process.versions.node },
    scale: typeof parameters.scale === "string" ? parameters.scale : null,
    notebooks: Object.fromEntries(
      results
        .filter(({ status }) => status === "passed")
        .map(({ name, times: cells }) => [
          name,
          Object.fromEntries(
            cells.map(({ id, seconds, processorSeconds }) => [
              id,
              {
                seconds: round(seconds),
                processorSeconds: processorSeconds === undefined ? null : round(processorSeconds),
              },
            ]),
          ),
        ]),
    ),
  };
  await mkdir(path.dirname(file), { recursive: true });
  await writeFileAtomically(file, `${JSON.stringify(times, null, 1)}\n`);
}
