import type { RawData, WebSocket } from "ws";
import type { SignedFrames } from "../../wire/frames.js";
import type { KernelChannel, RequestChannel } from "../../wire/kernel-connection.js";
import type { Kernel } from "../kernels/kernel.js";
import type { Listener } from "../kernels/subscribers.js";
import type { Protocol } from "./protocol.js";

/** Bounds on what waits for a client that reads slowly. */
export interface ClientLimits {
  /** With more than this waiting, the kernel's output is not read on. */
  highBytes: number;
  /** Below this it goes on. */
  lowBytes: number;
  /** A client that takes nothing at all for so long is cut off, so that it doesn't hold up the others. */
  stallMs: number;
}

/** 8 MB, 2 MB and a minute. */
export const defaultLimits: ClientLimits = { highBytes: 8 * 2 ** 20, lowBytes: 2 * 2 ** 20, stallMs: 60_000 };

const requestChannels = new Set<string>(["shell", "control", "stdin"]);

/** How often a client that takes nothing is looked at before it is cut off. */
const looksPerStall = 10;

/** Connects a WebSocket with a kernel until one of them ends. `session` is the client's id of itself. */
export function connectClient(
  socket: WebSocket,
  kernel: Kernel,
  session: string,
  protocol: Protocol,
  limits: ClientLimits = defaultLimits,
): void {
  const gate = createGate(socket, limits);
  const listener: Listener = {
    session,
    deliver(channel: KernelChannel, frames: SignedFrames) {
      if (socket.readyState !== socket.OPEN) return;
      socket.send(protocol.encode(channel, frames), gate.onSent);
    },
    ready: gate.ready,
    close: (reason) => socket.close(1011, reason),
  };
  socket.on("message", (data: RawData, isBinary: boolean) => {
    try {
      const { channel, ...message } = protocol.decode(toBuffer(data), isBinary);
      if (requestChannels.has(channel)) kernel.send(channel as RequestChannel, message, listener);
    } catch (error) {
      socket.close(1007, `not a kernel message: ${(error as Error).message}`.slice(0, 120));
    }
  });
  // A broken connection is followed by "close".
  socket.on("error", () => {});
  socket.on("close", () => {
    kernel.subscribers.remove(listener);
    gate.open();
  });
  if (kernel.isDead) listener.close("the kernel is dead");
  else kernel.subscribers.add(listener);
}

interface SendGate {
  /** To be called when a send was handed to the system. */
  onSent: () => void;
  /** Fulfilled when little enough waits, or the socket is closed. */
  ready: () => Promise<void>;
  /** Lets all who wait go on. */
  open: () => void;
}

/** Tells when a socket has sent enough of what it was given. */
function createGate(socket: WebSocket, { highBytes, lowBytes, stallMs }: ClientLimits): SendGate {
  const waiters: (() => void)[] = [];
  let stall: NodeJS.Timeout | undefined;
  let idleLooks = 0;

  function open(): void {
    clearTimeout(stall);
    stall = undefined;
    for (const wake of waiters.splice(0)) wake();
  }

  // Many short looks instead of one long: where this process itself was held up, a single look would find that nothing
  // went out since the last one and blame the client.
  function watch(): void {
    let least = socket.bufferedAmount;
    idleLooks = 0;
    stall ??= setInterval(() => {
      idleLooks = socket.bufferedAmount < least ? 0 : idleLooks + 1;
      least = socket.bufferedAmount;
      if (idleLooks >= looksPerStall) socket.terminate();
    }, stallMs / looksPerStall);
  }

  return {
    open,
    onSent() {
      idleLooks = 0;
      if (waiters.length > 0 && socket.bufferedAmount <= lowBytes) open();
    },
    async ready() {
      if (socket.readyState !== socket.OPEN || socket.bufferedAmount <= highBytes) return;
      watch();
      await new Promise<void>((resolve) => waiters.push(resolve));
    },
  };
}

function toBuffer(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
