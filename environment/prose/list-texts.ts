import { readFileSync } from "node:fs";
import path from "node:path";
import { listFiles } from "./list-files.js";
import { type Passage } from "./passage.js";
import { readCode } from "./read-code.js";
import { readMarkdown } from "./read-markdown.js";
import { readNotebookTexts } from "./read-notebook.js";

/** Every passage of the project that people read: notebooks, pages, the changelog, comments and messages. */
export function readTexts(root: string): Passage[] {
  return listFiles(root).flatMap((file) => {
    const text = readFileSync(path.join(root, file), "utf8");
    if (file.endsWith(".ipynb")) return readNotebookTexts(text, file);
    if (file.endsWith(".md")) return readMarkdown(text, file, file === "CHANGELOG.md" ? "log" : "page");
    return readCode(text, file);
  });
}
