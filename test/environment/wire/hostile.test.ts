import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { parseFrames, signMessage, verifyFrames } from "#environment/wire/frames.js";
import { createMessage } from "#environment/wire/message.js";
import { createVerifier } from "#environment/wire/replays.js";

/** Frames with a right signature around any four parts. */
function sign(parts: readonly string[], key = "key"): Buffer[] {
  const bytes = parts.map((part) => Buffer.from(part));
  const mac = createHmac("sha256", key);
  for (const part of bytes) mac.update(part);
  return [Buffer.from("<IDS|MSG>"), Buffer.from(mac.digest("hex")), ...bytes];
}

const part = fc.oneof(fc.json(), fc.constantFrom("null", "[]", "3", '"text"', "{", ""));

describe("messages of someone who has the key", () => {
  it("are a message of the right shape or a SyntaxError, whatever their parts hold", () => {
    fc.assert(
      fc.property(fc.tuple(part, part, part, part), (parts) => {
        const frames = verifyFrames(sign(parts), "key");
        assert.ok(frames);
        try {
          parseFrames(frames);
          assert.fail("a random header was taken");
        } catch (error) {
          assert.ok(error instanceof SyntaxError, String(error));
        }
      }),
    );
  });

  it("have objects for parent, metadata and content, and headers that can be sent back", () => {
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const header = `{"msg_type":"a_request","msg_id":"1","session":"s","deep":${deep},"subshell_id":"x"}`;
    fc.assert(
      fc.property(fc.tuple(part, part, part), (rest) => {
        const isJson = rest.every((text) => {
          try {
            JSON.parse(text);
            return true;
          } catch {
            return false;
          }
        });
        if (!isJson) return;
        const message = parseFrames(verifyFrames(sign([header, ...rest]), "key")!);
        for (const each of [message.parent_header, message.metadata, message.content])
          assert.ok(typeof each === "object" && each !== null && !Array.isArray(each));
        assert.equal(
          JSON.stringify(message.header),
          '{"msg_type":"a_request","msg_id":"1","session":"s","subshell_id":"x"}',
        );
      }),
      { numRuns: 30 },
    );
  });

  for (const header of [
    "null",
    "[]",
    '"text"',
    "{}",
    '{"msg_type":null,"msg_id":"1","session":"s"}',
    '{"msg_type":"a","msg_id":{"toString":1},"session":"s"}',
  ]) {
    it(`are refused with the header ${header}`, () => {
      const frames = verifyFrames(sign([header, "{}", "{}", "{}"]), "key");
      assert.throws(() => parseFrames(frames!), SyntaxError);
    });
  }
});

describe("a message that is sent again", () => {
  it("is heard once, also from another client", () => {
    const verify = createVerifier("key");
    const message = createMessage("execute_request", "s", { code: "count++" });
    assert.ok(verify(signMessage(message, "key", [Buffer.from("first")])));
    assert.equal(verify(signMessage(message, "key", [Buffer.from("second")])), undefined);
    assert.ok(verify(signMessage(createMessage("execute_request", "s", { code: "count++" }), "key")));
  });

  it("is not remembered for ever, nor where it was refused or nothing is signed", () => {
    const verify = createVerifier("key", 2);
    const frames = ["a", "b", "c"].map((type) => signMessage(createMessage(type, "s", {}), "key"));
    assert.ok(frames.every((each) => verify(each)));
    assert.ok(verify(frames[0]));
    assert.equal(verify(frames[2]), undefined);
    assert.equal(verify(signMessage(createMessage("d", "s", {}), "other")), undefined);
    const unsigned = createVerifier("");
    const plain = signMessage(createMessage("e", "s", {}), "");
    assert.ok(unsigned(plain) && unsigned(plain));
  });
});
