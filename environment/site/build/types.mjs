import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { pageProject } from "./served-files.mjs";

const require = createRequire(import.meta.url);

/**
 * Writes `types.json.gz`: every file that the compiler reads for a cell that imports the library, by its path in a page.
 *
 * @param {{ root: string, outDir: string }} options
 * @returns {number} how many files
 */
export function packTypes({ root, outDir }) {
  const { compilerFolder } = require("../../dist/site/kernel/compiler-system.js");
  const typescript = require(require.resolve("@tslab/typescript-for-tslab", { paths: [root] }));
  const libFolder = path.dirname(typescript.getDefaultLibFilePath({}));
  const packed = {};
  const add = (file) => {
    const place = file.startsWith(libFolder)
      ? compilerFolder + file.slice(libFolder.length)
      : pageProject + file.slice(root.length);
    const text = fs.readFileSync(file, "utf8");
    packed[place.split(path.sep).join("/")] = isOfOthers(file) ? removeDocs(typescript, file, text) : text;
  };
  for (const file of listTypeFiles(typescript, root)) {
    add(file);
    const packageFile = findPackage(file, root);
    if (packageFile) add(packageFile);
  }
  fs.mkdirSync(outDir, { recursive: true });
  fs.writeFileSync(path.join(outDir, "types.json.gz"), gzipSync(JSON.stringify(packed), { level: 9 }));
  return Object.keys(packed).length;
}

/** Declarations that few readers ask about and every kernel reads at its start: those of Node are most of the bytes. */
function isOfOthers(file) {
  return /[\\/]node_modules[\\/]@(types|webgpu)[\\/]/.test(file) && file.endsWith(".d.ts");
}

/**
 * A file of declarations without the comments that document them.
 *
 * @param {string} text
 * @returns {string} the same declarations
 */
export function removeDocs(typescript, file, text) {
  const source = typescript.createSourceFile(file, text, typescript.ScriptTarget.ES2022);
  const docs = [];
  const visit = (node) => {
    for (const doc of node.jsDoc ?? []) docs.push([doc.pos, doc.end]);
    typescript.forEachChild(node, visit);
  };
  visit(source);
  docs.sort(([a], [b]) => a - b);
  const parts = [];
  let at = 0;
  for (const [start, end] of docs) {
    // A comment can belong to two nodes.
    if (start < at) continue;
    parts.push(text.slice(at, start));
    at = end;
  }
  return [...parts, text.slice(at)].join("").replace(/^[ \t]*\n/gm, "");
}

function listTypeFiles(typescript, root) {
  const cell = path.join(root, "cell.ts");
  const code = ["tumorlab", "tumorlab/lessons", "tslab"]
    .map((name) => `import ${JSON.stringify(name)};`)
    .join("\n");
  const options = {
    target: typescript.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts"],
    module: typescript.ModuleKind.ESNext,
    moduleResolution: typescript.ModuleResolutionKind.Node10,
    types: ["node"],
    typeRoots: [path.join(root, "node_modules", "@types")],
    skipLibCheck: true,
    noEmit: true,
  };
  const host = typescript.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (file) => (file === cell ? code : readFile.call(host, file));
  host.fileExists = (file) => file === cell || fileExists.call(host, file);
  host.getSourceFile = (file, target) =>
    file === cell ? typescript.createSourceFile(file, code, target) : getSourceFile.call(host, file, target);
  const program = typescript.createProgram([cell], options, host);
  const unknown = program.getSemanticDiagnostics(program.getSourceFile(cell));
  if (unknown.length > 0)
    throw new Error(typescript.flattenDiagnosticMessageText(unknown[0].messageText, "\n"));
  return program
    .getSourceFiles()
    .map(({ fileName }) => path.normalize(fileName))
    .filter((file) => file !== cell);
}

/** The package.json of the package that a file belongs to. */
function findPackage(file, root) {
  for (let folder = path.dirname(file); folder.length > root.length; folder = path.dirname(folder)) {
    const found = path.join(folder, "package.json");
    if (fs.existsSync(found) && "name" in JSON.parse(fs.readFileSync(found, "utf8"))) return found;
  }
  return undefined;
}
