/** A ZeroMQ socket that can be written to. */
export interface WritableSocket {
  send(frames: Buffer[]): Promise<void>;
}

/** Sends messages on one socket in order, without losing any. */
export interface Sender {
  /** Queues the frames; returns at once. */
  send(frames: Buffer[]): void;
  /** Resolves when everything queued so far was handed to ZeroMQ. */
  drained(): Promise<void>;
  /** Messages waiting. */
  readonly pending: number;
}

/**
 * zeromq.js makes every 512th send of a socket asynchronous and throws EBUSY for each send made before that one
 * has finished. Nothing may be lost and order must hold, so a refused send is queued and retried, and
 * everything behind it waits its turn. Sends that ZeroMQ takes at once stay synchronous, so output made inside a
 * busy loop still leaves while the loop runs.
 */
export function createSender(socket: WritableSocket, onError: (error: unknown) => void = () => {}): Sender {
  const queue: Buffer[][] = [];
  let inFlight: Promise<void> | undefined;
  let draining: Promise<void> | undefined;

  const isBusy = (error: unknown): boolean => (error as { code?: string } | undefined)?.code === "EBUSY";

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      try {
        await socket.send(queue[0]);
        queue.shift();
      } catch (error) {
        if (isBusy(error)) {
          await new Promise((resolve) => setImmediate(resolve));
        } else {
          queue.shift();
          onError(error);
        }
      }
    }
    draining = undefined;
  }

  function enqueue(frames: Buffer[]): void {
    queue.push(frames);
    draining ??= drain();
  }

  return {
    send(frames) {
      if (queue.length > 0 || draining) return enqueue(frames);
      try {
        inFlight = socket.send(frames).catch((error: unknown) => {
          if (isBusy(error)) enqueue(frames);
          else onError(error);
        });
      } catch (error) {
        if (!isBusy(error)) throw error;
        enqueue(frames);
      }
    },
    async drained() {
      while (inFlight || draining) {
        const flight = inFlight;
        await flight;
        if (inFlight === flight) inFlight = undefined;
        await draining;
      }
    },
    get pending() {
      return queue.length;
    },
  };
}
