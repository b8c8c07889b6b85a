import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { LabError } from "tumorlab/internal/core/errors";
import { downloadFile } from "tumorlab/internal/data/download-file";
import { content, other, quick, setDownloadScene, sha256 } from "./download-scene.js";
import { serve, sha256Of } from "./file-server.js";
import type { Answer, FileServer } from "./file-server.js";

describe("downloadFile from servers that lie or change", function () {
  this.timeout(60_000);
  const scene = setDownloadScene();
  const { assertWhole, assertNothing, dropAt, leavePartial } = scene;
  let file: string;
  let server: FileServer;
  beforeEach(() => ({ file, server } = scene));

  describe("a server that lies about ranges", () => {
    it("by sending the beginning as another part", async () => {
      await leavePartial(100_000, null);
      server.answers.push((_, response) => {
        response.writeHead(206, {
          etag: '"v1"',
          "content-range": `bytes 0-${content.length - 1}/${content.length}`,
          "content-length": content.length,
        });
        response.end(content);
      });
      await downloadFile({ url: server.url, path: file }, quick);
      assertWhole();
      assert.equal(server.asked.at(-1)?.start, 0);
    });

    it("by saying nothing of the part it sends", async () => {
      await leavePartial(100_000, null);
      server.answers.push(
        (_, response) => void response.writeHead(206, { "content-length": content.length }).end(content),
      );
      await downloadFile({ url: server.url, path: file }, quick);
      assertWhole();
    });

    it("by sending other bytes than it says, which the hash tells", async () => {
      await leavePartial(100_000);
      server.answers.push((_, response, start) => {
        response.writeHead(206, {
          etag: '"v1"',
          "content-range": `bytes ${start}-${content.length - 1}/${content.length}`,
          "content-length": content.length - start,
        });
        response.end(content.subarray(0, content.length - start));
      });
      await downloadFile({ url: server.url, path: file, sha256 }, quick);
      assertWhole();
      assert.deepEqual(
        server.asked.map(({ start }) => start),
        [100_000, 0],
      );
    });

    it("by ignoring that it was asked for a part", async () => {
      await leavePartial(100_000);
      server.answers.push(
        (_, response) => void response.writeHead(200, { "content-length": content.length }).end(content),
      );
      await downloadFile({ url: server.url, path: file, sha256 }, quick);
      assertWhole();
    });

    it("by denying that there is such a part", async () => {
      await leavePartial(100_000);
      server.answers.push(
        (_, response) => void response.writeHead(416, { "content-range": "bytes */10" }).end(),
      );
      await downloadFile({ url: server.url, path: file, sha256 }, quick);
      assertWhole();
    });

    it("by sending more than it announced", async () => {
      server.answers.push((_, response) => {
        response.writeHead(206, { "content-range": "bytes 0-999/1000", "transfer-encoding": "chunked" });
        response.end(content);
      });
      await downloadFile({ url: server.url, path: file, sha256 }, quick);
      assertWhole();
    });
  });

  describe("a file that changes on the server", () => {
    it("is fetched anew where the server honours If-Range", async () => {
      await leavePartial(100_000, null);
      server.always = serve(other, { etag: '"v2"' });
      await downloadFile({ url: server.url, path: file }, quick);
      assertWhole(other);
    });

    it("is fetched anew where the server honours nothing but tells its version", async () => {
      await leavePartial(100_000, null);
      server.always = (request, response, start) => {
        delete request.headers["if-range"];
        serve(other, { etag: '"v2"' })(request, response, start);
      };
      await downloadFile({ url: server.url, path: file }, quick);
      assertWhole(other);
    });

    it("is fetched anew where neither version nor hash is known", async () => {
      const plain: Answer = (_, response) =>
        void response.writeHead(200, { "content-length": content.length }).end(content);
      server.answers.push((_, response) => {
        response.writeHead(200, { "content-length": content.length });
        response.write(content.subarray(0, 1000), () => response.destroy());
      });
      server.always = plain;
      await downloadFile({ url: server.url, path: file }, quick);
      assertWhole();
      assert.deepEqual(
        server.asked.map(({ start }) => start),
        [0, 0],
      );
    });

    it("of another address is not continued", async () => {
      await leavePartial(100_000);
      await downloadFile({ url: `${server.url}?b`, path: file, sha256 }, quick);
      assert.equal(server.asked[0].start, 0);
      assertWhole();
    });
  });

  it("keeps nothing of a file with one other byte", async () => {
    const changed = Buffer.from(content);
    changed[200_001] ^= 1;
    server.always = serve(changed);
    await assert.rejects(downloadFile({ url: server.url, path: file, sha256 }, quick), (error) => {
      assert.ok(error instanceof LabError);
      assert.equal(error.input, server.url);
      assert.match(error.found, new RegExp(sha256Of(changed)));
      assert.match(error.expected, new RegExp(sha256));
      return true;
    });
    assertNothing();
    assert.equal(server.asked.length, 1);
  });

  it("fetches a file once more in one go when a byte changed over several connections", async () => {
    const changed = Buffer.from(content);
    changed[10] ^= 1;
    server.answers.push(dropAt(100_000, changed));
    await downloadFile({ url: server.url, path: file, sha256 }, quick);
    assertWhole();
    assert.deepEqual(
      server.asked.map(({ start }) => start),
      [0, 100_000, 0],
    );
  });

  it("refuses a file of another size before it fetches it", async () => {
    await assert.rejects(
      downloadFile({ url: server.url, path: file, bytes: 10 }, quick),
      /found "400000 bytes", expected 10 bytes/,
    );
    assertNothing();
  });

  it("refuses what it could not know to be whole", async () => {
    server.always = (_, response) => {
      response.useChunkedEncodingByDefault = false;
      response.removeHeader("transfer-encoding");
      response.writeHead(200, { connection: "close" }).end(content);
    };
    await assert.rejects(downloadFile({ url: server.url, path: file }, quick), /an answer without a length/);
    assertNothing();
    await downloadFile({ url: server.url, path: file, sha256 }, quick);
    assertWhole();
  });

  it("refuses a packed answer", async () => {
    server.always = (_, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end();
    await assert.rejects(
      downloadFile({ url: server.url, path: file, sha256 }, quick),
      /content-encoding gzip/,
    );
  });

  it("waits where the server is busy, and does not ask twice for what is not there", async () => {
    server.answers.push(
      (_, response) => void response.writeHead(503).end("busy"),
      (_, response) => void response.writeHead(429).end(),
    );
    await downloadFile({ url: server.url, path: file, sha256 }, quick);
    assertWhole();
    rmSync(file);
    server.asked.length = 0;
    for (const [status, message] of [
      [404, /HTTP 404 Not Found/],
      [403, /wants to know who asks/],
    ] as const) {
      server.always = (_, response) => void response.writeHead(status).end();
      await assert.rejects(downloadFile({ url: server.url, path: file, sha256 }, quick), message);
    }
    assert.equal(server.asked.length, 2);
    assertNothing();
  });
});
