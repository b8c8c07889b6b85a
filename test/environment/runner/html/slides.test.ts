import assert from "node:assert/strict";
import path from "node:path";
import { codeCell, notebookOf, projectRoot, textCell } from "../make-notebook.js";
import { condense } from "#environment/runner/html/condense.js";
import { cutIntoSlides, slideTypeOf, type SlideType } from "#environment/runner/html/slide-deck.js";
import { renderSlides } from "#environment/runner/html/slides.js";
import type { Cell, CodeCell, Notebook } from "#environment/runner/notebook.js";

const tagged = <T extends Cell>(cell: T, type: SlideType): T => ({
  ...cell,
  metadata: { ...cell.metadata, slideshow: { slide_type: type } },
});
const figure = (): CodeCell =>
  codeCell(
    "draw();",
    [],
    [
      {
        output_type: "display_data",
        metadata: {},
        data: { "image/png": "iVBORw0KGgo=", "text/plain": "Figure: a curve" },
      },
    ],
  );
const textOf = (slide: { blocks: { text: string }[] }): string =>
  slide.blocks.map(({ text }) => text).join("|");
const render = (notebook: Notebook): Promise<string | undefined> =>
  renderSlides(notebook, {
    file: path.join(projectRoot, "notebooks/a.ipynb"),
    root: projectRoot,
    name: "a.ipynb",
  });

describe("cutIntoSlides", () => {
  it("follows Jupyter's words for the place of a cell", () => {
    const slides = cutIntoSlides(
      notebookOf(
        tagged(textCell("# One"), "slide"),
        textCell("Goes on."),
        tagged(textCell("Said, not shown."), "notes"),
        tagged(codeCell("hidden();"), "skip"),
        tagged(textCell("## Two"), "subslide"),
        tagged(codeCell("later();"), "fragment"),
      ),
    );
    assert.deepEqual(slides.map(textOf), ["# One|Goes on.", "## Two|later();"]);
    assert.deepEqual(
      slides.map(({ isSub }) => isSub),
      [false, true],
    );
    assert.deepEqual(slides[0].notes, ["Said, not shown."]);
    assert.deepEqual(
      slides[1].blocks.map(({ isFragment }) => isFragment),
      [false, true],
    );
    assert.equal(slideTypeOf(textCell("untagged")), "-");
  });

  it("gives what a text says before its heading to the slide before, and shows what should be seen at a key", () => {
    const [first, second] = cutIntoSlides(
      notebookOf(
        tagged(figure(), "slide"),
        tagged(textCell("**What you should see:** a curve. And more of it.\n\n## Next\n\nText."), "slide"),
      ),
    );
    assert.deepEqual(
      first.blocks.map(({ text, isFragment }) => [text, isFragment]),
      [
        ["", false],
        ["A curve.", true],
      ],
    );
    assert.match(first.notes.join("\n"), /And more of it/);
    assert.equal(textOf(second), "## Next\n\nText.");
  });

  it("shows the code of a cell without outputs to look at, and of others in the notes", () => {
    const slides = cutIntoSlides(
      notebookOf(tagged(codeCell("plain();"), "slide"), tagged(figure(), "slide")),
    );
    assert.deepEqual(
      slides.map(({ blocks }) => blocks.map(({ kind }) => kind)),
      [["code"], ["outputs"]],
    );
    assert.match(slides[1].notes.join(), /draw\(\)/);
  });
});

describe("condense", () => {
  it("keeps headings, lists, tables and formulas, and of a paragraph its first sentence and those in bold", () => {
    assert.equal(
      condense(
        "## H\n\nOne, as in 2.5 mm. Two. A **third**.\n\n- a\n- b\n\nNever shown.\n\n$$x$$\n\n| a |\n|---|",
      ),
      "## H\n\nOne, as in 2.5 mm. A **third**.\n\n- a\n- b\n\n$$x$$\n\n| a |\n|---|",
    );
  });

  it("leaves out what is for readers", () => {
    assert.equal(condense("# H\n\n**Time** 20 minutes.\n\n**Next:** [a](b.ipynb)."), "# H");
  });
});

describe("renderSlides", () => {
  it("makes one page without network, scripts of others or live figures; pictures carry their words", async () => {
    const html = (await render(
      notebookOf(
        tagged(textCell("# <b>T</b>\n\n[next](01-one-scan.ipynb)"), "slide"),
        tagged(figure(), "subslide"),
      ),
    ))!;
    assert.match(html, /default-src 'none'; script-src 'sha256-/);
    assert.doesNotMatch(html, /<(?:link|script)[^>]+(?:src|href)=/);
    assert.match(html, /alt="Figure: a curve"/);
    assert.match(html, /<summary>In words<\/summary>/);
    assert.match(html, /href="01-one-scan\.slides\.html"/);
    assert.equal(html.match(/aria-roledescription="slide"/g)?.length, 2);
    assert.match(html, /<h2 class="running">/);
  });

  it("shows two outputs of a cell, and says how many more there are", async () => {
    const cell = tagged(figure(), "slide");
    const html = (await render(
      notebookOf({ ...cell, outputs: Array.from({ length: 5 }, () => cell.outputs[0]) }),
    ))!;
    assert.equal(html.match(/<img /g)?.length, 2);
    assert.match(html, /3 more in the notebook/);
  });

  it("is nothing where no cell is tagged", async () => {
    assert.equal(await render(notebookOf(textCell("# T"))), undefined);
  });
});
