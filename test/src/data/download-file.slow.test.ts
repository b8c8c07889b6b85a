import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { LabError } from "tumorlab/internal/core/errors";
import { downloadFile } from "tumorlab/internal/data/download-file";
import { content, other, quick, setDownloadScene, sha256 } from "./download-scene.js";
import { makeContent, serve, sha256Of } from "./file-server.js";
import type { Answer, FileServer } from "./file-server.js";

describe("downloadFile", function () {
  this.timeout(60_000);
  const scene = setDownloadScene();
  const { assertWhole, assertNothing } = scene;
  let folder: string;
  let file: string;
  let server: FileServer;
  beforeEach(() => ({ folder, file, server } = scene));

  it("fetches a file whole, into folders that it makes, and tells how far it is", async () => {
    const deep = path.join(folder, "a", "b", "set.tar");
    const done: number[] = [];
    const result = await downloadFile(
      { url: server.url, path: deep, sha256, bytes: content.length },
      { progress: (update) => done.push(update.done) },
    );
    assert.deepEqual(result, { path: deep, bytes: content.length, sha256, verified: true, wasThere: false });
    assert.ok(readFileSync(deep).equals(content));
    assert.deepEqual(
      done,
      [...done].sort((a, b) => a - b),
    );
    assert.equal(done.at(-1), content.length);
  });

  it("tells the hash of a file whose hash nobody knew, and that it is not verified", async () => {
    const result = await downloadFile({ url: server.url, path: file });
    assert.deepEqual([result.sha256, result.verified], [sha256, false]);
    assertWhole();
  });

  it("follows redirects, and not for ever or to another protocol", async () => {
    server.answers.push((_, response) => response.writeHead(302, { location: "/elsewhere" }).end());
    await downloadFile({ url: server.url, path: file, sha256 }, quick);
    assertWhole();
    rmSync(file);
    server.always = (_, response) => response.writeHead(307, { location: server.url }).end();
    const once = { ...quick, attempts: 1 };
    await assert.rejects(
      downloadFile({ url: server.url, path: file, sha256 }, once),
      /more than 20 redirects/,
    );
    server.always = (_, response) => response.writeHead(301, { location: "ftp://127.0.0.1/x" }).end();
    await assert.rejects(downloadFile({ url: server.url, path: file, sha256 }, once), /ftp: is not http/);
    assertNothing();
  });

  it("takes an answer in chunks, and tells one that broke off", async () => {
    server.answers.push((_, response) => {
      response.writeHead(200, {});
      response.write(content.subarray(0, 1000), () => response.destroy());
    });
    server.always = (_, response) => void response.writeHead(200, {}).end(content);
    await downloadFile({ url: server.url, path: file }, quick);
    assertWhole();
    assert.equal(server.asked.length, 2);
  });

  describe("a file that is there", () => {
    it("is kept where it is the right one, without a request", async () => {
      writeFileSync(file, content);
      const result = await downloadFile({ url: server.url, path: file, sha256, bytes: content.length });
      assert.deepEqual([result.wasThere, result.verified], [true, true]);
      assert.equal(server.asked.length, 0);
    });

    it("is left alone and refused where it is another", async () => {
      writeFileSync(file, other);
      await assert.rejects(downloadFile({ url: server.url, path: file, sha256 }), /Move it away/);
      await assert.rejects(
        downloadFile({ url: server.url, path: file, bytes: 3 }),
        /expected the file of 3 bytes/,
      );
      assert.ok(readFileSync(file).equals(other));
      rmSync(file);
      mkdirSync(file);
      await assert.rejects(downloadFile({ url: server.url, path: file }), /expected a file or nothing/);
      assert.equal(server.asked.length, 0);
    });
  });

  it("refuses a second download of the same file while one is under way, and ends the first", async () => {
    server.answers.push(serve(content, { until: 100_000, stall: true }));
    const controller = new AbortController();
    const first = downloadFile(
      { url: server.url, path: file, sha256 },
      { ...quick, signal: controller.signal },
    );
    const ended = assert.rejects(first, /enough/);
    while (!existsSync(`${file}.partial`) || statSync(`${file}.partial`).size < 100_000) await wait(5);
    await assert.rejects(
      downloadFile({ url: server.url, path: file, sha256 }, quick),
      (error) => error instanceof LabError && error.found.includes(`under way in process ${process.pid}`),
    );
    assert.equal(statSync(`${file}.partial`).size, 100_000);
    controller.abort(new Error("enough"));
    await ended;
    await downloadFile({ url: server.url, path: file, sha256 }, quick);
    assertWhole();
  });

  it("takes over the lock of a process that is no more, or of none", async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    await once(child, "exit");
    for (const mark of [`${child.pid} 0 0\n`, "", "nonsense"]) {
      writeFileSync(`${file}.partial.lock`, mark);
      await downloadFile({ url: server.url, path: file, sha256 }, quick);
      assertWhole();
      rmSync(file);
    }
  });

  it("says where it cannot write", async () => {
    writeFileSync(path.join(folder, "plain"), "");
    await assert.rejects(
      downloadFile({ url: server.url, path: path.join(folder, "plain", "set.tar") }),
      (error) => error instanceof LabError && /a place that can be written/.test(error.message),
    );
  });

  it("ends with the right file or with an error and none, whatever servers do", async () => {
    const small = makeContent(20_000);
    const hash = sha256Of(small);
    const fault = fc.oneof(
      fc.nat(small.length - 1).map((until): Answer => serve(small, { until })),
      fc.nat(small.length - 1).map((at): Answer => {
        const changed = Buffer.from(small);
        changed[at] ^= 255;
        return serve(changed);
      }),
      fc.nat(small.length - 1).map(
        (from): Answer =>
          (_, response, start) =>
            void response
              .writeHead(206, {
                "content-range": `bytes ${start}-${start + small.length - from - 1}/${small.length}`,
              })
              .end(small.subarray(from)),
      ),
      fc.constantFrom(200, 206, 404, 416, 500).map(
        (status): Answer =>
          (_, response) =>
            void response.writeHead(status, { "content-length": 5 }).end("other"),
      ),
      fc.constant<Answer>((_, response) => response.destroy()),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 6 }), async (faults) => {
        rmSync(file, { force: true });
        server.answers = [...faults];
        server.always = serve(small);
        const outcome = await downloadFile(
          { url: server.url, path: file, sha256: hash, bytes: small.length },
          { waitMs: 0, attempts: 3 },
        ).catch((error: unknown) => error);
        if (outcome instanceof Error) {
          assert.ok(outcome instanceof LabError, String(outcome));
          assert.ok(!existsSync(file));
        } else assert.ok(readFileSync(file).equals(small));
      }),
      { numRuns: 80, seed: 7 },
    );
  });
});
