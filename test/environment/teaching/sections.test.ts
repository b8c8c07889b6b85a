import assert from "node:assert/strict";
import { codeCell, notebookOf, textCell } from "../runner/make-notebook.js";
import {
  addMinutes,
  addParts,
  reckonSection,
  rule,
  secondsOf,
  totalMinutes,
} from "#environment/teaching/minutes.js";
import { beginning, cutIntoSections } from "#environment/teaching/sections.js";

const picture = {
  output_type: "display_data" as const,
  metadata: {},
  data: { "image/png": "x", "text/plain": "a figure" },
};
const panel = {
  output_type: "display_data" as const,
  metadata: {},
  data: { "application/vnd.tumorlab.interact+json": {}, "text/plain": "a panel" },
};

describe("cutIntoSections", () => {
  it("cuts at headings of the second level, also in the middle of a cell", () => {
    const sections = cutIntoSections(
      notebookOf(
        textCell("# Title\n\none two three"),
        textCell("end of the beginning\n\n## First\n\nfour $x$ five\n\n$$y^2$$"),
        codeCell("a();\n\nb();", [], [picture, panel]),
        textCell("## Second\n\nx\n\n## Third"),
      ),
    );
    assert.deepEqual(
      sections.map(({ id, title }) => [id, title]),
      [
        ["c1", beginning],
        ["c2", "First"],
        ["c4", "Second"],
        ["c4-2", "Third"],
      ],
    );
    const [head, first] = sections;
    assert.equal(head.words, 4 + 4);
    const { words, formulas, inlineFormulas, codeLines, outputs, panels, cells } = first;
    assert.deepEqual([words, formulas, inlineFormulas, codeLines, outputs, panels], [3, 1, 1, 2, 1, 1]);
    assert.deepEqual(cells, ["c3"]);
  });

  it("begins a part at the first heading after the line that ends the one before", () => {
    const sections = cutIntoSections(
      notebookOf(
        textCell("# Title\n\n## First\n\n### Within\n\n**End of part 1.** Stop here.\n\n## Second"),
        textCell("## Third\n\n**End of part 2.** Stop."),
        textCell("## Fourth"),
      ),
    );
    assert.deepEqual(
      sections.map(({ part }) => part),
      [1, 1, 2, 2, 3],
    );
    const minutes = sections.map((section) => reckonSection({ ...section, words: 150 }, {}, {}));
    assert.deepEqual(
      addParts(minutes).map(({ part, title, readingMin }) => [part, title, readingMin]),
      [
        [1, "**part 1**", 2],
        [2, "**part 2**", 2],
        [3, "**part 3**", 1],
      ],
    );
    assert.deepEqual(addParts(minutes.slice(0, 2)), []);
  });

  it("counts exercises by their kind and not by their lines", () => {
    const stub = codeCell("const greyOf = 1;", ["exercise"]);
    const check = codeCell("check();", ["exercise-check"], [picture]);
    stub.metadata.tumorlab = { exercise: "window-grey" };
    const [section] = cutIntoSections(notebookOf(textCell("# T"), stub, check));
    assert.deepEqual([section.exercises, section.codeLines, section.outputs], [["function"], 0, 0]);
  });
});

describe("the minutes of a section", () => {
  it("follow the rule that is stated", () => {
    const section = {
      ...{
        id: "a",
        title: "A",
        part: 1,
        words: 300,
        formulas: 1,
        inlineFormulas: 2,
        codeLines: 5,
        outputs: 1,
        panels: 2,
      },
      ...{ exercises: ["predict" as const], cells: ["x", "y", "z"] },
    };
    const found = reckonSection(section, { x: [2, 1] }, { x: [60, 30], y: [30, 40], z: [1, null] });
    assert.equal(found.readingMin, 2 + (30 + 10 + 20 + 20) / 60);
    assert.equal(found.doingMin, 2 * rule.minutesPerPanel + rule.minutesPerExercise.predict);
    assert.deepEqual([found.tinyS, found.smallS], [1, 61]);
    assert.ok(Math.abs(totalMinutes(found, 0.5) - totalMinutes(found) - 61 / 60) < 1e-9);
    assert.equal(totalMinutes(addMinutes([found, found], "", "")), 2 * totalMinutes(found));
  });

  it("count a cell by the clock or the processors, whichever is less", () => {
    assert.deepEqual([secondsOf([9, 4]), secondsOf([4, 7]), secondsOf([3, null])], [4, 4, 3]);
  });
});
