import { createHash } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { access, lstat, open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { sweepTemporaries } from "../../files/temporary.js";
import { HttpError, toHttpError } from "../http/errors.js";
import { mimeTypeOf } from "../http/mime.js";
import { isFileName, isHidden } from "./check-path.js";
import { joinTexts, parseNotebook } from "./notebook.js";
import type { Project } from "./paths.js";
import type { Notary } from "./trust.js";

/** Kinds of things a project holds. */
export type ContentsType = "directory" | "file" | "notebook";

/** What the contents API says about a file or folder. */
export interface ContentsModel {
  name: string;
  path: string;
  type: ContentsType;
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

/** Which parts of a model are wanted. */
export interface ModelOptions {
  /** Defaults to what the name says. */
  type?: string;
  /** `text` or `base64` for files; by default text where the bytes are UTF-8. */
  format?: string;
  /** Defaults to true. */
  content?: boolean;
  /** sha256 of the bytes on disk. Defaults to false. */
  hash?: boolean;
}

/** Largest file read into a model; larger ones are for `/files/`. */
export const largestContentBytes = 128 * 2 ** 20;

/**
 * Describes what lies at a path.
 *
 * @throws HttpError 404, 400 when the type doesn't fit or a notebook is broken, 413 when it is too large to open
 */
export async function readModel(
  project: Project,
  notary: Notary,
  path: string,
  options: ModelOptions = {},
): Promise<ContentsModel> {
  const { content = true, hash = false, type, format } = options;
  const absolute = await project.locate(path);
  const stats = await stat(absolute);
  const model = await describe(path, absolute, stats);
  if (stats.isDirectory()) {
    if (type !== undefined && type !== "directory")
      throw new HttpError(400, `${path} is a folder, not a ${type}.`, { reason: "bad type" });
    if (content) Object.assign(model, { format: "json", content: await listFolder(project, path, absolute) });
    return model;
  }
  if (!stats.isFile()) throw new HttpError(400, `${path} is neither a file nor a folder.`);
  if (type === "directory") throw new HttpError(400, `${path} is not a folder.`, { reason: "bad type" });
  if (type === "file" || type === "notebook") model.type = type;
  if (model.type === "notebook") model.mimetype = null;
  if (!content && !hash) return model;
  const bytes = await readWhole(absolute, path);
  if (hash)
    Object.assign(model, {
      hash: createHash("sha256").update(bytes).digest("hex"),
      hash_algorithm: "sha256",
    });
  if (!content) return model;
  if (model.type === "notebook") {
    model.format = "json";
    model.content = notary.mark(joinTexts(parseNotebook(decodeText(bytes, path), path)));
  } else if (format === "base64") Object.assign(model, asBase64(bytes, model));
  else if (format === "text") Object.assign(model, asText(decodeText(bytes, path), model));
  else {
    const text = tryDecode(bytes);
    Object.assign(model, text === undefined ? asBase64(bytes, model) : asText(text, model));
  }
  return model;
}

/** The type a name and what is found there stand for. */
export function typeOf(name: string): "file" | "notebook" {
  return name.endsWith(".ipynb") ? "notebook" : "file";
}

async function describe(path: string, absolute: string, stats: Stats): Promise<ContentsModel> {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const isFolder = stats.isDirectory();
  const type = isFolder ? "directory" : typeOf(name);
  return {
    name,
    path,
    type,
    created: dateOf(stats.birthtime),
    last_modified: dateOf(stats.mtime),
    size: isFolder ? null : stats.size,
    writable: await access(absolute, constants.W_OK).then(
      () => true,
      () => false,
    ),
    mimetype: type === "file" ? (mimeTypeOf(name) ?? null) : null,
    format: null,
    content: null,
    hash: null,
    hash_algorithm: null,
  };
}

async function listFolder(project: Project, path: string, absolute: string): Promise<ContentsModel[]> {
  const names = (await sweepTemporaries(absolute, await readdir(absolute))).filter(
    (name) => !isHidden(name) && isFileName(name),
  );
  const models = await Promise.all(
    names.map(async (name) => {
      const child = path === "" ? name : `${path}/${name}`;
      try {
        // A link that leads out of the project, or nowhere, is not listed.
        const isLink = (await lstat(join(absolute, name))).isSymbolicLink();
        const place = isLink ? await project.locate(child) : join(absolute, name);
        const stats = await stat(place);
        return stats.isFile() || stats.isDirectory() ? await describe(child, place, stats) : undefined;
      } catch {
        return undefined;
      }
    }),
  );
  return models.filter((model) => model !== undefined);
}

async function readWhole(absolute: string, path: string): Promise<Buffer> {
  const file = await open(absolute, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(
    (error: unknown) => {
      throw toHttpError(error, path);
    },
  );
  try {
    const { size } = await file.stat();
    if (size > largestContentBytes) {
      const mb = (bytes: number) => Math.round(bytes / 2 ** 20);
      throw new HttpError(
        413,
        `${path} has ${mb(size)} MB; files up to ${mb(largestContentBytes)} MB can be opened here. Download it, or read it in a cell.`,
      );
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function tryDecode(bytes: Buffer): string | undefined {
  if (bytes.subarray(0, 8192).includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function decodeText(bytes: Buffer, path: string): string {
  const text = tryDecode(bytes);
  if (text === undefined) throw new HttpError(400, `${path} is not UTF-8 text.`, { reason: "bad format" });
  return text;
}

function asText(content: string, model: ContentsModel): Partial<ContentsModel> {
  return { format: "text", content, mimetype: model.mimetype ?? "text/plain" };
}

function asBase64(bytes: Buffer, model: ContentsModel): Partial<ContentsModel> {
  return {
    format: "base64",
    content: bytes.toString("base64"),
    mimetype: model.mimetype ?? "application/octet-stream",
  };
}

/** Some disks don't know when a file was made and say 1970 or nothing. */
function dateOf(date: Date): string {
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
}
