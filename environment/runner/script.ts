import { tagsOf, type Notebook } from "./notebook.js";

/**
 * The code cells as one TypeScript module, for review, type checking and lint: each cell under a line
 * `// %% id`, texts as comments. The module is what the notebook runs, cell by cell.
 */
export function toScript(notebook: Notebook, name: string): string {
  const parts = notebook.cells.map((cell) => {
    const tags = tagsOf(cell).length > 0 ? ` [${tagsOf(cell).join(", ")}]` : "";
    const head = `// %% ${cell.cell_type === "code" ? cell.id : `${cell.id} (${cell.cell_type})`}${tags}`;
    if (cell.cell_type === "code") return `${head}\n${cell.source}\n`;
    return `${head}\n${cell.source.replace(/^/gm, "// ").replace(/ +$/gm, "")}\n`;
  });
  return `// ${name}\n\n${parts.join("\n")}\nexport {};\n`;
}
