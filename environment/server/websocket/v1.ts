import type { SignedFrames } from "../../wire/frames.js";
import { type ChannelMessage, readPart, requireMessage } from "./channel-message.js";

/**
 * One message in the v1 protocol: the number of offsets, the offsets (64 bits, little-endian, the last is the end),
 * then channel, header, parent header, metadata, content and buffers, back to back.
 */
export function encodeV1(channel: string, { parts, buffers }: SignedFrames): Buffer {
  const pieces = [Buffer.from(channel), ...parts, ...buffers];
  const head = Buffer.allocUnsafe(8 * (pieces.length + 2));
  head.writeBigUInt64LE(BigInt(pieces.length + 1), 0);
  let offset = head.length;
  pieces.forEach((piece, index) => {
    head.writeBigUInt64LE(BigInt(offset), 8 * (index + 1));
    offset += piece.length;
  });
  head.writeBigUInt64LE(BigInt(offset), 8 * (pieces.length + 1));
  return Buffer.concat([head, ...pieces], offset);
}

/** Reads a message of the v1 protocol. Throws when offsets or parts are wrong. */
export function decodeV1(data: Buffer): ChannelMessage {
  if (data.length < 8) throw new Error("a v1 message has at least 8 bytes");
  const count = Number(data.readBigUInt64LE(0));
  if (count < 6 || count > 4096 || data.length < 8 * (count + 1))
    throw new Error(`a v1 message has 6 to 4096 offsets, found ${count}`);
  const offsets = Array.from({ length: count }, (_, i) => Number(data.readBigUInt64LE(8 * (i + 1))));
  offsets.forEach((offset, i) => {
    const least = i === 0 ? 8 * (count + 1) : offsets[i - 1];
    if (offset < least || offset > data.length) throw new Error(`offset ${i} of a v1 message is ${offset}`);
  });
  const pieces = offsets.slice(1).map((end, i) => data.subarray(offsets[i], end));
  const [header, parent_header, metadata, content] = pieces.slice(1, 5).map(readPart);
  return requireMessage({
    channel: pieces[0].toString(),
    header,
    parent_header,
    metadata,
    content,
    buffers: pieces.slice(5),
  });
}
