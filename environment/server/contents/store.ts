import { copyFile, cp, lstat, mkdir, readdir, readFile, rename, rm, rmdir, stat } from "node:fs/promises";
import { basename } from "node:path";
import { sweepTemporaries, temporaryName } from "../../files/temporary.js";
import { HttpError } from "../http/errors.js";
import { isFileName, isHidden } from "./check-path.js";
import type { ChunkedUploads } from "./chunks.js";
import { decodeBase64 } from "./decode-base64.js";
import { makeAtFirstFree, requireFolder, requireFreePlace } from "./free-place.js";
import { createLocks } from "./locks.js";
import { type ContentsModel, type ModelOptions, readModel, typeOf } from "./model.js";
import { namesForCopy, namesForNew } from "./names.js";
import { createNotebook, formatNotebook, parseNotebook, requireNotebook } from "./notebook.js";
import type { Project } from "./paths.js";
import { createFile, publishFile, saveFile, type SaveFs } from "./save.js";
import type { Notary } from "./trust.js";

/** What a save brings. */
export interface SaveRequest {
  type?: string;
  format?: string;
  content?: unknown;
  chunk?: number;
}

/** What a store works with. */
export interface StoreParts {
  project: Project;
  notary: Notary;
  uploads: ChunkedUploads;
  /** The file system to save with; tests bring one that fails. */
  saveFs?: SaveFs;
}

/** Files and folders of one project, as the contents API sees them. Paths are as `checkPath` returns them. */
export class ContentsStore {
  readonly #project: Project;
  readonly #notary: Notary;
  readonly #uploads: ChunkedUploads;
  readonly #saveFs: SaveFs | undefined;
  readonly #lock = createLocks();
  /** Notebooks known to be readable, by place, with the stamp they had then. */
  readonly #readable = new Map<string, string>();

  constructor({ project, notary, uploads, saveFs }: StoreParts) {
    this.#project = project;
    this.#notary = notary;
    this.#uploads = uploads;
    this.#saveFs = saveFs;
  }

  read(path: string, options?: ModelOptions): Promise<ContentsModel> {
    return readModel(this.#project, this.#notary, path, options);
  }

  /** Runs a task while nothing else changes these paths: the places, not the names; a link may lead to a folder too. */
  async locked<T>(path: string | readonly string[], task: () => Promise<T>): Promise<T> {
    const paths = typeof path === "string" ? [path] : path;
    return await this.#lock(await Promise.all(paths.map((one) => this.#project.locateEntry(one))), task);
  }

  /** Writes a file, notebook or folder at this path. */
  save(path: string, request: SaveRequest): Promise<{ model: ContentsModel; created: boolean }> {
    return this.locked(path, () => this.#save(path, request));
  }

  /**
   * Makes something new with a free name in a folder. `ending` such as ".md" is for files; without a type it says what
   * is wanted: a notebook where it is ".ipynb" or left out, else a file.
   */
  async create(folder: string, wanted?: string, ending?: string): Promise<ContentsModel> {
    await requireFolder(this.#project, folder);
    const type = wanted ?? (ending === undefined || ending === ".ipynb" ? "notebook" : "file");
    if (!["directory", "file", "notebook"].includes(type))
      throw new HttpError(400, `Unknown type ${JSON.stringify(type)}.`);
    const suffix = type === "notebook" ? ".ipynb" : type === "directory" ? "" : (ending ?? ".txt");
    if (!isFileName(`untitled${suffix}`))
      throw new HttpError(400, `${JSON.stringify(suffix)} is not the ending of a file name.`);
    const text = type === "notebook" || suffix === ".ipynb" ? formatNotebook(createNotebook()) : "";
    const path = await makeAtFirstFree(this.#project, folder, namesForNew(type, suffix), (absolute) =>
      type === "directory" ? mkdir(absolute) : createFile(absolute, text, this.#saveFs),
    );
    return await this.read(path, { content: false });
  }

  /** Copies a file or folder into a folder, under a free name. */
  async copy(from: string, folder: string): Promise<ContentsModel> {
    const source = await this.#project.locate(from);
    const kind = await stat(source);
    await requireFolder(this.#project, folder);
    if (kind.isDirectory() && (folder === from || folder.startsWith(`${from}/`)))
      throw new HttpError(400, `${from} can't be copied into itself.`);
    const cut = from.lastIndexOf("/");
    const names = namesForCopy(from.slice(cut + 1), folder === from.slice(0, Math.max(cut, 0)));
    const path = await makeAtFirstFree(this.#project, folder, names, (absolute) =>
      kind.isDirectory() ? copyFolder(source, absolute) : this.#copyFile(source, absolute),
    );
    return await this.read(path, { content: false });
  }

  rename(from: string, to: string): Promise<ContentsModel> {
    return this.locked([from, to], async () => {
      if (from === "" || to === "") throw new HttpError(400, "The project folder itself can't be renamed.");
      const [source, target] = [await this.#project.locateEntry(from), await this.#project.locateEntry(to)];
      const kind = await lstat(source);
      await requireFreePlace(to, target, source);
      const isNew = await lstat(target).then(
        () => false,
        () => true,
      );
      // A cell may make a file of that name in this moment; it isn't replaced either.
      if (kind.isFile() && isNew) await publishFile(source, target, this.#saveFs);
      else await rename(source, target);
      this.#readable.delete(source);
      return await this.read(to, { content: false });
    });
  }

  /** Deletes a file or an empty folder. */
  remove(path: string): Promise<void> {
    return this.locked(path, async () => {
      if (path === "") throw new HttpError(400, "The project folder itself can't be deleted.");
      const entry = await this.#project.locateEntry(path);
      if ((await lstat(entry)).isDirectory()) await removeFolder(entry, path);
      else await rm(entry);
      this.#readable.delete(entry);
    });
  }

  /** Declares the outputs of a notebook on disk trusted. */
  trust(path: string): Promise<void> {
    return this.locked(path, async () => {
      const notebook = parseNotebook(await readFile(await this.#project.locate(path), "utf8"), path);
      const cells = notebook.cells.map((cell) => ({
        ...cell,
        metadata: { ...cell.metadata, trusted: true },
      }));
      await this.#notary.sign({ ...notebook, cells });
    });
  }

  async #save(path: string, request: SaveRequest): Promise<{ model: ContentsModel; created: boolean }> {
    if (path === "") throw new HttpError(400, "The project folder itself can't be saved.");
    const { type = typeOf(path), chunk } = request;
    if (chunk !== undefined && !(Number.isInteger(chunk) && (chunk > 0 || chunk === -1)))
      throw new HttpError(400, `${path}: "chunk" is ${chunk}, expected 1, 2, 3 … and -1 for the last.`);
    const absolute = await this.#project.locate(path, { mayBeMissing: true });
    const before = await stat(absolute).catch(() => undefined);
    const created = before === undefined;
    if (type === "directory") {
      if (before && !before.isDirectory()) throw new HttpError(400, `${path} is a file, not a folder.`);
      if (created) await mkdir(absolute);
    } else if (before && !before.isFile()) {
      throw new HttpError(400, `${path} is a folder, not a file.`);
    } else if (type === "notebook") {
      await this.#saveNotebook(absolute, path, request.content, !created);
    } else if (type === "file") {
      const place = await this.#saveBytes(absolute, path, request);
      if (place !== absolute) return { model: await describeUpload(place, path), created: false };
    } else {
      throw new HttpError(400, `${path}: unknown type ${JSON.stringify(type)}.`);
    }
    return { model: await this.read(path, { content: false, type, hash: type !== "directory" }), created };
  }

  async #saveNotebook(absolute: string, path: string, content: unknown, exists: boolean): Promise<void> {
    const notebook = requireNotebook(content, path);
    if (exists) await this.#requireReadable(absolute, path);
    await saveFile(absolute, formatNotebook(notebook), this.#saveFs);
    await this.#notary.sign(notebook);
    this.#readable.set(absolute, await stampOf(absolute));
  }

  /** @returns the place to describe when it is not the final one: an upload that goes on */
  async #saveBytes(absolute: string, path: string, request: SaveRequest): Promise<string> {
    const { format, content, chunk } = request;
    if (typeof content !== "string") throw new HttpError(400, `${path}: "content" must be a string.`);
    if (format !== "text" && format !== "base64")
      throw new HttpError(400, `${path}: "format" must be "text" or "base64".`);
    const bytes = format === "text" ? Buffer.from(content) : decodeBase64(content, path);
    if (chunk !== undefined) return await this.#uploads.add(absolute, path, chunk, bytes);
    await saveFile(absolute, bytes, this.#saveFs);
    return absolute;
  }

  /** A notebook that is broken on disk, say by a merge, holds work: it is not replaced. */
  async #requireReadable(absolute: string, path: string): Promise<void> {
    if (this.#readable.get(absolute) === (await stampOf(absolute))) return;
    try {
      parseNotebook(await readFile(absolute, "utf8"), path);
    } catch (error) {
      throw new HttpError(
        409,
        `${(error as Error).message} Saving would replace it: repair, rename or delete it first, or save under another name.`,
      );
    }
  }

  async #copyFile(source: string, absolute: string): Promise<void> {
    const temporary = temporaryName(absolute);
    try {
      await copyFile(source, temporary);
      await publishFile(temporary, absolute, this.#saveFs);
    } finally {
      await rm(temporary, { force: true });
    }
  }
}

/** What programs leave in folders without being asked; a folder with nothing else counts as empty. */
const leftovers = [".ipynb_checkpoints", ".DS_Store"];

async function removeFolder(entry: string, path: string): Promise<void> {
  const names = await sweepTemporaries(entry, await readdir(entry));
  const left = names.filter((name) => !leftovers.includes(name));
  if (left.length > 0)
    throw new HttpError(
      400,
      `The folder ${path} is not empty (it holds ${left[0]}); delete what is in it first.`,
    );
  for (const name of leftovers) await rm(`${entry}/${name}`, { recursive: true, force: true });
  await rmdir(entry);
}

async function copyFolder(source: string, absolute: string): Promise<void> {
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
}

async function stampOf(absolute: string): Promise<string> {
  const { ino, size, mtimeMs } = await stat(absolute);
  return `${ino} ${size} ${mtimeMs}`;
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
