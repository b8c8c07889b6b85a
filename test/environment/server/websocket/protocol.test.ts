import assert from "node:assert/strict";
import fc from "fast-check";
import { jsonProtocol, v1Protocol } from "#environment/server/websocket/protocol.js";
import type { SignedFrames } from "#environment/wire/message.js";

const header = { msg_id: "1", msg_type: "x", session: "s", username: "u", date: "d", version: "5.3" };
const toFrames = (content: unknown, buffers: Uint8Array[]): SignedFrames => ({
  identities: [],
  parts: [header, { msg_id: "0" }, { m: 1 }, content].map((part) =>
    Buffer.from(JSON.stringify(part)),
  ) as SignedFrames["parts"],
  buffers: buffers.map((buffer) => Buffer.from(buffer)),
});

for (const protocol of [v1Protocol, jsonProtocol])
  describe(`the ${protocol.name || "JSON"} protocol`, () => {
    const carry = (frames: SignedFrames) => {
      const data = protocol.encode("shell", frames);
      return protocol.decode(Buffer.from(data), typeof data !== "string");
    };

    it("carries every content and every buffer there and back", () => {
      fc.assert(
        fc.property(
          fc.dictionary(fc.string(), fc.jsonValue()),
          fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 4 }),
          (content, buffers) => {
            const plain = JSON.parse(JSON.stringify(content)) as unknown;
            const message = carry(toFrames(plain, buffers));
            assert.deepEqual(message.content, plain);
            assert.deepEqual(
              [message.channel, message.header, message.parent_header, message.metadata],
              ["shell", header, { msg_id: "0" }, { m: 1 }],
            );
            assert.deepEqual(
              message.buffers.map((buffer) => [...buffer]),
              buffers.map((buffer) => [...buffer]),
            );
          },
        ),
      );
    });
    it("refuses whatever else comes, without harm", () => {
      const valid = Buffer.from(protocol.encode("shell", toFrames({ a: 1 }, [new Uint8Array(9)])));
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 80 }),
          fc.nat(valid.length),
          fc.boolean(),
          (noise, cut, isBinary) => {
            for (const data of [
              Buffer.from(noise),
              valid.subarray(0, cut),
              Buffer.concat([Buffer.from(noise), valid]),
            ])
              try {
                const message = protocol.decode(data, isBinary);
                assert.equal(typeof message.header.msg_id, "string");
              } catch (error) {
                assert.ok(error instanceof Error);
              }
          },
        ),
        { numRuns: 500 },
      );
      const huge = Buffer.alloc(64, 255);
      for (const isBinary of [true, false]) assert.throws(() => protocol.decode(huge, isBinary), Error);
    });
    it("refuses messages without an id or a type", () => {
      const frames = toFrames({}, []);
      frames.parts[0] = Buffer.from('{"msg_type":"x"}');
      assert.throws(() => carry(frames));
    });
  });

describe("the bytes on the wire", () => {
  const frames: SignedFrames = {
    ...toFrames({}, [Uint8Array.of(7, 8)]),
    parts: ["{}", "{}", "{}", "{}"].map((part) => Buffer.from(part)) as SignedFrames["parts"],
  };

  it("of v1 are offsets of 64 bits, little-endian, the last one the end", () => {
    const data = v1Protocol.encode("iopub", frames) as Buffer;
    const words = Array.from({ length: 8 }, (_, i) => Number(data.readBigUInt64LE(8 * i)));
    assert.deepEqual(words, [7, 64, 69, 71, 73, 75, 77, 79]);
    assert.equal(data.subarray(64).toString("latin1"), "iopub{}{}{}{}\x07\x08");
  });
  it("of the old protocol are offsets of 32 bits, big-endian, when there are buffers", () => {
    frames.parts[0] = Buffer.from('{"msg_id":"1","msg_type":"x"}');
    const data = jsonProtocol.encode("iopub", frames) as Buffer;
    assert.deepEqual([data.readUInt32BE(0), data.readUInt32BE(4)], [2, 12]);
    assert.deepEqual([...data.subarray(data.readUInt32BE(8))], [7, 8]);
    const text = data.subarray(12, data.readUInt32BE(8)).toString();
    assert.equal((JSON.parse(text) as { channel: string }).channel, "iopub");
    assert.equal(typeof jsonProtocol.encode("iopub", { ...frames, buffers: [] }), "string");
  });
});
