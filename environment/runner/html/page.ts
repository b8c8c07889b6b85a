import { readFileSync, realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { tagsOf, type Cell, type Notebook } from "../notebook.js";
import { highlightCode } from "./highlight.js";
import { createMarkdownRenderer, type Heading, type MarkdownRenderer } from "./markdown.js";
import { renderOutput, type LiveOutput } from "./output.js";
import { escapeHtml } from "./sanitize.js";
import { collectScripts, writeScript } from "./scripts.js";

/** Where a page comes from. */
export interface PageSource {
  /** The notebook's file; pictures in its texts are looked for beside it. */
  file: string;
  /** The project folder; no file outside it is read. */
  root: string;
  /** What the page calls the notebook: its path in the project. */
  name: string;
  /** The folder Tumorlab itself is in, with the page's styles and the viewer; default the project folder. */
  programRoot?: string;
}

/**
 * What a page is for: `live` to read on a screen, `still` as pictures alone and without any script, `printing` the same,
 * asking the browser to print it at once.
 */
export type PageUse = "live" | "still" | "printing";

const printScript = `addEventListener("load", () => print());`;

/**
 * A notebook as one HTML file that needs nothing else: no server, no network. Figures and volumes are live,
 * texts and outputs can run nothing of their own, and printing shows the pictures.
 */
export async function renderPage(
  notebook: Notebook,
  source: PageSource,
  use: PageUse = "live",
): Promise<string> {
  const { programRoot = source.root } = source;
  const headings: Heading[] = [];
  const live: LiveOutput[] = [];
  let attachments: Record<string, Record<string, unknown>> = {};
  const markdown = await createMarkdownRenderer((address) => inlinePicture(address, attachments, source));
  const sections = notebook.cells.map((cell, index) => {
    attachments = cell.cell_type === "code" ? {} : (cell.attachments ?? {});
    return renderCell(cell, `output-${index + 1}`, markdown, headings, live);
  });
  const title = headings.find((heading) => heading.level === 1)?.text ?? path.basename(source.name, ".ipynb");
  const scripts =
    use === "live"
      ? await collectScripts(live, programRoot)
      : writeScript(use === "printing" ? printScript : "");
  const style = await readFile(path.join(programRoot, "environment", "runner", "html", "page.css"), "utf8");
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.policy}`,
    "style-src 'unsafe-inline'",
    "img-src data: blob:",
    "worker-src blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
${style}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${renderContents(headings)}
<main id="content">
${sections.join("\n")}
<footer>From <code>${escapeHtml(source.name)}</code> of Tumorlab. ${use === "live" ? "This page needs no network; figures can be zoomed, slices moved." : ""}</footer>
</main>
${scripts.html}
</body>
</html>
`;
}

function renderCell(
  cell: Cell,
  id: string,
  markdown: MarkdownRenderer,
  headings: Heading[],
  live: LiveOutput[],
): string {
  if (cell.cell_type === "raw") return "";
  if (cell.cell_type === "markdown") {
    const rendered = markdown(cell.source);
    headings.push(...rendered.headings);
    return `<section class="text">\n${rendered.html}</section>`;
  }
  const outputs = cell.outputs.map((output, index) => {
    const rendered = renderOutput(output, `${id}-${index + 1}`, markdown);
    if (rendered.live) live.push(rendered.live);
    return rendered.html;
  });
  const hidden = (cell.metadata.jupyter as { source_hidden?: boolean } | undefined)?.source_hidden === true;
  const note = tagsOf(cell).includes("raises-exception")
    ? `<p class="note">This cell is meant to fail.</p>`
    : "";
  const code = `<pre class="source" tabindex="0" aria-label="Code"><code>${highlightCode(cell.source)}</code></pre>`;
  const shown = hidden ? `<details><summary>Code</summary>${code}</details>` : code;
  const shownOutputs =
    outputs.length > 0
      ? `\n<div class="outputs" role="group" aria-label="Output">\n${outputs.join("\n")}\n</div>`
      : "";
  return `<section class="code">\n${note}${shown}${shownOutputs}\n</section>`;
}

function renderContents(headings: readonly Heading[]): string {
  const listed = headings.filter((heading) => heading.level === 2);
  if (listed.length < 2) return "";
  const items = listed.map(({ id, text }) => `<li><a href="#${id}">${escapeHtml(text)}</a></li>`);
  return `<nav aria-label="Contents"><ol>\n${items.join("\n")}\n</ol></nav>`;
}

const pictureTypes: Record<string, string> = {
  ".gif": "image/gif",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".webp": "image/webp",
};

/** Pictures of the notebook's own (attached or beside it) as data; those of other sites are left out. */
export function inlinePicture(
  address: string,
  attachments: Record<string, Record<string, unknown>>,
  source: PageSource,
): string | undefined {
  if (address.startsWith("data:")) return address;
  if (address.startsWith("attachment:")) {
    const bundle = attachments[decodeURIComponent(address.slice("attachment:".length))] ?? {};
    const [type, content] = Object.entries(bundle).find(([key]) => key.startsWith("image/")) ?? [];
    return typeof content === "string" ? `data:${type};base64,${content.replace(/\s/g, "")}` : undefined;
  }
  if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(address)) return undefined;
  try {
    const file = realpathSync(path.resolve(path.dirname(source.file), decodeURIComponent(address)));
    const type = pictureTypes[path.extname(file).toLowerCase()];
    if (!type || !file.startsWith(realpathSync(source.root) + path.sep)) return undefined;
    return `data:${type};base64,${readFileSync(file).toString("base64")}`;
  } catch {
    return undefined;
  }
}
