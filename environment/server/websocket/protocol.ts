import type { SignedFrames } from "../../wire/frames.js";
import type { ChannelMessage } from "./channel-message.js";
import { decodeJson, encodeJson } from "./json.js";
import { decodeV1, encodeV1 } from "./v1.js";

/** One of the two ways to carry kernel messages over a WebSocket. */
export interface Protocol {
  /** The subprotocol's name; empty for the old one. */
  name: string;
  encode(channel: string, frames: SignedFrames): Buffer | string;
  /** Throws when the data are not a message of this protocol. */
  decode(data: Buffer, isBinary: boolean): ChannelMessage;
}

/** Binary, with offsets of 64 bits: `v1.kernel.websocket.jupyter.org`. */
export const v1Protocol: Protocol = {
  name: "v1.kernel.websocket.jupyter.org",
  encode: encodeV1,
  decode: (data) => decodeV1(data),
};

/** JSON text, or binary where there are buffers. */
export const jsonProtocol: Protocol = { name: "", encode: encodeJson, decode: decodeJson };
