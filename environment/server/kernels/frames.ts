import type { SignedFrames } from "../../wire/frames.js";
import type { Message } from "../../wire/message.js";

/** A message of the server's own, in the shape of those that come from a kernel. */
export function toFrames(message: Message): SignedFrames {
  const { header, parent_header, metadata, content } = message;
  const parts = [header, parent_header, metadata, content].map((part) => Buffer.from(JSON.stringify(part)));
  return { identities: [], parts: parts as SignedFrames["parts"], buffers: [] };
}
