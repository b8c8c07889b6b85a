import { tagsOf, type Cell, type CodeCell, type Notebook } from "../notebook.js";
import { condense, cutAtHeading } from "./condense.js";

/** What a slide holds, in the order in which it is shown. */
export interface Slide {
  /** Whether it goes on with the slide before, as Jupyter's slides of the second level do. */
  isSub: boolean;
  blocks: SlideBlock[];
  /** Texts in Markdown for whoever speaks; they are not shown to the class. */
  notes: string[];
}

/** A part of a slide: a text in Markdown, or a cell's code or outputs. */
export interface SlideBlock {
  kind: "text" | "code" | "outputs";
  text: string;
  cell: Cell;
  /** Shown after another press of a key only. */
  isFragment: boolean;
}

/** Jupyter's own words for the place of a cell in a slideshow, as its metadata hold them; `"-"` goes on with the slide. */
export type SlideType = "slide" | "subslide" | "fragment" | "skip" | "notes" | "-";

const slideTypes: readonly string[] = ["slide", "subslide", "fragment", "skip", "notes", "-"];

/** The place of a cell in a slideshow; a cell without one goes on with the slide, as in Jupyter. */
export function slideTypeOf(cell: Cell): SlideType {
  const { slide_type: type } = (cell.metadata.slideshow ?? {}) as { slide_type?: unknown };
  return typeof type === "string" && slideTypes.includes(type) ? (type as SlideType) : "-";
}

const isWhatToSee = (text: string): boolean => /^\s*\*\*What you should see/.test(text);

/**
 * The slides of a notebook, by the tags of its cells. A slide has room for little text, so texts are condensed: headings,
 * lists, tables, formulas, and the first sentence of the first paragraph. What is left out goes into the notes. What a text
 * says before its heading belongs to the slide before.
 */
export function cutIntoSlides(notebook: Notebook): Slide[] {
  const slides: Slide[] = [];
  for (const cell of notebook.cells) {
    const type = slideTypeOf(cell);
    if (type === "skip" || cell.cell_type === "raw") continue;
    if (cell.cell_type === "code") addCode(slides, cell, type);
    else addText(slides, cell, type);
  }
  return slides.filter(({ blocks }) => blocks.length > 0);
}

function addText(slides: Slide[], cell: Cell, type: SlideType): void {
  const current = slides.at(-1);
  if (type === "notes") {
    current?.notes.push(cell.source);
    return;
  }
  const [before, after] =
    type === "slide" || type === "subslide" ? cutAtHeading(cell.source) : ["", cell.source];
  if (before.trim() !== "") {
    current?.notes.push(before);
    if (isWhatToSee(before)) current?.blocks.push(textBlock(cell, before, true));
  }
  const slide = slideFor(slides, type);
  const block = textBlock(cell, after, type === "fragment");
  slide.blocks.push(block);
  if (block.text.trim() !== after.trim()) slide.notes.push(after);
}

function textBlock(cell: Cell, source: string, isFragment: boolean): SlideBlock {
  return { kind: "text", text: condense(source), cell, isFragment };
}

/** A cell with outputs to look at shows those, and its code stands in the notes; any other shows its code. */
function addCode(slides: Slide[], cell: CodeCell, type: SlideType): void {
  const code = `\`\`\`ts\n${cell.source}\n\`\`\``;
  if (type === "notes") {
    slides.at(-1)?.notes.push(code);
    return;
  }
  const slide = slideFor(slides, type);
  const isFragment = type === "fragment";
  const isSeen = cell.outputs.some(
    ({ output_type: kind }) => kind === "display_data" || kind === "execute_result",
  );
  if (!isSeen || tagsOf(cell).includes("slide-code"))
    slide.blocks.push({ kind: "code", text: cell.source, cell, isFragment });
  else slide.notes.push(code);
  if (cell.outputs.length > 0) slide.blocks.push({ kind: "outputs", text: "", cell, isFragment });
}

/** The slide that a cell of this type goes to: a new one, or the last. */
function slideFor(slides: Slide[], type: SlideType): Slide {
  if (type === "slide" || type === "subslide" || slides.length === 0)
    slides.push({ isSub: type === "subslide", blocks: [], notes: [] });
  return slides.at(-1)!;
}
