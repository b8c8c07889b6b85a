import assert from "node:assert/strict";
import fc from "fast-check";
import { jsonProtocol, v1Protocol } from "#environment/server/websocket/protocol.js";
import { signMessage, type SignedFrames } from "#environment/wire/frames.js";

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
    it("takes only what can be sent on and read by its shape, whatever the parts hold", () => {
      const part = fc.oneof(fc.jsonValue(), fc.constant(header), fc.constant(undefined));
      const field = fc.oneof(fc.string(), fc.jsonValue());
      const parts = fc.tuple(
        fc.oneof(part, fc.record({ msg_id: field, msg_type: field, session: field, date: field })),
        part,
        part,
        part,
      );
      let taken = 0;
      fc.assert(
        fc.property(parts, (values) => {
          const frames = toFrames({}, []);
          frames.parts = values.map((value) =>
            Buffer.from(JSON.stringify(value) ?? "null"),
          ) as SignedFrames["parts"];
          let message;
          try {
            // By hand: what encodes for clients relies on the header.
            message =
              protocol === v1Protocol
                ? carry(frames)
                : jsonProtocol.decode(
                    Buffer.from(
                      `{"header":${frames.parts[0]},"parent_header":${frames.parts[1]},"content":${frames.parts[3]}}`,
                    ),
                    false,
                  );
          } catch (error) {
            assert.ok(error instanceof Error && !(error instanceof TypeError), String(error));
            return;
          }
          taken++;
          assert.ok(signMessage(message, "key").length >= 6);
          for (const one of [message.header, message.parent_header, message.metadata, message.content])
            assert.ok(typeof one === "object" && one !== null && !Array.isArray(one));
          assert.equal(typeof (message.header.session ?? ""), "string");
        }),
        { numRuns: 300, examples: [[[header, null, {}, { a: 1 }] as any]] },
      );
      assert.ok(taken > 0);
    });
    it("refuses what nests so deep that sending it on would fail", () => {
      const frames = toFrames({}, []);
      frames.parts[3] = Buffer.from(`{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`);
      assert.throws(() => carry(frames), /nests deeper/);
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
