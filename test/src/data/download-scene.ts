import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { LabError } from "tumorlab/internal/core/errors";
import { downloadFile } from "tumorlab/internal/data/download-file";
import type { DownloadOptions } from "tumorlab/internal/data/download-file";
import { makeContent, serve, sha256Of, startFileServer } from "./file-server.js";
import type { Answer, FileServer } from "./file-server.js";

/** What the server gives out, and another file of the same size. */
export const content = makeContent(400_000);
export const sha256 = sha256Of(content);
export const other = makeContent(400_000, "b");

/** Options of a test: reconnects come at once. */
export const quick: DownloadOptions = { waitMs: 1, stallMs: 20_000 };

/** A server and an empty folder to download into, fresh for each test. */
export interface DownloadScene {
  folder: string;
  /** Where the download goes. */
  file: string;
  server: FileServer;
  /** The folder holds the file, whole, and nothing else. */
  assertWhole: (expected?: Buffer) => void;
  /** The folder is empty. */
  assertNothing: () => void;
  /** Serves up to byte `until` and drops the connection when that is on disk. */
  dropAt: (until: number, from?: Buffer) => Answer;
  /** Breaks a download off after `bytes`. */
  leavePartial: (bytes: number, hash?: string | null) => Promise<void>;
}

/** Sets the scene of the `describe` it is called in; its fields hold from the first test on. */
export function setDownloadScene(): DownloadScene {
  const scene: DownloadScene = {
    folder: "",
    file: "",
    server: undefined as unknown as FileServer,
    assertWhole(expected = content) {
      assert.ok(readFileSync(scene.file).equals(expected));
      assert.deepEqual(readdirSync(scene.folder), ["set.tar"]);
    },
    assertNothing: () => assert.deepEqual(readdirSync(scene.folder), []),
    dropAt(until, from = content) {
      const partial = `${scene.file}.partial`;
      return serve(from, { until, arrived: () => existsSync(partial) && statSync(partial).size >= until });
    },
    async leavePartial(bytes, hash = sha256) {
      const { server, file } = scene;
      server.answers.push(scene.dropAt(bytes));
      await assert.rejects(
        downloadFile({ url: server.url, path: file, sha256: hash }, { ...quick, attempts: 1 }),
        LabError,
      );
      assert.equal(statSync(`${file}.partial`).size, bytes);
      server.asked.length = 0;
    },
  };
  beforeEach(async () => {
    scene.folder = mkdtempSync(path.join(tmpdir(), "tumorlab-download-"));
    scene.file = path.join(scene.folder, "set.tar");
    scene.server = await startFileServer(serve(content));
  });
  afterEach(async () => {
    await scene.server.close();
    rmSync(scene.folder, { recursive: true, force: true });
  });
  return scene;
}
