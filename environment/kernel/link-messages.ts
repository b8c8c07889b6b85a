import type { Channel } from "../wire/connection.js";
import type { MessageHeader } from "../wire/message.js";

/** Channels that requests arrive by. */
export type RequestChannel = Extract<Channel, "shell" | "control">;

/** A request as the transport thread passes it on. */
export interface KernelRequest {
  channel: RequestChannel;
  /** Routing identities of the front end that asked. */
  identities: Uint8Array[];
  header: MessageHeader;
  metadata: Record<string, unknown>;
  content: Record<string, unknown>;
  buffers: Uint8Array[];
  /** For an execute request its number, counted from 1 as they arrive. */
  number: number;
}

/** What the transport thread tells the main thread. */
export type FromTransport =
  | { kind: "bound" }
  | { kind: "failed"; code: number; text: string }
  | { kind: "request"; request: KernelRequest }
  | { kind: "input"; parentId: string; value: string }
  | { kind: "interrupt"; number: number }
  /** What ran was cut off at this attempt; unless another attempt has begun since, it is over. */
  | { kind: "cut"; attempt: number }
  | { kind: "end"; code: number };

/** A message of the transport thread, counted from 1. */
export interface Numbered {
  number: number;
  message: FromTransport;
}

/** A message to send, its parts encoded as JSON text. */
export interface OutgoingFrames {
  socket: "iopub" | "shell" | "control" | "stdin";
  identities: Uint8Array[];
  parts: string[];
  buffers: Uint8Array[];
  /** Bytes to take off the shared count once ZeroMQ has the message. */
  bytes: number;
}

/** What the main thread tells the transport thread. */
export type ToTransport =
  | { kind: "send"; frames: OutgoingFrames }
  /** The kernel can run cells: `kernel_info` is the content of its replies. */
  | { kind: "ready"; info: Record<string, unknown> }
  /** A cell has begun (its header) or ended (null). */
  | { kind: "running"; header: MessageHeader | null; isSilent: boolean };
