import type { Message } from "../../wire/message.js";

/** A message as a client sends it, with its channel. */
export interface ChannelMessage extends Message {
  channel: string;
}

/** Checks what both protocols have read from a client. Throws when it is not a message. */
export function requireMessage(value: unknown): ChannelMessage {
  const {
    channel = "shell",
    header,
    parent_header,
    metadata,
    content,
    buffers,
  } = (value ?? {}) as Record<string, unknown>;
  if (!isRecord(header) || typeof header.msg_id !== "string" || typeof header.msg_type !== "string")
    throw new Error("a kernel message has a header with msg_id and msg_type");
  if (typeof channel !== "string") throw new Error("a kernel message has a channel");
  return {
    channel,
    header: header as unknown as Message["header"],
    parent_header: isRecord(parent_header) ? parent_header : {},
    metadata: isRecord(metadata) ? metadata : {},
    content: isRecord(content) ? content : {},
    buffers: (buffers as Uint8Array[] | undefined) ?? [],
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
