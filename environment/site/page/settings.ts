import * as files from "tumorlab/internal/platform/files";
import { parseJson5 } from "../../server/frontend/json5.js";
import { HttpError } from "../../server/http/errors.js";
import { decodePart } from "../../server/http/router.js";
import { type PageRoutes, textField } from "./exchange.js";

interface Schema {
  id: string;
  version: string;
  schema: unknown;
}

/**
 * `/lab/api` and `/api/config`: settings, layouts and what else JupyterLab keeps, in a folder of the page's own.
 *
 * @param loadSchemas gives what the front end's build says of its settings.
 * @param loadLicences gives the licences of what is inside.
 */
export function createSettingsRoutes(
  folder: string,
  loadSchemas: () => Promise<Schema[]>,
  loadLicences: () => Promise<unknown>,
): PageRoutes {
  let schemas: Promise<Schema[]> | undefined;
  const placeOf = (kind: string, id: string): string => `${folder}/${kind}/${encodeURIComponent(id)}.json`;

  async function load(kind: string, id: string): Promise<string | undefined> {
    const bytes = await files.readFile(placeOf(kind, id)).catch(() => undefined);
    return bytes && new TextDecoder().decode(bytes);
  }
  async function keep(kind: string, id: string, text: string): Promise<void> {
    await files.mkdir(`${folder}/${kind}`, { recursive: true });
    await files.writeFile(placeOf(kind, id), text);
  }
  async function listIds(kind: string): Promise<string[]> {
    const names = await files.readdir(`${folder}/${kind}`).catch(() => []);
    return names.map((name) => decodeURIComponent(name.replace(/\.json$/, "")));
  }
  async function complete({ id, version, schema }: Schema): Promise<Record<string, unknown>> {
    const raw = (await load("settings", id)) ?? "{}";
    return { id, schema, version, raw, settings: parseJson5(raw) ?? {}, last_modified: null, created: null };
  }
  async function find(id: string): Promise<Schema> {
    const found = (await (schemas ??= loadSchemas())).find((each) => each.id === id);
    if (!found) throw new HttpError(404, `No settings schema has the id ${JSON.stringify(id)}.`);
    return found;
  }
  async function loadLayout(id: string): Promise<unknown> {
    const text = await load("workspaces", id);
    return text === undefined ? { data: {}, metadata: { id } } : (JSON.parse(text) as unknown);
  }

  return {
    "GET /lab/api/settings": async ({ query }) => {
      const all = await (schemas ??= loadSchemas());
      const wantsIds = query.get("ids_only") === "true";
      return {
        json: { settings: wantsIds ? all.map(({ id }) => ({ id })) : await Promise.all(all.map(complete)) },
      };
    },
    "GET /lab/api/settings/**": async ({ rest }) => ({ json: await complete(await find(decodePart(rest))) }),
    "PUT /lab/api/settings/**": async ({ rest, body }) => {
      const { id } = await find(decodePart(rest));
      await keep("settings", id, textField(body, "raw") ?? "{}");
      return { status: 204 };
    },
    "GET /lab/api/workspaces": async () => {
      const ids = await listIds("workspaces");
      return { json: { workspaces: { ids, values: await Promise.all(ids.map(loadLayout)) } } };
    },
    "GET /lab/api/workspaces/**": async ({ rest }) => ({ json: await loadLayout(decodePart(rest)) }),
    "PUT /lab/api/workspaces/**": async ({ rest, body }) => {
      await keep("workspaces", decodePart(rest), JSON.stringify(body));
      return { status: 204 };
    },
    "DELETE /lab/api/workspaces/**": async ({ rest }) => {
      await files.rm(placeOf("workspaces", decodePart(rest)), { force: true });
      return { status: 204 };
    },
    "GET /lab/api/translations": () => ({
      json: { data: { en: { displayName: "English", nativeName: "English" } }, message: "" },
    }),
    "GET /lab/api/translations/:locale": () => ({ json: { data: {}, message: "" } }),
    "GET /lab/api/licenses": async () => ({ json: await loadLicences() }),
    "GET /lab/api/listings/**": () => ({ json: { blocked_extensions: [], allowed_extensions: [] } }),
    "GET /api/config/:section": async ({ params }) => ({
      json: JSON.parse((await load("config", params.section)) ?? "{}") as unknown,
    }),
    "PATCH /api/config/:section": async ({ params, body }) => {
      const before = JSON.parse((await load("config", params.section)) ?? "{}") as object;
      const after = { ...before, ...body };
      await keep("config", params.section, JSON.stringify(after));
      return { json: after };
    },
  };
}
