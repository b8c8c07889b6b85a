import { parseArgs } from "node:util";

/** What `npm run docs` is asked for. */
export interface DocsOptions {
  /** Draw the pictures of the gallery and of the rooms anew, instead of building the pages. */
  pictures: boolean;
  help: boolean;
}

export const helpText = `Usage: npm run docs [-- OPTIONS]

Builds the pages for those who carry on: every public name with its comment, how to add something, the file formats, the
glossary and the gallery. They are written to .tumorlab/docs and need no network.

  --pictures  write the committed pictures of the gallery and of the rooms anew instead; look at what changed with git diff
  -h, --help  show this

Exit code: 0 done, 1 something is wrong in the comments or pages, 2 the call is wrong.
`;

/** Reads the arguments. Throws an Error that says what is wrong with them. */
export function parseDocsOptions(args: readonly string[]): DocsOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { pictures: { type: "boolean" }, help: { type: "boolean", short: "h" } },
  });
  return { pictures: values.pictures ?? false, help: values.help ?? false };
}
