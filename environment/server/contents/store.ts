import { copyFile, cp, lstat, mkdir, readdir, readFile, rename, rm, rmdir, stat } from "node:fs/promises";
import { basename } from "node:path";
import { sweepTemporaries, temporaryName } from "../../files/temporary.js";
import { codeOf, HttpError } from "../http/errors.js";
import type { ChunkedUploads } from "./chunks.js";
import { createLocks } from "./locks.js";
import { type ContentsModel, type ModelOptions, readModel, typeOf } from "./model.js";
import { namesForCopy, namesForNew } from "./names.js";
import { createNotebook, formatNotebook, parseNotebook, requireNotebook } from "./notebook.js";
import { isFileName, isHidden, type Project } from "./paths.js";
import { createFile, publishFile, saveFile, type SaveFs } from "./save.js";
import type { Notary } from "./trust.js";

/** What a save brings. */
export interface SaveRequest {
  type?: string;
  format?: string;
  content?: unknown;
  chunk?: number;
}

/** Files and folders of one project, as the contents API sees them. Paths are as `checkPath` returns them. */
export interface ContentsStore {
  read(path: string, options?: ModelOptions): Promise<ContentsModel>;
  /** Writes a file, notebook or folder at this path. */
  save(path: string, request: SaveRequest): Promise<{ model: ContentsModel; created: boolean }>;
  /**
   * Makes something new with a free name in a folder. `ending` such as ".md" is for files; without a type it says what
   * is wanted: a notebook where it is ".ipynb" or left out, else a file.
   */
  create(folder: string, type?: string, ending?: string): Promise<ContentsModel>;
  /** Copies a file or folder into a folder, under a free name. */
  copy(from: string, folder: string): Promise<ContentsModel>;
  rename(from: string, to: string): Promise<ContentsModel>;
  /** Deletes a file or an empty folder. */
  remove(path: string): Promise<void>;
  /** Declares the outputs of a notebook on disk trusted. */
  trust(path: string): Promise<void>;
  /** Runs a task while nothing else changes these paths. */
  locked<T>(path: string | readonly string[], task: () => Promise<T>): Promise<T>;
}

/** What a store works with. */
export interface StoreParts {
  project: Project;
  notary: Notary;
  uploads: ChunkedUploads;
  /** The file system to save with; tests bring one that fails. */
  saveFs?: SaveFs;
}

/** Opens the store of a project. */
export function createContentsStore({ project, notary, uploads, saveFs }: StoreParts): ContentsStore {
  const lock = createLocks();
  /** Locks the places, not the names: a folder may be reached by a link too. */
  async function locked<T>(path: string | readonly string[], task: () => Promise<T>): Promise<T> {
    const paths = typeof path === "string" ? [path] : path;
    return await lock(await Promise.all(paths.map((one) => project.locateEntry(one))), task);
  }
  /** Notebooks known to be readable, by place, with the stamp they had then. */
  const readable = new Map<string, string>();

  const read = (path: string, options?: ModelOptions) => readModel(project, notary, path, options);
  const stampOf = async (absolute: string) => {
    const { ino, size, mtimeMs } = await stat(absolute);
    return `${ino} ${size} ${mtimeMs}`;
  };

  /** A notebook that is broken on disk, say by a merge, holds work: it is not replaced. */
  async function requireReadable(absolute: string, path: string): Promise<void> {
    if (readable.get(absolute) === (await stampOf(absolute))) return;
    try {
      parseNotebook(await readFile(absolute, "utf8"), path);
    } catch (error) {
      throw new HttpError(
        409,
        `${(error as Error).message} Saving would replace it: repair, rename or delete it first, or save under another name.`,
      );
    }
  }

  async function saveNotebook(
    absolute: string,
    path: string,
    content: unknown,
    exists: boolean,
  ): Promise<void> {
    const notebook = requireNotebook(content, path);
    if (exists) await requireReadable(absolute, path);
    await saveFile(absolute, formatNotebook(notebook), saveFs);
    await notary.sign(notebook);
    readable.set(absolute, await stampOf(absolute));
  }

  /** @returns the place to describe when it is not the final one: an upload that goes on */
  async function saveBytes(absolute: string, path: string, request: SaveRequest): Promise<string> {
    const { format, content, chunk } = request;
    if (typeof content !== "string") throw new HttpError(400, `${path}: "content" must be a string.`);
    if (format !== "text" && format !== "base64")
      throw new HttpError(400, `${path}: "format" must be "text" or "base64".`);
    const bytes = format === "text" ? Buffer.from(content) : decodeBase64(content, path);
    if (chunk !== undefined) return await uploads.add(absolute, path, chunk, bytes);
    await saveFile(absolute, bytes, saveFs);
    return absolute;
  }

  async function save(
    path: string,
    request: SaveRequest,
  ): Promise<{ model: ContentsModel; created: boolean }> {
    if (path === "") throw new HttpError(400, "The project folder itself can't be saved.");
    const { type = typeOf(path), chunk } = request;
    if (chunk !== undefined && !(Number.isInteger(chunk) && (chunk > 0 || chunk === -1)))
      throw new HttpError(400, `${path}: "chunk" is ${chunk}, expected 1, 2, 3 … and -1 for the last.`);
    const absolute = await project.locate(path, { mayBeMissing: true });
    const before = await stat(absolute).catch(() => undefined);
    const created = before === undefined;
    if (type === "directory") {
      if (before && !before.isDirectory()) throw new HttpError(400, `${path} is a file, not a folder.`);
      if (created) await mkdir(absolute);
    } else if (before && !before.isFile()) {
      throw new HttpError(400, `${path} is a folder, not a file.`);
    } else if (type === "notebook") {
      await saveNotebook(absolute, path, request.content, !created);
    } else if (type === "file") {
      const place = await saveBytes(absolute, path, request);
      if (place !== absolute) return { model: await describeUpload(place, path), created: false };
    } else {
      throw new HttpError(400, `${path}: unknown type ${JSON.stringify(type)}.`);
    }
    return { model: await read(path, { content: false, type, hash: type !== "directory" }), created };
  }

  async function describeUpload(place: string, path: string): Promise<ContentsModel> {
    const { size, mtime } = await stat(place);
    const date = mtime.toISOString();
    const empty = {
      writable: true,
      mimetype: null,
      format: null,
      content: null,
      hash: null,
      hash_algorithm: null,
    };
    return { name: basename(path), path, type: "file", created: date, last_modified: date, size, ...empty };
  }

  /** Tries names until one is free. `make` throws EEXIST where a name is taken. */
  async function firstFree(
    folder: string,
    names: Iterable<string>,
    make: (absolute: string) => Promise<void>,
  ): Promise<string> {
    for (const name of names) {
      const path = folder === "" ? name : `${folder}/${name}`;
      try {
        await make(await project.locateEntry(path));
        return path;
      } catch (error) {
        if (codeOf(error) !== "EEXIST" && codeOf(error) !== "ERR_FS_CP_EEXIST") throw error;
      }
    }
    throw new HttpError(500, `${folder}: no free name.`);
  }

  async function requireFolder(path: string): Promise<void> {
    if (!(await stat(await project.locate(path))).isDirectory())
      throw new HttpError(400, `${path} is a file; new things are made in folders.`);
  }

  async function requireFree(path: string, absolute: string, besides?: string): Promise<void> {
    const there = await lstat(absolute).catch(() => undefined);
    if (!there) return;
    const same = besides === undefined ? undefined : await lstat(besides);
    // On disks that don't tell cases apart, a change of case finds the thing itself.
    if (same && same.ino === there.ino && same.dev === there.dev) return;
    throw new HttpError(409, `${path} exists already.`);
  }

  return {
    read,
    locked,
    save: (path, request) => locked(path, () => save(path, request)),
    async create(folder, wanted, ending) {
      await requireFolder(folder);
      const type = wanted ?? (ending === undefined || ending === ".ipynb" ? "notebook" : "file");
      if (!["directory", "file", "notebook"].includes(type))
        throw new HttpError(400, `Unknown type ${JSON.stringify(type)}.`);
      const suffix = type === "notebook" ? ".ipynb" : type === "directory" ? "" : (ending ?? ".txt");
      if (!isFileName(`untitled${suffix}`))
        throw new HttpError(400, `${JSON.stringify(suffix)} is not the ending of a file name.`);
      const text = type === "notebook" || suffix === ".ipynb" ? formatNotebook(createNotebook()) : "";
      const path = await firstFree(folder, namesForNew(type, suffix), (absolute) =>
        type === "directory" ? mkdir(absolute) : createFile(absolute, text, saveFs),
      );
      return await read(path, { content: false });
    },
    async copy(from, folder) {
      const source = await project.locate(from);
      const kind = await stat(source);
      await requireFolder(folder);
      if (kind.isDirectory() && (folder === from || folder.startsWith(`${from}/`)))
        throw new HttpError(400, `${from} can't be copied into itself.`);
      const cut = from.lastIndexOf("/");
      const names = namesForCopy(from.slice(cut + 1), folder === from.slice(0, Math.max(cut, 0)));
      const path = await firstFree(folder, names, async (absolute) => {
        if (kind.isDirectory()) {
          // Takes the name, or finds it taken.
          await mkdir(absolute);
          await cp(source, absolute, {
            recursive: true,
            errorOnExist: true,
            force: false,
            // Resolved, a link to a file beside it would lead into the original.
            verbatimSymlinks: true,
            filter: (place) => place === source || !isHidden(basename(place)),
          });
          return;
        }
        const temporary = temporaryName(absolute);
        try {
          await copyFile(source, temporary);
          await publishFile(temporary, absolute, saveFs);
        } finally {
          await rm(temporary, { force: true });
        }
      });
      return await read(path, { content: false });
    },
    rename: (from, to) =>
      locked([from, to], async () => {
        if (from === "" || to === "") throw new HttpError(400, "The project folder itself can't be renamed.");
        const [source, target] = [await project.locateEntry(from), await project.locateEntry(to)];
        const kind = await lstat(source);
        await requireFree(to, target, source);
        const isNew = await lstat(target).then(
          () => false,
          () => true,
        );
        // A cell may make a file of that name in this moment; it isn't replaced either.
        if (kind.isFile() && isNew) await publishFile(source, target, saveFs);
        else await rename(source, target);
        readable.delete(source);
        return await read(to, { content: false });
      }),
    remove: (path) =>
      locked(path, async () => {
        if (path === "") throw new HttpError(400, "The project folder itself can't be deleted.");
        const entry = await project.locateEntry(path);
        if ((await lstat(entry)).isDirectory()) {
          const names = await sweepTemporaries(entry, await readdir(entry));
          const left = names.filter((name) => !leftovers.includes(name));
          if (left.length > 0)
            throw new HttpError(
              400,
              `The folder ${path} is not empty (it holds ${left[0]}); delete what is in it first.`,
            );
          for (const name of leftovers) await rm(`${entry}/${name}`, { recursive: true, force: true });
          await rmdir(entry);
        } else await rm(entry);
        readable.delete(entry);
      }),
    trust: (path) =>
      locked(path, async () => {
        const notebook = parseNotebook(await readFile(await project.locate(path), "utf8"), path);
        const cells = notebook.cells.map((cell) => ({
          ...cell,
          metadata: { ...cell.metadata, trusted: true },
        }));
        await notary.sign({ ...notebook, cells });
      }),
  };
}

/** What programs leave in folders without being asked; a folder with nothing else counts as empty. */
const leftovers = [".ipynb_checkpoints", ".DS_Store"];

/** Throws a 400 {@link HttpError} where a letter doesn't belong; Node would leave it out and save the rest. */
function decodeBase64(text: string, path: string): Buffer {
  const plain = text.replace(/[\r\n]/g, "");
  const bytes = Buffer.from(plain, "base64");
  const letters = plain.replace(/={0,2}$/, "");
  const isWhole = letters.length % 4 !== 1 && (plain.length === letters.length || plain.length % 4 === 0);
  if (!isWhole || /[^A-Za-z0-9+/]/.test(letters) || bytes.length !== Math.floor((letters.length * 3) / 4))
    throw new HttpError(400, `${path}: "content" is not base64.`);
  return bytes;
}
