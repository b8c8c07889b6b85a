import assert from "node:assert/strict";
import { startProgramsUncovered } from "../../uncovered.js";
import { openChannel, startKernel } from "../support/channel.js";
import { openLab, patienceMs } from "../support/harness.js";
import { megabyte, pieces, useFlood } from "./flood.js";

describe("200 MB of output", function () {
  const open = useFlood(this);

  it("wait in the kernel while the page reads nothing, and arrive in full when it does", async () => {
    const { lab, channel, progressFile, requireBounded, untilStalled } = await open(1e12);
    channel.socket.pause();
    const cell = channel.run(`megabytes 200 ${progressFile}`);
    const sent = await untilStalled();
    assert.ok(sent < pieces / 2, `${sent} of ${pieces} pieces left the kernel though nobody reads`);
    assert.equal((await lab.ask("GET", "/api/status")).status, 200, "the server answers others meanwhile");
    channel.socket.resume();
    const texts = (await cell)
      .filter(({ header }) => header.msg_type === "stream")
      .map(({ content }) => String(content.text));
    assert.equal(texts.length, pieces);
    assert.ok(texts.every((text, i) => text.length === megabyte / 4 && Number(text.slice(0, 8)) === i));
    await requireBounded();
  });
});

describe("a page that takes nothing any more", function () {
  this.timeout(patienceMs);
  startProgramsUncovered();
  it("is cut off, so that the others go on", async () => {
    const lab = await openLab({
      outputLimitBytes: 1e12,
      clientLimits: { highBytes: megabyte, lowBytes: megabyte / 2, stallMs: 300 },
    });
    const id = await startKernel(lab);
    const [stuck, other] = [await openChannel(lab, id, "stuck"), await openChannel(lab, id, "other")];
    stuck.socket.pause();
    const messages = await other.run("megabytes 40");
    assert.equal(messages.filter(({ header }) => header.msg_type === "stream").length, 160);
    assert.equal((await lab.ask("GET", `/api/kernels/${id}`)).json.connections, 1);
    stuck.socket.terminate();
    await lab.close();
  });
});
