/** A ZeroMQ socket that can be written to. */
export interface WritableSocket {
  send(frames: Buffer[]): Promise<void>;
}

/** Sends messages on one socket in order, without losing any. */
export interface Sender {
  /** Queues the frames and returns at once; `onTaken` is called when ZeroMQ has taken them. */
  send(frames: Buffer[], onTaken?: () => void): void;
  /** Resolves when everything queued so far was handed to ZeroMQ. */
  drained(): Promise<void>;
  /** Messages waiting. */
  readonly pending: number;
}

/** How long to leave a full socket alone before the next try. */
const retryMs = 2;

/**
 * zeromq.js makes every 512th send of a socket asynchronous and throws EBUSY for each send made before that one
 * has finished; a publisher with `noDrop` whose reader is slow refuses with EAGAIN. Nothing may be lost and order
 * must hold, so one message is sent at a time and a refused one is tried again.
 *
 * @param onError told of a message that could not be sent at all; the next one is tried after it.
 */
export function createSender(socket: WritableSocket, onError: (error: unknown) => void = () => {}): Sender {
  const queue: { frames: Buffer[]; onTaken?: () => void }[] = [];
  let draining: Promise<void> | undefined;

  async function drain(): Promise<void> {
    for (let first = queue[0]; first; first = queue[0]) {
      try {
        await socket.send(first.frames);
      } catch (error) {
        if (await mayRetry(error)) continue;
        onError(error);
      }
      queue.shift();
      first.onTaken?.();
    }
    draining = undefined;
  }

  return {
    send(frames, onTaken) {
      queue.push({ frames, onTaken });
      draining ??= drain();
    },
    async drained() {
      while (draining) await draining;
    },
    get pending() {
      return queue.length;
    },
  };
}

/** True after a moment's wait for a refusal that passes, false for an error that stays. */
async function mayRetry(error: unknown): Promise<boolean> {
  const code = (error as { code?: string } | undefined)?.code;
  if (code === "EBUSY") await new Promise((resolve) => setImmediate(resolve));
  else if (code === "EAGAIN") await new Promise((resolve) => setTimeout(resolve, retryMs));
  return code === "EBUSY" || code === "EAGAIN";
}
