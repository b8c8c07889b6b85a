import { plotlyMime } from "tumorlab/internal/contracts/plotly-payload";
import { volumeMime } from "tumorlab/internal/contracts/volume-payload";
import type { Output } from "../notebook.js";
import { stripEscapes } from "../terminal-text.js";
import type { MarkdownRenderer } from "./markdown.js";
import { escapeHtml, sanitize } from "./sanitize.js";

/** MIME types that the page's script brings to life. */
export const liveTypes = [volumeMime, plotlyMime] as const;

export type LiveType = (typeof liveTypes)[number];

/** Something the page's script shows in the element of the same id. */
export interface LiveOutput {
  id: string;
  type: LiveType;
  content: unknown;
}

export interface RenderedOutput {
  html: string;
  live?: LiveOutput;
}

/**
 * One output as HTML: the richest of its types that a page without server can show. Live ones come with their
 * picture, which is there before the script runs, without scripts and in print.
 *
 * @param id unique in the page.
 */
export function renderOutput(output: Output, id: string, markdown: MarkdownRenderer): RenderedOutput {
  switch (output.output_type) {
    case "stream":
      return { html: `<pre class="stream ${output.name}">${escapeHtml(stripEscapes(output.text))}</pre>` };
    case "error": {
      const lines = output.traceback.length > 0 ? output.traceback : [`${output.ename}: ${output.evalue}`];
      return { html: `<pre class="error" role="note">${escapeHtml(stripEscapes(lines.join("\n")))}</pre>` };
    }
    default:
      return renderBundle(output.data, id, markdown);
  }
}

function renderBundle(data: Record<string, unknown>, id: string, markdown: MarkdownRenderer): RenderedOutput {
  const text = (type: string): string | undefined => {
    const content = data[type];
    return typeof content === "string" ? content : undefined;
  };
  const description = text("text/plain") ?? "";
  const type = liveTypes.find((candidate) => candidate in data);
  if (type) {
    const picture = renderPicture(data, "");
    const still = picture ? `<div class="still">${picture}</div>` : "";
    const caption = `<figcaption class="visually-hidden">${escapeHtml(description)}</figcaption>`;
    const html = `<figure class="live" data-live="${id}"><div class="stage" id="${id}"></div>${still}${caption}</figure>`;
    return { html, live: { id, type, content: data[type] } };
  }
  const html = text("text/html");
  if (html !== undefined) return { html: `<div class="html">${sanitize(html)}</div>` };
  const picture = renderPicture(data, description);
  if (picture) return { html: `<figure>${picture}</figure>` };
  const source = text("text/markdown");
  if (source !== undefined) return { html: `<div class="text">${markdown(source).html}</div>` };
  if (description !== "")
    return { html: `<pre class="result">${escapeHtml(stripEscapes(description))}</pre>` };
  const json = data["application/json"];
  return {
    html: json === undefined ? "" : `<pre class="result">${escapeHtml(JSON.stringify(json, null, 2))}</pre>`,
  };
}

function renderPicture(data: Record<string, unknown>, description: string): string | undefined {
  for (const type of ["image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp"]) {
    const content = data[type];
    if (typeof content !== "string") continue;
    // As a picture even SVG cannot run anything.
    const base64 =
      type === "image/svg+xml" ? Buffer.from(content).toString("base64") : content.replace(/\s/g, "");
    if (!/^[A-Za-z0-9+/=]+$/.test(base64)) continue;
    return `<img src="data:${type};base64,${base64}" alt="${escapeHtml(description)}">`;
  }
  return undefined;
}
