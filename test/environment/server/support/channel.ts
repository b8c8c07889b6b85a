import assert from "node:assert/strict";
import { once } from "node:events";
import { WebSocket } from "ws";
import { patienceMs, type TestLab } from "./harness.js";
import { decodeJson, encodeJson } from "#environment/server/websocket/json.js";
import { decodeV1, encodeV1 } from "#environment/server/websocket/v1.js";
import type { SignedFrames } from "#environment/wire/frames.js";
import { createMessage, type Message } from "#environment/wire/message.js";

/** A message with the channel it came by. */
export interface Heard extends Message {
  channel: string;
}

/** A front end's end of a kernel's WebSocket. */
export interface Channel {
  socket: WebSocket;
  session: string;
  heard: Heard[];
  /** The first message heard, or still to be heard, that fits. */
  next(fits: (message: Heard) => boolean, what?: string): Promise<Heard>;
  send(
    type: string,
    content?: Record<string, unknown>,
    options?: {
      channel?: string;
      buffers?: Uint8Array[];
      parent?: Message["parent_header"];
      metadata?: Record<string, unknown>;
    },
  ): Message;
  /** Runs a cell; fulfilled with its messages when both the reply and the idle state were heard. */
  run(code: string): Promise<Heard[]>;
  close(): Promise<void>;
}

export const v1 = "v1.kernel.websocket.jupyter.org";

/** Opens a kernel's WebSocket as a page does. */
export async function openChannel(
  lab: { server: Pick<TestLab["server"], "port" | "token"> },
  kernelId: string,
  session: string,
  protocol = v1,
): Promise<Channel> {
  const url = `ws://127.0.0.1:${lab.server.port}/api/kernels/${kernelId}/channels?session_id=${session}`;
  const socket = new WebSocket(url, protocol === "" ? [] : [protocol], {
    headers: { Authorization: `token ${lab.server.token}` },
    maxPayload: 2 ** 30,
  });
  const heard: Heard[] = [];
  const waiting = new Set<(message: Heard) => void>();
  socket.on("message", (data: Buffer, isBinary) => {
    const message = protocol === v1 ? decodeV1(data) : decodeJson(data, isBinary);
    heard.push(message);
    for (const look of [...waiting]) look(message);
  });
  await once(socket, "open");
  assert.equal(socket.protocol, protocol);

  const channel: Channel = {
    socket,
    session,
    heard,
    next: (fits, what = "a message") =>
      new Promise((resolve, reject) => {
        const before = heard.find(fits);
        if (before) return resolve(before);
        const give = (done: () => void) => {
          clearTimeout(timer);
          waiting.delete(look);
          done();
        };
        const look = (message: Heard) => {
          if (fits(message)) give(() => resolve(message));
        };
        const timer = setTimeout(
          () => give(() => reject(new Error(`waited in vain for ${what}`))),
          patienceMs,
        );
        waiting.add(look);
      }),
    send(type, content = {}, { channel: name = "shell", buffers = [], parent = {}, metadata = {} } = {}) {
      const message = createMessage(type, session, content, parent, metadata, buffers);
      const parts = [message.header, parent, metadata, content].map((part) =>
        Buffer.from(JSON.stringify(part)),
      );
      const frames: SignedFrames = {
        identities: [],
        parts: parts as SignedFrames["parts"],
        buffers: buffers.map((b) => Buffer.from(b)),
      };
      socket.send(protocol === v1 ? encodeV1(name, frames) : encodeJson(name, frames));
      return message;
    },
    async run(code) {
      const { header } = channel.send("execute_request", {
        code,
        silent: false,
        store_history: true,
        allow_stdin: true,
        stop_on_error: true,
      });
      const isMine = (message: Heard) => message.parent_header.msg_id === header.msg_id;
      await channel.next((m) => isMine(m) && m.header.msg_type === "execute_reply", `the reply to ${code}`);
      await channel.next((m) => isMine(m) && m.content.execution_state === "idle", `the end of ${code}`);
      return heard.filter(isMine);
    },
    async close() {
      if (socket.readyState === socket.CLOSED) return;
      socket.close();
      await once(socket, "close");
    },
  };
  return channel;
}

/** Everything a cell wrote to its stream. */
export function textOf(messages: Heard[]): string {
  return messages
    .filter((message) => message.header.msg_type === "stream")
    .map((message) => String(message.content.text))
    .join("");
}

/** Starts a kernel and returns its id. */
export async function startKernel(lab: TestLab, name?: string): Promise<string> {
  const answer = await lab.ask("POST", "/api/kernels", { name });
  assert.equal(answer.status, 201, answer.text);
  return answer.json.id;
}
