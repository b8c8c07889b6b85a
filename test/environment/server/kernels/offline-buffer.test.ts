import assert from "node:assert/strict";
import { toFrames } from "#environment/server/kernels/frames.js";
import { createOfflineBuffer } from "#environment/server/kernels/offline-buffer.js";
import { createOutputLimit } from "#environment/server/kernels/output-limit.js";
import { parseFrames, type SignedFrames } from "#environment/wire/frames.js";
import { createMessage } from "#environment/wire/message.js";

const parent = { msg_id: "cell", session: "s" };
const frames = (type: string, content: Record<string, unknown>, from: object = parent) =>
  toFrames(createMessage(type, "k", content, from));
const stream = (text: string, from?: object) => frames("stream", { name: "stdout", text }, from);
const update = (id: string, text: string) =>
  frames("update_display_data", {
    data: { "text/plain": text },
    metadata: {},
    transient: { display_id: id },
  });
const contents = (deliveries: { frames: SignedFrames }[]) =>
  deliveries.map((delivery) => parseFrames(delivery.frames).content);

describe("createOfflineBuffer", () => {
  it("keeps everything in order, with its channel", () => {
    const buffer = createOfflineBuffer();
    buffer.add("iopub", stream("a"));
    buffer.add("shell", frames("execute_reply", { status: "ok" }));
    buffer.add("iopub", frames("status", { execution_state: "idle" }));
    const taken = buffer.take();
    assert.deepEqual(
      taken.map(({ channel }) => channel),
      ["iopub", "shell", "iopub"],
    );
    assert.deepEqual(contents(taken)[0], { name: "stdout", text: "a" });
    assert.deepEqual(buffer.take(), []);
  });
  it("keeps of many updates of a display the last only", () => {
    const buffer = createOfflineBuffer();
    for (let i = 0; i < 1000; i++) {
      buffer.add("iopub", update("a", `a${i}`));
      buffer.add("iopub", update("b", `b${i}`));
    }
    const texts = contents(buffer.take()).map(
      (content) => (content.data as Record<string, string>)["text/plain"],
    );
    assert.deepEqual(texts, ["a999", "b999"]);
  });
  it("leaves output out beyond its bound and says how much, in front of the state that ends the cell", () => {
    const buffer = createOfflineBuffer(10_000);
    for (let i = 0; i < 100; i++) buffer.add("iopub", stream("x".repeat(1000)));
    buffer.add("shell", frames("execute_reply", { status: "ok" }));
    buffer.add("iopub", frames("status", { execution_state: "idle" }));
    const taken = buffer.take();
    const types = taken.map((delivery) => parseFrames(delivery.frames).header.msg_type);
    assert.deepEqual(types.slice(-3), ["execute_reply", "stream", "status"]);
    assert.match(
      String(contents(taken).at(-2)?.text),
      /^\n\[9\d outputs \(0\.1 MB\) came while no page was connected/,
    );
    assert.deepEqual(parseFrames(taken.at(-2)?.frames as SignedFrames).parent_header, parent);
    const bytes = taken
      .flatMap((delivery) => delivery.frames.parts)
      .reduce((sum, part) => sum + part.length, 0);
    assert.ok(bytes < 12_000, `${bytes} bytes are kept`);
  });
  it("stays bounded whatever comes", () => {
    const buffer = createOfflineBuffer(10_000);
    for (let i = 0; i < 1000; i++)
      buffer.add("shell", frames("complete_reply", { matches: ["x".repeat(1000)] }));
    assert.ok(buffer.take().length < 20);
  });
});

describe("createOutputLimit", () => {
  const run = (limit: ReturnType<typeof createOutputLimit>, one: SignedFrames) => {
    const { header, parent_header } = parseFrames(one);
    return limit(one, header, parent_header);
  };
  it("passes text up to the bound, then says once that it is cut", () => {
    const limit = createOutputLimit(2 ** 20);
    const passed = Array.from({ length: 40 }, () => run(limit, stream("x".repeat(2 ** 15)))).filter(
      (one) => one !== undefined,
    );
    assert.equal(passed.length, 32, "31 pieces and the notice");
    const notice = parseFrames(passed[31]);
    assert.match(String(notice.content.text), /printed more than 1 MB; the rest is not shown/);
    assert.deepEqual([notice.content.name, notice.parent_header], ["stderr", parent]);
  });
  it("counts each cell by itself and only what is printed", () => {
    const limit = createOutputLimit(1000);
    const figure = frames("display_data", { data: { "image/png": "x".repeat(5000) }, metadata: {} });
    for (let i = 0; i < 5; i++) assert.equal(run(limit, figure), figure);
    for (let i = 0; i < 500; i++) assert.ok(run(limit, stream("x".repeat(600), { msg_id: `cell${i}` })));
    const loose = stream("x".repeat(5000), {});
    assert.equal(run(limit, loose), loose);
  });
});
