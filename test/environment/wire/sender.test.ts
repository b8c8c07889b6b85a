import assert from "node:assert/strict";
import { createSender } from "#environment/wire/sender.js";

/** A socket that refuses as told, and keeps what it took. */
function createSocket(refusals: (string | undefined)[]) {
  const taken: string[] = [];
  return {
    taken,
    send(frames: Buffer[]): Promise<void> {
      const code = refusals.shift();
      if (code === "EBUSY") throw Object.assign(new Error(code), { code });
      if (code) return Promise.reject(Object.assign(new Error(code), { code }));
      taken.push(frames.join(""));
      return Promise.resolve();
    },
  };
}

describe("createSender", () => {
  it("keeps order and loses nothing while the socket refuses", async () => {
    const socket = createSocket([undefined, "EBUSY", "EBUSY", "EAGAIN", undefined, "EAGAIN"]);
    const sender = createSender(socket);
    const told: number[] = [];
    for (let i = 0; i < 5; i++) sender.send([Buffer.from(String(i))], () => told.push(i));
    assert.ok(sender.pending > 0);
    await sender.drained();
    assert.deepEqual(socket.taken, ["0", "1", "2", "3", "4"]);
    assert.deepEqual(told, [0, 1, 2, 3, 4]);
    assert.equal(sender.pending, 0);
  });

  it("tells of what cannot be sent and goes on", async () => {
    const socket = createSocket([undefined, "EHOSTUNREACH"]);
    const errors: unknown[] = [];
    const sender = createSender(socket, (error) => errors.push((error as { code: string }).code));
    for (const text of ["a", "b", "c"]) sender.send([Buffer.from(text)]);
    await sender.drained();
    assert.deepEqual(socket.taken, ["a", "c"]);
    assert.deepEqual(errors, ["EHOSTUNREACH"]);
  });
});
