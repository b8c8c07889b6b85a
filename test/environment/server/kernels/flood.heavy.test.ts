import assert from "node:assert/strict";
import { once } from "node:events";
import { openChannel, textOf } from "../support/channel.js";
import { megabyte, pieces, useFlood } from "./flood.js";

describe("200 MB of output that no page takes in full", function () {
  const open = useFlood(this);

  it("are not kept in full while no page is connected", async () => {
    const { lab, id, channel, progressFile, requireBounded, untilStalled } = await open(1e12);
    channel.send("execute_request", { code: `megabytes 200 ${progressFile}` });
    await channel.next(
      (m) =>
        m.content.execution_state === "busy" &&
        m.parent_header.msg_type === "execute_request" &&
        m !== channel.heard[0],
    );
    channel.socket.terminate();
    await once(channel.socket, "close");
    assert.equal(await untilStalled(), pieces, "the cell is not held up");
    await requireBounded();
    const back = await openChannel(lab, id, "one");
    const notice = await back.next((m) =>
      /outputs \(\d+\.\d MB\) came while no page was connected/.test(String(m.content.text)),
    );
    assert.equal(notice.content.name, "stderr");
    await back.next((m) => m.header.msg_type === "execute_reply");
    assert.equal(textOf(await back.run("count")), "2");
  });
  it("are cut for the page, which is told so", async () => {
    const { channel, requireBounded } = await open();
    const messages = await channel.run("megabytes 200");
    const texts = messages.filter(({ header }) => header.msg_type === "stream");
    assert.match(String(texts.at(-1)?.content.text), /printed more than 16 MB; the rest is not shown/);
    const bytes = texts.reduce((sum, { content }) => sum + String(content.text).length, 0);
    assert.ok(bytes > 15 * megabyte && bytes < 17 * megabyte, `${bytes} bytes`);
    await requireBounded();
  });
});
