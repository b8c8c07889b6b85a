import type { SignedFrames } from "../../wire/frames.js";
import { type ChannelMessage, readPart, requireMessage } from "./channel-message.js";

/**
 * One message in the old protocol: JSON text; with buffers, a binary message of the number of parts, their offsets
 * (32 bits, big-endian), the JSON and the buffers.
 */
export function encodeJson(channel: string, { parts, buffers }: SignedFrames): Buffer | string {
  const [header, parent, metadata, content] = parts.map((part) => part.toString());
  const { msg_id, msg_type } = JSON.parse(header) as { msg_id: string; msg_type: string };
  const ids = `"msg_id":${JSON.stringify(msg_id)},"msg_type":${JSON.stringify(msg_type)}`;
  const text = `{"header":${header},${ids},"parent_header":${parent},"metadata":${metadata},"content":${content},"buffers":[],"channel":${JSON.stringify(channel)}}`;
  if (buffers.length === 0) return text;
  const pieces = [Buffer.from(text), ...buffers];
  const head = Buffer.allocUnsafe(4 * (pieces.length + 1));
  head.writeUInt32BE(pieces.length, 0);
  let offset = head.length;
  pieces.forEach((piece, index) => {
    head.writeUInt32BE(offset, 4 * (index + 1));
    offset += piece.length;
  });
  return Buffer.concat([head, ...pieces], offset);
}

/** Reads a message of the old protocol. Throws when it is not one. */
export function decodeJson(data: Buffer, isBinary: boolean): ChannelMessage {
  if (!isBinary) return requireMessage(withBuffers(readPart(data), []));
  if (data.length < 8) throw new Error("a binary message has at least 8 bytes");
  const count = data.readUInt32BE(0);
  if (count < 1 || count > 4096 || data.length < 4 * (count + 1))
    throw new Error(`a binary message has 1 to 4096 parts, found ${count}`);
  const offsets = Array.from({ length: count }, (_, i) => data.readUInt32BE(4 * (i + 1)));
  offsets.forEach((offset, i) => {
    const least = i === 0 ? 4 * (count + 1) : offsets[i - 1];
    if (offset < least || offset > data.length)
      throw new Error(`offset ${i} of a binary message is ${offset}`);
  });
  const pieces = offsets.map((start, i) => data.subarray(start, offsets[i + 1] ?? data.length));
  return requireMessage(withBuffers(readPart(pieces[0]), pieces.slice(1)));
}

/** Whatever the JSON says of buffers, they are what came beside it. */
function withBuffers(message: unknown, buffers: Buffer[]): unknown {
  return typeof message === "object" && message !== null ? { ...message, buffers } : message;
}
