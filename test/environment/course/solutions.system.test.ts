import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { lessonExercises } from "tumorlab/internal/lessons/exercises/list";
import type { RawNotebook } from "./damage.js";
import { root } from "./make-course.js";
import { gradeNotebook } from "#environment/course/grade-notebook.js";
import { type Judge, startJudge } from "#environment/course/judge.js";

/** Every solution that ships, run as a student's answer. */
describe("the solutions of the exercises", function () {
  this.timeout(120_000);
  let folder: string;
  let judge: Judge;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "solutions-"));
    judge = startJudge();
  });
  after(async () => {
    await judge.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const lesson of new Set(lessonExercises.map((each) => each.lesson)))
    it(`of ${lesson} are right for several students, on hidden tries too`, async () => {
      const text = readFileSync(
        path.join(root, "notebooks", "exercises", `${lesson}-solutions.ipynb`),
        "utf8",
      );
      const notebook = JSON.parse(text) as RawNotebook;
      notebook.cells = notebook.cells.filter(({ metadata }) => metadata?.tumorlab !== undefined);
      const file = path.join(folder, `${lesson}.ipynb`);
      writeFileSync(file, JSON.stringify(notebook));
      for (const seed of [1, 2, 3]) {
        const student = { id: "s", seed };
        const grade = await gradeNotebook({
          root,
          lesson,
          file,
          student,
          hiddenSeed: seed,
          released: [],
          judge,
        });
        assert.deepEqual([grade.reason, grade.notes], ["", []]);
        for (const { exercise, outcome, remark, notes } of grade.exercises)
          assert.deepEqual(
            { exercise, outcome, remark, notes },
            { exercise, outcome: "right", remark: "", notes: [] },
          );
      }
    });
});
