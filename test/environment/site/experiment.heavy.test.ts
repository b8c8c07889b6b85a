import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import * as lab from "tumorlab";
import { openChromium } from "../../browser/open-chromium.js";
import { bundle, root, startOf } from "./build.js";
import { runOnLibrary } from "./run-on-library.js";
import { servePlainly } from "./serve.js";

/** What came out of an experiment. */
interface Trained {
  /** Whether threads could share memory. */
  shares: boolean;
  /** Why trials have no result. */
  said: string;
  /** Of each trial the hash of its weights, and its tests. */
  trials: string[];
}

async function train(library: typeof lab, folder: string): Promise<Trained> {
  const recipe = { ...library.experiment.createPlan("tiny").recipe, steps: 3 };
  const organs = [{ organ: "liver" as const, sizes: [1] }];
  const plan = library.experiment.createPlan("tiny", { organs, seeds: [1], recipe });
  const results = await library.experiment.watchExperiment(plan, { folder, workers: 1 });
  return {
    shares: (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated ?? true,
    said: results.missing.map(({ reason }) => reason).join("; "),
    trials: results.trials.map(({ weightsSha256, tests }) => JSON.stringify([weightsSha256, tests])),
  };
}

describe("an experiment in a page", function () {
  this.timeout(600_000);
  let browser: Browser;
  let scripts: string;
  let inNode: Trained;

  before(async function () {
    browser = await openChromium(this);
    scripts = await bundle(["ajv/dist/2020.js", "@tensorflow/tfjs"]);
    const folder = mkdtempSync(join(tmpdir(), "tumorlab-node-"));
    try {
      inNode = await train(lab, join(folder, "experiment"));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    assert.deepEqual([inNode.said, inNode.trials.length], ["", 2]);
  });
  after(() => browser?.close());

  for (const isolated of [true, false])
    it(`trains each network in a thread ${isolated ? "of several" : "alone"}, with the weights and scores that Node gives`, async () => {
      const server = await servePlainly({ "/sub/scripts/": scripts, "/sub/files/": root }, isolated);
      try {
        const start = await startOf(`${server.origin}/sub/`);
        const page = await browser.newPage();
        await page.goto(`${server.origin}/blank`);
        const inPage = await runOnLibrary(page, start, train, "/tumorlab/experiment");
        assert.deepEqual(inPage, { ...inNode, shares: isolated });
        await page.close();
      } finally {
        await server.close();
      }
    });
});
