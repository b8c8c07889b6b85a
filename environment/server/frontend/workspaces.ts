import { createHash } from "node:crypto";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { saveFile } from "../contents/save.js";
import { HttpError } from "../http/errors.js";
import { readJsonFile } from "./bundle.js";

/** A layout of the lab: which documents are open and where. */
export interface Workspace {
  data: Record<string, unknown>;
  metadata: { id: string; last_modified?: string; created?: string };
}

/** The kept layouts of one project. */
export interface WorkspaceStore {
  list(): Promise<Workspace[]>;
  /** An id that isn't known has an empty layout. */
  get(id: string): Promise<Workspace>;
  /** Throws a 400 {@link HttpError} when the layout names another id or is no layout. */
  save(id: string, workspace: Record<string, unknown> | undefined): Promise<void>;
  /** Throws a 404 {@link HttpError} when there is none. */
  remove(id: string): Promise<void>;
}

/** @param folder where the layouts are kept, one file each */
export function createWorkspaceStore(folder: string): WorkspaceStore {
  const fileOf = (id: string) => {
    const readable = id.replace(/[^\w-]+/g, "-").slice(0, 40);
    return join(folder, `${readable}.${createHash("sha256").update(id).digest("hex").slice(0, 16)}.json`);
  };

  async function read(file: string): Promise<Workspace | undefined> {
    const workspace = (await readJsonFile(file)) as Workspace | undefined;
    if (typeof workspace?.metadata?.id !== "string") return undefined;
    const { mtime, birthtime } = await stat(file);
    const dates = { last_modified: mtime.toISOString(), created: birthtime.toISOString() };
    return { data: workspace.data, metadata: { ...workspace.metadata, ...dates } };
  }

  return {
    async list() {
      const names = await readdir(folder).catch(() => []);
      const files = names.filter((name) => name.endsWith(".json") && !name.startsWith("."));
      const found = await Promise.all(files.map((name) => read(join(folder, name))));
      return found.filter((workspace) => workspace !== undefined);
    },
    get: async (id) => (await read(fileOf(id))) ?? { data: {}, metadata: { id } },
    async save(id, workspace) {
      const { data, metadata } = (workspace ?? {}) as Partial<Workspace>;
      if (typeof data !== "object" || data === null || typeof metadata?.id !== "string")
        throw new HttpError(400, "A workspace has data, and metadata with an id.");
      if (metadata.id !== id) {
        const [found, expected] = [metadata.id, id].map((name) => JSON.stringify(name));
        throw new HttpError(400, `The workspace calls itself ${found}, not ${expected}.`);
      }
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await saveFile(fileOf(id), JSON.stringify({ data, metadata }));
    },
    async remove(id) {
      const file = fileOf(id);
      if (!(await read(file))) throw new HttpError(404, `There is no workspace ${JSON.stringify(id)}.`);
      await rm(file);
    },
  };
}
