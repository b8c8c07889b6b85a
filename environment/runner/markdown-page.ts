import type { Cell, MarkdownCell, MimeBundle, Notebook, Output, RawCell } from "./notebook.js";
import { stripEscapes } from "./terminal-text.js";

/** The notebook as one Markdown file that needs no other: code fenced as TypeScript, pictures inside as data. */
export function toMarkdown(notebook: Notebook): string {
  const parts = notebook.cells.flatMap((cell) =>
    cell.cell_type === "code"
      ? [fence(cell.source, "ts"), ...cell.outputs.map(writeOutput)]
      : [writeText(cell)],
  );
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** A text with the pictures attached to it put where it names them. */
function writeText(cell: Exclude<Cell, { cell_type: "code" }>): string {
  return cell.source.replace(/attachment:([^\s)"'>]+)/g, (found, name: string) => {
    return findPicture(attachmentOf(cell, name)) ?? found;
  });
}

function attachmentOf({ attachments = {} }: MarkdownCell | RawCell, name: string): MimeBundle {
  try {
    return attachments[decodeURIComponent(name)] ?? attachments[name] ?? {};
  } catch {
    return attachments[name] ?? {};
  }
}

function writeOutput(output: Output): string {
  switch (output.output_type) {
    case "stream":
      return fence(stripEscapes(output.text), "text");
    case "error": {
      const lines = output.traceback.length > 0 ? output.traceback : [`${output.ename}: ${output.evalue}`];
      return fence(stripEscapes(lines.join("\n")), "text");
    }
    default:
      return writeBundle(output.data);
  }
}

function writeBundle(data: MimeBundle): string {
  const text = (type: string) => {
    const content = data[type];
    return typeof content === "string" && content !== "" ? content : undefined;
  };
  const plain = stripEscapes(text("text/plain") ?? "");
  const picture = findPicture(data);
  if (picture !== undefined)
    return `![${plain.replace(/[[\]\\]/g, "\\$&").replace(/\s+/g, " ")}](${picture})`;
  const prose = text("text/markdown");
  if (prose !== undefined) return prose.trim();
  // A blank line would end the block in which Markdown takes HTML as it is.
  const html = text("text/html");
  if (html !== undefined) return html.trim().replace(/\n\s*\n/g, "\n");
  return fence(plain, "text");
}

/** The first picture of a bundle as the address of itself. */
function findPicture(data: MimeBundle): string | undefined {
  for (const [type, content] of Object.entries(data)) {
    if (!type.startsWith("image/") || typeof content !== "string") continue;
    const base64 =
      type === "image/svg+xml" ? Buffer.from(content).toString("base64") : content.replace(/\s/g, "");
    return `data:${type};base64,${base64}`;
  }
  return undefined;
}

/** A fenced block; its fence is longer than any in the text. Empty for an empty text. */
function fence(text: string, language: string): string {
  const trimmed = text.replace(/\n+$/, "");
  if (trimmed === "") return "";
  const longest = Math.max(2, ...[...trimmed.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = "`".repeat(longest + 1);
  return `${ticks}${language}\n${trimmed}\n${ticks}`;
}
