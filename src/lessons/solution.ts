import { LabError, requireThat } from "../core/errors.js";
import { readJson } from "../core/files.js";
import { locateSolutions } from "../platform/locations.js";
import { basename } from "../platform/paths.js";
import type { LessonExercise } from "./exercises/exercise-spec.js";

/**
 * The code of an exercise's solution: of the cells in the lesson's notebook of solutions whose metadata name the exercise
 * (`metadata.tumorlab.exercise`). The tests run that notebook, so the code is right.
 *
 * @throws LabError where the notebook is missing or damaged, or has no such cell.
 */
export async function readSolution({ id, lesson }: LessonExercise): Promise<string> {
  const path = locateSolutions(lesson);
  const form = "a notebook of solutions";
  const notebook = (await readJson(path, form)) as { cells?: unknown } | null;
  requireThat(Array.isArray(notebook?.cells), path, "no cells", form, "", "bad-file");
  const sources = (notebook.cells as Partial<SolutionCell>[]).flatMap((cell) =>
    cell?.cell_type === "code" && cell.metadata?.tumorlab?.exercise === id ? [joinLines(cell.source)] : [],
  );
  if (sources.length === 0)
    throw new LabError(basename(path), "no cell of this exercise", `a cell whose metadata name ${id}`, "", {
      kind: "bad-file",
    });
  return sources.join("\n\n");
}

interface SolutionCell {
  cell_type: string;
  metadata: { tumorlab?: { exercise?: unknown } };
  source: unknown;
}

function joinLines(source: unknown): string {
  return Array.isArray(source) ? source.join("") : String(source);
}
