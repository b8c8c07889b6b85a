import type * as ts from "@tslab/typescript-for-tslab";
import { basename, dirname, join, resolve } from "tumorlab/internal/platform/browser/paths";
import { find } from "tumorlab/internal/platform/browser/store";
import { readFileNow } from "tumorlab/internal/platform/files";
import type { TypeFiles } from "./type-files.js";

/** Folder in which the compiler finds the declarations of the language. */
export const compilerFolder = "/typescript/lib";

/**
 * The system that TypeScript runs on in a page: the site's declarations, and the reader's files.
 *
 * @param root the project folder.
 * @param folder the one that cells run in.
 */
export function createCompilerSystem(types: TypeFiles, root: string, folder: string): ts.System {
  const folders = listFolders(types);
  const packageLink = `${root}/node_modules/tumorlab`;

  const followed = new Map<string, string>();
  /** The workspace's link to the library, followed; the compiler asks for each path many times. */
  function follow(path: string): string {
    const known = followed.get(path);
    if (known !== undefined) return known;
    const full = resolve(path);
    const isLinked = full === packageLink || full.startsWith(`${packageLink}/`);
    const found = isLinked ? join(root, "src", full.slice(packageLink.length)) : full;
    followed.set(path, found);
    return found;
  }
  function isFile(path: string): boolean {
    const file = follow(path);
    return types.has(file) || find(file)?.kind === "file";
  }
  function isFolder(path: string): boolean {
    const file = follow(path);
    return folders.has(file) || find(file)?.kind === "folder";
  }

  return {
    args: [],
    newLine: "\n",
    useCaseSensitiveFileNames: true,
    write: (text) => console.log(text),
    readFile(path) {
      const file = follow(path);
      return types.get(file) ?? (isFile(file) ? new TextDecoder().decode(readFileNow(file)) : undefined);
    },
    getFileSize: (path) => types.get(follow(path))?.length ?? 0,
    writeFile(path) {
      throw new Error(`${path}: cells write no files when they are compiled`);
    },
    watchFile: () => ({ close() {} }),
    watchDirectory: () => ({ close() {} }),
    resolvePath: (path) => resolve(path),
    fileExists: isFile,
    directoryExists: isFolder,
    createDirectory() {},
    getExecutingFilePath: () => `${compilerFolder}/typescript.js`,
    getCurrentDirectory: () => folder,
    getDirectories(path) {
      const below = follow(path);
      const names = [...folders].filter((each) => dirname(each) === below).map((each) => basename(each));
      const found = find(below);
      if (found?.kind === "folder")
        for (const [name, { kind }] of found.names) if (kind === "folder") names.push(name);
      return [...new Set(names)];
    },
    readDirectory: () => [],
    getModifiedTime: () => undefined,
    // No createHash: the compiler's own is enough to see that a text has changed, and a tenth of the work.
    exit() {},
    realpath: follow,
    setTimeout: (work: () => void, ms: number) => setTimeout(work, ms),
    clearTimeout: (timer: NodeJS.Timeout) => clearTimeout(timer),
  };
}

function listFolders(types: TypeFiles): Set<string> {
  const folders = new Set<string>();
  for (const path of types.keys())
    for (let folder = dirname(path); !folders.has(folder); folder = dirname(folder)) folders.add(folder);
  return folders;
}
