import assert from "node:assert/strict";
import { createAudience, type Listener } from "#environment/server/kernels/audience.js";
import { toFrames } from "#environment/server/kernels/frames.js";
import { createHeader, createMessage } from "#environment/wire/message.js";

function listen(session: string): Listener & { heard: string[] } {
  const heard: string[] = [];
  return {
    session,
    heard,
    deliver: (_channel, { parts }) =>
      void heard.push((JSON.parse(parts[3].toString()) as { text: string }).text),
    ready: () => Promise.resolve(),
    close: () => {},
  };
}
const frames = (text: string) => toFrames(createMessage("x_reply", "kernel", { text }));

describe("createAudience", () => {
  it("tells an answer to the one that asked, whatever session its header names", async () => {
    const audience = createAudience();
    const [one, two, nameless] = [listen("one"), listen("two"), listen("")];
    for (const listener of [one, two, nameless]) audience.add(listener);
    const header = createHeader("x_request", "two");
    audience.note(nameless, header);
    await audience.deliver("stdin", frames("question"), header, "input_request");
    await audience.deliver("shell", frames("answer"), header, "x_reply");
    assert.deepEqual([one.heard, two.heard, nameless.heard], [[], [], ["question", "answer"]]);
    await audience.deliver("iopub", frames("all"), header, "status");
    assert.deepEqual([one.heard, two.heard], [["all"], ["all"]]);
    await audience.deliver("shell", frames("nobody asked"), header, "x_reply");
    assert.deepEqual(two.heard, ["all", "nobody asked"], "then the header's session counts");
    await audience.deliver("shell", frames("nameless"), createHeader("x_request", ""), "x_reply");
    assert.ok(!nameless.heard.includes("nameless"), "no session is nobody's session");
  });
  it("tells askers with the same ids apart by their order", async () => {
    const audience = createAudience();
    const [one, two] = [listen(""), listen("")];
    audience.add(one);
    audience.add(two);
    const header = { ...createHeader("x_request", ""), msg_id: "1" };
    audience.note(one, header);
    audience.note(two, header);
    await audience.deliver("shell", frames("first"), header, "x_reply");
    await audience.deliver("shell", frames("second"), header, "x_reply");
    assert.deepEqual([one.heard, two.heard], [["first"], ["second"]]);
  });
  it("keeps what a lost connection asked for, for its session's next one", async () => {
    const audience = createAudience();
    const [before, other, back] = [listen("one"), listen("two"), listen("one")];
    audience.add(before);
    audience.add(other);
    const header = createHeader("x_request", "header's own");
    audience.note(before, header);
    audience.remove(before);
    await audience.deliver("shell", frames("answer"), header, "x_reply");
    audience.add(back);
    assert.deepEqual([before.heard, other.heard, back.heard], [[], [], ["answer"]]);
  });
  it("forgets the oldest of many requests that are never answered", async () => {
    const audience = createAudience();
    const one = listen("");
    audience.add(one);
    const header = createHeader("comm_msg", "");
    for (let i = 0; i < 5000; i++) audience.note(one, i < 200 ? header : { ...header, msg_id: String(i) });
    await audience.deliver("shell", frames("old"), header, "x_reply");
    await audience.deliver("shell", frames("new"), { ...header, msg_id: "4999" }, "x_reply");
    assert.deepEqual(one.heard, ["new"]);
  });
});
