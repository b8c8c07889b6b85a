import { createHmac, timingSafeEqual } from "node:crypto";
import { encodeParts, type Message, type MessageHeader } from "./message.js";

const delimiter = Buffer.from("<IDS|MSG>");

/** A message as ZeroMQ carries it, with the JSON parts still in bytes. */
export interface SignedFrames {
  /** Routing identities (ROUTER) or the topic (PUB) in front of the delimiter. */
  identities: Buffer[];
  /** Header, parent header, metadata, content: JSON in UTF-8. */
  parts: [Buffer, Buffer, Buffer, Buffer];
  buffers: Buffer[];
}

/** Frames of a message, signed with HMAC-SHA256; an empty key leaves the signature empty. */
export function signMessage(message: Message, key: string, identities: readonly Uint8Array[] = []): Buffer[] {
  return signParts(encodeParts(message), key, identities, message.buffers);
}

/** As {@link signMessage}, for a message whose parts are JSON text already. */
export function signParts(
  texts: readonly string[],
  key: string,
  identities: readonly Uint8Array[] = [],
  buffers: readonly Uint8Array[] = [],
): Buffer[] {
  const parts = texts.map((text) => Buffer.from(text));
  return [...identities.map(toBuffer), delimiter, sign(parts, key), ...parts, ...buffers.map(toBuffer)];
}

/**
 * Splits and checks what arrived on a socket.
 *
 * @returns the frames, or `undefined` when the delimiter is missing, a part is missing or the signature is wrong.
 */
export function verifyFrames(frames: readonly Buffer[], key: string): SignedFrames | undefined {
  const at = frames.findIndex((frame) => frame.equals(delimiter));
  if (at < 0 || frames.length < at + 6) return undefined;
  const parts = frames.slice(at + 2, at + 6) as SignedFrames["parts"];
  const expected = sign(parts, key);
  const found = frames[at + 1];
  if (expected.length !== found.length || !timingSafeEqual(expected, found)) return undefined;
  return { identities: frames.slice(0, at), parts, buffers: frames.slice(at + 6) };
}

/**
 * Parses verified frames: whoever has the key may still send anything.
 *
 * Throws a SyntaxError when a part is not JSON or the header says not what the message is, which one and whose. Of the two
 * headers only plain values are kept, as they are sent back; a parent, metadata or content that is no object is an empty
 * one, so that a request is answered all the same.
 */
export function parseFrames(frames: SignedFrames): Message {
  const parts = frames.parts.map((part) => JSON.parse(part.toString()) as unknown);
  const [header, parent_header, metadata, content] = parts.map(toObject);
  const plainHeader = keepPlain(header);
  for (const key of ["msg_type", "msg_id", "session"] as const) {
    if (typeof plainHeader[key] !== "string")
      throw new SyntaxError(`The header's ${key} is ${typeof header[key]}, expected a string`);
  }
  return {
    header: plainHeader as unknown as MessageHeader,
    parent_header: keepPlain(parent_header),
    metadata,
    content,
    buffers: frames.buffers,
  };
}

function toObject(value: unknown): Record<string, unknown> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : {};
}

function keepPlain(header: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(header).filter(([, value]) => typeof value !== "object"));
}

function sign(parts: readonly Buffer[], key: string): Buffer {
  if (key === "") return Buffer.alloc(0);
  const mac = createHmac("sha256", key);
  for (const part of parts) mac.update(part);
  return Buffer.from(mac.digest("hex"));
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
