import { createHmac, randomBytes } from "node:crypto";
import { appendFile, chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formatForSignature, type Notebook, type NotebookCell } from "./notebook.js";
import { saveFile } from "./save.js";

/**
 * Remembers which cells were run or made in this lab.
 *
 * A front end trusts a notebook's Markdown, whose buttons can run commands, when all of its code cells are trusted. So
 * two things are signed: each code cell with its outputs, and the Markdown as a whole once every code cell beside it was
 * run or made here.
 */
export interface Notary {
  /**
   * Sets `trusted` on the code cells: true where cell and outputs were signed here, else false, whether or not there are
   * outputs. Where all of them are but the Markdown is not (it came from elsewhere, or was changed on disk), none is
   * trusted. A `trusted` that came with the file counts for nothing.
   */
  mark(notebook: Notebook): Notebook;
  /**
   * Signs the code cells that the front end, in which they were run or made, says are trusted; and the Markdown where
   * all of them are.
   */
  sign(notebook: Notebook): Promise<void>;
}

const keyBytes = 32;

/** Signatures kept; with more, the oldest half is forgotten and those notebooks open untrusted. */
const maxSignatures = 50_000;

/**
 * Opens the notary of a project: a secret key and a list of signatures in `folder`, both readable by their owner only.
 *
 * The key is mixed with the key file's identity on disk, so that a copied project, or one that brings along a key of
 * its own making, has no signed cells.
 */
export async function openNotary(folder: string): Promise<Notary> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const listFile = join(folder, "signatures");
  const key = await openKey(join(folder, "key"));
  const lines = await readFile(listFile, "utf8").catch(() => "");
  const signatures = new Set(lines.split("\n").filter((line) => line !== ""));

  const seal = (text: string) => createHmac("sha256", key).update(text).digest("hex");
  const isCode = (cell: NotebookCell) => cell.cell_type === "code";
  const sealOf = (cell: NotebookCell) => seal(formatForSignature(cell));
  const sealOfText = ({ cells }: Notebook) =>
    seal(JSON.stringify(cells.filter((cell) => !isCode(cell)).map(formatForSignature)));

  return {
    mark(notebook) {
      const known = new Set(notebook.cells.filter((cell) => isCode(cell) && signatures.has(sealOf(cell))));
      const isForeignText =
        known.size === notebook.cells.filter(isCode).length && !signatures.has(sealOfText(notebook));
      const cells = notebook.cells.map((cell) => {
        if (!isCode(cell)) {
          const { trusted: _trusted, ...metadata } = cell.metadata;
          return { ...cell, metadata };
        }
        return { ...cell, metadata: { ...cell.metadata, trusted: known.has(cell) && !isForeignText } };
      });
      return { ...notebook, cells };
    },
    async sign(notebook) {
      const code = notebook.cells.filter(isCode);
      const trusted = code.filter((cell) => cell.metadata.trusted === true);
      const seals = trusted.map(sealOf);
      if (trusted.length === code.length) seals.push(sealOfText(notebook));
      const fresh = [...new Set(seals)].filter((signature) => !signatures.has(signature));
      if (fresh.length === 0) return;
      for (const signature of fresh) signatures.add(signature);
      // The folder may have been cleaned away since: no reason not to save.
      await mkdir(folder, { recursive: true, mode: 0o700 });
      if (signatures.size <= maxSignatures) {
        await appendFile(listFile, fresh.map((line) => `${line}\n`).join(""), { mode: 0o600 });
        return;
      }
      const kept = [...signatures].slice(-maxSignatures / 2);
      signatures.clear();
      for (const signature of kept) signatures.add(signature);
      await saveFile(listFile, `${kept.join("\n")}\n`);
    },
  };
}

/** Reads the key file, or makes one when it is missing, of a wrong length or open to others. */
async function openKey(file: string): Promise<Buffer> {
  const isPrivate = async () => process.platform === "win32" || ((await stat(file)).mode & 0o077) === 0;
  let bytes = await readFile(file).catch(() => Buffer.alloc(0));
  if (bytes.length !== keyBytes || !(await isPrivate())) {
    bytes = randomBytes(keyBytes);
    await writeFile(file, bytes, { mode: 0o600 });
    await chmod(file, 0o600);
  }
  const { ino, birthtimeMs } = await stat(file);
  return createHmac("sha256", bytes)
    .update(`${ino} ${Math.trunc(birthtimeMs)}`)
    .digest();
}
