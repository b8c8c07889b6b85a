import { open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { sweepTemporaries, temporaryName } from "../files/temporary.js";

/** The file operations a write needs; tests put a full disk in their place. */
export interface FileOperations {
  open: typeof open;
  rename: typeof rename;
  rm: typeof rm;
}

/**
 * Replaces a file in one step: whoever reads it sees the old content or the new, never a part. When anything
 * fails (a full disk, no permission) the old file is as it was and nothing is left beside it,
 * also not what runs that were killed left.
 *
 * Permissions of an existing file are kept.
 */
export async function writeFileAtomically(
  file: string,
  content: string | Uint8Array,
  operations: FileOperations = { open, rename, rm },
): Promise<void> {
  const temporary = temporaryName(file);
  await sweepTemporaries(path.dirname(file));
  const mode = await stat(file).then(
    (found) => found.mode & 0o777,
    () => 0o644,
  );
  try {
    const handle = await operations.open(temporary, "wx", mode);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await operations.rename(temporary, file);
  } catch (error) {
    await operations.rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
