import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import * as page from "tumorlab/internal/platform/browser/files";
import * as machine from "tumorlab/internal/platform/browser/machine";
import { loadPackage, nameScript } from "tumorlab/internal/platform/browser/packages";
import type { FileChange } from "tumorlab/internal/platform/browser/page";
import { runProgram } from "tumorlab/internal/platform/browser/processes";
import { applyChange, listWritten, onChange } from "tumorlab/internal/platform/browser/store";
import { letOthersRun, sleep, startInterval, startTimer } from "tumorlab/internal/platform/browser/wait";
import * as node from "tumorlab/internal/platform/files";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** How a call ends: what it gives, or the code that it fails with. */
async function outcome(work: Promise<unknown>): Promise<unknown> {
  return work.catch(({ code }: node.FileError) => ({ code }));
}

describe("files of a page", () => {
  let onDisk: string;
  const inPage = "/made";
  before(async () => {
    onDisk = mkdtempSync(join(tmpdir(), "tumorlab-files-"));
    await page.mkdir(inPage);
  });
  after(() => rmSync(onDisk, { recursive: true, force: true }));

  it("are made, read, renamed and removed as on a disk, with the same errors", async () => {
    const both = async (work: (files: typeof node, folder: string) => Promise<unknown>): Promise<void> => {
      const expected = await outcome(work(node, onDisk));
      assert.deepEqual(await outcome(work(page as typeof node, inPage)), expected, work.toString());
    };
    await both((files, at) => files.writeFile(`${at}/a.txt`, "one"));
    await both((files, at) => files.appendFile(`${at}/a.txt`, " two"));
    await both((files, at) => files.appendFile(`${at}/new.txt`, "three"));
    await both(async (files, at) => text(await files.readFile(`${at}/a.txt`)));
    await both(async (files, at) => text(files.readFileNow(`${at}/a.txt`)));
    await both((files, at) => files.readFile(`${at}/none`));
    await both((files, at) => files.readFile(at));
    await both((files, at) => files.stat(`${at}/a.txt/inside`));
    await both((files, at) => files.lstat(`${at}/none`));
    await both((files, at) => files.mkdir(`${at}/b/c`));
    await both((files, at) => files.mkdir(`${at}/b/c`, { recursive: true }));
    await both((files, at) => files.mkdir(`${at}/b`));
    await both((files, at) => files.mkdir(`${at}/b`, { recursive: true }));
    await both((files, at) => files.writeFile(`${at}/b`, "a folder"));
    await both((files, at) => files.writeFile(`${at}/none/x`, "nowhere"));
    await both((files, at) => files.writeFile(`${at}/b/c/d`, new Uint8Array([1, 2, 3])));
    await both((files, at) => files.rename(`${at}/b`, `${at}/e`));
    await both(async (files, at) => [...(await files.readFile(`${at}/e/c/d`))]);
    await both((files, at) => files.rename(`${at}/a.txt`, `${at}/e`));
    await both((files, at) => files.rename(`${at}/a.txt`, `${at}/e/c/d`));
    await both((files, at) => files.rename(`${at}/none`, `${at}/e/x`));
    await both((files, at) => files.link(`${at}/e/c/d`, `${at}/second`));
    await both((files, at) => files.link(`${at}/e/c/d`, `${at}/second`));
    await both(async (files, at) => {
      const [one, other] = [
        await files.identifyFile(`${at}/second`),
        await files.identifyFile(`${at}/e/c/d`),
      ];
      return [one === other, await files.identifyFile(`${at}/none`)];
    });
    await both(async (files, at) => (await files.readdir(at)).sort());
    await both((files, at) => files.readdir(`${at}/second`));
    await both(async (files, at) =>
      (await files.listFolder(at))
        .map((entry) => [entry.name, entry.isFile(), entry.isDirectory(), entry.isSymbolicLink()].join())
        .sort(),
    );
    await both((files, at) => Promise.resolve(files.listShippedFolders(at).sort()));
    await both((files, at) => Promise.resolve(files.listShipped(`${at}/e`).sort()));
    await both((files, at) => files.rm(`${at}/none`));
    await both((files, at) => files.rm(`${at}/none`, { force: true }));
    await both((files, at) => files.rm(`${at}/second`));
    await both((files, at) => files.rm(`${at}/e`, { recursive: true }));
    await both((files, at) => files.access(`${at}/e`, "read"));
    await both((files, at) => files.access(`${at}/new.txt`, "write"));
    await both((files, at) => files.realpath(`${at}/none`));
    assert.equal(await page.realpath(`${inPage}/../made/new.txt`), "/made/new.txt");
    await assert.rejects(page.rm(inPage), /rm '\/made'/);
  });

  it("are written at any place through a handle", async () => {
    const both = async (files: typeof node, at: string): Promise<unknown[]> => {
      const found: unknown[] = [];
      const handle = await files.open(`${at}/h`, "wx");
      found.push(await outcome(files.open(`${at}/h`, "wx")), await outcome(files.open(`${at}/none`, "r")));
      await handle.writeFile("abc");
      await handle.write(Buffer.from("XYZ"), 1, 2, 5);
      await handle.appendFile("");
      found.push([...files.readFileNow(`${at}/h`)], (await handle.stat()).size);
      await handle.truncate(4);
      await handle.sync();
      await handle.close();
      const again = await files.open(`${at}/h`, "r+");
      const into = new Uint8Array(6);
      found.push(
        (await again.read(into, 2, 4, 1)).bytesRead,
        [...into],
        (await again.read(into, 0, 4, 9)).bytesRead,
      );
      await again.truncate(6);
      await again.close();
      found.push([...(await files.readFile(`${at}/h`))]);
      const emptied = await files.open(`${at}/h`, "w+");
      await emptied.close();
      found.push((await files.stat(`${at}/h`)).size, await outcome(files.open(at, "w+")));
      return found;
    };
    assert.deepEqual(await both(page as typeof node, inPage), await both(node, onDisk));
  });

  it("are read and written in pieces, large ones too", async () => {
    const large = Buffer.alloc(2_500_000, "0123456789");
    await page.writePieces("/made/large", [large.subarray(0, 1000), large.subarray(1000)]);
    const pieces: Uint8Array[] = [];
    for await (const piece of page.readPieces("/made/large")) pieces.push(piece);
    assert.ok(pieces.length > 1 && large.equals(Buffer.concat(pieces)));
    const part = new Uint8Array(4);
    const handle = await page.open("/made/large", "r+");
    await handle.read(part, 0, 4, 12);
    assert.equal(text(part), "2345");
    await handle.write(Buffer.from("!"), 0, 1, 2_499_999);
    await handle.close();
    assert.equal(text((await page.readFile("/made/large")).subarray(-2)), "8!");
    await page.writePieces("/made/packed", [large], 6);
    assert.ok(large.equals(gunzipSync(await page.readFile("/made/packed"))));
    page.withFileNow("/made/h", (read) => assert.equal(read(part, 0), 0));
    const stopped = page.readPieces("/made/large", { signal: AbortSignal.abort(new Error("enough")) });
    await assert.rejects((async () => void (await stopped[Symbol.asyncIterator]().next()))(), /enough/);
  });

  it("tell others what changes, and take over what others change", async () => {
    const heard: FileChange[] = [];
    const stop = onChange((change) => heard.push(change));
    await page.mkdir("/told");
    await page.writeFile("/told/a", "1");
    await page.rename("/told/a", "/told/b");
    await page.mkdir("/told/c");
    await page.rename("/told/c", "/told/d");
    stop();
    await page.writeFile("/told/unheard", "1");
    const kinds = heard.map(({ kind, path }) => `${kind} ${path}`);
    const expected = ["folder /told", "file /told/a", "file /told/b", "gone /told/a", "folder /told/c"];
    assert.deepEqual(kinds, [...expected, "folder /told/d", "gone /told/c"]);

    applyChange({ kind: "file", path: "/other/x", content: Buffer.from("x"), mtimeMs: 5 });
    applyChange({ kind: "folder", path: "/other/empty" });
    applyChange({ kind: "gone", path: "/told/b" });
    applyChange({ kind: "gone", path: "/nowhere/b" });
    assert.equal(text(await page.readFile("/other/x")), "x");
    assert.equal((await page.stat("/other/x")).mtimeMs, 5);
    assert.deepEqual((await page.readdir("/told")).sort(), ["d", "unheard"]);
    const written = listWritten().map(({ path }) => path);
    for (const path of ["/other/x", "/other/empty", "/told/unheard"]) assert.ok(written.includes(path), path);
  });
});

describe("the machine of a page", () => {
  it("says what it knows, and NaN for what it does not", async () => {
    assert.ok(machine.monotonicMs() > 0);
    assert.match(machine.currentTime(), /^\d{4}-\d\d-\d\dT/);
    assert.ok(machine.hoursSince(0) > 400_000);
    assert.equal(machine.environmentVariable("HOME"), undefined);
    assert.equal(Number.isNaN(machine.processorSeconds()), true);
    assert.ok(machine.usableMemoryBytes() === machine.availableMemoryBytes());
    const own = machine.nameProcess();
    assert.equal(machine.isProcessRunning(own), true);
    assert.equal(machine.isProcessRunning({ ...own, pid: own.pid + 1 }), undefined);
    await assert.rejects(runProgram("git", [], "/"), /git cannot be started: a page starts no programs/);
    assert.throws(() => loadPackage("webgpu"), { code: "MODULE_NOT_FOUND" });
    assert.equal(nameScript("@tensorflow/tfjs"), "tensorflow-tfjs.js");
    assert.equal(nameScript("ajv/dist/2020.js"), "ajv-dist-2020.js");
  });

  it("waits, and stops to wait when that is aborted", async () => {
    await sleep(1);
    const stop = new AbortController();
    const waited = sleep(60_000, { signal: stop.signal });
    stop.abort();
    await assert.rejects(waited, { name: "AbortError", code: "ABORT_ERR" });
    await assert.rejects(sleep(60_000, { signal: stop.signal }), { name: "AbortError" });
    await letOthersRun();
    await new Promise<void>((resolve) => startTimer(resolve, 1));
    let count = 0;
    await new Promise<void>((resolve) => {
      const timer = startInterval(() => {
        if (++count < 3) return;
        clearInterval(timer);
        resolve();
      }, 1);
    });
    assert.equal(count, 3);
  });
});
