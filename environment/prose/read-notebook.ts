import { plotlyMime } from "tumorlab/internal/contracts/plotly-payload";
import { parseNotebook, type Output } from "../runner/notebook.js";
import { type Passage } from "./passage.js";
import { readCode } from "./read-code.js";
import { readMarkdown } from "./read-markdown.js";

/**
 * The passages of a notebook: its texts, the comments and messages in its code, and titles, axes, legends and headings of
 * tables in its outputs.
 *
 * @param path for the findings, such as `notebooks/00-start-here.ipynb`.
 */
export function readNotebookTexts(text: string, path: string): Passage[] {
  return parseNotebook(text, path).cells.flatMap((cell) => {
    const place = `${path}, cell ${cell.id}`;
    if (cell.cell_type === "markdown") return readMarkdown(cell.source, place, "page");
    if (cell.cell_type !== "code") return [];
    const shown = cell.outputs.flatMap(listTitles).map((title): Passage => ({
      place: `${place}, its output`,
      line: 1,
      text: title,
      kind: "output",
    }));
    return [...readCode(cell.source, place), ...shown];
  });
}

interface Figure {
  data?: { name?: unknown }[];
  layout?: Record<string, { title?: { text?: unknown } } | undefined> & {
    title?: { text?: unknown };
    annotations?: { text?: unknown }[];
  };
}

/** Titles and legends of a figure, and headings of a table. */
function listTitles(output: Output): string[] {
  if (output.output_type !== "display_data" && output.output_type !== "execute_result") return [];
  const html = output.data["text/html"];
  const headings =
    typeof html === "string" ? Array.from(html.matchAll(/<th\b[^>]*>([^<]+)</g), ([, text]) => text) : [];
  const { data = [], layout = {} } = (output.data[plotlyMime] ?? {}) as Figure;
  const axes = Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key));
  const titles: unknown[] = [
    layout.title?.text,
    ...axes.map((axis) => layout[axis]?.title?.text),
    ...(layout.annotations ?? []).map(({ text }) => text),
    ...data.map(({ name }) => name),
  ];
  return [...headings, ...titles.filter((title): title is string => typeof title === "string")].map((title) =>
    title.replace(/<[^>]*>/g, " "),
  );
}
