import assert from "node:assert/strict";
import { countWords, readNotebooks } from "./read-notebooks.js";
import { cutIntoSlides } from "#environment/runner/html/slide-deck.js";

const lessons = readNotebooks().filter(({ name }) => !name.includes("/"));

for (const { name, notebook } of lessons)
  describe(`the slides of ${name}`, () => {
    it("have a place for every cell", () => {
      const untagged = notebook.cells
        .filter(({ metadata }) => !("slideshow" in metadata))
        .map(({ id }) => id);
      assert.deepEqual(untagged, [], "tag new cells: slide, subslide, fragment, notes or skip");
    });

    const slides = cutIntoSlides(notebook);

    it("are enough to talk from, begin with the title, and hold the exercises as questions alone", () => {
      assert.ok(slides.length >= 10 && slides.length <= 40, `${slides.length} slides`);
      assert.match(slides[0].blocks[0].text, /^# \d\d · /);
      const exercises = slides.flatMap(({ blocks }) => blocks.filter(({ text }) => /^### \d · /.test(text)));
      assert.ok(exercises.length >= 3);
      for (const { blocks } of slides)
        assert.ok(!blocks.some(({ cell }) => JSON.stringify(cell.metadata.tags ?? []).includes("exercise")));
    });

    it("hold little text, and a third of them or more a picture, a table, a formula or code", () => {
      for (const { blocks } of slides) {
        const texts = blocks.filter(({ kind }) => kind === "text").map(({ text }) => text);
        // A table is looked up, not read.
        const words = countWords(texts.join(" ").replace(/^\|.*$/gm, ""));
        assert.ok(words <= 150, `${words} words: ${texts.join(" ").slice(0, 80)}`);
      }
      const rich = slides.filter(({ blocks }) =>
        blocks.some(({ kind, text }) => kind !== "text" || /^\$\$|^\|/m.test(text)),
      );
      assert.ok(rich.length >= slides.length / 3, `${rich.length} of ${slides.length}`);
    });
  });
