import { createHmac, randomBytes } from "node:crypto";
import { appendFile, chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formatOutputs, type Notebook, type NotebookCell } from "./notebook.js";
import { saveFile } from "./save.js";

/** Remembers which outputs this lab has made itself. */
export interface Notary {
  /**
   * Sets `trusted` on the code cells: true where there is no output or the outputs were signed here, else false.
   * A `trusted` that came with the file counts for nothing.
   */
  mark(notebook: Notebook): Notebook;
  /** Signs the outputs of the cells that the front end, which ran them, says are trusted. */
  sign(notebook: Notebook): Promise<void>;
}

const keyBytes = 32;

/** Signatures kept; with more, the oldest half is forgotten and those notebooks open untrusted. */
const mostSignatures = 50_000;

/**
 * Opens the notary of a project: a secret key and a list of signatures in `folder`, both readable by their owner only.
 *
 * The key is mixed with the key file's identity on disk, so that a copied project, or one that brings along a key of
 * its own making, has no signed outputs.
 */
export async function openNotary(folder: string): Promise<Notary> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const listFile = join(folder, "signatures");
  const key = await openKey(join(folder, "key"));
  const lines = await readFile(listFile, "utf8").catch(() => "");
  const signatures = new Set(lines.split("\n").filter((line) => line !== ""));

  const signatureOf = (cell: NotebookCell) =>
    createHmac("sha256", key).update(formatOutputs(cell)).digest("hex");

  return {
    mark(notebook) {
      const cells = notebook.cells.map((cell) => {
        if (cell.cell_type !== "code") {
          const { trusted: _trusted, ...metadata } = cell.metadata;
          return { ...cell, metadata };
        }
        const trusted = !cell.outputs?.length || signatures.has(signatureOf(cell));
        return { ...cell, metadata: { ...cell.metadata, trusted } };
      });
      return { ...notebook, cells };
    },
    async sign(notebook) {
      const fresh = notebook.cells
        .filter((cell) => cell.cell_type === "code" && cell.metadata.trusted === true && cell.outputs?.length)
        .map(signatureOf)
        .filter((signature) => !signatures.has(signature));
      if (fresh.length === 0) return;
      for (const signature of fresh) signatures.add(signature);
      if (signatures.size <= mostSignatures) {
        await appendFile(listFile, fresh.map((line) => `${line}\n`).join(""), { mode: 0o600 });
        return;
      }
      const kept = [...signatures].slice(-mostSignatures / 2);
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
