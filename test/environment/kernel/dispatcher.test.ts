import assert from "node:assert/strict";
import fc from "fast-check";
import { createDispatcher, type Replies } from "#environment/kernel/dispatcher.js";
import type { KernelRequest } from "#environment/kernel/link-messages.js";
import { createComms } from "#environment/kernel/requests/comms.js";
import { createHistory, fitsPattern } from "#environment/kernel/requests/history.js";
import { createSections } from "#environment/kernel/sections.js";
import { createSharedState } from "#environment/kernel/shared-state.js";

type Content = Record<string, unknown>;

/** A dispatcher whose tasks run when told, and what it sent. */
function createBench() {
  const state = createSharedState();
  const sections = createSections(state);
  const waiting: (() => void)[] = [];
  const tasks = { runSoon: (task: () => void) => void waiting.push(task), runAll() {} };
  const replies: { type: string; content: Content }[] = [];
  const states: string[] = [];
  const out: Replies = {
    reply: ({ header }, content) => {
      JSON.stringify(content);
      replies.push({ type: header.msg_type, content });
    },
    state: (execution_state) => states.push(execution_state),
    running() {},
  };
  const history = createHistory();
  history.add(1, "aaaa");
  const comms = createComms(() => {});
  comms.onComm("echo", (comm) => comm.onMessage(() => {}));
  const handlers = {
    history_request: (content: Content) => history.find(content),
    comm_info_request: (content: Content) => comms.describe(content.target_name),
    failing_request: (content: Content) => ({ text: (content.code as string).trim() }),
  };
  const dispatcher = createDispatcher(
    handlers,
    ({ content }, onEnd) => {
      if (content.code === "break") throw new Error("can't begin");
      onEnd({ status: "ok" });
    },
    comms,
    out,
    { state, sections, tasks },
  );
  let number = 0;
  return {
    replies,
    states,
    send(msg_type: string, content: Content) {
      const header = {
        msg_id: String(++number),
        session: "s",
        username: "",
        date: "",
        msg_type,
        version: "5.3",
      };
      const request: KernelRequest = {
        channel: "shell",
        identities: [],
        header,
        metadata: {},
        content,
        buffers: [],
        number: msg_type === "execute_request" ? number : 0,
      };
      sections.runAsKernel(() => dispatcher.receive(request));
      for (let task = waiting.shift(); task; task = waiting.shift()) sections.runAsKernel(task);
    },
  };
}

describe("the dispatcher", () => {
  const types = [
    "execute_request",
    "history_request",
    "comm_info_request",
    "failing_request",
    "comm_open",
    "comm_msg",
    "comm_close",
    "constructor",
    "toString",
    "__proto__",
    "hasOwnProperty",
    "toString_request",
    "",
  ];
  const content = fc.dictionary(
    fc.constantFrom("code", "comm_id", "target_name", "data", "pattern", "n", "start", "hist_access_type"),
    fc.oneof(fc.jsonValue(), fc.constantFrom("break", "echo", "search", "*a*a*b", { toString: 1 })),
  );

  it("answers every request once and ends each busy with an idle, whatever is asked", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...types), content), { maxLength: 12 }), (sent) => {
        const bench = createBench();
        for (const [type, each] of sent) bench.send(type, each);
        bench.send("execute_request", { code: "1" });
        const asked = [...sent.map(([type]) => type), "execute_request"].filter((type) =>
          type.endsWith("_request"),
        );
        assert.deepEqual(
          bench.replies.map(({ type }) => type),
          asked,
        );
        const count = (state: string) => bench.states.filter((each) => each === state).length;
        assert.equal(count("busy"), count("idle"));
      }),
      { numRuns: 300 },
    );
  });

  it("does not take names of every object for requests that it knows", () => {
    const bench = createBench();
    for (const type of ["constructor", "toString", "valueOf", "__proto__"]) bench.send(type, {});
    assert.equal(bench.replies.length, 0);
    bench.send("toString_request", {});
    assert.equal(bench.replies[0].content.ename, "UnknownRequest");
  });

  it("goes on behind a cell that could not begin", () => {
    const bench = createBench();
    bench.send("execute_request", { code: "break" });
    bench.send("execute_request", { code: "1", stop_on_error: false });
    assert.deepEqual(
      bench.replies.map(({ content: { status } }) => status),
      ["error", "ok"],
    );
  });
});

describe("patterns of a search in the history", () => {
  it("fit as a regular expression would", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ab\n]{0,8}$/), fc.stringMatching(/^[ab*?]{0,6}$/), (text, pattern) => {
        const expression = new RegExp(`^${pattern.replaceAll("*", "[^]*").replaceAll("?", "[^]")}$`);
        assert.equal(fitsPattern(text, pattern), expression.test(text));
      }),
      { numRuns: 2000 },
    );
  });

  it("don't take for ever", () => {
    assert.equal(fitsPattern("a".repeat(50_000), `${"*a".repeat(25)}*b`), false);
  });
});
