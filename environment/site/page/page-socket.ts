import type { Message } from "../../wire/message.js";
import type { PageKernels } from "./kernel-routes.js";
import type { KernelMessage, PageKernel } from "./page-kernel.js";

type Listener = (event: unknown) => void;

/**
 * What stands for a WebSocket where the front end opens one to the page's own address: to a kernel's channels it speaks
 * Jupyter's first protocol (JSON, with buffers in front of it as binary); any other one is open and silent.
 */
export function createPageSocket(kernels: PageKernels): new (url: string) => object {
  return class PageSocket extends EventTarget {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    static readonly CLOSING = 2;
    static readonly CLOSED = 3;
    readonly CONNECTING = 0;
    readonly OPEN = 1;
    readonly CLOSING = 2;
    readonly CLOSED = 3;
    readonly url: string;
    readonly protocol = "";
    readonly extensions = "";
    readonly bufferedAmount = 0;
    binaryType = "blob";
    readyState = 0;
    onopen: Listener | null = null;
    onmessage: Listener | null = null;
    onclose: Listener | null = null;
    onerror: Listener | null = null;
    private readonly kernel: PageKernel | undefined;
    private readonly deliver = (message: KernelMessage): void =>
      this.fire("message", { data: encode(message) });

    constructor(url: string) {
      super();
      this.url = url;
      const id = /\/api\/kernels\/([^/]+)\/channels/.exec(url)?.[1];
      this.kernel = id === undefined ? undefined : kernels.get(id);
      setTimeout(() => {
        if (this.readyState !== 0) return;
        if (id !== undefined && !this.kernel) return this.shut(1006);
        this.readyState = 1;
        this.kernel?.listeners.add(this.deliver);
        this.fire("open", {});
      });
    }

    send(data: string | ArrayBuffer | Uint8Array): void {
      if (!this.kernel) return;
      const { channel, ...message } = decode(data);
      this.kernel.send(channel, message);
    }

    close(): void {
      this.shut(1000);
    }

    private shut(code: number): void {
      if (this.readyState === 3) return;
      this.readyState = 3;
      this.kernel?.listeners.delete(this.deliver);
      this.fire("close", { code, reason: "", wasClean: code === 1000 });
    }

    private fire(type: "open" | "message" | "close", details: object): void {
      const event = Object.assign(new Event(type), details);
      this[`on${type}`]?.(event);
      this.dispatchEvent(event);
    }
  };
}

function encode({ channel, parts, buffers }: KernelMessage): string | ArrayBuffer {
  const [header, parent, metadata, content] = parts;
  const { msg_id, msg_type } = JSON.parse(header) as { msg_id: string; msg_type: string };
  const ids = `"msg_id":${JSON.stringify(msg_id)},"msg_type":${JSON.stringify(msg_type)}`;
  const text = `{"header":${header},${ids},"parent_header":${parent},"metadata":${metadata},"content":${content},"buffers":[],"channel":${JSON.stringify(channel)}}`;
  if (buffers.length === 0) return text;
  const pieces = [new TextEncoder().encode(text), ...buffers];
  const head = 4 * (pieces.length + 1);
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, head));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, pieces.length);
  let at = head;
  pieces.forEach((piece, index) => {
    view.setUint32(4 * (index + 1), at);
    bytes.set(piece, at);
    at += piece.length;
  });
  return bytes.buffer;
}

function decode(
  data: string | ArrayBuffer | Uint8Array,
): Message & { channel: "shell" | "control" | "stdin" } {
  if (typeof data === "string") return { ...(JSON.parse(data) as ReturnType<typeof decode>), buffers: [] };
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(0);
  const offsets = Array.from({ length: count }, (_, i) => view.getUint32(4 * (i + 1)));
  const [text, ...buffers] = offsets.map((start, i) => bytes.slice(start, offsets[i + 1] ?? bytes.length));
  return { ...(JSON.parse(new TextDecoder().decode(text)) as ReturnType<typeof decode>), buffers };
}
