import { createId } from "./identity.js";

/** The Jupyter messaging protocol version this project speaks. */
export const protocolVersion = "5.3";

/** The header of a Jupyter message. */
export interface MessageHeader {
  msg_id: string;
  session: string;
  username: string;
  date: string;
  msg_type: string;
  version: string;
}

/** A Jupyter message, independent of how it travels. */
export interface Message {
  header: MessageHeader;
  parent_header: Partial<MessageHeader>;
  metadata: Record<string, unknown>;
  content: Record<string, unknown>;
  buffers: Uint8Array[];
}

/** Makes a header with a fresh id. */
export function createHeader(type: string, session: string, username = "tumorlab"): MessageHeader {
  return {
    msg_id: createId(),
    session,
    username,
    date: new Date().toISOString(),
    msg_type: type,
    version: protocolVersion,
  };
}

/** A message with fresh header; `parent` is the header of the request it answers, if any. */
export function createMessage(
  type: string,
  session: string,
  content: Record<string, unknown>,
  parent: Partial<MessageHeader> = {},
  metadata: Record<string, unknown> = {},
  buffers: Uint8Array[] = [],
): Message {
  return { header: createHeader(type, session), parent_header: parent, metadata, content, buffers };
}

/** The four JSON parts of a message as text, in the order of the wire. Throws where a part is not JSON (a cycle, a BigInt). */
export function encodeParts(message: Omit<Message, "buffers">): string[] {
  return [message.header, message.parent_header, message.metadata, message.content].map((part) =>
    JSON.stringify(part),
  );
}

/** A field of a message that should be text; empty where it is none. */
export function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
