import { asText, type Message, type MessageHeader } from "../../wire/message.js";
import type { FromTransport, RequestChannel } from "../link-messages.js";
import { type SharedState, word } from "../shared-state.js";

/** What a router needs to know of its transport. */
export interface RouterParts {
  state: SharedState;
  send: (
    socket: "iopub" | RequestChannel,
    identities: Uint8Array[],
    type: string,
    content: Record<string, unknown>,
    parent?: MessageHeader,
  ) => void;
  /** Hands a message on to the thread that runs cells. */
  tell: (message: Extract<FromTransport, { kind: "request" | "input" }>) => void;
  /** Interrupts the running cell. */
  interrupt: () => void;
  /** Ends the kernel, once its reply is on its way. */
  end: () => void;
}

/** Answers what can be answered while a cell computes, and hands everything else on. */
export interface Router {
  receive(channel: RequestChannel | "stdin", identities: Uint8Array[], message: Message): void;
  /** The content of replies to `kernel_info_request`, once it is known. */
  setInfo(info: Record<string, unknown>): void;
  /** A cell has begun (its header) or ended (null). */
  setRunning(header: MessageHeader | null): void;
  publishState(execution_state: string, parent?: MessageHeader): void;
}

/** A router that knows of no running cell. */
export function createRouter({ state, send, tell, interrupt, end }: RouterParts): Router {
  const encoder = new TextEncoder();
  let info: Record<string, unknown> | undefined;
  const waitingForInfo: (() => void)[] = [];
  let running: MessageHeader | null = null;

  function publishState(execution_state: string, parent?: MessageHeader): void {
    send("iopub", [encoder.encode("status")], "status", { execution_state }, parent);
  }

  /** Answers a request here, between a busy and an idle state. */
  function answer(
    channel: RequestChannel,
    identities: Uint8Array[],
    header: MessageHeader,
    content: Record<string, unknown>,
  ): void {
    publishState("busy", header);
    send(channel, identities, header.msg_type.replace(/_request$/, "_reply"), content, header);
    publishState("idle", header);
    // Front ends show the last state they hear: a cell that still runs must not look idle.
    if (running) publishState("busy", running);
  }

  return {
    publishState,
    receive(channel, identities, message) {
      const { header, metadata, content, buffers } = message;
      if (channel === "stdin") {
        if (header.msg_type !== "input_reply") return;
        const parentId = asText(message.parent_header.msg_id);
        return tell({ kind: "input", parentId, value: asText(content.value) });
      }
      switch (header.msg_type) {
        case "kernel_info_request":
          if (info) answer(channel, identities, header, info);
          else waitingForInfo.push(() => answer(channel, identities, header, info ?? {}));
          return;
        case "interrupt_request":
          interrupt();
          return answer(channel, identities, header, { status: "ok" });
        case "shutdown_request": {
          const reply = { status: "ok", restart: content.restart === true };
          send("iopub", [encoder.encode("shutdown_reply")], "shutdown_reply", reply, header);
          answer(channel, identities, header, reply);
          return end();
        }
        default: {
          let number = 0;
          if (header.msg_type === "execute_request") number = Atomics.add(state, word.executeRequests, 1) + 1;
          const request = { channel, identities, header, metadata, content, buffers, number };
          return tell({ kind: "request", request });
        }
      }
    },
    setInfo(found) {
      info = found;
      for (const reply of waitingForInfo.splice(0)) reply();
    },
    setRunning(header) {
      running = header;
    },
  };
}
