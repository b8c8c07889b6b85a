interface Port {
  onmessage: (() => void) | null;
  postMessage(message: unknown): void;
}

/** A channel whose ends have the names that Node gives them, as far as the kernel's tasks ask for them. */
export class MessageChannel {
  readonly port1: { postMessage(message: unknown): void };
  readonly port2: { on(event: "message", listener: () => void): void; unref(): void };

  constructor() {
    const { port1, port2 } = new globalThis.MessageChannel() as unknown as Record<"port1" | "port2", Port>;
    this.port1 = port1;
    this.port2 = {
      on(_event, listener) {
        port2.onmessage = listener;
      },
      unref() {},
    };
  }
}
