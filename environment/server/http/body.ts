import type { IncomingMessage } from "node:http";
import { parseOuterJson } from "../../ipynb/json.js";
import { HttpError } from "./errors.js";

/** Largest bodies accepted, in bytes. */
export const bodyLimits = {
  /** Settings, sessions, events. */
  small: 4 * 2 ** 20,
  /** Notebooks and files; larger files come in chunks. */
  contents: 256 * 2 ** 20,
} as const;

/**
 * Reads a request's body.
 *
 * @throws HttpError 413 as soon as it is known to be longer than `limitBytes`, 400 when the sender breaks off.
 */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > limitBytes) throw tooLarge(announced, limitBytes);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    // Left as it is when we stop reading, so that the answer can still be sent.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > limitBytes) throw tooLarge(length, limitBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw new HttpError(400, "The request broke off before its end.", {}, { cause: error });
  }
  return Buffer.concat(chunks, length);
}

/**
 * Reads a body that holds one JSON object.
 *
 * @returns the object; `undefined` for an empty body.
 * @throws HttpError 400 when it is not JSON or not an object, 413 when it is too long.
 */
export async function readJson(
  request: IncomingMessage,
  limitBytes: number = bodyLimits.small,
): Promise<Record<string, unknown> | undefined> {
  const bytes = await readBody(request, limitBytes);
  if (bytes.length === 0) return undefined;
  let value: unknown;
  try {
    value = parseOuterJson(bytes.toString("utf8"));
  } catch (error) {
    const what = error instanceof RangeError ? "is refused" : "is not JSON";
    throw new HttpError(400, `The request's body ${what}: ${(error as Error).message}`);
  }
  if (value === null) return undefined;
  if (typeof value !== "object" || Array.isArray(value))
    throw new HttpError(400, "The request's body must be a JSON object.");
  return value as Record<string, unknown>;
}

/** A string field of a body, or `undefined` where it is absent or null. Throws 400 when it is something else. */
export function stringField(body: Record<string, unknown> | undefined, name: string): string | undefined {
  const value = body?.[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw new HttpError(400, `"${name}" must be a string.`);
  return value;
}

function tooLarge(foundBytes: number, limitBytes: number): HttpError {
  const mb = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`;
  return new HttpError(
    413,
    `The request has ${mb(foundBytes)}; the server takes at most ${mb(limitBytes)} at once.`,
  );
}
