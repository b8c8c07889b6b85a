import katex from "katex";
import type { TokenizerAndRendererExtension, Tokens } from "marked" with { "resolution-mode": "import" };
import { highlightCode } from "./highlight.js";
import { escapeHtml, sanitize } from "./sanitize.js";

/** A heading of a rendered text, for the table of contents. */
export interface Heading {
  level: number;
  id: string;
  /** Plain text. */
  text: string;
}

export interface RenderedMarkdown {
  html: string;
  headings: Heading[];
}

/** Renders the texts of one notebook; ids of headings are unique among all of them. */
export type MarkdownRenderer = (source: string) => RenderedMarkdown;

/**
 * A renderer of GitHub-flavoured Markdown with `$...$` and `$$...$$` formulas (as MathML), safe whatever the
 * text holds: see {@link sanitize}.
 *
 * @param resolvePicture the `data:` address of a picture named in the text, or `undefined` to show its
 *   alternative text instead.
 */
export async function createMarkdownRenderer(
  resolvePicture: (address: string) => string | undefined,
): Promise<MarkdownRenderer> {
  // marked is an ES module only.
  const { Marked } = await import("marked");
  const usedIds = new Set<string>();
  let formulas: string[] = [];
  let headings: Heading[] = [];

  const marked = new Marked({
    gfm: true,
    extensions: mathExtensions((tex, display) => {
      formulas.push(
        katex.renderToString(tex, {
          output: "mathml",
          displayMode: display,
          throwOnError: false,
          trust: false,
        }),
      );
      return `<span data-math="${formulas.length - 1}"></span>`;
    }),
    renderer: {
      heading({ tokens, depth, text }) {
        const plain = text.replace(/[`*_]|<[^>]*>/g, "");
        const id = uniqueId(plain, usedIds);
        headings.push({ level: depth, id, text: plain });
        return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, title, tokens }) {
        // Notebooks are exported side by side, so a link to one leads to its page.
        const address = /^[a-z][a-z0-9+.-]*:/i.test(href) ? href : href.replace(/\.ipynb(?=$|#)/, ".html");
        const hint = title ? ` title="${escapeHtml(title)}"` : "";
        return `<a href="${escapeHtml(address)}"${hint}>${this.parser.parseInline(tokens)}</a>`;
      },
      image({ href, text }) {
        return `<img src="${escapeHtml(resolvePicture(href) ?? "")}" alt="${escapeHtml(text)}">`;
      },
      code({ text, lang }) {
        const code = /^(ts|typescript|js|javascript|json)$/.test(lang ?? "")
          ? highlightCode(text)
          : escapeHtml(text);
        return `<pre><code>${code}</code></pre>\n`;
      },
    },
  });

  return (source) => {
    formulas = [];
    headings = [];
    const html = sanitize(marked.parse(source, { async: false }));
    return {
      html: html.replace(
        /<span data-math="(\d+)"><\/span>/g,
        (_all, index: string) => formulas[Number(index)] ?? "",
      ),
      headings,
    };
  };
}

/** Formulas are set aside before Markdown reads their underscores and asterisks. */
function mathExtensions(render: (tex: string, display: boolean) => string): TokenizerAndRendererExtension[] {
  const extension = (
    name: string,
    level: "block" | "inline",
    pattern: RegExp,
  ): TokenizerAndRendererExtension => ({
    name,
    level,
    // Where a paragraph may be cut: a block formula begins its own line.
    start: (source) => {
      const at = level === "block" ? source.search(/^\$\$/m) : source.indexOf("$");
      return at < 0 ? undefined : at;
    },
    tokenizer: (source) => {
      const match = pattern.exec(source);
      return match ? { type: name, raw: match[0], text: match[1] } : undefined;
    },
    renderer: (token: Tokens.Generic) => render(String(token.text).trim(), level === "block"),
  });
  return [
    extension("mathBlock", "block", /^\$\$([\s\S]+?)\$\$[ \t]*(?:\n|$)/),
    // As in pandoc: no space inside the dollars, no digit behind, so that prices stay prices.
    extension("mathInline", "inline", /^\$(?!\s|\$)((?:\\.|[^$\\\n])+?)(?<!\s)\$(?!\d)/),
  ];
}

function uniqueId(text: string, used: Set<string>): string {
  const slug =
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, "-")
      .replace(/^-|-$/g, "") || "section";
  let id = slug;
  for (let n = 2; used.has(id); n++) id = `${slug}-${n}`;
  used.add(id);
  return id;
}
