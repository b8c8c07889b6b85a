import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import * as lab from "tumorlab";
import type { ThreadStart } from "tumorlab/internal/platform/browser/page";
import { openChromium } from "../../browser/open-chromium.js";
import { bundleOnce, root, startOf } from "./build.js";
import { runOnLibrary } from "./run-on-library.js";
import { type Findings, findOut } from "./scenario.js";
import { type PlainServer, servePlainly } from "./serve.js";

/** Bytes of the library over the wire, compressed: some 10 % more than it has now. */
const maxGzipBytes = 490_000;

describe("the library in a page", function () {
  this.timeout(120_000);
  let scripts: string;
  let server: PlainServer;
  let browser: Browser;
  let page: Page;
  let start: ThreadStart;

  before(async function () {
    browser = await openChromium(this);
    scripts = await bundleOnce();
    server = await servePlainly({ "/sub/scripts/": scripts, "/sub/files/": root });
    start = await startOf(`${server.origin}/sub/`);
    page = await browser.newPage();
    await page.goto(`${server.origin}/blank`);
  });

  after(async () => {
    await browser?.close();
    await server?.close();
  });

  const runInPage = <T>(
    work: (library: typeof lab, ...args: never[]) => T,
    ...args: unknown[]
  ): Promise<Awaited<T>> => runOnLibrary(page, start, work, ...args);

  it("is one script without a module of Node, no larger than it may be", () => {
    const code = readFileSync(join(scripts, "library.js"));
    assert.deepEqual(code.toString().match(/["'`]node:[a-z/_]+["'`]/g), null);
    const { length } = gzipSync(code, { level: 9 });
    assert.ok(
      length <= maxGzipBytes,
      `library.js has ${length} bytes compressed, expected at most ${maxGzipBytes}`,
    );
  });

  it("gives the same bytes as in Node", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tumorlab-node-"));
    try {
      const inNode = await findOut(lab, folder);
      assert.equal(inNode.regions.length > 5, true);
      assert.deepEqual(await runInPage<Promise<Findings>>(findOut as never, "/tumorlab"), inNode);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("works in threads of its own, which write and read the files of the page", async () => {
    const make = async (
      library: typeof lab,
    ): Promise<{ made: string[]; failed: unknown[]; sizes: number[] }> => {
      const folder = "/tumorlab/made";
      const phantoms = { seed: 20, spacingMm: 8, shape: [44, 32, 50] as [number, number, number] };
      const report = await library.phantom.makePhantomCohort({ folder, cases: 2, workers: 2, phantoms });
      const sizes: number[] = [];
      for (const name of report.made) {
        const scan = await library.readVolume(`${folder}/${name}/ct.nii.gz`);
        sizes.push(scan.data.length);
      }
      return { made: report.made, failed: report.failed, sizes };
    };
    const { made, failed, sizes } = await runInPage(make);
    assert.deepEqual(failed, []);
    assert.equal(made.length, 2);
    assert.deepEqual(sizes, [70400, 70400]);
  });
});
