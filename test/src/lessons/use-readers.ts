import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A folder of readers for the tests of a `describe`, in place of the project's own. */
export interface ReadersFolder {
  folder: string;
  /** Forgets names and progress. */
  forget(): void;
}

/** Puts a folder of its own in place of the readers' for the tests of this `describe`. */
export function useReaders(): ReadersFolder {
  const former = process.env.TUMORLAB_READERS;
  const readers: ReadersFolder = {
    folder: "",
    forget: () => rmSync(readers.folder, { recursive: true, force: true }),
  };
  before(() => {
    readers.folder = mkdtempSync(path.join(tmpdir(), "readers-"));
    process.env.TUMORLAB_READERS = readers.folder;
  });
  after(() => {
    readers.forget();
    if (former === undefined) delete process.env.TUMORLAB_READERS;
    else process.env.TUMORLAB_READERS = former;
  });
  return readers;
}
