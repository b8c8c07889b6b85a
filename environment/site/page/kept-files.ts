import type { FileChange } from "tumorlab/internal/platform/browser/page";
import type { PrivateFolder } from "./browser.js";

/** The reader's changes, kept in the browser's origin-private file system over reloads. */
export interface KeptFiles {
  /** What was kept, as changes to what the site serves. */
  readonly changes: readonly FileChange[];
  /** Keeps a change; one after the other, the latest of each path. */
  keep(change: FileChange): void;
  /** Settles when all that was handed over is kept. */
  settled(): Promise<void>;
}

/** What was removed of the site's own files is noted in a file of this name. */
const removedName = ".removed.json";

/**
 * Opens what a page has kept.
 *
 * @param folder a folder of this site's own.
 * @param onFail told why something could not be kept, such as a quota that is used up.
 */
export async function openKeptFiles(
  folder: PrivateFolder,
  onFail: (error: unknown, path: string) => void,
): Promise<KeptFiles> {
  const removed = new Set<string>();
  const changes: FileChange[] = [];
  const listed = await readText(folder, removedName);
  for (const path of listed === undefined ? [] : (JSON.parse(listed) as string[])) {
    removed.add(path);
    changes.push({ kind: "gone", path });
  }
  await walk(folder, "", changes);

  const waiting = new Map<string, FileChange>();
  let working: Promise<void> | undefined;

  async function work(): Promise<void> {
    for (let next = waiting.values().next(); !next.done; next = waiting.values().next()) {
      const change = next.value;
      waiting.delete(change.path);
      await apply(folder, change, removed).catch((error: unknown) => onFail(error, change.path));
    }
    working = undefined;
  }

  return {
    changes,
    keep(change) {
      // In its order: a folder that went away and came back is another one.
      waiting.delete(change.path);
      waiting.set(change.path, change);
      working ??= work();
    },
    async settled() {
      while (working) await working;
    },
  };
}

async function walk(folder: PrivateFolder, path: string, changes: FileChange[]): Promise<void> {
  let isEmpty = true;
  for await (const [name, handle] of folder.entries()) {
    if (path === "" && name === removedName) continue;
    isEmpty = false;
    if (handle.kind === "directory") await walk(handle, `${path}/${name}`, changes);
    else {
      const content = await handle.getFile();
      changes.push({ kind: "file", path: `${path}/${name}`, content, mtimeMs: content.lastModified });
    }
  }
  if (isEmpty && path !== "") changes.push({ kind: "folder", path });
}

async function apply(root: PrivateFolder, change: FileChange, removed: Set<string>): Promise<void> {
  const names = change.path.split("/").filter(Boolean);
  const name = names.pop();
  if (name === undefined) return;
  if (change.kind === "gone") {
    const folder = await open(root, names, false).catch(() => undefined);
    await folder?.removeEntry(name, { recursive: true }).catch(() => undefined);
    removed.add(change.path);
    return write(root, removedName, JSON.stringify([...removed]));
  }
  const folder = await open(root, names, true);
  if (change.kind === "folder") await folder.getDirectoryHandle(name, { create: true });
  else await write(folder, name, change.content);
  if (removed.delete(change.path)) await write(root, removedName, JSON.stringify([...removed]));
}

async function open(root: PrivateFolder, names: readonly string[], create: boolean): Promise<PrivateFolder> {
  let folder = root;
  for (const name of names) folder = await folder.getDirectoryHandle(name, { create });
  return folder;
}

async function write(folder: PrivateFolder, name: string, content: unknown): Promise<void> {
  const file = await folder.getFileHandle(name, { create: true });
  // It takes the place of what was there only when it is closed.
  const stream = await file.createWritable();
  await stream.write(content);
  await stream.close();
}

async function readText(folder: PrivateFolder, name: string): Promise<string | undefined> {
  try {
    return await (await (await folder.getFileHandle(name)).getFile()).text();
  } catch {
    return undefined;
  }
}
