import assert from "node:assert/strict";
import { toFrames } from "#environment/server/kernels/frames.js";
import { createSubscribers, type Listener } from "#environment/server/kernels/subscribers.js";
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

describe("createSubscribers", () => {
  it("tells an answer to the one that asked, whatever session its header names", async () => {
    const subscribers = createSubscribers();
    const [one, two, nameless] = [listen("one"), listen("two"), listen("")];
    for (const listener of [one, two, nameless]) subscribers.add(listener);
    const header = createHeader("x_request", "two");
    subscribers.note(nameless, header);
    await subscribers.deliver("stdin", frames("question"), header, "input_request");
    await subscribers.deliver("shell", frames("answer"), header, "x_reply");
    assert.deepEqual([one.heard, two.heard, nameless.heard], [[], [], ["question", "answer"]]);
    await subscribers.deliver("iopub", frames("all"), header, "status");
    assert.deepEqual([one.heard, two.heard], [["all"], ["all"]]);
    await subscribers.deliver("shell", frames("nobody asked"), header, "x_reply");
    assert.deepEqual(two.heard, ["all", "nobody asked"], "then the header's session counts");
    await subscribers.deliver("shell", frames("nameless"), createHeader("x_request", ""), "x_reply");
    assert.ok(!nameless.heard.includes("nameless"), "no session is nobody's session");
  });
  it("tells askers with the same ids apart by their order", async () => {
    const subscribers = createSubscribers();
    const [one, two] = [listen(""), listen("")];
    subscribers.add(one);
    subscribers.add(two);
    const header = { ...createHeader("x_request", ""), msg_id: "1" };
    subscribers.note(one, header);
    subscribers.note(two, header);
    await subscribers.deliver("shell", frames("first"), header, "x_reply");
    await subscribers.deliver("shell", frames("second"), header, "x_reply");
    assert.deepEqual([one.heard, two.heard], [["first"], ["second"]]);
  });
  it("keeps what a lost connection asked for, for its session's next one", async () => {
    const subscribers = createSubscribers();
    const [before, other, back] = [listen("one"), listen("two"), listen("one")];
    subscribers.add(before);
    subscribers.add(other);
    const header = createHeader("x_request", "header's own");
    subscribers.note(before, header);
    subscribers.remove(before);
    await subscribers.deliver("shell", frames("answer"), header, "x_reply");
    subscribers.add(back);
    assert.deepEqual([before.heard, other.heard, back.heard], [[], [], ["answer"]]);
  });
  it("forgets the oldest of many requests that are never answered", async () => {
    const subscribers = createSubscribers();
    const one = listen("");
    subscribers.add(one);
    const header = createHeader("comm_msg", "");
    for (let i = 0; i < 5000; i++) subscribers.note(one, i < 200 ? header : { ...header, msg_id: String(i) });
    await subscribers.deliver("shell", frames("old"), header, "x_reply");
    await subscribers.deliver("shell", frames("new"), { ...header, msg_id: "4999" }, "x_reply");
    assert.deepEqual(one.heard, ["new"]);
  });
});
