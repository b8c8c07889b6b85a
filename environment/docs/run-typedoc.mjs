/*
 * TypeDoc is an ES module, and so is this file: what is compiled beside it can do without TypeDoc's types.
 */
import { join } from "node:path";
import { Application, LogLevel } from "typedoc";

/**
 * Writes the reference of the public names and the other pages with TypeDoc.
 *
 * @param {{ root: string, source: string, out: string, pageNames: readonly string[] }} task folder of the project, folder with
 *   the pages in Markdown, folder to write, and the pages beside `index.md`
 * @returns {Promise<string[]>} what TypeDoc found wrong in comments and pages
 * @throws {Error} when TypeDoc cannot read src/
 */
export async function runTypeDoc({ root, source, out, pageNames }) {
  const src = join(root, "src");
  const app = await Application.bootstrap({
    name: "Tumorlab",
    entryPoints: [join(src, "index.ts"), join(src, "lessons", "index.ts")],
    tsconfig: join(src, "tsconfig.json"),
    readme: join(source, "index.md"),
    projectDocuments: pageNames.map((name) => join(source, `${name}.md`)),
    // There is no place on the network that a link to the source could lead to.
    disableSources: true,
    basePath: root,
    githubPages: false,
    includeVersion: false,
    sort: ["kind", "documents-first", "alphabetical"],
    kindSortOrder: [
      "Document",
      "Module",
      "Namespace",
      "Function",
      "Variable",
      "Class",
      "Interface",
      "TypeAlias",
    ],
    groupOrder: [
      "Documents",
      "Modules",
      "Namespaces",
      "Functions",
      "Variables",
      "Classes",
      "Interfaces",
      "*",
    ],
    validation: { notExported: false, invalidLink: true, notDocumented: false },
    customCss: join(source, "pages.css"),
    logLevel: LogLevel.Warn,
  });
  /** @type {string[]} */
  const problems = [];
  app.logger.log = (message, level) => {
    if (level >= LogLevel.Warn) problems.push(message);
  };
  const project = await app.convert();
  if (!project) throw new Error(`TypeDoc could not read src/:\n${problems.join("\n")}`);
  app.validate(project);
  await app.generateDocs(project, out);
  return problems;
}
