import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { Browser, BrowserContext } from "playwright-core";
import { chromium } from "playwright-core";
import { plotlyFiles } from "tumorlab/internal/plot/plotly-build";
import { median } from "tumorlab/internal/stats/describe";
import { findChromium } from "../../browser/open-chromium.js";
import { createSiteServer } from "#environment/site/serve-site.js";

const root = path.resolve(__dirname, "../../../..");

const helpText = `Usage: npm run bench -- site [options]

Seconds from opening a lesson's link on the built site in headless Chromium until the lesson is there, and until its first
cell has run: on a first visit, and on a second one when the site is kept. Then how long each build of plotly.js
takes to start in a page. Medians over rounds, each with a browser of its own.

  --lesson NN    (default 00)
  --rounds N     (default 3)
  --site DIR     a built site (default: it is built)
  --json
`;

/** One visit, s from opening the link. */
interface Visit {
  shown: number;
  firstCell: number;
}

/** The benchmark of the site in a browser; see its help text. */
export async function runBench(args: readonly string[]): Promise<void> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { lesson: text, rounds: text, site: text, json: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) return void process.stdout.write(helpText);
  const { lesson = "00", site } = values;
  const rounds = Number(values.rounds ?? 3);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds: found ${JSON.stringify(values.rounds)}, expected a whole number from 1`);
  if (site !== undefined && !existsSync(path.join(site, "offline.json")))
    throw new Error(`--site: found ${JSON.stringify(site)}, expected a folder that npm run site has built`);
  const executablePath = findChromium();
  if (!executablePath) throw new Error("no Chromium here: apt-get install chromium, or set CHROMIUM_PATH");

  const made = site === undefined ? mkdtempSync(path.join(tmpdir(), "tumorlab-site-")) : undefined;
  try {
    if (made !== undefined) await build(made);
    const visits: Record<"first" | "second", Visit[]> = { first: [], second: [] };
    const starts: Record<keyof typeof plotlyFiles, number[]> = { basic: [], full: [] };
    for (let round = 0; round < rounds; round++) {
      const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
      const served = await serve(made ?? site!);
      const context = await browser.newContext({ viewport: { width: 1250, height: 1000 } });
      visits.first.push(await visit(context, `${served.origin}/?notebook=${lesson}`, true));
      visits.second.push(await visit(context, `${served.origin}/?notebook=${lesson}`, false));
      for (const name of ["basic", "full"] as const) starts[name].push(await startPlotly(browser, name));
      await browser.close();
      served.close();
    }
    report({ lesson, rounds, visits, plotlyStartMs: starts }, values.json === true);
  } finally {
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
  }
}

async function build(outDir: string): Promise<void> {
  const file = path.join(root, "environment", "site", "build", "site.mjs");
  const { buildSite } = (await import(pathToFileURL(file).href)) as {
    buildSite: (options: { root: string; outDir: string }) => Promise<object>;
  };
  await buildSite({ root, outDir });
}

async function serve(folder: string): Promise<{ origin: string; close(): void }> {
  const server = createSiteServer(folder);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { origin: `http://localhost:${(server.address() as AddressInfo).port}`, close };
}

/** Opens a lesson and runs its first cell; waits then for the site to be kept, where that is asked for. */
async function visit(context: BrowserContext, address: string, isFirst: boolean): Promise<Visit> {
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const start = performance.now();
  const elapsed = (): number => (performance.now() - start) / 1000;
  await page.goto(address);
  const cells = page.locator(".jp-NotebookPanel:visible .jp-CodeCell");
  await cells.first().waitFor();
  const shown = elapsed();
  await cells.first().locator(".cm-content").click();
  await page.keyboard.press("Shift+Enter");
  await cells
    .first()
    .locator(".jp-InputArea-prompt", { hasText: /\[\d+\]/ })
    .waitFor();
  const firstCell = elapsed();
  if (isFirst) await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.close();
  return { shown, firstCell };
}

/** Milliseconds that a build of plotly.js runs until it is there. */
async function startPlotly(browser: Browser, build: keyof typeof plotlyFiles): Promise<number> {
  const code = readFileSync(require.resolve(plotlyFiles[build]), "utf8");
  const page = await browser.newPage();
  const ms = await page.evaluate((source) => {
    const start = performance.now();
    const script = document.createElement("script");
    script.textContent = source;
    document.head.append(script);
    return performance.now() - start;
  }, code);
  await page.close();
  return ms;
}

interface Result {
  lesson: string;
  rounds: number;
  visits: Record<"first" | "second", Visit[]>;
  plotlyStartMs: Record<keyof typeof plotlyFiles, number[]>;
}

function report(result: Result, asJson: boolean): void {
  if (asJson) return void process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  const { lesson, rounds, visits, plotlyStartMs } = result;
  const lines = [`Lesson ${lesson} on the site, medians of ${rounds} [least to most]`];
  const spell = (values: readonly number[], digits: number): string =>
    `${median(values).toFixed(digits)} [${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)}]`;
  for (const [name, all] of Object.entries(visits)) {
    lines.push(
      `${name} visit: lesson shown  ${spell(
        all.map(({ shown }) => shown),
        1,
      )} s`,
    );
    lines.push(
      `${name} visit: first cell    ${spell(
        all.map(({ firstCell }) => firstCell),
        1,
      )} s`,
    );
  }
  for (const [name, all] of Object.entries(plotlyStartMs))
    lines.push(`plotly.js ${name} starts in ${spell(all, 0)} ms`);
  process.stdout.write(`${lines.join("\n")}\n`);
}
