import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { saveFile } from "../contents/save.js";
import { HttpError } from "../http/errors.js";
import { readJsonFile, readLabBundle } from "./bundle.js";
import { parseJson5 } from "./json5.js";

/** The settings of one plugin: its schema, with our defaults in it, and what the reader has changed. */
export interface PluginSettings {
  id: string;
  schema: unknown;
  version: string;
  /** JSON5, as the reader typed it; `{}` where the file holds something else, which a front end would trip over. */
  raw: string;
  settings: unknown;
  last_modified: string | null;
  created: string | null;
  warning?: string;
}

/** The reader's settings of one project. */
export interface SettingsStore {
  list(): Promise<PluginSettings[]>;
  /** Ids only, without reading what the reader has changed. */
  listIds(): Promise<{ id: string }[]>;
  /** Throws a 404 {@link HttpError} when no plugin has the id. */
  get(id: string): Promise<PluginSettings>;
  /** Keeps what the reader changed. Throws 404 for an unknown id, 400 where the text is no JSON5 object. */
  save(id: string, raw: string): Promise<void>;
}

interface SchemaEntry {
  id: string;
  version: string;
  schema: unknown;
}

/**
 * @param labDist folder of the built front end, whose schemas (with this project's defaults) are served
 * @param folder where the reader's settings are kept, one file a plugin
 */
export function createSettingsStore(labDist: string, folder: string): SettingsStore {
  let loaded: { entry: string; schemas: SchemaEntry[] } | undefined;

  async function readSchemas(): Promise<SchemaEntry[]> {
    const bundle = await readLabBundle(labDist);
    if (!bundle) return [];
    if (loaded?.entry !== bundle.entry) {
      const schemas = (await readJsonFile(join(labDist, bundle.settings))) as SchemaEntry[] | undefined;
      loaded = { entry: bundle.entry, schemas: Array.isArray(schemas) ? schemas : [] };
    }
    return loaded.schemas;
  }

  /** Ids look like `@scope/package:plugin`; each letter that could mean something to a disk is encoded. */
  const fileOf = (id: string) => join(folder, `${encodeURIComponent(id).replace(/\*/g, "%2A")}.json`);

  async function find(id: string): Promise<SchemaEntry> {
    const found = (await readSchemas()).find((entry) => entry.id === id);
    if (!found) throw new HttpError(404, `No settings schema has the id ${JSON.stringify(id)}.`);
    return found;
  }

  async function complete({ id, version, schema }: SchemaEntry): Promise<PluginSettings> {
    const file = fileOf(id);
    const raw = await readFile(file, "utf8").catch(() => undefined);
    if (raw === undefined)
      return { id, schema, version, raw: "{}", settings: {}, last_modified: null, created: null };
    const { mtime, birthtime } = await stat(file);
    const dates = { last_modified: mtime.toISOString(), created: birthtime.toISOString() };
    const settings = readSettings(raw);
    if (settings) return { id, schema, version, raw, settings, ...dates };
    const warning = `The settings of ${id} in ${file} are not a JSON object; the defaults are used.`;
    return { id, schema, version, raw: "{}", settings: {}, ...dates, warning };
  }

  return {
    list: async () => await Promise.all((await readSchemas()).map(complete)),
    listIds: async () => (await readSchemas()).map(({ id }) => ({ id })),
    get: async (id) => await complete(await find(id)),
    async save(id, raw) {
      const file = fileOf((await find(id)).id);
      if (!readSettings(raw)) throw new HttpError(400, `The settings of ${id} must be a JSON object.`);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await saveFile(file, raw);
    },
  };
}

function readSettings(raw: string): object | undefined {
  const settings = parseJson5(raw);
  return typeof settings === "object" && settings !== null && !Array.isArray(settings) ? settings : undefined;
}
