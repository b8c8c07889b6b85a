import type {
  Comm,
  CommMessage,
  CommTarget,
  KernelSession,
} from "tumorlab/internal/contracts/kernel-session";
import { createId } from "../../wire/identity.js";
import { asText } from "../../wire/message.js";
import type { KernelRequest } from "../link-messages.js";

type Content = Record<string, unknown>;

/** The comms of a kernel. */
export interface Comms extends Pick<KernelSession, "onComm" | "openComm"> {
  /** Handles `comm_open`, `comm_msg` and `comm_close`. Returns the reader's code to be called, if any. */
  receive(request: KernelRequest): (() => unknown) | undefined;
  /** Content of a `comm_info_reply`, of all comms or those of one target. */
  describe(target: unknown): Content;
}

/** Publishes a message of a comm. */
export type PublishComm = (type: string, content: Content, metadata: Content, buffers: Uint8Array[]) => void;

interface OpenComm {
  comm: Comm;
  handlers: { message?: (message: CommMessage) => unknown; close?: (message: CommMessage) => unknown };
}

/** An empty registry. */
export function createComms(publish: PublishComm): Comms {
  const targets = new Map<string, CommTarget>();
  const open = new Map<string, OpenComm>();

  function create(id: string, target: string): Comm {
    const handlers: OpenComm["handlers"] = {};
    const comm: Comm = {
      id,
      target,
      send(data, options = {}) {
        if (!open.has(id))
          throw new Error(`The comm ${id} to "${target}" is closed; open another one to send.`);
        publish("comm_msg", { comm_id: id, data }, options.metadata ?? {}, options.buffers ?? []);
      },
      onMessage: (handler) => void (handlers.message = handler),
      onClose: (handler) => void (handlers.close = handler),
      close(data = {}) {
        if (open.delete(id)) publish("comm_close", { comm_id: id, data }, {}, []);
      },
    };
    open.set(id, { comm, handlers });
    return comm;
  }

  return {
    onComm: (target, handler) => void targets.set(target, handler),
    openComm(target, data = {}, options = {}) {
      const comm = create(createId(), target);
      const content = { comm_id: comm.id, target_name: target, data };
      publish("comm_open", content, options.metadata ?? {}, options.buffers ?? []);
      return comm;
    },
    receive({ header, content, metadata, buffers }) {
      const id = asText(content.comm_id);
      const message: CommMessage = { data: (content.data ?? {}) as Content, metadata, buffers };
      if (header.msg_type === "comm_open") {
        const target = asText(content.target_name);
        const handler = targets.get(target);
        if (handler) {
          const comm = create(id, target);
          return () => handler(comm, message);
        }
        // The protocol's way to say that nobody is there.
        publish("comm_close", { comm_id: id, data: {} }, {}, []);
        return undefined;
      }
      const found = open.get(id);
      if (header.msg_type === "comm_close") {
        open.delete(id);
        const onClose = found?.handlers.close;
        return onClose && (() => onClose(message));
      }
      const onMessage = found?.handlers.message;
      return onMessage && (() => onMessage(message));
    },
    describe(target) {
      const wanted = [...open.values()].filter(({ comm }) => target === undefined || comm.target === target);
      const comms = Object.fromEntries(wanted.map(({ comm }) => [comm.id, { target_name: comm.target }]));
      return { status: "ok", comms };
    },
  };
}
