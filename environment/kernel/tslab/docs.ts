import { join } from "node:path";
import type * as ts from "@tslab/typescript-for-tslab";

type Documented = ts.Node & { jsDoc?: (ts.Node & { parent: ts.Node })[] };
type IndexedFile = ts.SourceFile & { readonly identifiers: ReadonlyMap<string, string> };

/** Doc comments of packages and of the built project, which the compiler reads when somebody asks for them. */
export interface LateDocs {
  /** Whether the compiler should pass over the doc comments of the file it parses. */
  readonly isLeft: (path: string) => boolean;
  /** Reads the doc comments of the files that may describe what stands at a position of a cell. */
  readonly bring: (typescript: typeof ts, program: ts.Program, cell: ts.SourceFile, position: number) => void;
}

/**
 * A kernel's first program holds a thousand files of declarations, and to parse their doc comments takes as long as to parse
 * the rest. They change no type and no diagnostic; only an inspection shows them, a few of them at a time.
 *
 * @param root the project folder.
 */
export function createLateDocs(root: string): LateDocs {
  const dist = `${join(root, "src", "dist").replaceAll("\\", "/")}/`;
  const brought = new WeakSet<ts.SourceFile>();
  let last = { path: "", isLeft: false };
  let isReading = false;

  function isLeft(path: string): boolean {
    // It is asked for every documented declaration of a file, one after the other.
    if (path !== last.path) {
      const isLibrary = path.includes("/node_modules/") || path.startsWith(dist);
      last = { path, isLeft: isLibrary && /\.d\.[cm]?ts$/.test(path) };
    }
    return last.isLeft && !isReading;
  }

  return {
    isLeft,
    bring(typescript, program, cell, position) {
      for (const file of findDescribing(typescript, program, cell, position)) {
        if (brought.has(file) || !isLeft(file.fileName)) continue;
        brought.add(file);
        isReading = true;
        try {
          graft(
            typescript,
            file,
            typescript.createSourceFile(file.fileName, file.text, file.languageVersion, true),
          );
        } finally {
          isReading = false;
        }
      }
    },
  };
}

/**
 * Files that declare the name at a position, or one that is called like it: what is described by the interface it comes from,
 * or by the one that an argument has to fit, goes by the same name there.
 */
function findDescribing(
  typescript: typeof ts,
  program: ts.Program,
  cell: ts.SourceFile,
  position: number,
): ts.SourceFile[] {
  const checker = program.getTypeChecker();
  const touching = typescript as unknown as {
    getTouchingPropertyName(file: ts.SourceFile, position: number): ts.Node;
  };
  const node = touching.getTouchingPropertyName(cell, position);
  if (!typescript.isIdentifier(node)) return [];
  const found = checker.getSymbolAtLocation(node);
  const isAlias = found !== undefined && (found.flags & typescript.SymbolFlags.Alias) !== 0;
  const symbol = isAlias ? checker.getAliasedSymbol(found) : found;
  const declaring = new Set(symbol?.declarations?.map((declaration) => declaration.getSourceFile()));
  const names = [node.text, symbol?.name ?? node.text];
  return program
    .getSourceFiles()
    .filter(
      (file) => declaring.has(file) || names.some((name) => (file as IndexedFile).identifiers.has(name)),
    );
}

/** Gives the nodes of a tree the doc comments of another one, which was parsed from the same text. */
function graft(typescript: typeof ts, to: Documented, from: Documented): void {
  if (from.jsDoc && from.jsDoc.length > 0) {
    // Names in links are looked up from where the comment stands.
    for (const comment of from.jsDoc) comment.parent = to;
    to.jsDoc = from.jsDoc;
  }
  const twins: ts.Node[] = [];
  typescript.forEachChild(to, (child) => void twins.push(child));
  let next = 0;
  typescript.forEachChild(from, (child) => graft(typescript, twins[next++], child));
}
