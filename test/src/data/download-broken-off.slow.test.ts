import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { LabError } from "tumorlab/internal/core/errors";
import { downloadFile } from "tumorlab/internal/data/download-file";
import { content, other, quick, setDownloadScene, sha256 } from "./download-scene.js";
import { serve } from "./file-server.js";
import type { FileServer } from "./file-server.js";

describe("downloadFile, broken off", function () {
  this.timeout(60_000);
  const scene = setDownloadScene();
  const { assertWhole, assertNothing, dropAt, leavePartial } = scene;
  let file: string;
  let server: FileServer;
  beforeEach(() => ({ file, server } = scene));

  it("goes on where connections drop, fetching no byte twice", async () => {
    for (const until of [100_000, 100_000, 250_000]) server.answers.push(dropAt(until));
    await downloadFile({ url: server.url, path: file, sha256 }, quick);
    assertWhole();
    assert.deepEqual(
      server.asked.map(({ start }) => start),
      [0, 100_000, 100_000, 250_000],
    );
    assert.deepEqual(server.asked[1].ifRange, '"v1"');
  });

  it("goes on in a later run", async () => {
    await leavePartial(123_456);
    assert.ok(!existsSync(file));
    await downloadFile({ url: server.url, path: file, sha256 }, quick);
    assert.deepEqual(server.asked, [{ start: 123_456, ifRange: '"v1"' }]);
    assertWhole();
  });

  it("gives up after some connections without a byte, and keeps what is there", async () => {
    server.answers.push(dropAt(50_000));
    server.always = (_, response) => response.destroy();
    await assert.rejects(
      downloadFile({ url: server.url, path: file, sha256 }, { ...quick, attempts: 3 }),
      (error) =>
        error instanceof LabError &&
        /50000 bytes are kept in .*set\.tar\.partial: run it again/.test(error.message),
    );
    assert.equal(server.asked.length, 3);
    assert.ok(!existsSync(file));
  });

  it("reconnects where a server stalls, before and after its first byte", async () => {
    server.answers.push(
      () => {},
      serve(content, { until: 70_000, stall: true }),
      serve(content, { until: 70_000, stall: true }),
    );
    await downloadFile({ url: server.url, path: file, sha256 }, { ...quick, stallMs: 400 });
    assertWhole();
    const { start } = server.asked.at(-1)!;
    assert.ok(start > 0 && start <= 70_000, `${start}`);
  });

  it("says that a server stalls", async () => {
    server.always = () => {};
    await assert.rejects(
      downloadFile({ url: server.url, path: file }, { ...quick, stallMs: 50, attempts: 2 }),
      /no byte came for 0\.05 s/,
    );
    assertNothing();
  });

  it("stops when aborted, keeps what is there and goes on later", async () => {
    server.answers.push(serve(content, { until: 90_000, stall: true }));
    const controller = new AbortController();
    const progress = ({ done }: { done: number }): void => {
      if (done === 90_000) controller.abort(new Error("enough"));
    };
    await assert.rejects(
      downloadFile(
        { url: server.url, path: file, sha256 },
        { ...quick, progress, signal: controller.signal },
      ),
      /enough/,
    );
    assert.equal(statSync(`${file}.partial`).size, 90_000);
    await assert.rejects(
      downloadFile({ url: server.url, path: file }, { signal: AbortSignal.abort(new Error("no")) }),
      /no/,
    );
    await downloadFile({ url: server.url, path: file, sha256 }, quick);
    assertWhole();
    assert.equal(server.asked.at(-1)?.start, 90_000);
  });

  it("stops at once when aborted while it waits for the next connection", async () => {
    server.always = (_, response) => response.destroy();
    const controller = new AbortController();
    const download = downloadFile(
      { url: server.url, path: file },
      { waitMs: 600_000, signal: controller.signal },
    );
    while (server.asked.length === 0) await wait(5);
    setTimeout(() => controller.abort(new Error("enough")), 50);
    await assert.rejects(download, /enough/);
    assertNothing();
  });

  it("needs no request where an earlier run was killed just before the last step", async () => {
    writeFileSync(`${file}.partial`, content);
    writeFileSync(
      `${file}.partial.json`,
      JSON.stringify({ url: server.url, validator: '"v1"', totalBytes: content.length }),
    );
    await downloadFile({ url: server.url, path: file, sha256 }, quick);
    assert.equal(server.asked.length, 0);
    assertWhole();
  });

  it("begins anew where it cannot tell what a partial file is of", async () => {
    writeFileSync(`${file}.partial`, other);
    await downloadFile({ url: server.url, path: file }, quick);
    assertWhole();
    rmSync(file);
    writeFileSync(`${file}.partial`, other);
    writeFileSync(`${file}.partial.json`, "{ half");
    await downloadFile({ url: server.url, path: file }, quick);
    assertWhole();
  });

  const runChild = (prefix: string): ReturnType<typeof spawn> => {
    const code = `require("tumorlab/internal/data/download-file").downloadFile(${JSON.stringify({ url: server.url, path: file, sha256 })}, { waitMs: 1 })
      .then(() => console.log("done"), (error) => { console.error(error.message); process.exitCode = 1; });`;
    return spawn("sh", ["-c", `${prefix} exec "$0" -e "$1"`, process.execPath, code], {
      cwd: path.resolve(__dirname, "../../../.."),
      stdio: ["ignore", "pipe", "pipe"],
    });
  };

  it("survives kill -9: the next run goes on, and nothing ever had the name before it was whole", async function () {
    if (process.platform === "win32") this.skip();
    server.answers.push(serve(content, { until: 150_000, stall: true }));
    const child = runChild("");
    while (!existsSync(`${file}.partial`) || statSync(`${file}.partial`).size < 150_000) await wait(20);
    assert.ok(!existsSync(file));
    child.kill("SIGKILL");
    await once(child, "exit");
    assert.ok(!existsSync(file));
    await downloadFile({ url: server.url, path: file, sha256 }, quick);
    assert.equal(server.asked.at(-1)?.start, 150_000);
    assertWhole();
  });

  it("keeps what fitted where the disk takes no more, and goes on when it does", async function () {
    if (process.platform === "win32") this.skip();
    const child = runChild("ulimit -f 256;");
    let err = "";
    child.stderr!.on("data", (chunk) => (err += chunk));
    const [code] = await once(child, "close");
    assert.equal(code, 1, err);
    assert.match(err, /EFBIG.*bytes are kept in .*set\.tar\.partial/);
    assert.ok(!existsSync(file));
    const kept = statSync(`${file}.partial`).size;
    assert.ok(kept > 0 && kept < content.length, `${kept}`);
    server.asked.length = 0;
    await downloadFile({ url: server.url, path: file, sha256 }, quick);
    assert.deepEqual(server.asked, [{ start: kept, ifRange: '"v1"' }]);
    assertWhole();
  });

  it("says that the disk is full", async function () {
    if (!existsSync("/dev/full")) this.skip();
    symlinkSync("/dev/full", `${file}.partial`);
    await assert.rejects(
      downloadFile({ url: server.url, path: file, sha256 }, quick),
      (error) => error instanceof LabError && error.found === '"ENOSPC"' && /Make room/.test(error.advice),
    );
    assert.ok(!existsSync(file));
  });
});
