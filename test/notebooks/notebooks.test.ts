import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { codeCells, countWords, readNotebooks, root } from "./read-notebooks.js";
import { lessonExercises } from "tumorlab/internal/lessons/exercises/list";
import { normalizeNotebook } from "#environment/runner/normalize.js";
import { tagsOf } from "#environment/runner/notebook.js";
import { listParameters } from "#environment/runner/parameters.js";
import { serializeNotebook } from "#environment/runner/serialize.js";

const notebooks = readNotebooks();
const lessons = notebooks.filter(({ name }) => !name.includes("/"));
const exerciseOf = ({ metadata }: { metadata: Record<string, any> }): unknown => metadata.tumorlab?.exercise;
/** Of one output, as it stands in the file. */
const outputLimitBytes = 500_000;

describe("notebooks/", () => {
  it("holds numbered lessons and a notebook of solutions for each that has an exercise", () => {
    assert.ok(lessons.length >= 2);
    for (const { name, notebook } of lessons) {
      assert.match(name, /^\d\d-[a-z0-9-]+\.ipynb$/);
      if (!notebook.cells.some((cell) => tagsOf(cell).includes("exercise"))) continue;
      const solutions = `exercises/${name.replace(/\.ipynb$/, "-solutions.ipynb")}`;
      assert.ok(
        notebooks.some((other) => other.name === solutions),
        `${solutions} is missing`,
      );
    }
  });
});

for (const { name, file, text, notebook } of notebooks) {
  const cells = notebook.cells;
  const code = codeCells(notebook);

  describe(`notebooks/${name}`, () => {
    it("is in the form the runner writes", () => {
      const normal = serializeNotebook(
        normalizeNotebook(notebook, [
          { folder: root, replacement: "" },
          { folder: homedir(), replacement: "~" },
        ]),
      );
      assert.ok(normal === text, "run npm run notebooks and commit what it writes");
      assert.deepEqual(notebook.metadata.kernelspec, {
        display_name: "TypeScript (Tumorlab)",
        language: "typescript",
        name: "tumorlab",
      });
    });

    it("has cells of a few lines that import nothing but the packages a reader knows", () => {
      for (const cell of code) {
        const lines = cell.source.split("\n").filter((line) => line.trim() !== "");
        assert.ok(lines.length <= 24, `${cell.id} has ${lines.length} lines`);
        for (const line of lines) assert.ok(line.length <= 100, `${cell.id}: ${line}`);
        for (const [, from] of cell.source.matchAll(/\b(?:from|require\(|import\()\s*["']([^"']+)["']/g)) {
          assert.match(
            from,
            /^(tumorlab|tumorlab\/lessons|danfojs-node|node:(path|fs|fs\/promises))$/,
            cell.id,
          );
        }
      }
    });

    it("keeps its texts short", () => {
      const words = cells
        .filter((cell) => cell.cell_type === "markdown")
        .map(({ source }) => countWords(source));
      assert.ok(Math.max(...words) <= 260, "a text of more than 260 words is a page, not a step");
    });

    it("has committed outputs without errors, paths of a machine or more than 0.5 MB each", () => {
      assert.ok(code.some((cell) => cell.outputs.length > 0));
      for (const cell of code) {
        for (const output of cell.outputs) {
          const json = JSON.stringify(output);
          assert.ok(json.length <= outputLimitBytes, `${cell.id}: an output of ${json.length} bytes`);
          if (output.output_type === "error") assert.ok(tagsOf(cell).includes("raises-exception"), cell.id);
        }
        const shown = JSON.stringify(cell.outputs).replace(
          /"(image\/[^"]+|data)":"[A-Za-z0-9+/=]{200,}"/g,
          "",
        );
        assert.doesNotMatch(shown, /(?:\/home\/|\/Users\/|\/root\/|\/tmp\/|[A-Z]:\\\\)/, cell.id);
      }
    });

    it("shows every figure and volume also as a picture and in words", () => {
      for (const cell of code) {
        for (const output of cell.outputs) {
          if (output.output_type !== "display_data" && output.output_type !== "execute_result") continue;
          const types = Object.keys(output.data);
          if (!types.some((type) => /plotly|volume/.test(type))) continue;
          assert.ok(
            types.includes("image/png") && types.includes("text/plain"),
            `${cell.id}: ${types.join()}`,
          );
        }
      }
    });

    it("links to notebooks and files that are there", () => {
      for (const { source } of cells.filter((cell) => cell.cell_type === "markdown")) {
        for (const [, target] of source.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)) {
          assert.ok(existsSync(path.resolve(path.dirname(file), decodeURIComponent(target))), target);
        }
      }
    });
  });
}

for (const { name, notebook } of lessons) {
  const [head, imports, parameters] = notebook.cells;

  describe(`the lesson ${name}`, () => {
    it("begins with its title, what the reader will learn and how long it takes", () => {
      assert.ok(head.cell_type === "markdown");
      assert.match(head.source, new RegExp(`^# ${name.slice(0, 2)} · .+\n`));
      assert.match(head.source, /^\*\*You will learn\*\*/m);
      assert.ok((head.source.match(/^- /gm) ?? []).length >= 3, "at least three things to learn");
      assert.match(head.source, /^\*\*Time\*\*.*`tiny`.*`small`/m);
    });

    it("then imports the library and sets its scale", () => {
      assert.ok(imports.cell_type === "code" && parameters.cell_type === "code");
      assert.match(imports.source, /import \* as lab from "tumorlab";/);
      assert.ok(tagsOf(parameters).includes("parameters"));
      const scale = listParameters(notebook).find((parameter) => parameter.name === "scale");
      assert.deepEqual(scale && [scale.type, scale.value], ["lab.Scale", '"small"']);
    });

    it("uses its scale", () => {
      const uses = codeCells(notebook).filter(
        (cell) => !tagsOf(cell).includes("parameters") && /\bscale\b/.test(cell.source),
      );
      assert.ok(uses.length > 0, "the scale changes nothing");
    });

    it("says what each picture shows", () => {
      notebook.cells.forEach((cell, index) => {
        if (cell.cell_type !== "code" || !JSON.stringify(cell.outputs).includes('"image/png"')) return;
        const next = notebook.cells[index + 1]?.source ?? "";
        assert.match(next, /\*\*What you (should )?see\b/, `after ${cell.id}`);
      });
    });

    it("has its exercises in order, each with a stub that is not solved and a check that hints", () => {
      const expected = lessonExercises.filter((each) => `${each.lesson}.ipynb` === name);
      assert.ok(expected.length >= 3, "three to five exercises are asked for");
      const idsOf = (tag: string): unknown[] =>
        notebook.cells.filter((cell) => tagsOf(cell).includes(tag)).map(exerciseOf);
      const ids = expected.map(({ id }) => id);
      assert.deepEqual([idsOf("exercise"), idsOf("exercise-check")], [ids, ids]);
      for (const { id, answer } of expected) {
        const at = notebook.cells.findIndex(
          (cell) => tagsOf(cell).includes("exercise") && exerciseOf(cell) === id,
        );
        const [stub, check] = notebook.cells.slice(at);
        assert.match(stub.source, new RegExp(`\\b(const|let) ${answer}\\b`), id);
        assert.ok(check.cell_type === "code" && exerciseOf(check) === id, `${id}: its check comes next`);
        assert.equal(check.source, `await lessons.checkExercise("${id}", ${answer});`);
        assert.match(JSON.stringify(check.outputs), /Not yet.*hint/i, id);
      }
    });
  });
}
