import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";

interface LoadedFile {
  mtimeMs: number;
  size: number;
  hash: string;
}

/** Notices when the project was rebuilt while this kernel runs the old code. */
export interface StaleCheck {
  /** Takes note of built files that were loaded since the last call. */
  noteLoaded(): void;
  /** The loaded files, as TypeScript sources, whose content has changed since they were loaded or last reported. */
  findChanged(): string[];
}

/**
 * @param root the project folder, with the built package in `src/dist`.
 * @param loaded names of the files Node has loaded, as the keys of `require.cache`.
 */
export function createStaleCheck(root: string, loaded: () => Iterable<string>): StaleCheck {
  const folder = join(root, "src", "dist") + sep;
  const files = new Map<string, LoadedFile>();

  return {
    noteLoaded() {
      for (const path of loaded()) {
        if (!path.startsWith(folder) || files.has(path)) continue;
        const file = readFile(path);
        if (file) files.set(path, file);
      }
    },
    findChanged() {
      const changed: string[] = [];
      for (const [path, known] of files) {
        const stat = statSync(path, { throwIfNoEntry: false });
        if (!stat || (stat.mtimeMs === known.mtimeMs && stat.size === known.size)) continue;
        const now = readFile(path);
        if (!now) continue;
        files.set(path, now);
        if (now.hash !== known.hash) changed.push(nameSource(path));
      }
      return changed;
    },
  };

  function nameSource(path: string): string {
    return `src/${relative(folder, path).split(sep).join("/")}`.replace(/\.js$/, ".ts");
  }
}

/** What a reader is told. */
export function describeChanged(files: readonly string[]): string {
  const named = files.slice(0, 3).join(", ");
  const more = files.length > 3 ? ` and ${files.length - 3} more` : "";
  return `[tumorlab was rebuilt since this kernel loaded it (${named}${more}). Restart the kernel to use the new code.]\n`;
}

function readFile(path: string): LoadedFile | undefined {
  try {
    const { mtimeMs, size } = statSync(path);
    return { mtimeMs, size, hash: createHash("sha256").update(readFileSync(path)).digest("hex") };
  } catch {
    return undefined;
  }
}
