import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { checkPath } from "../contents/check-path.js";
import { readJson, stringField } from "../http/body.js";
import { HttpError } from "../http/errors.js";
import { decodePart, type Routes } from "../http/router.js";
import { sendFile } from "../http/send-file.js";
import { readJsonFile, readLabBundle } from "./bundle.js";
import { staticUrl } from "./lab-page.js";
import type { SettingsStore } from "./settings.js";
import type { WorkspaceStore } from "./workspaces.js";

/** `/lab/api`: what JupyterLab asks its own server extension for. */
export function createLabRoutes(
  labDist: string,
  settings: SettingsStore,
  workspaces: WorkspaceStore,
): Routes {
  return {
    "GET /lab/api/settings": async ({ query }) => ({
      json: { settings: query.get("ids_only") === "true" ? await settings.listIds() : await settings.list() },
    }),
    "GET /lab/api/settings/**": async ({ rest }) => ({ json: await settings.get(decodePart(rest)) }),
    "PUT /lab/api/settings/**": async ({ rest, request }) => {
      const raw = stringField(await readJson(request), "raw");
      if (raw === undefined) throw new HttpError(400, 'Settings come as {"raw": "..."}.');
      await settings.save(decodePart(rest), raw);
      return { status: 204 };
    },

    "GET /lab/api/workspaces": async () => {
      const values = await workspaces.list();
      return { json: { workspaces: { ids: values.map(({ metadata }) => metadata.id), values } } };
    },
    "GET /lab/api/workspaces/**": async ({ rest }) => ({ json: await workspaces.get(decodePart(rest)) }),
    "PUT /lab/api/workspaces/**": async ({ rest, request }) => {
      await workspaces.save(decodePart(rest), await readJson(request));
      return { status: 204 };
    },
    "DELETE /lab/api/workspaces/**": async ({ rest }) => {
      await workspaces.remove(decodePart(rest));
      return { status: 204 };
    },

    "GET /lab/api/translations": () => ({
      json: { data: { en: { displayName: "English", nativeName: "English" } }, message: "" },
    }),
    "GET /lab/api/translations/:locale": () => ({ json: { data: {}, message: "" } }),
    "GET /lab/api/licenses": async () => {
      const bundle = await readLabBundle(labDist);
      const licences =
        bundle?.licences === undefined ? undefined : await readJsonFile(join(labDist, bundle.licences));
      return { json: licences ?? { bundles: {} } };
    },
    "GET /lab/api/listings/**": () => ({ json: { blocked_extensions: [], allowed_extensions: [] } }),
  };
}

/** The front end's files. They hold nothing of the reader's and need no token. */
export function createStaticRoutes(labDist: string): Routes {
  return {
    [`GET ${staticUrl}/**`]: async (exchange) => {
      const path = checkPath(exchange.rest.split("/").map(decodePart));
      const missing = new HttpError(404, `The front end has no file ${path}.`);
      const [folder, place] = await Promise.all([realpath(labDist), realpath(join(labDist, path))]).catch(
        () => {
          throw missing;
        },
      );
      if (place !== join(folder, path)) throw missing;
      // Names in assets/ hold a hash of what is in them.
      const lasting = /^assets\/.*-[\w-]{8}\.\w+$/.test(path);
      return await sendFile(exchange, place, path, {
        "Cache-Control": lasting ? "public, max-age=31536000, immutable" : "no-cache",
      });
    },
  };
}
