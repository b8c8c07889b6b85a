import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startProgramsUncovered } from "../../uncovered.js";
import { type Channel, openChannel, startKernel, textOf } from "../support/channel.js";
import { type DistantLab, openDistantLab, openLab, patienceMs, until } from "../support/harness.js";

const megabyte = 2 ** 20;
const pieces = 200 * 4;
/** What the server may use more than before, whatever the kernel prints. */
const allowedBytes = 130 * megabyte;

describe("200 MB of output", function () {
  this.timeout(patienceMs);
  startProgramsUncovered();
  let lab: DistantLab;
  let id: string;
  let before: number;
  let progressFile: string;

  async function open(outputLimitBytes?: number): Promise<Channel> {
    lab = await openDistantLab({ outputLimitBytes });
    id = await startKernel(lab);
    const channel = await openChannel(lab, id, "one");
    await channel.run("count");
    before = (await lab.measure()).peakBytes;
    progressFile = join(lab.temporary, "progress");
    return channel;
  }
  afterEach(() => lab.close());
  const requireBounded = async () => {
    const used = (await lab.measure()).peakBytes - before;
    assert.ok(used < allowedBytes, `the server took ${Math.round(used / megabyte)} MB more`);
  };
  /** How many pieces the kernel got rid of when it makes no more progress. */
  async function untilStalled(): Promise<number> {
    let [last, since] = [-1, Date.now()];
    return await until("the kernel to stall", () => {
      const text = (() => {
        try {
          return readFileSync(progressFile, "utf8");
        } catch {
          return "";
        }
      })();
      if (text !== "" && Number(text) !== last) [last, since] = [Number(text), Date.now()];
      return last === pieces || (last > 0 && Date.now() - since > 2000) ? last : undefined;
    });
  }

  it("wait in the kernel while the page reads nothing, and arrive in full when it does", async () => {
    const channel = await open(1e12);
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
  it("are not kept in full while no page is connected", async () => {
    const channel = await open(1e12);
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
    const channel = await open();
    const messages = await channel.run("megabytes 200");
    const texts = messages.filter(({ header }) => header.msg_type === "stream");
    assert.match(String(texts.at(-1)?.content.text), /printed more than 16 MB; the rest is not shown/);
    const bytes = texts.reduce((sum, { content }) => sum + String(content.text).length, 0);
    assert.ok(bytes > 15 * megabyte && bytes < 17 * megabyte, `${bytes} bytes`);
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
