import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { root } from "./browser.js";
import type { FixtureNotebook } from "./notebooks.js";
import { createKernelSpec, kernelName } from "#environment/kernel/spec.js";
import { type RunningServer, type ServerOptions, startServer } from "#environment/server/server.js";

/** A server over a project folder of its own. */
export interface TestLab {
  server: RunningServer;
  /** The project folder. */
  folder: string;
  /** Address of the lab, or of a document in it, with the token. */
  address(path?: string): string;
  close(): Promise<void>;
}

/** What a test lab may have otherwise than the lab itself. */
export interface TestLabOptions {
  /** Defaults to this project's kernel. */
  kernelSpecs?: ServerOptions["kernelSpecs"];
  /** The reader's settings: plugin id -> setting -> value. */
  settings?: Readonly<Record<string, Record<string, unknown>>>;
}

/**
 * Starts the lab over a new project folder inside the repository, so that notebooks find the packages.
 *
 * @param notebooks by path from the project folder
 */
export async function startTestLab(
  notebooks: Readonly<Record<string, FixtureNotebook>>,
  { kernelSpecs, settings = {} }: TestLabOptions = {},
): Promise<TestLab> {
  await mkdir(join(root, ".tumorlab"), { recursive: true });
  const folder = await mkdtemp(join(root, ".tumorlab", "browser-"));
  for (const [path, notebook] of Object.entries(notebooks)) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), JSON.stringify(notebook));
  }
  for (const [id, values] of Object.entries(settings)) {
    const file = join(folder, ".tumorlab", "settings", `${encodeURIComponent(id)}.json`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify(values));
  }
  const server = await startServer({
    root: folder,
    labDist: join(root, "environment", "lab", "dist"),
    kernelSpecs: kernelSpecs ?? [{ name: kernelName, spec: createKernelSpec(root) }],
  });
  const { origin } = new URL(server.url);
  return {
    server,
    folder,
    address: (path) => `${origin}/lab${path === undefined ? "" : `/tree/${path}`}?token=${server.token}`,
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Opens an address of the lab and waits until its workspace stands. */
export async function openLab(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.locator("html[data-lab-state=ready]").waitFor();
}

/** Opens a notebook and waits until its kernel is idle. */
export async function openNotebook(page: Page, lab: TestLab, path: string): Promise<void> {
  await openLab(page, lab.address(path));
  // The workspace may bring back other documents first.
  const name = path.slice(path.lastIndexOf("/") + 1);
  await page.locator("#jp-main-dock-panel .lm-TabBar-tab.lm-mod-current", { hasText: name }).waitFor();
  await page.locator(".jp-NotebookPanel:visible .jp-Cell").first().waitFor();
  await waitForIdle(page);
}

/** Waits until the kernel of the notebook in front has nothing to do. */
export async function waitForIdle(page: Page, timeoutMs = 60_000): Promise<void> {
  await page
    .locator('.jp-NotebookPanel:visible .jp-Notebook-ExecutionIndicator[data-status="idle"]')
    .waitFor({ timeout: timeoutMs });
}

/** The code cells of the notebook in front. */
export function codeCells(page: Page): Locator {
  return page.locator(".jp-NotebookPanel:visible .jp-CodeCell");
}

/**
 * Runs a code cell (counted from 0) from the keyboard; returns as soon as it was sent. A notebook that has only just come
 * to the front may take the focus for itself once more, and with it the keys: then they are pressed again.
 */
export async function startCell(page: Page, index: number): Promise<Locator> {
  const cell = codeCells(page).nth(index);
  const prompt = cell.locator(".jp-InputArea-prompt");
  const before = await prompt.textContent();
  for (let attempt = 1; ; attempt++) {
    await cell.locator(".cm-content").click();
    await page.keyboard.press("Control+Enter");
    const sent = page.waitForFunction(
      ([node, old]) => (node as Element).textContent !== old,
      [await prompt.elementHandle(), before] as const,
      { timeout: 5000 },
    );
    if (
      await sent.then(
        () => true,
        () => false,
      )
    )
      return cell;
    if (attempt === 3) throw new Error(`cell ${index} did not start`);
  }
}

/** Runs a code cell and waits for its end. */
export async function runCell(page: Page, index: number): Promise<Locator> {
  const prompt = codeCells(page).nth(index).locator(".jp-InputArea-prompt");
  const before = await prompt.textContent();
  const cell = await startCell(page, index);
  await page.waitForFunction(
    ([node, old]) =>
      /^\[\d+\]:$/.test((node as Element).textContent) && (node as Element).textContent !== old,
    [await prompt.elementHandle(), before] as const,
    { timeout: 60_000 },
  );
  return cell;
}

/** Takes an entry of the menu bar, by its words; JupyterLab gives entries several roles. */
export async function chooseMenu(page: Page, menu: string, entry: string): Promise<void> {
  await page.getByRole("menuitem", { name: menu, exact: true }).click();
  await page.locator(".lm-Menu-itemLabel").getByText(entry, { exact: true }).click();
}
