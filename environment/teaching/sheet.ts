import { readFile } from "node:fs/promises";
import path from "node:path";
import { createMarkdownRenderer } from "../runner/html/markdown.js";
import { escapeHtml } from "../runner/html/sanitize.js";

/**
 * The sheet for students as a page to print, from its Markdown: each section stays whole, in two columns on A4. A comment
 * `<!-- page -->` begins the next page.
 *
 * @param root the project folder, where the style lies.
 */
export async function renderSheet(source: string, root: string): Promise<string> {
  const style = await readFile(path.join(root, "environment", "teaching", "sheet.css"), "utf8");
  const markdown = await createMarkdownRenderer(() => undefined);
  const title = /^# (.+)$/m.exec(source)?.[1] ?? "Sheet";
  const pages = source.split("<!-- page -->").map((page) => {
    const [head, ...sections] = page
      .trim()
      .split(/^(?=## )/m)
      .filter((part) => part.trim() !== "");
    const isHead = head.startsWith("# ");
    const parts = (isHead ? sections : [head, ...sections]).map(
      (part) => `<section>\n${markdown(part).html}</section>`,
    );
    return `<div class="page">\n${isHead ? markdown(head).html : ""}<div class="columns">\n${parts.join("\n")}\n</div>\n</div>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
${style}</style>
</head>
<body>
<main>
${pages.join("\n")}
</main>
</body>
</html>
`;
}
