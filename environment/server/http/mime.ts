import { extname } from "node:path";

const types: Record<string, string> = {
  ".css": "text/css",
  ".csv": "text/csv",
  ".gif": "image/gif",
  ".gz": "application/gzip",
  ".htm": "text/html",
  ".html": "text/html",
  ".ico": "image/x-icon",
  ".ipynb": "application/x-ipynb+json",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".js": "text/javascript",
  ".json": "application/json",
  ".jsonl": "application/jsonl",
  ".map": "application/json",
  ".md": "text/markdown",
  ".mjs": "text/javascript",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".ts": "text/x-typescript",
  ".tsv": "text/tab-separated-values",
  ".tsx": "text/x-typescript",
  ".ttf": "font/ttf",
  ".txt": "text/plain",
  ".wasm": "application/wasm",
  ".webp": "image/webp",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
  ".xml": "application/xml",
  ".yaml": "application/yaml",
  ".yml": "application/yaml",
};

/** The MIME type a file's name stands for; `undefined` when unknown. */
export function mimeTypeOf(name: string): string | undefined {
  return types[extname(name).toLowerCase()];
}

/** The same as a `Content-Type` header: text is UTF-8, the unknown is bytes. */
export function contentTypeOf(name: string): string {
  const type = mimeTypeOf(name) ?? "application/octet-stream";
  return type.startsWith("text/") || /json|xml|yaml/.test(type) ? `${type}; charset=utf-8` : type;
}
