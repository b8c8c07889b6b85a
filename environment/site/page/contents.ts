import { fromBase64, toBase64 } from "tumorlab/internal/platform/bytes";
import * as files from "tumorlab/internal/platform/files";
import { sha256 } from "tumorlab/internal/platform/hash";
import { decodeUrlPath, isHidden } from "../../server/contents/check-path.js";
import {
  createNotebook,
  formatNotebook,
  joinTexts,
  type Notebook,
  parseNotebook,
  requireNotebook,
} from "../../server/contents/notebook.js";
import { HttpError, toHttpError } from "../../server/http/errors.js";
import { mimeTypeOf } from "../../server/http/mime.js";
import { type PageExchange, type PageReply, type PageRoutes, textField } from "./exchange.js";
import type { PageNotary } from "./notary.js";

/** What the contents API says of a file or folder, as the lab's server does. */
interface Model {
  name: string;
  path: string;
  type: "directory" | "file" | "notebook";
  created: string;
  last_modified: string;
  size: number | null;
  writable: boolean;
  mimetype: string | null;
  format: "json" | "text" | "base64" | null;
  content: unknown;
  hash: string | null;
  hash_algorithm: string | null;
}

/**
 * `/api/contents` and `/files` over the files of the page: what the site serves, and what the reader changed above it.
 *
 * @param root the project folder in the page.
 * @param loaded when the site's start was: the date of what it serves.
 */
export function createContentsRoutes(root: string, notary: PageNotary, loaded: string): PageRoutes {
  const placeOf = (path: string): string => (path === "" ? root : `${root}/${path}`);

  async function describe(path: string): Promise<Model> {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const found = await files.stat(placeOf(path));
    const isFolder = found.isDirectory();
    const type = isFolder ? "directory" : name.endsWith(".ipynb") ? "notebook" : "file";
    const date = found.mtimeMs > 0 ? new Date(found.mtimeMs).toISOString() : loaded;
    return {
      name,
      path,
      type,
      created: date,
      last_modified: date,
      size: isFolder ? null : found.size,
      writable: true,
      mimetype: type === "file" ? (mimeTypeOf(name) ?? null) : null,
      format: null,
      content: null,
      hash: null,
      hash_algorithm: null,
    };
  }

  async function read(path: string, query: URLSearchParams): Promise<Model> {
    const model = await describe(path);
    const wants = (name: string, otherwise: string): boolean =>
      ["1", "true"].includes(query.get(name) ?? otherwise);
    const wanted = query.get("type");
    if (wanted === "directory" ? model.type !== "directory" : wanted !== null && model.type === "directory")
      throw new HttpError(400, `${path} is not a ${wanted}.`, { reason: "bad type" });
    if (model.type === "directory") {
      if (!wants("content", "1")) return model;
      const names = (await files.readdir(placeOf(path))).filter((name) => !isHidden(name)).sort();
      const content = await Promise.all(
        names.map((name) => describe(path === "" ? name : `${path}/${name}`)),
      );
      return { ...model, format: "json", content };
    }
    if (wanted === "file" || wanted === "notebook") model.type = wanted;
    const [withContent, withHash] = [wants("content", "1"), wants("hash", "0")];
    if (!withContent && !withHash) return model;
    const bytes = await files.readFile(placeOf(path));
    if (withHash) Object.assign(model, { hash: sha256(bytes), hash_algorithm: "sha256" });
    if (!withContent) return model;
    const text = query.get("format") === "base64" ? undefined : decode(bytes);
    if (model.type === "notebook") {
      if (text === undefined) throw new HttpError(400, `${path}: it is not text.`);
      const notebook = joinTexts(parseNotebook(text, path));
      return { ...model, mimetype: null, format: "json", content: notary.mark(notebook, placeOf(path)) };
    }
    if (text !== undefined)
      return { ...model, mimetype: model.mimetype ?? "text/plain", format: "text", content: text };
    const mimetype = model.mimetype ?? "application/octet-stream";
    return { ...model, mimetype, format: "base64", content: toBase64(bytes) };
  }

  async function save(path: string, body: Record<string, unknown>): Promise<PageReply> {
    const place = placeOf(path);
    const there = await files.stat(place).catch(() => undefined);
    if (textField(body, "type") === "directory") {
      if (!there) await files.mkdir(place);
    } else await writeContent(place, path, body);
    return { status: there ? 200 : 201, json: await describe(path) };
  }

  async function writeContent(place: string, path: string, body: Record<string, unknown>): Promise<void> {
    const { content, chunk } = body;
    if (textField(body, "type") === "notebook" || textField(body, "format") === "json") {
      const notebook: Notebook = requireNotebook(content, path);
      await files.writeFile(place, formatNotebook(notebook));
      return notary.sign(notebook);
    }
    if (typeof content !== "string") throw new HttpError(400, `${path}: a file's content is a text.`);
    const bytes =
      textField(body, "format") === "base64" ? fromBase64(content) : new TextEncoder().encode(content);
    if (typeof chunk !== "number" || chunk === 1) return files.writeFile(place, bytes);
    // A large upload comes piece by piece; the last one is number -1.
    const file = await files.open(place, "r+");
    await file.write(bytes, 0, bytes.length, (await file.stat()).size);
    await file.close();
  }

  async function create(folder: string, body: Record<string, unknown>): Promise<PageReply> {
    const from = textField(body, "copy_from");
    if (from !== undefined) return { status: 201, json: await describe(await copy(from, folder)) };
    const ending = textField(body, "ext");
    const type =
      textField(body, "type") ?? (ending === undefined || ending === ".ipynb" ? "notebook" : "file");
    const suffix = type === "notebook" ? ".ipynb" : type === "directory" ? "" : (ending ?? ".txt");
    const stem = type === "directory" ? "Untitled Folder" : type === "notebook" ? "Untitled" : "untitled";
    const path = await findFree(folder, (n) => `${stem}${n === 0 ? "" : n}${suffix}`);
    if (type === "directory") await files.mkdir(placeOf(path));
    else await files.writeFile(placeOf(path), type === "notebook" ? formatNotebook(createNotebook()) : "");
    return { status: 201, json: await describe(path) };
  }

  async function copy(from: string, folder: string): Promise<string> {
    const name = from.slice(from.lastIndexOf("/") + 1);
    const cut = name.lastIndexOf(".") > 0 ? name.lastIndexOf(".") : name.length;
    const numbered = (n: number): string => `${name.slice(0, cut)}-Copy${n + 1}${name.slice(cut)}`;
    const path = await findFree(folder, numbered);
    if ((await files.stat(placeOf(from))).isDirectory())
      throw new HttpError(400, `${from} is a folder; in a page files alone are copied.`);
    await files.writeFile(placeOf(path), await files.readFile(placeOf(from)));
    return path;
  }

  async function findFree(folder: string, nameOf: (n: number) => string): Promise<string> {
    if (!(await files.stat(placeOf(folder))).isDirectory())
      throw new HttpError(400, `${folder} is a file; new things are made in folders.`);
    const taken = new Set(await files.readdir(placeOf(folder)));
    let n = 0;
    while (taken.has(nameOf(n))) n++;
    return folder === "" ? nameOf(n) : `${folder}/${nameOf(n)}`;
  }

  async function rename(path: string, body: Record<string, unknown>): Promise<PageReply> {
    const to = textField(body, "path");
    if (to === undefined) throw new HttpError(400, 'A rename needs "path", the new one.');
    const target = decodeUrlPath(to.split("/").map(encodeURIComponent).join("/"));
    if (target === path) return { json: await describe(path) };
    if (await files.stat(placeOf(target)).catch(() => undefined))
      throw new HttpError(409, `${target}: it exists already.`);
    await files.rename(placeOf(path), placeOf(target));
    return { json: await describe(target) };
  }

  const checkpoint = (path: string) =>
    describe(path).then(({ last_modified }) => ({ id: "0", last_modified }));
  const copyOf = (path: string): string => `${root}/.checkpoints/${path}`;

  /** Decodes the path and lets errors of the file system name it. */
  const onPath =
    (handle: (path: string, exchange: PageExchange) => Promise<PageReply>) =>
    async (exchange: PageExchange): Promise<PageReply> => {
      const path = decodeUrlPath(exchange.rest);
      try {
        return await handle(path, exchange);
      } catch (error) {
        throw toHttpError(error, path || "the project folder");
      }
    };

  return {
    "GET /api/contents/**/checkpoints": onPath(async (path) => ({
      json: (await files.stat(copyOf(path)).catch(() => undefined)) ? [await checkpoint(path)] : [],
    })),
    "POST /api/contents/**/checkpoints": onPath(async (path) => {
      const place = copyOf(path);
      await files.mkdir(place.slice(0, place.lastIndexOf("/")), { recursive: true });
      await files.writeFile(place, await files.readFile(placeOf(path)));
      return { status: 201, json: await checkpoint(path) };
    }),
    "POST /api/contents/**/checkpoints/:id": onPath(async (path) => {
      await files.writeFile(placeOf(path), await files.readFile(copyOf(path)));
      return { status: 204 };
    }),
    "DELETE /api/contents/**/checkpoints/:id": onPath(async (path) => {
      await files.rm(copyOf(path), { force: true });
      return { status: 204 };
    }),
    "POST /api/contents/**/trust": onPath(async (path) => {
      const text = decode(await files.readFile(placeOf(path))) ?? "";
      await notary.trust(joinTexts(parseNotebook(text, path)));
      return { status: 201, json: {} };
    }),
    "GET /api/contents/**": onPath(async (path, { query }) => ({ json: await read(path, query) })),
    "PUT /api/contents/**": onPath((path, { body }) => save(path, body)),
    "POST /api/contents/**": onPath((path, { body }) => create(path, body)),
    "PATCH /api/contents/**": onPath((path, { body }) => rename(path, body)),
    "DELETE /api/contents/**": onPath(async (path) => {
      await files.rm(placeOf(path), { recursive: true });
      return { status: 204 };
    }),
    "GET /files/**": async (exchange): Promise<PageReply> => {
      const path = decodeUrlPath(exchange.rest);
      try {
        const bytes = await files.readFile(placeOf(path));
        const type = mimeTypeOf(path) ?? "application/octet-stream";
        return { bytes, headers: { "content-type": type } };
      } catch (error) {
        const { status, message } = toHttpError(error, path);
        if (exchange.query.get("optional") !== "1") throw new HttpError(status, message);
        return { status: 204, headers: { "Tumorlab-Absent": encodeURIComponent(message) } };
      }
    },
  };
}

/** Text of UTF-8; undefined where the bytes are none. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
