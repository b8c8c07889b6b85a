import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { writeGalleryPage } from "./gallery/page.js";
import { tabulateRooms } from "./rooms/draw.js";
import { readRooms } from "./rooms/rooms.js";
import { tabulateTumorLooks } from "./tumor-looks.js";

/** What came of building the pages. */
export interface BuiltPages {
  /** Folder of the pages; `index.html` is the first. */
  folder: string;
  /** What TypeDoc found wrong in comments and pages, such as links to names that are not public. */
  problems: string[];
}

/** The pages beside the reference, in the order of their list; each one is a file of `environment/docs/pages/`. */
export const pageNames: readonly string[] = [
  "rooms",
  "glossary",
  "how-to-add",
  "file-formats",
  "scan-formats",
  "tumor-looks",
  "gallery",
];

/**
 * Builds the pages with TypeDoc: the public names of `src/` with their comments, the Markdown of `environment/docs/pages/`
 * and the gallery. They replace `.tumorlab/docs` once they are complete.
 *
 * @param root of the project.
 */
export async function buildPages(root: string): Promise<BuiltPages> {
  const state = join(root, ".tumorlab");
  const [source, made, folder] = ["docs-source", "docs-new", "docs"].map((name) => join(state, name));
  await rm(source, { recursive: true, force: true });
  await rm(made, { recursive: true, force: true });
  await gatherPages(root, source);
  const { runTypeDoc } = await loadTypeDoc(root);
  const problems = await runTypeDoc({ root, source, out: made, pageNames });
  await rm(folder, { recursive: true, force: true });
  await rename(made, folder);
  await rm(source, { recursive: true, force: true });
  return { folder, problems };
}

/** Puts everything that is written by hand, the gallery and the tables of rooms and tumors into one folder. */
async function gatherPages(root: string, source: string): Promise<void> {
  const docs = join(root, "environment", "docs");
  await mkdir(source, { recursive: true });
  await cp(join(docs, "pages"), source, { recursive: true });
  await cp(join(docs, "gallery", "pictures"), join(source, "pictures"), { recursive: true });
  const rooms = await readFile(join(source, "rooms.md"), "utf8");
  const table = tabulateRooms(await readRooms(root));
  await writeFile(
    join(source, "rooms.md"),
    rooms.replace("<!-- table of the rooms -->", () => table),
  );
  const looks = await readFile(join(source, "tumor-looks.md"), "utf8");
  await writeFile(
    join(source, "tumor-looks.md"),
    looks.replace("<!-- table of the looks -->", () => tabulateTumorLooks()),
  );
  await writeFile(join(source, "gallery.md"), await writeGalleryPage(join(docs, "gallery"), "pictures"));
}

interface TypeDocTask {
  root: string;
  source: string;
  out: string;
  pageNames: readonly string[];
}

/** What `run-typedoc.mjs` exports. */
interface TypeDocRunner {
  runTypeDoc: (task: TypeDocTask) => Promise<string[]>;
}

async function loadTypeDoc(root: string): Promise<TypeDocRunner> {
  const file = join(root, "environment", "docs", "run-typedoc.mjs");
  return (await import(pathToFileURL(file).href)) as TypeDocRunner;
}
