import assert from "node:assert/strict";
import fc from "fast-check";
import { parseFrames, signMessage, verifyFrames } from "#environment/wire/frames.js";
import { createMessage } from "#environment/wire/message.js";

describe("signed messages", () => {
  it("arrive as they were sent, whatever they hold", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.uint8Array(),
        fc.string(),
        (content, bytes, key) => {
          const plain = JSON.parse(JSON.stringify(content)) as Record<string, unknown>;
          const message = createMessage("any", "session", plain, {}, {}, [bytes]);
          const verified = verifyFrames(signMessage(message, key, [Buffer.from("to")]), key);
          assert.ok(verified);
          const parsed = parseFrames(verified);
          assert.deepEqual(parsed.content, plain);
          assert.deepEqual(parsed.header, message.header);
          assert.ok(Buffer.from(bytes).equals(parsed.buffers[0]));
          assert.equal(String(verified.identities[0]), "to");
        },
      ),
    );
  });

  it("are refused with another key, a changed byte or a missing part", () => {
    const frames = signMessage(createMessage("any", "session", { a: 1 }), "key");
    assert.equal(verifyFrames(frames, "other"), undefined);
    assert.equal(verifyFrames(frames.slice(0, -1), "key"), undefined);
    frames[5] = Buffer.from('{"a":2}');
    assert.equal(verifyFrames(frames, "key"), undefined);
    assert.equal(verifyFrames([], "key"), undefined);
  });
});
