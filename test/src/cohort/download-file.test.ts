import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { downloadFile, LabError } from "tumorlab";
import type { DownloadOptions } from "tumorlab";
import { makeContent, serve, sha256Of, startFileServer } from "./file-server.js";
import type { Answer, FileServer } from "./file-server.js";

const content = makeContent(400_000);
const sha256 = sha256Of(content);
const other = makeContent(400_000, "b");

describe("downloadFile", function () {
  this.timeout(60_000);
  let folder: string;
  let file: string;
  let server: FileServer;
  const quick: DownloadOptions = { waitMs: 1, stallMs: 20_000 };

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "tumorlab-download-"));
    file = path.join(folder, "set.tar");
    server = await startFileServer(serve(content));
  });
  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const assertWhole = (expected = content): void => {
    assert.ok(readFileSync(file).equals(expected));
    assert.deepEqual(readdirSync(folder), ["set.tar"]);
  };
  const assertNothing = (): void => assert.deepEqual(readdirSync(folder), []);
  /** Serves up to byte `until` and drops the connection when that is on disk. */
  const dropAt = (until: number, from = content): Answer =>
    serve(from, {
      until,
      arrived: () => existsSync(`${file}.partial`) && statSync(`${file}.partial`).size >= until,
    });
  /** Breaks a download off after `bytes`. */
  const leavePartial = async (bytes: number, hash: string | null = sha256): Promise<void> => {
    server.answers.push(dropAt(bytes));
    await assert.rejects(
      downloadFile({ url: server.url, path: file, sha256: hash }, { ...quick, attempts: 1 }),
      LabError,
    );
    assert.equal(statSync(`${file}.partial`).size, bytes);
    server.asked.length = 0;
  };

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

  const runChild = (prefix: string): ReturnType<typeof spawn> => {
    const code = `require("tumorlab").downloadFile(${JSON.stringify({ url: server.url, path: file, sha256 })}, { waitMs: 1 })
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
