import { writeFileWhole as writePieces } from "../core/files.js";

export { formatCsv } from "../core/missing.js";

/** Writes a text file whole or not at all; missing folders are made. Throws a LabError naming `path`. */
export async function writeFileWhole(path: string, text: string): Promise<void> {
  await writePieces(path, [Buffer.from(text)]);
}
