import path from "node:path";
import { buildPages } from "./build-pages.js";
import { writePictures } from "./gallery/pictures.js";
import { type DocsOptions, helpText, parseDocsOptions } from "./options.js";
import { writeRoomsPicture } from "./rooms/write-picture.js";

/** What `npm run docs` runs in. */
export interface DocsSettings {
  /** Folder of the project. */
  root: string;
  out: (text: string) => void;
  err: (text: string) => void;
}

/**
 * `npm run docs`: builds the pages, or draws the committed pictures anew.
 *
 * @returns the exit code that `helpText` tells.
 */
export async function runDocs(args: readonly string[], settings: DocsSettings): Promise<number> {
  const { out, err } = settings;
  let options: DocsOptions;
  try {
    options = parseDocsOptions(args);
  } catch (error) {
    err(`${(error as Error).message}\n\n${helpText}`);
    return 2;
  }
  if (options.help) {
    out(helpText);
    return 0;
  }
  return options.pictures ? await drawAnew(settings) : await build(settings);
}

async function build({ root, out, err }: DocsSettings): Promise<number> {
  const { folder, problems } = await buildPages(root);
  for (const problem of problems) err(`${problem}\n`);
  out(`The pages are in ${path.relative(root, folder)}.\n`);
  out(
    `Open ${path.join(folder, "index.html")} in a browser, or "Reference and gallery" on the lab's Home.\n`,
  );
  return problems.length === 0 ? 0 : 1;
}

async function drawAnew({ root, out }: DocsSettings): Promise<number> {
  await writeRoomsPicture(root);
  // Paths in the examples are those of a notebook.
  process.chdir(path.join(root, "notebooks"));
  const { written, removed } = await writePictures(path.join(root, "environment/docs/gallery/pictures"));
  for (const name of written) out(`written  ${name}\n`);
  for (const name of removed) out(`removed  ${name}\n`);
  out(`${written.length} written, ${removed.length} removed. What changed: git diff --stat\n`);
  return 0;
}
