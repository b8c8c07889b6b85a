import * as files from "tumorlab/internal/platform/files";
import { sha256 } from "tumorlab/internal/platform/hash";
import { formatForSignature, type Notebook, type NotebookCell } from "../../server/contents/notebook.js";

/**
 * Remembers which cells were run or made in this page. Front ends let the outputs of others run no scripts; what the site
 * ships is trusted as the site itself is.
 */
export interface PageNotary {
  /** Sets `trusted` on the code cells of what was read at a place. */
  mark(notebook: Notebook, place: string): Notebook;
  /** Signs the code cells that the front end, in which they ran, says are trusted. */
  sign(notebook: Notebook): Promise<void>;
  /** Signs all, as the reader says so. */
  trust(notebook: Notebook): Promise<void>;
}

/**
 * @param file where the signatures are kept.
 * @param isShipped whether what lies at a place is as the site serves it.
 */
export async function openPageNotary(
  file: string,
  isShipped: (place: string) => boolean,
): Promise<PageNotary> {
  const kept = await files.readFile(file).catch(() => new Uint8Array());
  const signatures = new Set(new TextDecoder().decode(kept).split("\n").filter(Boolean));
  const isCode = ({ cell_type }: NotebookCell): boolean => cell_type === "code";
  const seal = (cell: NotebookCell): string => sha256(formatForSignature(cell)).slice(0, 32);

  async function add(cells: readonly NotebookCell[]): Promise<void> {
    const before = signatures.size;
    for (const cell of cells) signatures.add(seal(cell));
    if (signatures.size === before) return;
    await files.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await files.writeFile(file, [...signatures].join("\n"));
  }

  return {
    mark(notebook, place) {
      const shipped = isShipped(place);
      const cells = notebook.cells.map((cell) => {
        const { trusted: _trusted, ...metadata } = cell.metadata;
        if (!isCode(cell)) return { ...cell, metadata };
        return { ...cell, metadata: { ...metadata, trusted: shipped || signatures.has(seal(cell)) } };
      });
      return { ...notebook, cells };
    },
    sign: ({ cells }) => add(cells.filter((cell) => isCode(cell) && cell.metadata.trusted === true)),
    trust: ({ cells }) => add(cells.filter(isCode)),
  };
}
