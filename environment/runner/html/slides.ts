import { readFile } from "node:fs/promises";
import path from "node:path";
import type { CodeCell, Notebook, Output } from "../notebook.js";
import { highlightCode } from "./highlight.js";
import { createMarkdownRenderer, type MarkdownRenderer } from "./markdown.js";
import { renderOutput } from "./output.js";
import { inlinePicture, type PageSource } from "./page.js";
import { escapeHtml } from "./sanitize.js";
import { writeScript } from "./scripts.js";
import { cutIntoSlides, type Slide, type SlideBlock } from "./slide-deck.js";

/**
 * A notebook's slides as one HTML file that needs nothing else: no server, no network, no library. Keys turn the slides;
 * without scripts they stand one below the other, and in print each has a page of its own. Figures are pictures with what
 * they show in words.
 *
 * @returns `undefined` where no cell is tagged for a slide.
 */
export async function renderSlides(notebook: Notebook, source: PageSource): Promise<string | undefined> {
  if (!notebook.cells.some(({ metadata }) => "slideshow" in metadata)) return undefined;
  const { programRoot = source.root } = source;
  const folder = path.join(programRoot, "environment", "runner", "html");
  const [style, code] = await Promise.all(
    ["slides.css", "slides.js"].map((name) => readFile(path.join(folder, name), "utf8")),
  );
  let attachments: Record<string, Record<string, unknown>> = {};
  const markdown = await createMarkdownRenderer((address) => inlinePicture(address, attachments, source));
  const slides = cutIntoSlides(notebook);
  const sections = slides.map((slide, index) => {
    const blocks = slide.blocks.map((block, at) => {
      attachments = block.cell.cell_type === "code" ? {} : (block.cell.attachments ?? {});
      return renderBlock(block, `slide-${index + 1}-${at + 1}`, markdown);
    });
    return renderSlide(
      { ...slide, heading: headingAt(slides, index) },
      blocks,
      index,
      slides.length,
      markdown,
    );
  });
  const title =
    /^# +(.+)$/m.exec(notebook.cells[0]?.source ?? "")?.[1] ?? path.basename(source.name, ".ipynb");
  const script = writeScript(code);
  const policy = [
    "default-src 'none'",
    `script-src ${script.policy}`,
    "style-src 'unsafe-inline'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const linked = sections.map((section) =>
    section.replace(/(href="(?![a-z]+:)[^"#]*)\.html/g, "$1.slides.html"),
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}: slides</title>
<style>
${style}</style>
</head>
<body>
<main>
${linked.join("\n")}
</main>
<footer class="bar">
<span class="keys">Arrow keys turn the slides, Home and End go to the first and the last, N shows the notes, T changes the colours.</span>
<span class="place" role="status" aria-live="polite"></span>
</footer>
${script.html}
</body>
</html>
`;
}

const headingPattern = /^#{1,3} +(.+)$/m;

/** For a slide without a heading of its own that of the slides before, so that one knows where one is; else `""`. */
function headingAt(slides: readonly Slide[], index: number): string {
  const found = slides
    .slice(0, index + 1)
    .map(({ blocks }) =>
      blocks
        .map(({ text, kind }) => (kind === "text" ? headingPattern.exec(text)?.[1] : undefined))
        .find((each) => each !== undefined),
    );
  if (found.at(-1) !== undefined) return "";
  return (found.reverse().find((each) => each !== undefined) ?? "").replace(/[*_`]/g, "");
}

function renderSlide(
  { isSub, notes, heading }: Slide & { heading: string },
  blocks: readonly string[],
  index: number,
  total: number,
  markdown: MarkdownRenderer,
): string {
  // Headings of notes would stand between those of the slides.
  const texts = notes.map((note) => `<div>${markdown(note.replace(/^#+ (.+)$/gm, "**$1**")).html}</div>`);
  const shown =
    notes.length > 0 ? `\n<aside class="notes" aria-label="Notes">\n${texts.join("\n")}\n</aside>` : "";
  const kind = isSub ? "slide sub" : "slide";
  return `<section class="${kind}" id="slide-${index + 1}" tabindex="-1" role="group" aria-roledescription="slide" aria-label="Slide ${index + 1} of ${total}">
${heading === "" ? "" : `<h2 class="running">${escapeHtml(heading)}</h2>\n`}<div class="stage"><div class="content">
${blocks.join("\n")}
</div></div>${shown}
</section>`;
}

/** A slide has room for two pictures side by side; a training shows many. */
const mostOutputs = 2;

function renderBlock(
  { kind, text, cell, isFragment }: SlideBlock,
  id: string,
  markdown: MarkdownRenderer,
): string {
  const wrap = (html: string, name: string): string =>
    html === "" ? "" : `<div class="${name}${isFragment ? " fragment" : ""}">${html}</div>`;
  if (kind === "text") return wrap(markdown(text).html, "text");
  if (kind === "code")
    return wrap(
      `<pre class="source" tabindex="0" role="region" aria-label="Code"><code>${highlightCode(text)}</code></pre>`,
      "code",
    );
  const { outputs } = cell as CodeCell;
  const shown = outputs
    .slice(0, mostOutputs)
    .map((output, i) => renderStill(output, `${id}-${i + 1}`, markdown));
  const more = outputs.length - shown.length;
  const rest = more > 0 ? `<p class="more">${more} more in the notebook</p>` : "";
  return wrap(shown.join("\n") + rest, "outputs");
}

/** An output that stands still: its picture where it has one, with its words below a fold. */
function renderStill(output: Output, id: string, markdown: MarkdownRenderer): string {
  if (output.output_type !== "display_data" && output.output_type !== "execute_result")
    return renderOutput(output, id, markdown).html;
  const { "text/plain": words, ...rest } = output.data;
  const pictures = Object.keys(rest).filter((type) => type.startsWith("image/"));
  if (pictures.length === 0) return renderOutput(output, id, markdown).html;
  const still = Object.fromEntries([
    ...pictures.map((type) => [type, rest[type]]),
    ["text/plain", words],
  ]) as typeof output.data;
  const rendered = renderOutput({ ...output, data: still }, id, markdown).html;
  // The style sheet makes a picture as large as the slide has room for, and for that it has to know its shape.
  const ratio = ratioOf(still["image/png"]);
  const html =
    ratio === undefined ? rendered : rendered.replace("<img ", `<img style="--ratio: ${ratio.toFixed(3)}" `);
  const twin =
    typeof words === "string" && words.trim() !== ""
      ? `<details class="twin"><summary>In words</summary><pre>${escapeHtml(words)}</pre></details>`
      : "";
  return `<div class="still">${html}${twin}</div>`;
}

/** Width by height of a PNG in base64, from its first chunk. */
function ratioOf(png: unknown): number | undefined {
  if (typeof png !== "string") return undefined;
  const head = Buffer.from(png.replace(/\s/g, "").slice(0, 64), "base64");
  if (head.length < 24 || head.toString("latin1", 1, 4) !== "PNG") return undefined;
  const [width, height] = [head.readUInt32BE(16), head.readUInt32BE(20)];
  return width > 0 && height > 0 ? width / height : undefined;
}
