import { parseOuterJson } from "../../ipynb/json.js";
import type { Message } from "../../wire/message.js";

/** A message as a client sends it, with its channel. */
export interface ChannelMessage extends Message {
  channel: string;
}

/** Reads a JSON part of a client's message. Throws when it is not JSON or nests so deep that sending it on would fail. */
export function readPart(part: Buffer): unknown {
  return parseOuterJson(part.toString());
}

/**
 * Checks what both protocols have read from a client, so that whatever handles the message later can rely on its shape.
 *
 * Parts besides the header may be missing or null, which makes them empty. Throws when it is not a message.
 */
export function requireMessage(value: unknown): ChannelMessage {
  if (!isRecord(value)) throw new Error("a kernel message is a JSON object");
  const { channel = "shell", header, parent_header, metadata, content, buffers = [] } = value;
  if (!isRecord(header) || typeof header.msg_id !== "string" || typeof header.msg_type !== "string")
    throw new Error("a kernel message has a header with msg_id and msg_type");
  for (const name of ["session", "username", "date", "version"])
    if (!["string", "undefined"].includes(typeof (header[name] ?? undefined)))
      throw new Error(`the ${name} in a kernel message's header is text`);
  if (typeof channel !== "string") throw new Error("a kernel message has a channel");
  return {
    channel,
    header: header as unknown as Message["header"],
    parent_header: partOf("parent_header", parent_header),
    metadata: partOf("metadata", metadata),
    content: partOf("content", content),
    buffers: buffers as Uint8Array[],
  };
}

function partOf(name: string, part: unknown): Record<string, unknown> {
  if (part === undefined || part === null) return {};
  if (!isRecord(part)) throw new Error(`the ${name} of a kernel message is an object`);
  return part;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
