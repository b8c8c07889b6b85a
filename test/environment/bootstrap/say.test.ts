import assert from "node:assert/strict";
import { importBootstrap } from "./fake-project.js";

function makeStream(isTTY: boolean) {
  const stream = { isTTY, columns: 40, text: "", write: (text: string) => void (stream.text += text) };
  return stream;
}

describe("createTeller", () => {
  it("tells start and end of a task on a line each where there is no terminal", async () => {
    const { createTeller } = await importBootstrap("say.mjs");
    const stream = makeStream(false);
    const teller = createTeller(stream);
    const task = teller.begin("Installing");
    teller.say("a word between");
    task.end("Installed");
    assert.match(stream.text, /^Installing \.\.\.\na word between\nInstalled \(0\.\d s\)\n$/);
  });

  it("keeps one line up to date on a terminal and never writes past its width", async () => {
    const { createTeller } = await importBootstrap("say.mjs");
    const stream = makeStream(true);
    const teller = createTeller(stream);
    const task = teller.begin("A task with a name that is longer than the terminal is wide");
    task.update("half");
    teller.say("a word between");
    task.end("Done");
    const drawn = stream.text.split("\r\u001b[2K");
    assert.equal(drawn[1].length, 39);
    assert.equal(drawn[2], "a word between\n");
    assert.equal(drawn[3].length, 39, "the task is drawn again below");
    assert.match(drawn[4], /^Done \(0\.\d s\)\n$/);
  });

  it("writes seconds with one decimal below ten", async () => {
    const { formatSeconds } = await importBootstrap("say.mjs");
    assert.deepEqual([49, 9900, 9960, 61_400].map(formatSeconds), ["0.0 s", "9.9 s", "10 s", "61 s"]);
  });
});
