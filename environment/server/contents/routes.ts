import { filePolicyOf } from "../frontend/policies.js";
import { bodyLimits, readJson, stringField } from "../http/body.js";
import { describeDisposition } from "../http/content-disposition.js";
import { HttpError, toHttpError } from "../http/errors.js";
import { contentTypeOf } from "../http/mime.js";
import type { Exchange, Reply, Routes } from "../http/router.js";
import { sendFile } from "../http/send-file.js";
import { checkPath, decodeUrlPath } from "./check-path.js";
import type { Checkpoints } from "./checkpoints.js";
import type { Project } from "./paths.js";
import type { ContentsStore } from "./store.js";

/** Why there is no file, in words that are escaped as in an address. */
const absentHeader = "Tumorlab-Absent";

/**
 * `/api/contents` and `/files`. With `optional=1` a file that is not there, or that is not given away, is no error but an empty
 * answer (204) that says why in a header: a browser notes every error on its console.
 */
export function createContentsRoutes(
  project: Project,
  store: ContentsStore,
  checkpoints: Checkpoints,
): Routes {
  /** Decodes the path and lets system errors name it. */
  const onPath =
    (handle: (path: string, exchange: Exchange) => Promise<Reply | undefined>) =>
    async (exchange: Exchange) => {
      const path = decodeUrlPath(exchange.rest);
      try {
        return await handle(path, exchange);
      } catch (error) {
        throw toHttpError(error, path || "the project folder");
      }
    };

  const foundAt = (path: string, json: unknown): Reply => ({
    json,
    headers: { Location: `/api/contents/${path.split("/").map(encodeURIComponent).join("/")}` },
  });
  const serve = onPath(async (path, exchange) => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const type = contentTypeOf(name);
    const download = flag(exchange.query, "download", false);
    return await sendFile(exchange, await project.locate(path), path, {
      // As a script, a file must not be usable by our own pages either.
      "Content-Type": /javascript/.test(type) ? "text/plain; charset=utf-8" : type,
      "Content-Security-Policy": filePolicyOf(type),
      "Cache-Control": "private, no-cache",
      "Content-Disposition": describeDisposition(name, download),
    });
  });
  const createdAt = (path: string, json: unknown): Reply => ({ status: 201, ...foundAt(path, json) });

  return {
    "GET /api/contents/**/checkpoints": onPath(async (path) => {
      await project.locate(path);
      return { json: await checkpoints.list(path) };
    }),
    "POST /api/contents/**/checkpoints": onPath(async (path) => {
      const checkpoint = await store.locked(path, () => checkpoints.create(path));
      return createdAt(`${path}/checkpoints/${checkpoint.id}`, checkpoint);
    }),
    "POST /api/contents/**/checkpoints/:id": onPath(async (path, { params }) => {
      await store.locked(path, () => checkpoints.restore(path, params.id));
      return { status: 204 };
    }),
    "DELETE /api/contents/**/checkpoints/:id": onPath(async (path, { params }) => {
      await store.locked(path, () => checkpoints.remove(path, params.id));
      return { status: 204 };
    }),
    "POST /api/contents/**/trust": onPath(async (path) => {
      await store.trust(path);
      return { status: 201, json: {} };
    }),
    "GET /api/contents/**": onPath(async (path, { query }) => {
      const [content, hash] = [flag(query, "content", true), flag(query, "hash", false)];
      const [type, format] = [query.get("type") ?? undefined, query.get("format") ?? undefined];
      if (type !== undefined && !["directory", "file", "notebook"].includes(type))
        throw new HttpError(400, `Unknown type ${JSON.stringify(type)}.`);
      if (format !== undefined && !["json", "text", "base64"].includes(format))
        throw new HttpError(400, `Unknown format ${JSON.stringify(format)}.`);
      return { json: await store.read(path, { content, hash, type, format }) };
    }),
    "PUT /api/contents/**": onPath(async (path, { request }) => {
      const body = await readJson(request, bodyLimits.contents);
      if (!body) throw new HttpError(400, "PUT needs a model with type, format and content.");
      if (body.copy_from !== undefined) throw new HttpError(400, "Copies are made with POST.");
      const { chunk } = body;
      if (chunk !== undefined && chunk !== null && typeof chunk !== "number")
        throw new HttpError(400, '"chunk" must be a number.');
      const [type, format] = [stringField(body, "type"), stringField(body, "format")];
      const { model, created } = await store.save(path, {
        type,
        format,
        content: body.content,
        chunk: chunk ?? undefined,
      });
      return created ? createdAt(path, model) : foundAt(path, model);
    }),
    "POST /api/contents/**": onPath(async (path, { request }) => {
      const body = await readJson(request);
      const from = stringField(body, "copy_from");
      const model =
        from === undefined
          ? await store.create(path, stringField(body, "type"), endingOf(stringField(body, "ext")))
          : await store.copy(checkPath(from), path);
      return createdAt(model.path, model);
    }),
    "PATCH /api/contents/**": onPath(async (path, { request }) => {
      const to = stringField(await readJson(request), "path");
      if (to === undefined) throw new HttpError(400, 'A rename needs "path", the new one.');
      const target = checkPath(to);
      if (target === path) return foundAt(path, await store.read(path, { content: false }));
      const model = await store.rename(path, target);
      await checkpoints.follow(path, target);
      return foundAt(target, model);
    }),
    "DELETE /api/contents/**": onPath(async (path) => {
      await store.remove(path);
      await checkpoints.forget(path);
      return { status: 204 };
    }),
    "GET /files/**": async (exchange) => {
      const isOptional = flag(exchange.query, "optional", false);
      try {
        return await serve(exchange);
      } catch (error) {
        const { status, message } = toHttpError(error);
        if (!isOptional || status >= 500 || exchange.response.headersSent) throw error;
        return { status: 204, headers: { [absentHeader]: encodeURIComponent(message) } };
      }
    },
  };
}

function flag(query: URLSearchParams, name: string, otherwise: boolean): boolean {
  const value = query.get(name);
  if (value === null) return otherwise;
  if (value === "1" || value === "true") return true;
  if (value === "0" || value === "false") return false;
  throw new HttpError(400, `${name} is ${JSON.stringify(value)}, expected 0 or 1.`);
}

function endingOf(ext: string | undefined): string | undefined {
  return ext === undefined || ext === "" || ext.startsWith(".") ? ext : `.${ext}`;
}
