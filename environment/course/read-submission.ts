import { lstat, readFile } from "node:fs/promises";
import { decodeText } from "tumorlab/internal/core/files";
import { parseOuterJson } from "../ipynb/json.js";
import { upgradeNotebook } from "../ipynb/upgrade.js";

/** A cell of a notebook that came back, with no more than grading asks for. */
export interface SentCell {
  kind: "code" | "text";
  id: string;
  /** The exercise that its metadata name; empty where they name none. */
  exercise: string;
  source: string;
}

/** What was read of a notebook that came back. */
export interface SentNotebook {
  cells: SentCell[];
  /** The lesson and the student it was handed out to, as its metadata say; empty where they don't. */
  lesson: string;
  student: string;
  /** What was odd about it and could be put right, for the feedback. */
  notes: string[];
}

/** A notebook, or why it can't be read. */
export type ReadSubmission = SentNotebook | { reason: string };

const largestBytes = 400 * 2 ** 20;

/** Reads a file that came back. Whatever it holds, this never rejects. */
export async function readSubmission(file: string): Promise<ReadSubmission> {
  try {
    const found = await lstat(file);
    if (found.isSymbolicLink()) return { reason: "It is a link to another file, and not a notebook." };
    if (!found.isFile()) return { reason: "It is a folder or a device, and not a file." };
    if (found.size > largestBytes)
      return {
        reason: `It has ${Math.round(found.size / 2 ** 20)} MB, more than is read. Clear the outputs and send it again.`,
      };
    return parseSubmission(await readFile(file));
  } catch (error) {
    return { reason: `It can't be read: ${(error as Error).message}` };
  }
}

/** The notebook in these bytes, or why there is none. */
export function parseSubmission(bytes: Uint8Array): ReadSubmission {
  if (bytes.length === 0) return { reason: "The file is empty." };
  const disguise = recognizeOther(bytes);
  if (disguise)
    return { reason: `It is ${disguise} under the name of a notebook. Send the .ipynb file itself.` };
  const notes: string[] = [];
  const text = decode(bytes, notes).replace(/^\ufeff/, "");
  if (text.trim() === "") return { reason: "The file is empty." };
  if (/^\s*<(!doctype|html)/i.test(text))
    return { reason: "It is a web page (HTML) under the name of a notebook. Send the .ipynb file itself." };
  let value: unknown;
  try {
    value = parseOuterJson(text);
  } catch (error) {
    value = joinConflict(text, notes);
    if (value === undefined) return { reason: explainDamage(text, error as Error) };
  }
  return readCells(value, notes);
}

function readCells(value: unknown, notes: string[]): ReadSubmission {
  const root = upgradeNotebook(value, { everyId: true });
  if (!isRecord(root)) return { reason: "It holds JSON that is no notebook." };
  const former = isRecord(root.metadata) ? root.metadata.orig_nbformat : undefined;
  if (typeof former === "number" && former < 4)
    notes.push(`The notebook is of format ${former}, from before 2015. It was converted.`);
  if (!Array.isArray(root.cells)) return { reason: "It holds no list of cells, and so no notebook." };
  const odd = root.cells.filter((cell) => !isRecord(cell)).length;
  if (odd > 0) notes.push(`${odd} of its cells ${odd === 1 ? "was" : "were"} damaged and left out.`);
  const cells = root.cells.filter(isRecord).map((cell): SentCell => {
    const own = isRecord(cell.metadata) ? cell.metadata.tumorlab : undefined;
    return {
      kind: cell.cell_type === "code" ? "code" : "text",
      id: typeof cell.id === "string" ? cell.id : "",
      exercise: isRecord(own) && typeof own.exercise === "string" ? own.exercise : "",
      source: joinLines(cell.source),
    };
  });
  if (cells.every(({ source }) => source.trim() === "")) return { reason: "All of its cells are empty." };
  const own = isRecord(root.metadata) && isRecord(root.metadata.tumorlab) ? root.metadata.tumorlab : {};
  const textOf = (field: unknown): string => (typeof field === "string" ? field : "");
  return { cells, lesson: textOf(own.lesson), student: textOf(own.student), notes };
}

/** What else begins as these bytes do, in words; `undefined` for what may be text. */
function recognizeOther(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 8)).toString("latin1");
  if (head.startsWith("PK")) return "a zip archive";
  if (head.startsWith("%PDF")) return "a PDF";
  if (head.startsWith("\x1f\x8b")) return "a gzip archive";
  if (head.startsWith("Rar!") || head.startsWith("7z\xbc")) return "an archive";
  if (head.startsWith("\x89PNG") || head.startsWith("\xff\xd8\xff")) return "a picture";
  return undefined;
}

function decode(bytes: Uint8Array, notes: string[]): string {
  const [a, b, c, d] = bytes;
  const isMarked = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
  // JSON begins with two signs of ASCII: where every other byte is 0 it is UTF-16 without its mark.
  const isLittle = !isMarked && b === 0 && d === 0;
  const isBig = !isMarked && a === 0 && c === 0;
  if (isMarked || isLittle || isBig)
    notes.push("The file is in UTF-16. Notebooks are UTF-8; it was read all the same.");
  if (isLittle || isBig) return new TextDecoder(isLittle ? "utf-16le" : "utf-16be").decode(bytes);
  return decodeText(bytes);
}

/** The notebook with one side of each merge conflict in it; `undefined` where that gives none. */
function joinConflict(text: string, notes: string[]): unknown {
  if (!/^<{7}/m.test(text)) return undefined;
  const sides = [
    text.replaceAll(/^<{7}[^\n]*\n([\s\S]*?)(?:^\|{7}[\s\S]*?)?^={7}\r?\n[\s\S]*?^>{7}[^\n]*\n?/gm, "$1"),
    text.replaceAll(/^<{7}[^\n]*\n[\s\S]*?^={7}\r?\n([\s\S]*?)^>{7}[^\n]*\n?/gm, "$1"),
  ];
  for (const [at, side] of sides.entries()) {
    try {
      const value = parseOuterJson(side);
      notes.push(
        `It holds the marks of a merge conflict; the ${at === 0 ? "first" : "second"} side of each was taken.`,
      );
      return value;
    } catch {
      // The other side may do.
    }
  }
  return undefined;
}

function explainDamage(text: string, error: Error): string {
  if (error instanceof RangeError) return `It is no notebook: ${error.message}.`;
  if (/^<{7}/m.test(text))
    return "It holds the marks of a merge conflict (<<<<<<<), and neither side is a notebook.";
  if (/^\s*\{/.test(text) && !/\}\s*$/.test(text))
    return "The notebook breaks off: its end is missing. Save and send it again.";
  return `It is no notebook: the text is not JSON (${error.message.slice(0, 120)}).`;
}

function joinLines(source: unknown): string {
  if (Array.isArray(source)) return source.filter((line) => typeof line === "string").join("");
  return typeof source === "string" ? source : "";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
